import type { Definitions, Property } from '../definitions/index.ts';
import { parseExpression } from './expression.ts';
import type { ExpressionStep, Term } from './expression.ts';

/** One step down a resource tree: a JSON name, and which of the elements found there to follow. */
export interface Step {
  readonly name: string;
  /** Only the first element. */
  readonly first?: true;
  /** Only elements whose `field` is `literal`. */
  readonly where?: { readonly field: string; readonly literal: string };
  /** Only elements that have an extension of this URL. */
  readonly hasExtension?: string;
}

/** Where an expression leads: a way down from the root, and what is found at its end. */
export interface Place {
  readonly steps: readonly Step[];
  /** `ServiceRequest`, `CodeableConcept`, `code`, … */
  readonly type: string;
  /** What the last step took; absent at the root. */
  readonly property?: Property;
  /** Only references to this type: `where(resolve() is Patient)`. */
  readonly target?: string;
}

/**
 * All places that `expression` leads to from `root`, a choice (`value[x]`) being one for each of its types. Undefined
 * where the expression has a form that is not known here, or leads nowhere.
 */
export function findPlaces(definitions: Definitions, root: Place, expression: string): Place[] | undefined {
  const terms = parseExpression(expression);
  const places = terms?.map((term) => followTerm(definitions, root, term));
  return places === undefined || places.some((found) => found.length === 0) ? undefined : places.flat();
}

function followTerm(definitions: Definitions, root: Place, { steps }: Term): Place[] {
  const [head, ...rest] = steps;
  // `Patient.name` starts at the root itself; a composite's part (`code`) below it.
  const isRoot =
    head?.kind === 'name' && (head.name === root.type || head.name === 'Resource' || head.name === 'DomainResource');
  let places = [root];
  for (const step of isRoot ? rest : steps) {
    places = places.flatMap((place) => follow(definitions, place, step));
  }
  return places;
}

function follow(definitions: Definitions, place: Place, step: ExpressionStep): Place[] {
  switch (step.kind) {
    case 'name':
      return descend(definitions, place, step.name);
    case 'union':
      return step.terms.flatMap((term) => followTerm(definitions, place, term));
    case 'type':
      return isOfType(place.type, step.type) ? [place] : [];
    case 'resolvesTo':
      return [{ ...place, target: step.type }];
    case 'extension':
      return descend(definitions, place, 'extension').flatMap((found) =>
        narrow(found, { where: { field: 'url', literal: step.url } }),
      );
    case 'first':
      return narrow(place, { first: true });
    case 'equals':
      return narrow(place, { where: { field: step.field, literal: step.literal } });
    case 'hasExtension':
      return narrow(place, { hasExtension: step.url });
  }
}

/** The published expressions write `DateTime` where they mean the primitive; and a canonical is a uri. */
function isOfType(type: string, wanted: string): boolean {
  return type.toLowerCase() === wanted.toLowerCase() || (wanted === 'uri' && type === 'canonical');
}

/** The element `name` below a place; for `value` all of `valueString`, `valueQuantity`, … */
export function descend(definitions: Definitions, place: Place, name: string): Place[] {
  const properties = definitions.type(place.type)?.properties;
  if (properties === undefined) return [];
  const plain = properties.get(name);
  const found = plain ? [plain] : [...properties.values()].filter(({ choice }) => choice === `${name}[x]`);
  return found.map((property) => ({
    steps: [...place.steps, { name: property.name }],
    type: property.type,
    property,
  }));
}

/** One filter for each step, and the first only of what lies right below the root: R4 asks for no more. */
function narrow(place: Place, filter: Omit<Step, 'name'>): Place[] {
  const last = place.steps.at(-1);
  if (last === undefined || Object.keys(last).length > 1 || (filter.first && place.steps.length > 1)) return [];
  return [{ ...place, steps: [...place.steps.slice(0, -1), { ...last, ...filter }] }];
}
