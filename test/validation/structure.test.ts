import { describe, expect, it } from '@jest/globals';
import { definitions } from '../definitions/r4.ts';
import { findings, request, validate } from './check.ts';
import { cpuTime } from '../support/cpu-time.ts';

it('finds nothing in a valid resource', () => {
  expect(
    validate(request({ category: [{ coding: [{ system: 'https://example.org/c', code: 'a' }], text: 'A' }] })),
  ).toEqual([]);
});

it.each([...definitions.resourceTypes])('compiles %s', (resourceType) => {
  const keys = validate({ resourceType }).map(({ key }) => key);
  // An empty resource lacks elements, and breaks rules that ask for one of several.
  expect(keys.filter((key) => key !== 'missing-element' && !/^[a-z]{3}-\d$/.test(key))).toEqual([]);
});

describe('the resource type', () => {
  it.each([
    [null, 'missing-resource-type Resource'],
    ['text', 'missing-resource-type Resource'],
    [[], 'missing-resource-type Resource'],
    [{}, 'missing-resource-type Resource'],
    [{ resourceType: 'ServiceRequst' }, 'unknown-resource-type Resource'],
    [{ resourceType: 'DomainResource' }, 'unknown-resource-type Resource'],
    [{ resourceType: 'HumanName' }, 'unknown-resource-type Resource'],
    [{ resourceType: 7 }, 'unknown-resource-type Resource'],
    [{ resourceType: 'constructor' }, 'unknown-resource-type Resource'],
  ])('of %j', (resource, expected) => {
    expect(findings(resource)).toEqual([expected]);
  });

  it('is suggested', () => {
    expect(validate({ resourceType: 'ServiceRequst' })[0]?.text).toContain('Did you mean ServiceRequest?');
  });

  it('is the one expected', () => {
    expect(findings(request(), 'Patient')).toEqual(['wrong-resource-type ServiceRequest']);
    expect(findings(request(), 'ServiceRequest')).toEqual([]);
  });
});

describe('elements', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['unknown', { prioritty: 'urgent' }, ['unknown-element ServiceRequest.prioritty']],
    ['unknown, deep', { code: { codng: [] } }, ['unknown-element ServiceRequest.code.codng']],
    ['unknown companion', { _prioritty: {} }, ['unknown-element ServiceRequest._prioritty']],
    ['companion of an object', { _subject: { id: 'x' } }, ['unknown-element ServiceRequest._subject']],
    ['with an unusable name', { 'Jane Doe, 1970': 1 }, ['unknown-element ServiceRequest']],
    [
      'resourceType in a data type',
      { code: { resourceType: 'x', text: 'A' } },
      ['unknown-element ServiceRequest.code.resourceType'],
    ],
    ['null', { priority: null }, ['null-value ServiceRequest.priority']],
    ['null object', { code: null }, ['null-value ServiceRequest.code']],
    ['null in an array', { category: [null] }, ['null-value ServiceRequest.category[0]']],
    [
      'missing',
      { subject: undefined, intent: undefined },
      ['missing-element ServiceRequest.intent', 'missing-element ServiceRequest.subject'],
    ],
    ['missing, deep', { note: [{ authorString: 'A' }] }, ['missing-element ServiceRequest.note[0].text']],
    ['empty object', { code: {} }, ['empty-element ServiceRequest.code']],
    ['object with an id alone', { code: { id: 'a' } }, ['empty-element ServiceRequest.code']],
    ['empty array', { category: [] }, ['empty-array ServiceRequest.category']],
    ['single for an array', { category: { text: 'A' } }, ['expected-array ServiceRequest.category']],
    ['array for a single', { code: [{ text: 'A' }] }, ['unexpected-array ServiceRequest.code']],
    ['array for a single primitive', { priority: ['urgent'] }, ['unexpected-array ServiceRequest.priority']],
    ['array in an array', { category: [[{ text: 'A' }]] }, ['wrong-json-type ServiceRequest.category[0]']],
    ['string for an object', { code: 'A' }, ['wrong-json-type ServiceRequest.code']],
    ['number text for an object', { code: JSON.rawJSON('1.10') }, ['wrong-json-type ServiceRequest.code']],
    [
      'two of a choice',
      { occurrenceDateTime: '2026', occurrencePeriod: { start: '2026' } },
      ['several-choices ServiceRequest.occurrence'],
    ],
    ['unknown of a choice', { occurrenceString: 'soon' }, ['unknown-element ServiceRequest.occurrenceString']],
    ['a choice by its general name', { 'occurrence[x]': 'soon' }, ['unknown-element ServiceRequest']],
  ])('%s', (_what, change, expected) => {
    expect(findings(request(change))).toEqual(expected);
  });

  it('in all places at once, in their order', () => {
    const resource = request({
      status: undefined,
      category: [{ text: 'A' }, { coding: [{ code: ' x' }, { sytem: 'https://example.org' }] }],
      doNotPerform: 'no',
    });
    expect(findings(resource)).toEqual([
      'invalid-value ServiceRequest.category[1].coding[0].code',
      'unknown-element ServiceRequest.category[1].coding[1].sytem',
      'wrong-json-type ServiceRequest.doNotPerform',
      'missing-element ServiceRequest.status',
    ]);
  });

  it('have a hint where the name is nearly right', () => {
    expect(validate(request({ prioritty: 'urgent' }))[0]).toEqual({
      severity: 'error',
      code: 'structure',
      key: 'unknown-element',
      text: 'ServiceRequest has no element prioritty. Did you mean priority?',
      expression: 'ServiceRequest.prioritty',
    });
    expect(validate(request({ colour: 'red' }))[0]?.text).toContain('carry it in an extension');
  });

  it.each([
    ['birthdate', 'birthDate'],
    ['BirthDate', 'birthDate'],
    ['birthDat', 'birthDate'],
    ['_birthdate', '_birthDate'],
    ['_birthDat', '_birthDate'],
  ])('have a hint of their own kind: %s', (name, hint) => {
    const [issue] = validate({ resourceType: 'Patient', [name]: name.startsWith('_') ? { id: 'x' } : '1970' });
    expect(issue?.text).toBe(`Patient has no element ${name}. Did you mean ${hint}?`);
  });

  it('that are required may be a choice', () => {
    expect(
      findings({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { display: 'A' } }),
    ).toEqual(['missing-element MedicationRequest.medication']);
  });

  it('name a choice as FHIRPath does', () => {
    const resource = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'A' },
      valueQuantity: { unitt: 'mm' },
    };
    expect(findings(resource)).toEqual(['unknown-element Observation.value.unitt']);
  });
});

describe('companions of primitives', () => {
  const extension = [{ url: 'https://example.org/why', valueCode: 'unknown' }];

  it.each<[string, Record<string, unknown>, string[]]>([
    ['beside a value', { birthDate: '1970-01-01', _birthDate: { id: 'a', extension } }, []],
    ['instead of a value', { _birthDate: { extension } }, []],
    ['instead of a required value', { communication: [{ language: { text: 'de' }, _preferred: { extension } }] }, []],
    ['of a choice', { deceasedBoolean: true, _deceasedBoolean: { extension } }, []],
    ['before a value of a choice', { _deceasedBoolean: { extension }, deceasedBoolean: true }, []],
    [
      'of another type of the choice',
      { deceasedBoolean: true, _deceasedDateTime: { extension } },
      ['several-choices Patient.deceased'],
    ],
    ['with something else', { _birthDate: { value: 'x' } }, ['unknown-element Patient.birthDate.value']],
    ['empty', { _birthDate: {} }, ['empty-element Patient.birthDate']],
    ['not an object', { _birthDate: 'x' }, ['wrong-json-type Patient.birthDate']],
    ['null', { _birthDate: null }, ['null-value Patient.birthDate']],
    ['aligned', { name: [{ given: ['A', null], _given: [null, { extension }] }] }, []],
    ['alone in an array', { name: [{ _given: [{ extension }] }] }, []],
    ['null without the other', { name: [{ given: ['A', null] }] }, ['null-value Patient.name[0].given[1]']],
    ['both null', { name: [{ given: [null], _given: [null] }] }, ['null-value Patient.name[0].given[0]']],
    ['an empty array', { name: [{ given: ['A'], _given: [] }] }, ['empty-array Patient.name[0].given']],
    ['alone and null', { name: [{ _given: [null] }] }, ['null-value Patient.name[0].given[0]']],
    [
      'of other length',
      { name: [{ given: ['A', 'B'], _given: [{ extension }] }] },
      ['misaligned-arrays Patient.name[0].given'],
    ],
    [
      'single for an array',
      { name: [{ given: ['A'], _given: { extension } }] },
      ['expected-array Patient.name[0].given'],
    ],
    [
      'with a faulty extension',
      { _birthDate: { extension: [{ url: 'https://example.org' }] } },
      ['extension-without-value Patient.birthDate.extension[0]'],
    ],
  ])('%s', (_what, change, expected) => {
    expect(findings({ resourceType: 'Patient', ...change })).toEqual(expected);
  });
});

it('stops after 500 issues and says so', () => {
  const issues = validate({ resourceType: 'Patient', name: Array.from({ length: 2000 }, () => ({})) });
  expect(issues).toHaveLength(501);
  expect(issues.at(-1)?.key).toBe('too-many-issues');
});

it('spends no more on a body that is all wrong than on one that is half wrong', () => {
  const nonsense = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`priorit${n}`, n]));
  const list = Array.from({ length: 200_000 }, () => ({ familly: 'x' }));
  for (const resource of [
    { resourceType: 'ServiceRequest', ...nonsense },
    { resourceType: 'Patient', name: list },
    { resourceType: 'Patient', generalPractitioner: list.map(() => ({ reference: 'Patien/1' })) },
  ]) {
    const start = cpuTime();
    const issues = validate(resource);
    expect(cpuTime() - start).toBeLessThan(5_000);
    expect([issues.length, issues.at(-1)?.key]).toEqual([501, 'too-many-issues']);
  }
});

it('takes an id beside the value of a primitive, and no id without a value', () => {
  expect(validate({ resourceType: 'Patient', birthDate: '1970-01-02', _birthDate: { id: 'b' } })).toEqual([]);
  expect(validate({ resourceType: 'Patient', _birthDate: { id: 'b' } })).toMatchObject([{ key: 'empty-element' }]);
  const name = { given: ['Ana', null], _given: [{ id: 'a' }, { id: 'b' }] };
  expect(validate({ resourceType: 'Patient', name: [name] })).toMatchObject([
    { key: 'empty-element', expression: 'Patient.name[0].given[1]' },
  ]);
});
