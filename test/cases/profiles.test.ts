import { describe, expect, it, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { CANONICAL, profilesOf } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';

const COMPILED = new URL('../../profiles/compiled/', import.meta.url);

interface CodeSystem {
  readonly concept: readonly { readonly code: string }[];
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, COMPILED), 'utf8'));
}

const coded = (system: string, code: string) => ({ coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] });

describe('profilesOf', () => {
  it.each<[string, Resource, string[]]>([
    [
      'a request for a second opinion',
      { resourceType: 'ServiceRequest', code: coded('second-opinion-service', 'x') },
      ['case-request'],
    ],
    ['another order', { resourceType: 'ServiceRequest', code: { text: 'x' } }, []],
    [
      'a document of the packet',
      { resourceType: 'DocumentReference', category: [{}, coded('packet-document-kind', 'x')] },
      ['packet-document'],
    ],
    ['another document', { resourceType: 'DocumentReference' }, []],
    [
      'answers to the form',
      {
        resourceType: 'QuestionnaireResponse',
        questionnaire: `${CANONICAL}/Questionnaire/narrative-and-questions|1.0`,
      },
      ['case-questions'],
    ],
    [
      'answers to a follow-up',
      { resourceType: 'QuestionnaireResponse', questionnaire: `${CANONICAL}/Questionnaire/follow-up` },
      ['follow-up-answers'],
    ],
    ['answers to another', { resourceType: 'QuestionnaireResponse', questionnaire: 'urn:x' }, []],
    [
      'agreement',
      { resourceType: 'Observation', code: coded('opinion-observation', 'concordance') },
      ['opinion-concordance'],
    ],
    [
      'advice',
      { resourceType: 'Observation', code: coded('opinion-observation', 'travel-advice') },
      ['opinion-travel-advice'],
    ],
    [
      'a difference',
      { resourceType: 'Observation', code: coded('opinion-observation', 'difference') },
      ['opinion-difference'],
    ],
    [
      'a report in sections',
      { resourceType: 'Composition', section: [{ title: 'x' }, { code: coded('report-section', 'summary') }] },
      ['report-composition'],
    ],
    [
      'its translation',
      {
        resourceType: 'Composition',
        relatesTo: [{ code: 'replaces' }, { code: 'transforms' }],
        section: [{ code: coded('report-section', 'summary') }],
      },
      ['report-translated-composition'],
    ],
    ['another Composition', { resourceType: 'Composition', section: [{ code: { text: 'summary' } }] }, []],
    ['a finding', { resourceType: 'Observation', code: { text: 'x' } }, []],
    [
      'how a translation was made',
      { resourceType: 'Provenance', agent: [{}, { role: [coded('translation-method', 'human')] }] },
      ['translation-provenance'],
    ],
    ['who made something else', { resourceType: 'Provenance', agent: [{}] }, []],
    ['a Task of an unknown kind', { resourceType: 'Task', code: coded('case-task-kind', 'nonsense') }, []],
    ['a report of no case', { resourceType: 'DiagnosticReport' }, []],
    ['nothing of a case', { resourceType: 'Patient' }, []],
  ])('knows %s', (_what, resource, names) => {
    expect(profilesOf(resource)).toEqual(names.map((name) => `${CANONICAL}/StructureDefinition/${name}`));
  });

  it('takes a report for an opinion where it is on a case', () => {
    expect(profilesOf({ resourceType: 'DiagnosticReport' }, true)).toEqual([
      `${CANONICAL}/StructureDefinition/opinion-report`,
    ]);
  });
});

test('each kind of Task of the guide has its profile, and every profile named here is in the guide', () => {
  const kinds = (read('CodeSystem-case-task-kind') as CodeSystem).concept.map(({ code }) => code);
  const there = new Set(readdirSync(COMPILED));
  for (const kind of kinds) {
    const [profile] = profilesOf({ resourceType: 'Task', code: coded('case-task-kind', kind) });
    expect(profile).toBe(`${CANONICAL}/StructureDefinition/${kind}-task`);
    expect(there).toContain(`StructureDefinition-${kind}-task.json`);
  }
  for (const name of [
    'case-request',
    'packet-document',
    'case-questions',
    'opinion-concordance',
    'opinion-travel-advice',
    'opinion-report',
  ]) {
    expect(there).toContain(`StructureDefinition-${name}.json`);
  }
});
