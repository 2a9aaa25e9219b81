import { describe, expect, it } from '@jest/globals';
import { examineWithCodes, request } from './check.ts';

function said(resource: object): string[] {
  return examineWithCodes(resource).map(({ severity, key, expression }) => `${severity} ${key} ${expression}`);
}

const STATUS = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const condition = (change: object) => ({ resourceType: 'Condition', subject: { reference: 'Patient/1' }, ...change });
const clinicalStatus = (coding: object) => condition({ clinicalStatus: { coding: [coding] } });

describe('required bindings', () => {
  it.each<[string, object, string[]]>([
    ['of a CodeableConcept', clinicalStatus({ system: STATUS, code: 'active' }), []],
    [
      'with another code',
      clinicalStatus({ system: STATUS, code: 'aktive' }),
      [
        'warning unknown-code Condition.clinicalStatus.coding[0].code',
        'error code-not-allowed Condition.clinicalStatus.coding',
      ],
    ],
    [
      'with a code of another system',
      clinicalStatus({ system: 'https://example.org/status', code: 'active' }),
      ['error code-not-allowed Condition.clinicalStatus.coding'],
    ],
    [
      'without a system',
      clinicalStatus({ code: 'active' }),
      ['error code-not-allowed Condition.clinicalStatus.coding'],
    ],
    [
      'with a text alone',
      condition({ clinicalStatus: { text: 'active' } }),
      ['error code-not-allowed Condition.clinicalStatus.coding'],
    ],
    [
      'with one good code among others',
      condition({
        clinicalStatus: {
          coding: [
            { system: 'https://example.org/status', code: 'a' },
            { system: STATUS, code: 'active' },
          ],
        },
      }),
      [],
    ],
    ['of a code', { resourceType: 'Patient', gender: 'femail' }, ['error code-not-allowed Patient.gender']],
    [
      'of a code whose value set cannot be listed',
      { resourceType: 'Binary', contentType: 'application pdf' },
      ['error code-not-allowed Binary.contentType'],
    ],
    ['of a media type', { resourceType: 'Binary', contentType: 'application/pdf' }, []],
  ])('%s', (_what, resource, expected) => {
    expect(said(resource)).toEqual(expected);
  });

  it('say what is allowed', () => {
    const issues = examineWithCodes(clinicalStatus({ system: 'https://example.org/status', code: 'active' }));
    expect(issues[0]?.text).toBe(
      'The code has to be one of active, recurrence, relapse, inactive, remission, resolved (http://terminology.hl7.org/CodeSystem/condition-clinical) of http://hl7.org/fhir/ValueSet/condition-clinical.',
    );
  });
});

describe('extensible bindings', () => {
  const marital = (concept: object) => ({ resourceType: 'Patient', maritalStatus: concept });
  const SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus';

  it.each<[string, object, string[]]>([
    ['of the set', marital({ coding: [{ system: SYSTEM, code: 'M' }] }), []],
    [
      'beside it',
      marital({ coding: [{ system: 'https://example.org/marital', code: 'M' }] }),
      ['warning code-not-in-value-set Patient.maritalStatus.coding'],
    ],
    ['as a text', marital({ text: 'married' }), []],
    [
      'of the system, but none of its codes',
      marital({ coding: [{ system: SYSTEM, code: 'ZZ' }] }),
      [
        'warning unknown-code Patient.maritalStatus.coding[0].code',
        'warning code-not-in-value-set Patient.maritalStatus.coding',
      ],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(said(resource)).toEqual(expected);
  });
});

describe('codes that a system does not have', () => {
  const text = (coding: object) => examineWithCodes(request({ code: { coding: [coding] } }))[0]?.text;

  it('are told with all codes of a small system', () => {
    expect(text({ system: 'http://hl7.org/fhir/request-status', code: 'gone' })).toBe(
      'http://hl7.org/fhir/request-status does not have this code. Its codes are draft, active, on-hold, revoked, completed, entered-in-error, unknown.',
    );
  });

  it('are told with the nearest of a larger one', () => {
    expect(text({ system: 'http://hl7.org/fhir/resource-types', code: 'Patent' })).toMatch(
      /^http:\/\/hl7\.org\/fhir\/resource-types does not have this code\. Did you mean Patient[,?]/,
    );
  });

  it('are told with the system alone where nothing is near, and never with what was sent', () => {
    const said = text({ system: 'http://hl7.org/fhir/resource-types', code: 'zzzzzzzzzzzzzzzzzz' });
    expect(said).toBe(
      'http://hl7.org/fhir/resource-types does not have this code. Give a code of it, or the system that the code is of.',
    );
  });
});

describe('other codes', () => {
  it.each<[string, object, string[]]>([
    [
      'of systems that are not held here',
      request({ code: { coding: [{ system: 'http://snomed.info/sct', code: '103696004' }] } }),
      [],
    ],
    [
      'that a system of R4 does not have',
      request({ code: { coding: [{ system: 'http://hl7.org/fhir/request-status', code: 'gone' }] } }),
      ['error unknown-code ServiceRequest.code.coding[0].code'],
    ],
    ['of languages, however weak the binding', request({ language: 'de-CH' }), []],
    [
      'of no language, however weak the binding',
      request({ language: 'deutsch1' }),
      ['error code-not-allowed ServiceRequest.language'],
    ],
    [
      'of units where others belong',
      {
        resourceType: 'Encounter',
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        length: { value: 1, unit: 'm', system: 'http://unitsofmeasure.org', code: 'm' },
      },
      ['warning code-not-in-value-set Encounter.length.code', 'error code-not-allowed Encounter.length.code'],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(said(resource)).toEqual(expected);
  });
});
