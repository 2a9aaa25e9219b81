import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '../../src/validation/index.ts';
import { definitions } from '../definitions/r4.ts';
import { conform, examine, findings, profile, request } from './check.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';
const birthPlace = { url: `${R4}patient-birthPlace`, valueAddress: { city: 'A' } };

describe('extensions of R4', () => {
  it.each<[string, object, string[]]>([
    ['where they belong', { resourceType: 'Patient', extension: [birthPlace] }, []],
    ['elsewhere', request({ extension: [birthPlace] }), ['extension-context ServiceRequest.extension[0]']],
    [
      'on a part',
      { resourceType: 'Patient', contact: [{ name: { text: 'A' }, extension: [birthPlace] }] },
      ['extension-context Patient.contact[0].extension[0]'],
    ],
    [
      'on a primitive',
      {
        resourceType: 'Patient',
        birthDate: '1970-01-01',
        _birthDate: { extension: [{ url: `${R4}patient-birthTime`, valueDateTime: '1970-01-01T10:00:00Z' }] },
      },
      [],
    ],
    [
      'on another primitive',
      {
        resourceType: 'Patient',
        gender: 'other',
        _gender: { extension: [{ url: `${R4}patient-birthTime`, valueDateTime: '1970-01-01T10:00:00Z' }] },
      },
      ['extension-context Patient.gender.extension[0]'],
    ],
    [
      'on a type, wherever it is',
      request({
        note: [{ text: 'a', authorReference: { display: 'a' } }],
        code: {
          coding: [
            { extension: [{ url: `${R4}ordinalValue`, valueDecimal: 1 }], code: 'a', system: 'https://example.org' },
          ],
        },
      }),
      [],
    ],
    [
      'on any element',
      {
        resourceType: 'Patient',
        _birthDate: { extension: [{ url: `${R4}data-absent-reason`, valueCode: 'masked' }] },
      },
      [],
    ],
    [
      'of another type',
      {
        resourceType: 'Patient',
        extension: [{ ...birthPlace, valueAddress: undefined!, valueString: 'A' }].map(clean),
      },
      ['type-not-allowed Patient.extension[0].value'],
    ],
    [
      'with parts',
      { resourceType: 'Patient', extension: [nationality({ url: 'code', valueCodeableConcept: { text: 'A' } })] },
      [],
    ],
    [
      'with a value instead of parts',
      { resourceType: 'Patient', extension: [{ url: `${R4}patient-nationality`, valueString: 'A' }] },
      ['element-not-used Patient.extension[0].value'],
    ],
    [
      'with parts that are none',
      { resourceType: 'Patient', extension: [nationality({ url: 'kode', valueString: 'A' })] },
      ['unknown-extension-part Patient.extension[0].extension[0]'],
    ],
    [
      'with parts of another type',
      { resourceType: 'Patient', extension: [nationality({ url: 'code', valueString: 'A' })] },
      ['type-not-allowed Patient.extension[0].extension[0].value'],
    ],
    [
      'with a part twice',
      {
        resourceType: 'Patient',
        extension: [
          nationality(
            { url: 'code', valueCodeableConcept: { text: 'A' } },
            { url: 'code', valueCodeableConcept: { text: 'B' } },
          ),
        ],
      },
      ['too-many-of-slice Patient.extension[0].extension'],
    ],
    [
      'that lack a part',
      {
        resourceType: 'Patient',
        address: [{ extension: [{ url: `${R4}geolocation`, extension: [{ url: 'latitude', valueDecimal: 1 }] }] }],
      },
      ['missing-slice Patient.address[0].extension[0].extension'],
    ],
    [
      'on an element that is not as they demand',
      questionnaireItem('display', { url: `${R4}questionnaire-unit`, valueCoding: { display: 'a' } }),
      ['extension-context Questionnaire.item[0].extension[0]'],
    ],
    [
      'on an element that is as they demand',
      questionnaireItem('integer', { url: `${R4}questionnaire-unit`, valueCoding: { display: 'a' } }),
      [],
    ],
    [
      'that modify, where they do not',
      request({ extension: [{ url: `${R4}request-doNotPerform`, valueBoolean: true }] }),
      ['extension-misplaced ServiceRequest.extension[0]', 'extension-context ServiceRequest.extension[0]'],
    ],
    [
      'that do not modify, where they would',
      { resourceType: 'Patient', modifierExtension: [birthPlace] },
      ['extension-misplaced Patient.modifierExtension[0]'],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(findings(resource)).toEqual(expected);
  });
});

function nationality(...extension: object[]): object {
  return { url: `${R4}patient-nationality`, extension };
}

function questionnaireItem(type: string, extension: object): object {
  return { resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type, extension: [extension] }] };
}

function clean(extension: object): object {
  return Object.fromEntries(Object.entries(extension).filter(([, value]) => value !== undefined));
}

describe('other extensions', () => {
  const url = 'https://example.org/urgency';

  it('are kept, with one word about each that is not known', () => {
    const extension = [
      { url, valueCode: 'a' },
      { url, valueCode: 'b' },
      { url: 'https://example.org/other', valueCode: 'c' },
    ];
    expect(examine(request({ extension }))).toMatchObject([
      { severity: 'information', key: 'unknown-extension', expression: 'ServiceRequest.extension[0]' },
      { severity: 'information', key: 'unknown-extension', expression: 'ServiceRequest.extension[2]' },
    ]);
  });

  it('are as the project defines them', () => {
    const urgency = profile(
      'Extension',
      { 'Extension.url': { fixedUri: url }, 'Extension.value[x]': { min: 1, type: [{ code: 'code' }] } },
      { url, context: [{ type: 'element', expression: 'ServiceRequest' }] },
    );
    const structure = profile('ServiceRequest', {
      'ServiceRequest.extension': { slicing: { discriminator: [{ type: 'value', path: 'url' }], rules: 'open' } },
      'ServiceRequest.extension:urgency': { min: 1, max: '1', type: [{ code: 'Extension', profile: [url] }] },
    });
    expect(conform(request({ extension: [{ url, valueCode: 'a' }] }), structure, urgency)).toEqual([]);
    expect(conform(request({ extension: [{ url, valueString: 'a' }] }), structure, urgency)).toEqual([
      'type-not-allowed ServiceRequest.extension[0].value',
    ]);
    expect(conform(request(), structure, urgency)).toEqual(['missing-slice ServiceRequest.extension']);
  });

  it('may modify where a definition says so', () => {
    const turned = profile(
      'Extension',
      { Extension: { isModifier: true }, 'Extension.url': { fixedUri: url } },
      { url, context: [{ type: 'element', expression: 'ServiceRequest' }] },
    );
    const validate = compileValidator(definitions, undefined, [turned]);
    expect(validate(request({ modifierExtension: [{ url, valueBoolean: true }] }))).toEqual([]);
  });
});
