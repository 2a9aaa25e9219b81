import { describe, expect, it } from '@jest/globals';
import { examine, examineWithCodes } from './check.ts';

const QUESTIONNAIRE = { resourceType: 'Questionnaire', id: 'q', status: 'active' };
const GROUP = { resourceType: 'Group', id: 'g', type: 'person', actual: true };

function response(questionnaire: string, contained: readonly object[] = []): object {
  const more = contained.length > 0 ? { contained } : {};
  return { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire, ...more };
}

function errors(resource: object, judge = examineWithCodes): string[] {
  return judge(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ key, expression }) => `${key} ${expression}`);
}

describe('what a canonical leads to', () => {
  const AT = 'QuestionnaireResponse.questionnaire';
  it.each<[string, object, string[]]>([
    ['is not known here', response('https://example.org/Questionnaire/q|1'), []],
    ['is not known here, whatever its address looks like', response('https://example.org/Patient/q'), []],
    ['is contained', response('#q', [QUESTIONNAIRE]), []],
    ['is contained, of another type', response('#g', [GROUP]), [`wrong-canonical-type ${AT}`]],
    ['is not contained, as it says', response('#x'), [`unresolved-contained ${AT}`]],
    ['is a type of R4', response('http://hl7.org/fhir/StructureDefinition/Patient'), [`wrong-canonical-type ${AT}`]],
    [
      'is a profile of R4',
      response('http://hl7.org/fhir/StructureDefinition/bp|4.0.1'),
      [`wrong-canonical-type ${AT}`],
    ],
    [
      'is a value set of R4',
      response('http://hl7.org/fhir/ValueSet/administrative-gender'),
      [`wrong-canonical-type ${AT}`],
    ],
    [
      'is the element of a definition that belongs here',
      { resourceType: 'Patient', meta: { profile: ['http://hl7.org/fhir/StructureDefinition/Patient#Patient'] } },
      [],
    ],
    [
      'is a value set for a profile',
      { resourceType: 'Patient', meta: { profile: ['http://hl7.org/fhir/ValueSet/administrative-gender'] } },
      ['wrong-canonical-type Patient.meta.profile[0]'],
    ],
    [
      'may be of any type',
      {
        resourceType: 'Basic',
        code: { text: 'A' },
        extension: [
          { url: 'https://example.org/e', valueCanonical: 'http://hl7.org/fhir/ValueSet/administrative-gender' },
        ],
      },
      [],
    ],
  ])('%s', (_, resource, expected) => {
    expect(errors(resource)).toEqual(expected);
  });

  it('is told without terminology as far as definitions tell', () => {
    const text = response('http://hl7.org/fhir/ValueSet/administrative-gender');
    expect(errors(text, examine)).toEqual([]);
    expect(errors(response('http://hl7.org/fhir/StructureDefinition/Patient'), examine)).toEqual([
      `wrong-canonical-type ${AT}`,
    ]);
  });
});
