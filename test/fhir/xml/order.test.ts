import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createShapes } from '../../../src/fhir/xml/shape.ts';
import { definitions } from '../../definitions/r4.ts';

/** HL7's published R4 definitions (4.0.0), where they lie beside the project. */
const ARCHIVE = new URL('../../../../shared/r4-published.tar.gz', import.meta.url).pathname;

interface Structure {
  readonly kind: string;
  readonly derivation?: string;
  readonly snapshot: { readonly element: readonly { readonly path: string }[] };
}

/** Names of the elements in their order, by the path they stand under. */
function publishedOrders(): Map<string, string[]> {
  const json = execFileSync('tar', ['-xzOf', ARCHIVE, 'r4-published/StructureDefinition.json'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const orders = new Map<string, string[]>();
  for (const { kind, derivation, snapshot } of JSON.parse(json.toString()) as Structure[]) {
    if (derivation === 'constraint' || kind === 'logical' || kind === 'primitive-type') continue;
    for (const { path } of snapshot.element.slice(1)) {
      const parent = path.slice(0, path.lastIndexOf('.'));
      orders.set(parent, [...(orders.get(parent) ?? []), path.slice(parent.length + 1)]);
    }
  }
  return orders;
}

(existsSync(ARCHIVE) ? it : it.skip)('elements have the order in which HL7 publishes them, in every type', () => {
  const shapeOf = createShapes(definitions);
  const orders = publishedOrders();
  expect(orders.size).toBeGreaterThan(600);
  for (const [path, names] of orders) {
    const slots = [...shapeOf(path).members.values()].sort((a, b) => a.order - b.order);
    const ours = new Set(slots.map(({ name, choice }) => choice ?? name));
    expect({ path, names: [...ours] }).toEqual({ path, names });
  }
});
