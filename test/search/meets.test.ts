import { describe, expect, test } from '@jest/globals';
import { isToldByRows, meets } from '../../src/search/index.ts';
import type { Condition } from '../../src/search/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { extract } from './extract.ts';
import { onlyCondition, query } from './parse.ts';

/** Whether resources meet what is asked, as the store would find them. https://hl7.org/fhir/R4/search.html */

const OBSERVATION: Resource = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  category: [{ coding: [{ system: 'urn:category', code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hämoglobin' }] },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2024-03-14',
  valueQuantity: { value: 5.4, system: 'http://unitsofmeasure.org', code: 'mmol/L' },
};

const PATIENT: Resource = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: 'Nuñez', given: ['Ana'] }],
  identifier: [{ system: 'urn:n', value: '42' }],
};

function conditionsOf(type: string, asked: string): readonly Condition[] {
  const [name = '', value = ''] = asked.split('=');
  return query(type, new URLSearchParams([[name, value]]).toString()).conditions;
}

function meeting(resource: Resource, asked: string): boolean {
  const record = { ...extract(resource), id: resource.id! };
  return conditionsOf(resource.resourceType, asked).every((condition) => meets(condition, record));
}

describe('what is told by its own rows', () => {
  test.each([
    ['_id=o1', true],
    ['_id=o2,o1', true],
    ['_id=o2', false],
    ['category=laboratory', true],
    ['category=urn:category|laboratory', true],
    ['category=urn:category|', true],
    ['category=|laboratory', false],
    ['category=imaging', false],
    ['category=imaging,laboratory', true],
    ['category:not=laboratory', false],
    ['category:not=imaging', true],
    ['interpretation:not=x', true],
    ['code:text=hamo', true],
    ['code:text=globin', false],
    ['status:in=http://hl7.org/fhir/ValueSet/observation-status', true],
    ['status:not-in=http://hl7.org/fhir/ValueSet/observation-status', false],
    ['subject=Patient/p1', true],
    ['patient=p1', true],
    ['patient=p2', false],
    ['date=2024-03', true],
    ['date=lt2024-03-14', false],
    ['date=ge2024-03-14', true],
    ['date=2024-04', false],
    ['value-quantity=5.4', true],
    ['value-quantity=gt5.4', false],
    ['value-quantity=5.4|http://unitsofmeasure.org|mmol/L', true],
    ['value-quantity=5.4|http://unitsofmeasure.org|mg/dL', false],
    ['code-value-quantity=718-7$gt5', true],
    ['code-value-quantity=718-7$gt6', false],
    ['encounter:missing=true', true],
    ['encounter:missing=false', false],
    ['date:missing=false', true],
  ])('an Observation and %s: %s', (asked, expected) => {
    expect(conditionsOf('Observation', asked).every(isToldByRows)).toBe(true);
    expect(meeting(OBSERVATION, asked)).toBe(expected);
  });

  test.each([
    ['family=nun', true],
    ['family:exact=Nuñez', true],
    ['family:exact=Nunez', false],
    ['family:contains=ñe', true],
    ['name=ana', true],
    ['identifier=urn:n|42', true],
    ['identifier=urn:m|42', false],
    ['birthdate:missing=true', true],
  ])('a Patient and %s: %s', (asked, expected) => expect(meeting(PATIENT, asked)).toBe(expected));
});

test.each([
  ['Observation', 'subject:Patient.name', 'nunez'],
  ['Observation', 'patient:missing', 'false'],
  ['Observation', '_lastUpdated', 'ge2000'],
  ['Patient', '_has:Observation:patient:code', '718-7'],
  ['Patient', '_text', 'ana'],
  ['Location', 'partof:below', 'Location/1'],
  ['Location', 'near', '1|2|3|km'],
])('of %s, %s is not told by rows, and so never met', (type, name, value) => {
  const condition = onlyCondition(type, name, value);
  expect(isToldByRows(condition)).toBe(false);
  for (const resource of [OBSERVATION, PATIENT]) {
    expect(meets(condition, { ...extract(resource), id: resource.id! })).toBe(false);
    expect(meets({ kind: 'all', conditions: [condition] }, { ...extract(resource), id: resource.id! })).toBe(false);
    expect(meets({ kind: 'either', conditions: [condition] }, { ...extract(resource), id: resource.id! })).toBe(false);
  }
});

test('what is told in one part only is not told', () => {
  const [told, untold] = [onlyCondition('Patient', 'family', 'x'), onlyCondition('Patient', '_text', 'x')];
  expect(isToldByRows({ kind: 'either', conditions: [told, untold] })).toBe(false);
  expect(isToldByRows({ kind: 'all', conditions: [told, told] })).toBe(true);
});
