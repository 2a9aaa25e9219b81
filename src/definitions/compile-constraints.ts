import type { CompiledConstraint } from './compiled.ts';
import type { PublishedConstraint, StructureDefinition } from './published.ts';
import { isR4Type, scrubConstraints, scrubElements } from './scrub.ts';

/**
 * The rules of all types, each where it is stated first: snapshots repeat those of the types that they are based on and
 * of the types of their elements.
 */
export function compileConstraints(structures: readonly StructureDefinition[]): Record<string, CompiledConstraint[]> {
  const types = structures.filter((structure) => isR4Type(structure) || isNamedQuantity(structure));
  const general = new Set(
    types
      .filter(({ name }) => name === 'Element' || name === 'Extension')
      .flatMap(rootConstraints)
      .map(toText),
  );
  const ofQuantities = new Set(structures.filter(isNamedQuantity).flatMap(rootConstraints).map(toText));
  const compiled: Record<string, CompiledConstraint[]> = {};
  for (const structure of types) {
    const inherited = new Set(lineage(structure, structures).flatMap(rootConstraints).map(toText));
    const [root, ...elements] = scrubElements(structure.snapshot?.element ?? []);
    const isGeneral = structure.name === 'Element' || structure.name === 'Extension';
    for (const { path, base, constraint = [] } of [root!, ...elements]) {
      if (base !== undefined && base.path !== path && path !== root!.path) continue;
      const own = scrubConstraints(constraint).filter((each) => {
        const text = toText(each);
        if (path === root!.path) return !inherited.has(text) && (isGeneral || !general.has(text));
        return !general.has(text) && !ofQuantities.has(text);
      });
      const name = path === root!.path ? structure.name : path;
      if (own.length > 0) compiled[name] = own.map(toCompiled);
    }
  }
  return Object.fromEntries(Object.entries(compiled).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SimpleQuantity and MoneyQuantity: profiles of Quantity that the types themselves use. */
function isNamedQuantity({ derivation, type, kind }: StructureDefinition): boolean {
  return derivation === 'constraint' && type === 'Quantity' && kind === 'complex-type';
}

function rootConstraints({ snapshot }: StructureDefinition): readonly PublishedConstraint[] {
  return snapshot?.element[0]?.constraint ?? [];
}

function lineage({ baseDefinition }: StructureDefinition, all: readonly StructureDefinition[]): StructureDefinition[] {
  const base = all.find(({ url }) => url === baseDefinition);
  return base === undefined ? [] : [base, ...lineage(base, all)];
}

function toText({ key, expression }: PublishedConstraint): string {
  return `${key} ${expression}`;
}

function toCompiled({ key, severity, human, expression }: PublishedConstraint): CompiledConstraint {
  if (expression === undefined) throw new Error(`The rule ${key} has no expression`);
  return [key, severity, human, expression];
}
