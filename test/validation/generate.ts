import type { Definitions, Property } from '../../src/definitions/index.ts';

/** Random numbers that are the same in every run. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Primitive values that R4's rules tell apart, beside the literals of the rule itself. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false],
  integer: [-1, 0, 1, 2],
  unsignedInt: [0, 1, 2],
  positiveInt: [1, 2],
  decimal: [-1.5, 0, 1, 1.5, 101],
  date: ['2026', '2026-02', '2026-02-03', '2025-12-31'],
  dateTime: ['2026', '2026-02-03', '2026-02-03T10:00:00Z', '2026-02-03T10:00:00.5+01:00', '2025-12-31T23:59:59Z'],
  instant: ['2026-02-03T10:00:00Z', '2026-02-03T10:00:00.000Z', '2026-02-03T11:30:00+01:00'],
  time: ['10:00:00', '11:00:00'],
  uri: ['http://unitsofmeasure.org', 'https://example.org/a', 'urn:oid:1.2.3'],
  xhtml: ['<div xmlns="http://www.w3.org/1999/xhtml">a</div>'],
};
const TEXTS = ['a', 'A1', 'a.b', '1', 'a b'];
const RESOURCES = ['Composition', 'MessageHeader', 'Patient', 'Practitioner'];
const MAX_DEPTH = 6;

/** Makes elements of a type at random: mostly of what the expression speaks of, so that its outcomes differ. */
export function createGenerator(definitions: Definitions, expression: string, random: () => number) {
  const words = new Set(expression.match(/[A-Za-z]\w*/g));
  const literals = [...expression.matchAll(/'([^'\\]*)'/g)].map(([, text]) => text).filter((text) => text !== '');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

  function primitive(type: string): unknown {
    const fixed = VALUES[type];
    if (fixed !== undefined && !(type === 'uri' && literals.length > 0 && random() < 0.5)) return pick(fixed);
    return literals.length > 0 && random() < 0.6 ? pick(literals) : pick(TEXTS);
  }

  function one(property: Property, depth: number): unknown {
    if (property.kind === 'primitive') return primitive(property.type);
    if (property.kind === 'resource') return element(pick(RESOURCES), depth + 1);
    return element(property.type, depth + 1);
  }

  /** A value of the type: a resource with its resourceType, an object, or a primitive. */
  function make(type: string): unknown {
    return definitions.type(type)!.kind === 'primitive' ? primitive(type) : element(type, 0);
  }

  function element(type: string, depth: number): Record<string, unknown> {
    const definition = definitions.type(type)!;
    const made: Record<string, unknown> = definition.kind === 'resource' ? { resourceType: type } : {};
    const wanted = new Map<string, boolean>();
    const order = [...definition.properties.values()].sort(() => random() - 0.5);
    for (const property of order) {
      const name = property.choice?.slice(0, -3) ?? property.name;
      const isMeant = words.has(name);
      const wish = isMeant ? 0.65 : property.kind === 'primitive' ? 0.05 : 0.02;
      // Of a choice one type is made, or none.
      const isWanted = !wanted.has(name) && depth <= MAX_DEPTH && random() < wish;
      wanted.set(name, isWanted);
      if (!isWanted || (!isMeant && (property.type === 'Extension' || property.kind === 'resource'))) continue;
      const count = property.array ? 1 + Math.floor(random() * 3) : 0;
      made[property.name] = property.array
        ? Array.from({ length: count }, () => one(property, depth))
        : one(property, depth);
      if (property.kind === 'primitive' && !property.array && random() < 0.05) {
        made[`_${property.name}`] = { extension: [{ url: 'https://example.org/e', valueString: 'x' }] };
        delete made[property.name];
      }
    }
    return made;
  }

  return make;
}
