import type { Definitions } from '../definitions/index.ts';
import { printName } from './find-parameter.ts';
import { dateKey, keptKeys } from './keeping.ts';
import { malformed, ok, refused, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition } from './query.ts';

/** What a search goes over, as its address has it. */
export interface SearchTarget {
  /** The type of the address. Where there is none, the types that are searched as long as `_type` names no others. */
  readonly types: readonly string[];
  /** No type stands in the address (`[base]?…`, `Patient/1/*`), so `_type` may name some. */
  readonly untyped?: boolean;
  /** `Patient/1/…`. */
  readonly compartment?: Compartment;
}

export interface Compartment {
  readonly type: string;
  readonly id: string;
}

/**
 * The types that are searched: those of `_type`, or of the address. See http://hl7.org/fhir/R4/search.html#searchcontexts
 * and http://hl7.org/fhir/R4/compartmentdefinition.html.
 */
export function chooseTypes(
  definitions: Definitions,
  { types, untyped = false, compartment }: SearchTarget,
  params: readonly (readonly [name: string, value: string])[],
): Outcome<readonly string[]> {
  const isMember = (type: string): boolean => compartment === undefined || isIn(definitions, compartment.type, type);
  if (compartment !== undefined && definitions.compartment(compartment.type) === undefined) {
    return refused('not-supported', 'no-compartment', `FHIR R4 has no compartment of ${printName(compartment.type)}.`);
  }
  const named = untyped ? params.filter(([name]) => name === '_type').map(([, value]) => value.split(',')) : [];
  // Repeated parameters have to hold all at once.
  const wanted = named.reduce<readonly string[] | undefined>(
    (before, these) => before?.filter((type) => these.includes(type)) ?? these,
    undefined,
  );
  const unknown = named.flat().find((type) => !definitions.isResourceType(type));
  if (unknown !== undefined) {
    return malformed('unknown-type', `${printName(unknown)} in _type is no resource type of R4.`);
  }
  if (wanted === undefined && untyped) {
    const members = types.filter(isMember);
    return members.length > 0 ? ok(members) : refused('not-found', 'no-types', 'There is no type to be searched.');
  }
  const chosen = [...new Set(wanted ?? types)];
  const outside = chosen.find((type) => !isMember(type));
  if (outside !== undefined) {
    const text = `${printName(outside)} is not in the compartment of ${compartment?.type} in FHIR R4.`;
    return refused('not-supported', 'not-in-compartment', text);
  }
  if (chosen.length > 0) return ok(chosen);
  return refused('value', 'no-types', 'The repeated parameters _type have no type in common.');
}

function isIn(definitions: Definitions, compartment: string, type: string): boolean {
  return type === compartment || definitions.compartment(compartment)?.has(type) === true;
}

/** `_type` as a parameter of its own: what it says is in the types by then. */
export function checkTypeParameter({ untyped = false }: SearchTarget, name: string): Outcome<unknown> {
  if (name !== '_type') return unsupported('unsupported-modifier', '_type takes no modifier.');
  return untyped ? ok(name) : unsupported('unsupported-parameter', '_type is for searches without a type.');
}

/** What makes a record of `type` one of the compartment: a reference to the resource that it is of, or to be it. */
export function compartmentCondition(
  definitions: Definitions,
  { type: owner, id }: Compartment,
  type: string,
): Condition {
  const parameters = definitions.searchParameters(type);
  const codes = definitions.compartment(owner)?.get(type) ?? [];
  const params = codes.flatMap((code) => keptKeys(definitions, type, parameters.get(code)!).value);
  const dated = dateKey(definitions, type);
  const referring: Condition = {
    kind: 'text',
    params: [...new Set(params)],
    any: [{ op: 'equal', value: `${owner}/${id}` }],
    ...(dated === undefined ? {} : { dated }),
  };
  if (type !== owner) return referring;
  const itself: Condition = { kind: 'id', any: [id] };
  return params.length === 0 ? itself : { kind: 'either', conditions: [itself, referring] };
}
