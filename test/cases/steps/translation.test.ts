import { describe, expect, test } from '@jest/globals';
import type { CaseRow, Decision, ProgrammeRules, Scene, Step } from '../../../src/cases/index.ts';
import { CANONICAL, NO_RULES, STATUS_REASON_SYSTEM, wantedFor } from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, report, request, row, ROWS, scene, task } from '../samples.ts';
import {
  because,
  child,
  decided,
  events,
  input,
  keys,
  output,
  recordsOf,
  RULES,
  standing,
  stepOf,
  write,
} from './asked.ts';
import { override } from './reviewers.ts';

const KIND = 'translation';
const METHOD = `${CANONICAL}/CodeSystem/translation-method`;
const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const WHO = Object.keys(ACTORS) as (keyof typeof ACTORS)[];
const MAKEABLE = ['received', 'accepted', 'in-progress', 'on-hold', 'completed'];

function letter(id: string, language: string | undefined, changes: Record<string, unknown> = {}): Resource {
  const attachment = { contentType: 'application/pdf', ...(language === undefined ? {} : { language }) };
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject: { reference: 'Patient/p1' },
    content: [{ attachment }],
    ...changes,
  };
}

function transforms(ref: string, code = 'transforms'): Record<string, unknown> {
  return { relatesTo: [{ code, target: { reference: ref } }] };
}

function provenance(method: string, changes: Record<string, unknown> = {}, type = 'performer'): Resource {
  return {
    resourceType: 'Provenance',
    id: `by-${method}`,
    target: [{ reference: 'DocumentReference/en' }],
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT, code: type }] },
        role: [{ coding: [{ system: METHOD, code: method }] }],
        who: { display: 'Invented translators' },
      },
    ],
    ...changes,
  };
}

function step(changes: Partial<Step> = {}): Step {
  return stepOf(KIND, { by: 'server', focus: 'DocumentReference/vi', ...changes });
}

const TARGET = [input('target-language', { valueCode: 'en' })];
const asked = child(KIND, 'requested', { focus: { reference: 'DocumentReference/vi' }, input: TARGET });
const done = {
  ...asked,
  status: 'completed',
  output: [output('translated-document', { valueReference: { reference: 'DocumentReference/en' } })],
};
const ORIGINAL = letter('vi', 'vi');
const TRANSLATED = letter('en', 'en-GB', transforms('DocumentReference/vi'));
const HUMAN = provenance('human');
const open = row('in-progress', 'translating', { steps: [step()] });

function accept(here: CaseRow, records: readonly Resource[], rules: ProgrammeRules = RULES): Decision {
  const t0 = task(here.status, here.businessStatus);
  return decided(write(here, 'programme', task('accepted', 'accepted'), t0, { records: recordsOf(...records), rules }));
}

function complete(
  records: readonly Resource[],
  changes: Partial<Scene> = {},
  after: Resource = done,
): Decision | Issue[] {
  return write(open, 'programme', after, asked, { records: recordsOf(...records), ...changes });
}

function originals(decision: Decision): unknown[] {
  return decision.events
    .filter(({ type }) => type === 'translation-requested')
    .map(({ detail }) => detail?.['original']);
}

describe('a request that is amended', () => {
  const named = (...refs: string[]): Resource => request({ supportingInfo: refs.map((reference) => ({ reference })) });

  test.each([
    ['accepted', 'accepted', ['DocumentReference/fr']],
    ['in-progress', 'assigned', ['DocumentReference/fr']],
    ['received', 'completeness-check', []],
  ] as const)('names one more document while the case is %s', (status, businessStatus, wanted) => {
    const here = row(status, businessStatus, { steps: [step()] });
    const records = recordsOf(letter('vi', 'vi'), letter('fr', 'fr'));
    const before = named('DocumentReference/vi');
    const after = named('DocumentReference/vi', 'DocumentReference/fr');
    const amended = decided(write(here, 'placer', after, before, { records, rules: RULES }));
    expect(originals(amended)).toEqual(wanted);
    expect(amended.events[0]!.type).toBe('request-amended');
    expect(amended.makes ?? []).toHaveLength(wanted.length);
  });
});

describe('a case that is accepted', () => {
  const checked = row('received', 'completeness-check');

  test('has its foreign documents translated, each by a Task of its own', () => {
    const records = [
      letter('vi', 'vi'),
      letter('fr', 'fr-CA'),
      letter('en', 'en-GB'),
      letter('zh', 'zh-Hant'),
      letter('silent', undefined),
    ];
    const accepted = accept(checked, records);
    expect(originals(accepted)).toEqual(['DocumentReference/vi', 'DocumentReference/fr']);
    expect(accepted.row.state.steps).toMatchObject([
      { task: 'Task/made-1', kind: KIND, by: 'server', status: 'requested', focus: 'DocumentReference/vi' },
      { task: 'Task/made-2', kind: KIND, by: 'server', status: 'requested', focus: 'DocumentReference/fr' },
    ]);
    expect(accepted.makes?.map(({ owner }) => owner)).toEqual(['prog', 'prog']);
    expect(accepted.makes?.[0]?.resource).toMatchObject({
      resourceType: 'Task',
      id: 'made-1',
      status: 'requested',
      intent: 'order',
      partOf: [{ reference: 'Task/t0' }],
      focus: { reference: 'DocumentReference/vi' },
      for: { reference: 'Patient/p1' },
      requester: { reference: 'Organization/prog' },
      owner: { reference: 'Organization/prog' },
      input: [{ valueCode: 'zh' }],
    });
  });

  test.each([
    ['that has a translation', [letter('vi', 'vi'), letter('en', 'en', transforms('DocumentReference/vi'))], []],
    [
      'whose translation is not read either',
      [letter('vi', 'vi'), letter('fr', 'fr', transforms('DocumentReference/vi'))],
      ['DocumentReference/vi'],
    ],
    [
      'whose translation was withdrawn',
      [letter('vi', 'vi'), letter('en', 'en', { ...transforms('DocumentReference/vi'), status: 'superseded' })],
      ['DocumentReference/vi'],
    ],
    ['that was replaced', [letter('vi', 'vi', { status: 'superseded' })], []],
    ['that was sent in error', [letter('vi', 'vi', { status: 'entered-in-error' })], []],
    [
      'in two languages, one of which is read',
      [letter('vi', 'vi', { content: ['vi', 'en'].map((language) => ({ attachment: { language } })) })],
      [],
    ],
    [
      'that nobody reads',
      [letter('ct', 'vi', { content: [{ attachment: { contentType: 'application/dicom', language: 'vi' } }] })],
      [],
    ],
    [
      'that is a report, or told by the patient',
      [
        report('final', { id: 'ct', basedOn: [], language: 'vi' }),
        { resourceType: 'QuestionnaireResponse', id: 'story', language: 'vi', subject: { reference: 'Patient/p1' } },
      ],
      ['DiagnosticReport/ct', 'QuestionnaireResponse/story'],
    ],
    ['that answers the case', [report('preliminary', { language: 'vi' })], []],
  ] as [string, Resource[], string[]][])('and a document %s', (_, records, expected) => {
    expect(originals(accept(checked, records))).toEqual(expected);
  });

  test('is not translated by a programme that leaves that to the home side, or reads everything', () => {
    const home: ProgrammeRules = { ...RULES, languages: { ...RULES.languages, translatedBy: 'home' } };
    expect(events(accept(checked, [ORIGINAL], NO_RULES))).toEqual(['case-accepted']);
    const late = write(row('in-progress', 'assigned'), 'placer', ORIGINAL, undefined, { rules: home });
    expect(events(late)).toEqual(['record-added']);
  });

  test('asks once: what the programme has called off stays so', () => {
    const before = row('received', 'completeness-check', { steps: [step({ status: 'cancelled' })] });
    expect(originals(accept(before, [ORIGINAL]))).toEqual([]);
  });
});

describe('asking', () => {
  test.each(ROWS.map((here) => [`${here.status} ${here.businessStatus}`, here] as const))(
    'is for the programme once it has the case: %s',
    (_, here) => {
      for (const who of WHO) {
        const made = write(here, who, asked, undefined, { records: recordsOf(ORIGINAL) });
        if (who !== 'programme') expect([who, keys(made)]).toEqual([who, ['not-your-move']]);
        else if (!MAKEABLE.includes(here.status)) expect(keys(made)).toEqual(['illegal-move']);
        else expect(events(made)).toContain('translation-requested');
      }
    },
  );
});

describe('moving the Task', () => {
  test.each([
    ['accepted', {}, true],
    ['in-progress', {}, true],
    ['completed', { output: done.output }, true],
    ['rejected', because('no-capacity'), true],
    ['cancelled', because('duplicate'), true],
    ['on-hold', {}, false],
    ['draft', {}, false],
  ])('to %s', (status, more, isLegal) => {
    for (const who of WHO) {
      const after = { ...asked, status, ...more };
      const moved = write(open, who, after, asked, { records: recordsOf(ORIGINAL, TRANSLATED, HUMAN) });
      if (who !== 'programme') expect([who, keys(moved)]).toEqual([who, ['not-your-move']]);
      else expect(keys(moved)).toEqual(isLegal ? [] : ['illegal-move']);
    }
  });

  test.each(['cancelled', 'entered-in-error'])('to %s needs a reason where the original is not read', (status) => {
    const after = { ...asked, status };
    expect(keys(write(open, 'programme', after, asked))).toEqual(['status-reason']);
    expect(events(write(open, 'programme', { ...after, ...because('duplicate') }, asked))).toEqual(['step-cancelled']);
    expect(events(write(open, 'programme', after, asked, { rules: NO_RULES }))).toEqual(['step-cancelled']);
  });

  test('to another original is not possible', () => {
    const after = { ...asked, focus: { reference: 'DocumentReference/fr' } };
    expect(keys(write(open, 'programme', after, asked))).toEqual(['step-fixed']);
  });
});

describe('a finished translation', () => {
  test('is handed over with its document and how it was made', () => {
    const made = decided(complete([ORIGINAL, TRANSLATED, HUMAN]));
    expect(made.events).toMatchObject([
      { type: 'translation-completed', focus: 'Task/c1', detail: { kind: KIND, status: 'completed', method: 'human' } },
    ]);
    expect(made.row.state.steps).toMatchObject([{ status: 'completed', notes: { method: 'human' } }]);
    expect(made.remarks).toEqual([]);
  });

  test.each([
    ['nothing', [ORIGINAL], 'translation-missing', { output: [output('summary', { valueString: 'Done.' })] }],
    ['a document that is not there', [ORIGINAL, HUMAN], 'translation-missing', {}],
    ['a document of nothing', [ORIGINAL, letter('en', 'en'), HUMAN], 'translation-of', {}],
    [
      'what is appended to the original',
      [ORIGINAL, letter('en', 'en', transforms('DocumentReference/vi', 'appends')), HUMAN],
      'translation-of',
      {},
    ],
    [
      'the translation of another',
      [ORIGINAL, letter('en', 'en', transforms('DocumentReference/fr')), HUMAN],
      'translation-of',
      {},
    ],
    [
      'what is in another language',
      [ORIGINAL, letter('en', 'fr', transforms('DocumentReference/vi')), HUMAN],
      'translation-language',
      {},
    ],
    [
      'what does not say its language',
      [ORIGINAL, letter('en', undefined, transforms('DocumentReference/vi')), HUMAN],
      'translation-language',
      {},
    ],
    [
      'what is about another patient',
      [ORIGINAL, { ...TRANSLATED, subject: { reference: 'Patient/p2' } }, HUMAN],
      'translation-of',
      {},
    ],
    ['a document without Provenance', [ORIGINAL, TRANSLATED], 'translation-provenance', {}],
    [
      'a Provenance of another document',
      [ORIGINAL, TRANSLATED, provenance('human', { target: [{ reference: 'DocumentReference/fr' }] })],
      'translation-provenance',
      {},
    ],
    [
      'a Provenance that names no performer',
      [ORIGINAL, TRANSLATED, provenance('human', {}, 'verifier')],
      'translation-provenance',
      {},
    ],
    ['a Provenance that says not how', [ORIGINAL, TRANSLATED, provenance('magic')], 'translation-provenance', {}],
  ] as [string, Resource[], string, Record<string, unknown>][])('is not %s', (_, records, key, more) => {
    expect(keys(complete(records, {}, { ...done, ...more }))).toEqual([key]);
    // A programme that has not said what it reads is told, and goes on.
    const lenient = decided(complete(records, { rules: NO_RULES }, { ...done, ...more }));
    expect(lenient.remarks).toMatchObject([{ severity: 'warning', key }]);
  });

  test('by a machine alone is remarked; read over by a person it is not', () => {
    expect(decided(complete([ORIGINAL, TRANSLATED, provenance('machine')])).remarks).toMatchObject([
      { severity: 'warning', key: 'machine-translated' },
    ]);
    for (const both of [[provenance('machine-then-human')], [provenance('machine'), HUMAN]]) {
      const read = decided(complete([ORIGINAL, TRANSLATED, ...both]));
      expect(read.remarks).toEqual([]);
      expect(read.events[0]?.detail?.['method']).toBe('machine-then-human');
    }
  });

  test('of a record that is no document is related to it', () => {
    const ofReport = { ...asked, focus: { reference: 'DiagnosticReport/ct' } };
    const here = row('in-progress', 'translating', { steps: [step({ focus: 'DiagnosticReport/ct' })] });
    const ct = report('final', { id: 'ct', basedOn: [], subject: { reference: 'Patient/p1' } });
    const related = letter('en', 'en', { context: { related: [{ reference: 'DiagnosticReport/ct' }] } });
    const give = (document: Resource) =>
      write(here, 'programme', { ...done, focus: ofReport.focus }, ofReport, {
        records: recordsOf(ct, document, HUMAN),
      });
    expect(events(give(related))).toEqual(['translation-completed']);
    expect(keys(give(letter('en', 'en')))).toEqual(['translation-of']);
  });

  test('looks at what the Task names and at the Provenances of the case', () => {
    const command = { kind: 'step', step: KIND, task: 'Task/c1', before: asked, after: done } as const;
    expect(wantedFor(scene(open, ACTORS.programme, { rules: RULES }), command)).toMatchObject({
      refs: ['DocumentReference/en', 'DocumentReference/vi'],
      types: ['Provenance'],
    });
  });
});

describe('the review', () => {
  const t0 = task('in-progress', 'translating');
  const OVERRIDE = {
    extension: [
      {
        url: `${CANONICAL}/StructureDefinition/override`,
        extension: [
          { url: 'rule', valueCode: 'translation-open' },
          { url: 'reason', valueString: 'The reviewer reads the language.' },
        ],
      },
    ],
  };

  test.each(['assigned', 'under-review', 'mdt-scheduled'])(
    'does not begin (%s) while one is open',
    (businessStatus) => {
      const after = task('in-progress', businessStatus);
      expect(keys(write(open, 'programme', after, t0))).toContain('translation-open');
      for (const steps of [[step({ status: 'completed' })], [step({ status: 'cancelled' })], []]) {
        const here = row('in-progress', 'translating', { steps });
        expect(keys(write(here, 'programme', after, t0))).not.toContain('translation-open');
      }
      expect(keys(write(open, 'programme', after, t0, { rules: NO_RULES }))).not.toContain('translation-open');
    },
  );

  test('begins all the same where the programme says why', () => {
    const moved = decided(write(open, 'programme', task('in-progress', 'assigned', OVERRIDE), t0));
    expect(standing(moved)).toBe('in-progress assigned');
    expect(moved.remarks).toMatchObject([{ severity: 'warning', key: 'translation-open' }]);
    expect(moved.row.state.overrides).toMatchObject([{ rule: 'translation-open' }]);
  });
});

describe('an original', () => {
  test.each(['superseded', 'entered-in-error'])('that is %s is not translated any more', (status) => {
    const after = { ...ORIGINAL, status };
    const gone = decided(write(open, 'placer', after, ORIGINAL));
    expect(events(gone)).toEqual(['record-corrected', 'step-cancelled']);
    expect(gone.row.state.steps).toMatchObject([{ status: 'cancelled' }]);
    expect(gone.changes?.get('Task/c1')?.(asked)).toMatchObject({
      status: 'cancelled',
      statusReason: { coding: [{ system: STATUS_REASON_SYSTEM, code: 'superseded' }] },
    });
  });

  test('that is replaced is not translated, its successor is', () => {
    const next = letter('vi2', 'vi', transforms('DocumentReference/vi', 'replaces'));
    const replaced = decided(write(open, 'placer', next));
    expect(events(replaced)).toEqual(['record-added', 'step-cancelled', 'translation-requested']);
    expect(originals(replaced)).toEqual(['DocumentReference/vi2']);
  });

  test('that comes after the acceptance is translated, and before it not yet', () => {
    expect(originals(decided(write(row('in-progress', 'assigned'), 'placer', letter('vi2', 'vi'))))).toEqual([
      'DocumentReference/vi2',
    ]);
    expect(events(write(row('received', 'completeness-check'), 'placer', letter('vi2', 'vi')))).toEqual([
      'record-added',
    ]);
    expect(events(write(row('in-progress', 'assigned'), 'programme', letter('vi2', 'vi')))).toEqual(['record-added']);
  });
});

describe('the report', () => {
  const reviewed = row('in-progress', 'under-review');
  const draft = report('preliminary', { subject: { reference: 'Patient/p1' } });
  const patient = (language: string): Resource => ({
    resourceType: 'Patient',
    id: 'p1',
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: language }] }, preferred: true }],
  });

  function toHome(records: readonly Resource[], rules = RULES): Decision {
    const t0 = task('in-progress', 'under-review');
    const after = task('in-progress', 'report-translation');
    return decided(write(reviewed, 'programme', after, t0, { records: recordsOf(...records), rules }));
  }

  test('is translated for the home side, in the language that the patient prefers', () => {
    const moved = toHome([draft, patient('vi'), letter('fr', 'fr')]);
    expect(moved.makes).toMatchObject([
      { resource: { focus: { reference: 'DiagnosticReport/d1' }, input: [{ valueCode: 'vi' }] } },
    ]);
    expect(moved.row.state.steps).toMatchObject([{ notes: { of: 'report' } }]);
    expect(toHome([draft, letter('fr', 'fr')]).makes).toMatchObject([{ resource: { input: [{ valueCode: 'fr' }] } }]);
  });

  test.each([
    ['in the language of the report', [draft, patient('zh')], RULES, []],
    ['that nobody knows', [draft], RULES, ['home-language-unknown']],
    ['without a report', [patient('vi')], RULES, ['report-missing']],
    ['of a programme with one language', [draft, patient('vi')], NO_RULES, []],
  ] as [string, Resource[], ProgrammeRules, string[]][])('is not, %s', (_, records, rules, remarks) => {
    const moved = toHome(records, rules);
    expect(moved.makes ?? []).toEqual([]);
    expect((moved.remarks ?? []).map(({ key }) => key)).toEqual(remarks);
  });

  test('is translated before it is issued, or the programme says why not', () => {
    const final = report('final', { subject: { reference: 'Patient/p1' } });
    const issue = (records: Resource[], rules = RULES): string[] =>
      keys(write(reviewed, 'programme', final, draft, { records: recordsOf(final, ...records), rules }));
    expect(issue([patient('vi')])).toEqual(['translation-open']);
    expect(issue([patient('zh')])).toEqual([]);
    expect(issue([])).toEqual([]);
    expect(issue([patient('vi')], NO_RULES)).toEqual([]);
    const retracted = stepOf(KIND, { status: 'entered-in-error', notes: { of: 'report' } });
    const here = row('in-progress', 'under-review', { steps: [retracted] });
    expect(keys(write(here, 'programme', final, draft, { records: recordsOf(final, patient('vi')) }))).toEqual([
      'translation-open',
    ]);
  });

  test('is translated once it is issued, where it was not before; what was called off is not asked for again', () => {
    const extension = [override('translation-open', 'The patient reads it with the doctor.')];
    const final = report('final', { subject: { reference: 'Patient/p1' }, extension });
    const issue = (here: CaseRow, rules = RULES): Decision =>
      decided(write(here, 'programme', final, draft, { records: recordsOf(final, patient('vi')), rules }));
    const issued = issue(reviewed);
    expect(standing(issued)).toBe('completed report-issued');
    expect(issued.makes?.filter(({ resource }) => resource.resourceType === 'Task')).toMatchObject([
      { resource: { focus: { reference: 'DiagnosticReport/d1' }, input: [{ valueCode: 'vi' }] } },
    ]);
    expect(issued.row.state.overrides).toMatchObject([{ rule: 'translation-open', by: 'programme' }]);
    expect(issued.row.state.steps).toMatchObject([{ status: 'requested', notes: { of: 'report' } }]);
    const calledOff = stepOf(KIND, { status: 'cancelled', focus: 'DiagnosticReport/d1', notes: { of: 'report' } });
    const unasked = issue(row('in-progress', 'under-review', { steps: [calledOff] })).makes ?? [];
    expect(unasked.filter(({ resource }) => resource.resourceType === 'Task')).toEqual([]);
    expect(issue(reviewed, NO_RULES).makes ?? []).toEqual([]);
  });

  test('is not final before its translation is done', () => {
    const translating = toHome([draft, patient('vi')]).row;
    const final = report('final', { subject: { reference: 'Patient/p1' } });
    expect(keys(write(translating, 'programme', final, draft))).toEqual(['translation-open']);
    const before = child(KIND, 'requested', { id: 'made-1', focus: { reference: 'DiagnosticReport/d1' } });
    const after = {
      ...before,
      status: 'completed',
      output: done.output,
      input: [input('target-language', { valueCode: 'vi' })],
    };
    const related = letter('en', 'vi', { context: { related: [{ reference: 'DiagnosticReport/d1' }] } });
    const ready = decided(
      write(translating, 'programme', after, before, { records: recordsOf(draft, related, HUMAN) }),
    ).row;
    expect(standing(decided(write(ready, 'programme', final, draft)))).toBe('completed report-issued');
  });

  test('of a programme with one language may be translated after it, and nothing else is then', () => {
    const steps = [step(), step({ task: 'Task/c2', notes: { of: 'report' } })];
    const here = row('in-progress', 'under-review', { steps });
    const issued = decided(write(here, 'programme', report('final'), draft, { rules: NO_RULES }));
    expect(issued.row.state.steps.map(({ status }) => status)).toEqual(['cancelled', 'requested']);
    const letterAsked = { ...asked, id: 'c3', focus: { reference: 'DocumentReference/pdf' } };
    const made = decided(write(issued.row, 'programme', letterAsked));
    expect(made.row.state.steps.at(-1)).toMatchObject({ task: 'Task/c3', notes: { of: 'report' } });
  });
});
