import { describe, expect, it } from '@jest/globals';
import { plantFaults } from '../../.ci/plant-faults.ts';
import type { Expected, Step } from '../../.ci/plant-faults.ts';
import { printArtefact } from '../../.ci/print-artefact.ts';

const EXAMPLES = new Map([
  ['p1', { resourceType: 'Patient', id: 'p1', meta: { profile: ['https://a.example/p'] }, name: [{ text: 'A' }] }],
  ['p2', { resourceType: 'Patient', id: 'p2' }],
]);
const EXPECTS: Expected = {
  definition: 'p',
  element: 'Patient.name',
  rule: 'min',
  severity: 'error',
  expression: 'Patient.name',
};

function plant(patch: readonly Step[], of = 'p1', names: readonly string[] = ['fault']) {
  return plantFaults(EXAMPLES, [{ of, faults: names.map((name) => ({ name, expects: EXPECTS, patch })) }]);
}

describe('plantFaults', () => {
  it('plants each fault into a copy of its example', () => {
    const [one] = plant([
      { op: 'add', path: '/name/-', value: { text: 'B' } },
      { op: 'replace', path: '/name/0/text', value: 'C' },
      { op: 'add', path: '/active', value: true },
      { op: 'remove', path: '/meta' },
    ]);
    expect(one).toEqual({
      name: 'fault',
      profile: 'https://a.example/p',
      of: 'p1',
      expects: EXPECTS,
      resource: { resourceType: 'Patient', id: 'p1', active: true, name: [{ text: 'C' }, { text: 'B' }] },
    });
    expect(EXAMPLES.get('p1')).toMatchObject({ name: [{ text: 'A' }] });
  });

  it.each([
    ['a place that is not there', () => plant([{ op: 'remove', path: '/birthDate' }]), /no place \/birthDate/],
    ['a place below one that is not there', () => plant([{ op: 'add', path: '/a/b', value: 1 }]), /no place \/a\/b/],
    ['an unknown example', () => plant([], 'p3'), /no example p3/],
    ['an example without profile', () => plant([], 'p2'), /p2 claims no profile/],
    ['a name twice', () => plant([], 'p1', ['fault', 'fault']), /two faults are called fault/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

it('prints one element a line, without the mappings that come from R4', () => {
  const text = printArtefact({
    resourceType: 'StructureDefinition',
    id: 'p',
    mapping: [{ identity: 'v2' }],
    snapshot: {
      element: [
        { id: 'Patient', mapping: [{ identity: 'v2', map: 'PID' }] },
        { id: 'Patient.name', min: 1 },
      ],
    },
  });
  expect(text.split('\n')).toEqual([
    '{',
    '"resourceType":"StructureDefinition",',
    '"id":"p",',
    '"snapshot":{"element":[',
    '{"id":"Patient"},',
    '{"id":"Patient.name","min":1}',
    ']}',
    '}',
    '',
  ]);
});
