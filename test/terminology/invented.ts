/** Invented code systems and value sets, each with one peculiarity. */
export const BASE = 'http://example.org/fhir';

/** Colours: a hierarchy in which violet has two above it, with properties, one retired, one that only groups. */
export const COLOURS = {
  resourceType: 'CodeSystem',
  url: `${BASE}/colours`,
  version: '3',
  name: 'Colours',
  content: 'complete',
  caseSensitive: true,
  property: [
    { code: 'warm', type: 'boolean' },
    { code: 'pigment', type: 'Coding' },
    { code: 'rank', type: 'integer' },
    { code: 'notSelectable', type: 'boolean' },
    { code: 'status', type: 'code' },
    { code: 'child', type: 'code' },
  ],
  concept: [
    {
      code: 'colour',
      display: 'Colour',
      property: [{ code: 'notSelectable', valueBoolean: true }],
      concept: [
        {
          code: 'red',
          display: 'Red',
          definition: 'Like a ripe tomato.',
          designation: [{ language: 'de', value: 'Rot' }],
          property: [
            { code: 'warm', valueBoolean: true },
            { code: 'rank', valueInteger: JSON.rawJSON('1') },
            { code: 'pigment', valueCoding: { system: `${BASE}/pigments`, code: 'PR254' } },
          ],
          concept: [
            { code: 'scarlet', display: 'Scarlet' },
            { code: 'violet', display: 'Violet' },
          ],
        },
        {
          code: 'blue',
          display: 'Blue',
          property: [
            { code: 'warm', valueBoolean: false },
            { code: 'child', valueCode: 'violet' },
          ],
          concept: [{ code: 'navy', display: 'Navy blue', property: [{ code: 'status', valueCode: 'retired' }] }],
        },
      ],
    },
  ],
};

export const LETTERS = {
  resourceType: 'CodeSystem',
  url: `${BASE}/letters`,
  content: 'complete',
  caseSensitive: false,
  concept: [{ code: 'Alpha', display: 'Alpha' }, { code: 'Beta' }],
};

/** Not all of it is published. */
export const FRAGMENT = {
  resourceType: 'CodeSystem',
  url: `${BASE}/fragment`,
  content: 'fragment',
  valueSet: `${BASE}/all-of-fragment`,
  concept: [{ code: 'known', display: 'Known' }],
};

export interface InventedSet {
  readonly resourceType: 'ValueSet';
  readonly url: string;
  readonly name: string;
  readonly status: 'active';
  readonly compose: object;
}

export function valueSet(name: string, compose: object): InventedSet {
  return { resourceType: 'ValueSet', url: `${BASE}/${name}`, name, status: 'active', compose };
}

/** Of colours, by one filter. */
export function filtered(property: string, op: string, value: string): object {
  return { include: [{ system: COLOURS.url, filter: [{ property, op, value }] }] };
}
