import { describe, expect, it } from '@jest/globals';
import { parseJson } from '../../../src/fhir/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { definitions } from '../../definitions/r4.ts';
import { readSyntheticRecords } from '../../support/synthetic-records.ts';
import { canonical, codec, parse } from './codec.ts';
import { Generator } from './generate.ts';

/** What stands in JSON for `resource` after it went through XML; `resource` itself goes through JSON first. */
function throughXml(resource: Resource): { before: string; after: string } {
  const tree = parseJson(Buffer.from(JSON.stringify(resource))) as Resource;
  return { before: canonical(tree), after: canonical(parse(codec.print(tree))) };
}

describe('JSON to XML and back is the same', () => {
  it('for synthetic records', () => {
    const records = readSyntheticRecords();
    for (const [name, bytes] of records) {
      const { before, after } = throughXml(parseJson(bytes) as Resource);
      expect([name, after === before]).toEqual([name, true]);
    }
    expect(records.size).toBeGreaterThan(60);
  });

  it('for every element of every type', () => {
    const generator = new Generator(definitions);
    const expected = new Set<string>();
    const types = new Set<string>();
    const addType = (name: string): void => {
      if (types.has(name)) return;
      types.add(name);
      for (const property of definitions.type(name)!.properties.values()) {
        expected.add(`${name}.${property.name}`);
        if (property.kind === 'complex' || property.kind === 'backbone') addType(property.type);
      }
    };
    let resources = 0;
    for (const type of definitions.resourceTypes) {
      addType(type);
      let known: number;
      do {
        known = generator.covered.size;
        const { before, after } = throughXml(generator.resource(type));
        expect(after).toBe(before);
        resources += 1;
      } while (generator.covered.size > known);
    }
    expect(resources).toBeGreaterThan(2 * definitions.resourceTypes.length);
    expect([...expected].filter((name) => !generator.covered.has(name))).toEqual([]);
  }, 120_000);
});
