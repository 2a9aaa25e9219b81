import { describe, expect, it } from '@jest/globals';
import type { ElementRuleType } from '../../src/definitions/index.ts';
import { conform, profile } from './check.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';
const PATIENT = { resourceType: 'Patient', id: 'p', name: [{ text: 'A' }] };

function subject(...type: ElementRuleType[]): ReturnType<typeof profile> {
  return profile('Observation', { 'Observation.subject': { type } });
}

function to(targets: readonly string[], more: object): ElementRuleType {
  return { code: 'Reference', targetProfile: targets.map((name) => R4 + name), ...more };
}

function observation(reference: string, change: object = {}): Record<string, unknown> {
  const contained = reference.startsWith('#') ? { contained: [PATIENT] } : {};
  const fixed = { resourceType: 'Observation', status: 'final', code: { text: 'A' } };
  return { ...fixed, ...contained, subject: { reference }, ...change };
}

const AWAY = ['wrong-aggregation Observation.subject.reference'];
const VERSION = ['wrong-versioning Observation.subject.reference'];

describe('where records have to be', () => {
  it.each<[string, string[], string, string[]]>([
    ['contained, and is', ['contained'], '#p', []],
    ['contained, and is not', ['contained'], 'Patient/p', AWAY],
    ['referred to, and is', ['referenced'], 'Patient/p', []],
    ['referred to, and is contained', ['referenced'], '#p', AWAY],
    ['either', ['contained', 'referenced'], '#p', []],
    ['either', ['contained', 'referenced'], 'https://example.org/fhir/Patient/p', []],
    ['bundled, and is contained', ['bundled'], '#p', AWAY],
    ['bundled, which a record alone does not tell', ['bundled'], 'Patient/p', []],
  ])('%s', (_, aggregation, reference, expected) => {
    expect(conform(observation(reference), subject(to(['Patient', 'Group'], { aggregation })))).toEqual(expected);
  });

  it('is asked only of what refers', () => {
    const structure = subject(to(['Patient'], { aggregation: ['contained'] }));
    expect(conform(observation('', { subject: { display: 'A' } }), structure)).toEqual([]);
  });

  it('may differ by type', () => {
    const structure = subject(
      to(['Patient'], { aggregation: ['contained'] }),
      to(['Group'], { aggregation: ['referenced'] }),
    );
    expect(conform(observation('#p'), structure)).toEqual([]);
    expect(conform(observation('Group/g'), structure)).toEqual([]);
    expect(conform(observation('Patient/p'), structure)).toEqual(AWAY);
    // What is not wanted at all is told once.
    expect(conform(observation('Device/d'), structure)).toEqual(['wrong-reference-type Observation.subject.reference']);
    // Nobody knows what that is.
    expect(conform(observation('urn:uuid:0f8a4c1e-6a0e-4b0e-9a51-3c2d1e0f9a8b'), structure)).toEqual([]);
  });

  it('in a Bundle, among its entries', () => {
    const structure = subject(to(['Patient'], { aggregation: ['bundled'] }));
    const claims = { id: 'o', meta: { profile: [structure.url] } };
    const bundle = (reference: string): object => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: 'https://example.org/fhir/Patient/p', resource: PATIENT },
        { fullUrl: 'https://example.org/fhir/Observation/o', resource: observation(reference, claims) },
      ],
    });
    const any = profile('Bundle', {});
    expect(conform(bundle('Patient/p'), any, structure)).toEqual([]);
    expect(conform(bundle('Patient/q'), any, structure)).toEqual([
      'wrong-aggregation Bundle.entry[1].resource.subject.reference',
    ]);
  });
});

describe('versions of references', () => {
  it.each<[string, string, string[]]>([
    ['specific', 'Patient/p/_history/1', []],
    ['specific', 'https://example.org/fhir/Patient/p/_history/1', []],
    ['specific', 'Patient/p', VERSION],
    ['specific', '#p', []],
    ['specific', 'urn:uuid:0f8a4c1e-6a0e-4b0e-9a51-3c2d1e0f9a8b', []],
    ['independent', 'Patient/p', []],
    ['independent', 'Patient/p/_history/1', VERSION],
    ['either', 'Patient/p/_history/1', []],
    ['either', 'Patient/p', []],
  ])('%s: %s', (versioning, reference, expected) => {
    expect(conform(observation(reference), subject(to(['Patient'], { versioning })))).toEqual(expected);
  });

  it('of canonicals', () => {
    const of = (versioning: string): ReturnType<typeof profile> =>
      profile('QuestionnaireResponse', {
        'QuestionnaireResponse.questionnaire': { type: [{ code: 'canonical', versioning }] },
      });
    const response = (questionnaire: string): object => ({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire,
    });
    const told = ['wrong-versioning QuestionnaireResponse.questionnaire'];
    expect(conform(response('https://example.org/q|1'), of('specific'))).toEqual([]);
    expect(conform(response('https://example.org/q'), of('specific'))).toEqual(told);
    expect(conform(response('https://example.org/q|1'), of('independent'))).toEqual(told);
    expect(conform(response('https://example.org/q'), of('independent'))).toEqual([]);
  });
});
