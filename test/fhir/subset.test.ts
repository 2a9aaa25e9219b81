import { describe, expect, test } from '@jest/globals';
import { isSubsetted, parseStored, shapeOfIncluded, subsetText } from '../../src/fhir/index.ts';
import type { Resource, Shape } from '../../src/fhir/index.ts';
import { definitions } from '../definitions/r4.ts';

/** https://hl7.org/fhir/R4/search.html#summary, https://hl7.org/fhir/R4/search.html#elements */

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const META = { versionId: '3', lastUpdated: '2026-01-02T03:04:05.678Z' };

function reduce(resource: object, shape: Shape): Resource {
  return parseStored(subsetText(definitions, JSON.stringify(resource), shape));
}

const names = (resource: object): string[] => Object.keys(resource).sort();

const PATIENT = {
  resourceType: 'Patient',
  id: 'p',
  meta: META,
  implicitRules: 'http://example.org/rules',
  language: 'en',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' },
  contained: [{ resourceType: 'Organization', id: 'c' }],
  extension: [{ url: 'http://example.org/x', valueString: 'x' }],
  modifierExtension: [{ url: 'http://example.org/y', valueString: 'y' }],
  identifier: [{ system: 'http://h', value: '1', extension: [{ url: 'http://example.org/z', valueCode: 'z' }] }],
  active: true,
  name: [{ family: 'A', given: ['B', null], _given: [null, { id: 'second' }] }],
  _birthDate: { extension: [{ url: 'http://example.org/unknown', valueCode: 'unknown' }] },
  deceasedBoolean: false,
  maritalStatus: { text: 'x' },
  photo: [{ contentType: 'image/png', data: 'AAAA' }],
  contact: [{ name: { family: 'C' } }],
  communication: [{ language: { text: 'English' }, preferred: true }],
  link: [
    {
      id: 'l',
      extension: [{ url: 'http://example.org/w', valueCode: 'w' }],
      other: { reference: 'Patient/q' },
      type: 'seealso',
    },
  ],
};

describe('_summary=true', () => {
  const summary = reduce(PATIENT, { summary: 'true' });

  test('keeps what is marked as summary, what has to be there and what changes the meaning', () => {
    expect(names(summary)).toEqual(
      [
        '_birthDate',
        'active',
        'deceasedBoolean',
        'id',
        'identifier',
        'implicitRules',
        'link',
        'meta',
        'modifierExtension',
        'name',
        'resourceType',
      ].sort(),
    );
  });
  test('does the same within its elements; extensions of values are part of them', () => {
    expect(summary['identifier']).toEqual(PATIENT.identifier);
    expect(summary['link']).toEqual([{ id: 'l', other: { reference: 'Patient/q' }, type: 'seealso' }]);
    expect(summary['name']).toEqual(PATIENT.name);
    const report = {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'x' },
      media: [{ comment: 'x', link: { reference: 'Media/1' } }],
      presentedForm: [{ data: 'AAAA' }],
    };
    expect(reduce(report, { summary: 'true' })['media']).toEqual([{ link: { reference: 'Media/1' } }]);
    const document = {
      resourceType: 'DocumentReference',
      status: 'current',
      content: [{ attachment: { contentType: 'text/plain', data: 'AAAA', url: 'Binary/1' } }],
    };
    expect(reduce(document, { summary: 'true' })['content']).toEqual([
      { attachment: { contentType: 'text/plain', url: 'Binary/1' } },
    ]);
  });
  test('leaves no element empty', () => {
    const estimate = { resourceType: 'RiskEvidenceSynthesis', status: 'draft', riskEstimate: { value: 1.5 } };
    expect(reduce(estimate, { summary: 'true' })['riskEstimate']).toEqual({ value: 1.5 });
  });
  test('reaches resources within', () => {
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'urn:x', resource: PATIENT }] };
    const [entry] = reduce(bundle, { summary: 'true' })['entry'] as { resource: Resource }[];
    expect([entry!.resource['maritalStatus'], isSubsetted(entry!.resource)]).toEqual([undefined, true]);
  });
});

test('_summary=text keeps the narrative and what has to be there', () => {
  expect(names(reduce(PATIENT, { summary: 'text' }))).toEqual(
    ['id', 'implicitRules', 'meta', 'modifierExtension', 'resourceType', 'text'].sort(),
  );
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, valueString: 'x' };
  expect(names(reduce(observation, { summary: 'text' }))).toEqual(['code', 'meta', 'resourceType', 'status']);
});

test('_summary=data keeps all but the narrative', () => {
  const { text: _text, ...rest } = PATIENT;
  expect(reduce(PATIENT, { summary: 'data' })).toEqual({ ...rest, meta: { ...META, tag: [SUBSETTED] } });
});

describe('_elements', () => {
  const OBSERVATION = {
    resourceType: 'Observation',
    id: 'o',
    meta: META,
    status: 'final',
    code: { text: 'x' },
    modifierExtension: [{ url: 'http://example.org/y', valueString: 'y' }],
    valueQuantity: { value: 1 },
    note: [{ text: 'x' }],
  };
  const ALWAYS = ['code', 'id', 'meta', 'modifierExtension', 'resourceType', 'status'];

  test.each([
    ['an element', ['note'], ['note']],
    ['one that is not there', ['subject'], []],
    ['any of a choice', ['value'], ['valueQuantity']],
    ['one of a choice', ['valueQuantity'], ['valueQuantity']],
    ['another of a choice', ['valueString'], []],
    ['one of its type', ['Observation.note'], ['note']],
  ])('%s', (_what, elements, kept) => {
    expect(names(reduce(OBSERVATION, { elements }))).toEqual([...ALWAYS, ...kept].sort());
  });
  test('those of another type leave it whole', () => {
    expect(reduce(OBSERVATION, { elements: ['Patient.name'] })).toEqual(OBSERVATION);
  });
  test('keep what else is said about a primitive', () => {
    expect(reduce(PATIENT, { elements: ['birthDate'] })['_birthDate']).toEqual(PATIENT._birthDate);
  });
  test('keep elements whole', () => {
    expect(reduce(PATIENT, { elements: ['photo'] })['photo']).toEqual(PATIENT.photo);
  });
  test('with a summary: what both have', () => {
    expect(names(reduce(PATIENT, { elements: ['name', 'photo'], summary: 'true' }))).toContain('name');
    expect(names(reduce(PATIENT, { elements: ['name', 'photo'], summary: 'true' }))).not.toContain('photo');
  });
  test('named without a type are those of the matches alone', () => {
    expect(shapeOfIncluded({ elements: ['name'] })).toBeUndefined();
    expect(shapeOfIncluded({ elements: ['name', 'Patient.name'] })).toEqual({ elements: ['Patient.name'] });
    expect(shapeOfIncluded({ elements: ['name'], summary: 'data' })).toEqual({ summary: 'data' });
  });
});

test('numbers keep their text', () => {
  const text = '{"resourceType":"Observation","status":"final","code":{},"valueQuantity":{"value":1.10}}';
  expect(subsetText(definitions, text, { elements: ['value'] })).toContain('{"value":1.10}');
  expect(subsetText(definitions, text, { summary: 'true' })).toContain('{"value":1.10}');
});

test('the tag comes to those that are there, once', () => {
  const own = { system: 'http://example.org', code: 'x' };
  const tagged = { resourceType: 'Basic', code: {}, meta: { ...META, tag: [own] } };
  const once = reduce(tagged, { summary: 'data' });
  expect(once.meta).toEqual({ ...META, tag: [own, SUBSETTED] });
  expect(reduce(once, { summary: 'true' }).meta).toEqual(once.meta);
});

test.each([[undefined], [{}], [{ tag: 'x' }], [{ tag: [null] }], [{ tag: [{ code: 'SUBSETTED' }] }]])(
  'with meta %j a resource is not said to be a part',
  (meta) => expect(isSubsetted({ resourceType: 'Basic', ...(meta === undefined ? {} : { meta }) })).toBe(false),
);
