import { describe, expect, it } from '@jest/globals';
import type { SearchParameterDefinition, SearchParameterType } from '../../src/definitions/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { compileExtractor, paramKey } from '../../src/search/index.ts';
import { findPlaces } from '../../src/search/places.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

/** The text values that a parameter of this type and expression gives. */
function read(type: SearchParameterType, expression: string, resource: Resource): string[] {
  const parameter: SearchParameterDefinition = { code: 'own', url: 'urn:own', type, expression, targets: [] };
  const own = { ...definitions, searchParameters: () => new Map([['own', parameter]]) };
  const extract = compileExtractor({ definitions: own, terminology });
  const rows = extract(resource).text.filter(({ param }) => param === paramKey(resource.resourceType, 'own'));
  return rows.map(({ value }) => value);
}

describe('expressions', () => {
  const patient: Resource = {
    resourceType: 'Patient',
    name: [
      { use: 'official', family: 'A' },
      { use: 'maiden', family: 'B' },
    ],
    extension: [
      { url: 'urn:one', valueString: 'x' },
      { url: 'urn:two', valueString: 'y' },
    ],
    deceasedBoolean: true,
    generalPractitioner: [{ reference: 'Practitioner/1' }, { reference: 'Organization/2' }],
  };

  it.each<[SearchParameterType, string, string[]]>([
    ['string', 'Patient.name.family', ['a', 'b']],
    ['string', 'name.family', ['a', 'b']],
    ['string', 'Patient.name[0].family', ['a']],
    ['string', 'Patient.name.first().family', ['a']],
    ['string', "Patient.name.where(use='maiden').family", ['b']],
    ['string', "Patient.name.where(use = 'maiden').family | Patient.name.first().family", ['b', 'a']],
    ['string', "Patient.extension('urn:two').value", ['y']],
    ['string', "Patient.extension('urn:two').value.ofType(string)", ['y']],
    ['string', "Patient.extension('urn:two')", ['y']],
    ['string', 'Patient.extension(http://a.example/x)', []],
    ['token', '(Patient.deceased as boolean)', ['true']],
    ['token', 'Patient.deceased.as(boolean)', ['true']],
    ['token', 'Patient.deceased.ofType(boolean)', ['true']],
    ['token', 'Patient.deceased as boolean', ['true']],
    ['reference', 'Patient.generalPractitioner.where(resolve() is Organization)', ['Organization/2']],
  ])('%s %s', (type, expression, values) => {
    expect(read(type, expression, patient)).toEqual(values);
  });

  it('may ask for an extension on an element', () => {
    const subject = 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject';
    const item = [
      { linkId: '1', answer: [{ valueReference: { reference: 'Patient/1' } }] },
      { linkId: '2', extension: [{ url: subject }], answer: [{ valueReference: { reference: 'Patient/2' } }] },
    ];
    const expression = `QuestionnaireResponse.item.where(hasExtension('${subject}')).answer.value.ofType(Reference)`;
    expect(read('reference', expression, { resourceType: 'QuestionnaireResponse', item })).toEqual(['Patient/2']);
  });

  it.each([
    'Patient.nothing',
    'Patient.name.family | Patient.nothing',
    'Patient.name.exists()',
    'Patient.name[1]',
    'Patient.name.given[0]',
    "Patient.name.where(use='maiden').first().family",
    "Patient.name.where(use='maiden').where(text='x').family",
    "Patient.where(hasExtension('urn:two')).name",
    'Patient.name.where(use)',
    'Patient.name.where(use=5)',
    '%resource.name',
    'Patient.name.family)',
    'Patient..name',
    '(Patient.name',
    '',
  ])('%j is not known, rather than half understood', (expression) => {
    expect(findPlaces(definitions, { steps: [], type: 'Patient' }, expression)).toBeUndefined();
  });
});
