import { describe, expect, test } from '@jest/globals';
import type { CaseRow } from '../../../src/cases/index.ts';
import { NO_RULES, wantedFor } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, request, row, scene } from '../samples.ts';
import { override } from '../steps/reviewers.ts';
import {
  answer,
  codeOf,
  decided,
  eventsOf,
  formWith,
  issued,
  NAMES_ORIGINAL,
  NAMES_TRANSLATED,
  narrative,
  ORIGINAL,
  QUESTIONS,
  recordsWith,
  refused,
  REPORT,
  reviewed,
  RULES,
  section,
  to,
  TO_WRITE,
  TRANSLATED,
  withSections,
  write,
} from './world.ts';

const DRAFT: Resource = { ...REPORT, status: 'preliminary' };

/** The errors and warnings of issuing the report with these records in place of those that are in order. */
function issue(changed: readonly Resource[], report: Resource = REPORT, here: CaseRow = reviewed()): string[] {
  const outcome = write(here, report, DRAFT, { records: recordsWith(...changed, report) });
  const told = Array.isArray(outcome) ? outcome : (outcome.remarks ?? []);
  return told.map(({ severity, key }) => `${severity} ${key}`);
}

/** Both Compositions with this done to their sections, so that the two still say the same. */
function both(edit: (sections: Resource[]) => unknown[]): Resource[] {
  return [withSections(ORIGINAL, edit), withSections(TRANSLATED, edit)];
}

const without = (code: string) => (sections: Resource[]) => sections.filter((one) => codeOf(one) !== code);
const instead = (code: string, other: unknown) => (sections: Resource[]) =>
  sections.map((one) => (codeOf(one) === code ? other : one));
const answers = (...parts: unknown[]): unknown => ({ ...section('answers', ''), text: undefined, section: parts });
const inBoth = (changes: Record<string, unknown>): Resource[] => [
  { ...ORIGINAL, ...changes },
  { ...TRANSLATED, ...changes },
];
const unnamed = (...names: unknown[]): Resource => ({ ...REPORT, extension: names });

const YES = answer(QUESTIONS[0]!, 'Yes.');
const DRUG = answer(QUESTIONS[1]!, 'Osimertinib 80 mg.');

describe('what stands against a final report, each alone', () => {
  test('a whole report is issued', () => {
    const outcome = decided(write(reviewed(), REPORT, DRAFT));
    expect(outcome.remarks).toEqual([]);
    expect(eventsOf(outcome)).toEqual(['report-issued']);
    expect(outcome.row).toMatchObject({ status: 'completed', report: 'DiagnosticReport/d1' });
  });

  test.each<readonly [string, readonly string[], readonly Resource[], Resource?]>([
    ['no Composition', ['translation-open', 'report-sections'], [], unnamed()],
    [
      'a Composition that is not here',
      ['report-composition'],
      [],
      unnamed({ ...NAMES_ORIGINAL, valueReference: to('Composition/x') }, NAMES_TRANSLATED),
    ],
    [
      'an extension that names none',
      ['report-composition'],
      [],
      unnamed({ ...NAMES_ORIGINAL, valueReference: { display: 'x' } }, NAMES_TRANSLATED),
    ],
    ['another patient', ['report-composition', 'report-composition'], inBoth({ subject: to('Patient/p2') })],
    [
      'another case',
      ['report-composition', 'report-composition'],
      inBoth({ event: [{ detail: [to('ServiceRequest/r2')] }] }),
    ],
    ['no case', ['report-composition', 'report-composition'], inBoth({ event: [] })],
    ['a Composition that is not done', ['report-composition'], [{ ...ORIGINAL, status: 'preliminary' }]],
    ['no language', ['report-language'], [{ ...ORIGINAL, language: undefined }]],
    ['a language in which the programme does not report', ['report-language'], [{ ...ORIGINAL, language: 'fr' }]],
    ['no summary', ['report-sections'], both(without('summary'))],
    ['no answers', ['report-sections', 'report-question', 'report-question'], both(without('answers'))],
    ['no disclaimer', ['report-disclaimer'], both(without('disclaimer'))],
    ['another disclaimer', ['report-disclaimer'], both(instead('disclaimer', section('disclaimer', 'Trust us.')))],
    [
      'a section to be written',
      ['report-unwritten', 'report-unwritten'],
      both((all) => [...all, { ...section('staging', ''), text: TO_WRITE }]),
    ],
    [
      'a summary without words',
      ['report-unwritten'],
      both(instead('summary', { ...section('summary', ''), text: undefined, entry: [to('CarePlan/c1')] })),
    ],
    ['a question without an answer', ['report-question'], both(instead('answers', answers(YES)))],
    [
      'an answer to be written',
      ['report-unwritten', 'report-question', 'report-unwritten'],
      both(instead('answers', answers(YES, { ...DRUG, text: TO_WRITE }))),
    ],
    ['no attester', ['report-attester'], [{ ...ORIGINAL, attester: undefined }]],
    [
      'an attester who does not say when',
      ['report-attester'],
      [{ ...ORIGINAL, attester: [{ mode: 'professional', party: to('PractitionerRole/rev1') }] }],
    ],
    [
      'an attester who is not named',
      ['report-attester'],
      [{ ...ORIGINAL, attester: [{ mode: 'professional', time: '2026-03-04' }] }],
    ],
    [
      'an attester who does not answer for it',
      ['report-attester'],
      [{ ...ORIGINAL, attester: [{ mode: 'professional', party: to('PractitionerRole/rev2'), time: '2026-03-04' }] }],
    ],
    [
      'the programme as its only attester',
      ['report-attester'],
      [{ ...ORIGINAL, attester: [{ mode: 'official', party: to('Organization/prog'), time: '2026-03-04' }] }],
    ],
    ['no plan', ['report-plan'], both((all) => all.map((one) => ({ ...one, entry: undefined })))],
    [
      'a plan that is not here',
      ['report-plan'],
      both((all) => all.map((one) => ({ ...one, entry: [to('CarePlan/x')] }))),
    ],
    ['one language of two', ['translation-open'], [], unnamed(NAMES_ORIGINAL)],
    [
      'a translation that is not here',
      ['translation-open', 'report-composition'],
      [],
      unnamed(NAMES_ORIGINAL, { ...NAMES_TRANSLATED, valueReference: to('Composition/x') }),
    ],
    [
      'a translation into the same language',
      ['translation-open', 'translation-language'],
      [{ ...TRANSLATED, language: 'en' }],
    ],
    [
      'a translation of something else',
      ['translation-of'],
      [{ ...TRANSLATED, relatesTo: [{ code: 'transforms', targetReference: to('Composition/y') }] }],
    ],
    ['a translation that is not done', ['report-composition'], [{ ...TRANSLATED, status: 'preliminary' }]],
    [
      'a translation with another dose',
      ['translation-drift'],
      [
        withSections(
          TRANSLATED,
          instead('plan', section('plan', 'Osimertinib 40 mg mỗi ngày một lần.', { entry: [to('CarePlan/c1')] })),
        ),
      ],
    ],
    ['a translation without a section', ['translation-drift'], [withSections(TRANSLATED, without('plan'))]],
    [
      'a difference that contradicts itself',
      ['report-difference'],
      [difference('confirmed', 'Stage II', undefined)],
      { ...REPORT, result: [to('Observation/o1')] },
    ],
  ])('%s: %j', (_what, keys, changed, report = REPORT) => {
    expect(issue(changed, report)).toEqual(keys.map((key) => `error ${key}`));
  });

  test.each<readonly [string, string, readonly Resource[]]>([
    ['a question that is answered twice', 'report-answer', both(instead('answers', answers(YES, DRUG, DRUG)))],
    [
      'an answer to what nobody asked',
      'report-answer',
      both(instead('answers', answers(YES, DRUG, answer('Why?', 'So.')))),
    ],
    [
      'an answer that does not say to what',
      'report-answer',
      both(instead('answers', answers(YES, DRUG, { text: narrative('So.') }))),
    ],
    ['a reviewer without credentials', 'reviewer-credentials', [{ resourceType: 'Practitioner', id: 'rev1' }]],
  ])('%s is only said', (_what, key, changed) => {
    expect(issue(changed)).toEqual([`warning ${key}`]);
  });

  function difference(code: string, first: string, second: string | undefined): Resource {
    const system = 'https://consilium.example/fhir/CodeSystem';
    const part = (name: string, value: object) => ({
      code: { coding: [{ system: `${system}/opinion-observation`, code: name }] },
      ...value,
    });
    return {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { coding: [{ system: `${system}/opinion-observation`, code: 'difference' }] },
      valueCodeableConcept: { coding: [{ system: `${system}/concordance`, code }] },
      component: [
        part('difference-aspect', {
          valueCodeableConcept: { coding: [{ system: `${system}/difference-aspect`, code: 'stage' }] },
        }),
        part('first-opinion', { valueString: first }),
        ...(second === undefined ? [] : [part('second-opinion', { valueString: second })]),
      ],
    };
  }
});

test('all that stands against it is told at once, and no word of it is of the patient', () => {
  const bare = {
    ...ORIGINAL,
    language: undefined,
    status: 'preliminary',
    attester: undefined,
    section: [{ ...section('staging', ''), text: TO_WRITE }],
  };
  const outcome = refused(
    write(reviewed(), unnamed(NAMES_ORIGINAL), DRAFT, { records: recordsWith(bare, unnamed(NAMES_ORIGINAL)) }),
  );
  expect(outcome.map(({ key }) => key)).toEqual([
    'translation-open',
    'report-composition',
    'report-language',
    'report-sections',
    'report-unwritten',
    'report-disclaimer',
    'report-question',
    'report-question',
    'report-attester',
    'report-plan',
  ]);
  for (const { text } of outcome) for (const question of QUESTIONS) expect(text).not.toContain(question);
  expect(outcome.map(({ text }) => text).join(' ')).toContain('Question 2 of 2 is not answered in Composition/en');
});

describe('the questions that have to be answered', () => {
  const unanswered = (...changed: Resource[]): number =>
    issue(changed).filter((one) => one === 'error report-question').length;

  test('are those of the forms of the packet, whatever blanks were typed, and each once', () => {
    expect(unanswered(formWith(['  Is it\n cancer? ', 'Which drug?', 'Which drug?', ' ']))).toBe(0);
    expect(unanswered(formWith([...QUESTIONS, 'And then?']))).toBe(1);
    expect(unanswered(formWith([...QUESTIONS, 'And then?'], { status: 'entered-in-error' }))).toBe(0);
    expect(unanswered(formWith(['And then?'], { questionnaire: 'https://home.example/another-form' }))).toBe(0);
  });

  test('are those that were sent later when the programme asked, too', () => {
    const later = formWith(['And then?'], { id: 'q2' });
    const asked = {
      resourceType: 'Task',
      id: 'i1',
      status: 'completed',
      output: [
        {
          type: { coding: [{ system: 'https://consilium.example/fhir/CodeSystem/case-output', code: 'sent-records' }] },
          valueReference: to('QuestionnaireResponse/q2'),
        },
      ],
    };
    expect(unanswered(later, asked)).toBe(1);
    expect(unanswered(later)).toBe(0);
    expect(unanswered(later, request({ supportingInfo: [to('QuestionnaireResponse/q2')] }))).toBe(1);
  });

  test('may lie in a list or a document of the packet', () => {
    const list = { resourceType: 'List', id: 'l1', entry: [{ item: to('QuestionnaireResponse/q2') }] };
    const named = request({ supportingInfo: [to('List/l1')] });
    expect(unanswered(named, list, formWith(['And then?'], { id: 'q2' }))).toBe(1);
    const bundle = {
      resourceType: 'Bundle',
      id: 'b1',
      type: 'document',
      entry: [{ resource: formWith(['Now?', 'Then?']) }],
    };
    expect(unanswered(request({ supportingInfo: [to('Bundle/b1')] }), bundle)).toBe(2);
  });
});

describe('a translation that does not say the same', () => {
  const drifted = withSections(
    TRANSLATED,
    instead('plan', section('plan', 'Osimertinib 40 mg mỗi ngày một lần.', { entry: [to('CarePlan/c1')] })),
  );

  test('is named by place and kind, without what is said there', () => {
    const [told] = refused(write(reviewed(), REPORT, DRAFT, { records: recordsWith(drifted) }));
    expect(told!.text).toContain('section(plan): doses (1 missing, 1 added)');
    expect(told!.text).not.toMatch(/Osimertinib|40|80/);
  });

  test('goes out once a person has accepted it with a reason, and that is kept', () => {
    const accepted = {
      ...REPORT,
      extension: [...(REPORT.extension as object[]), override('translation-drift', 'Compared by Dr Lan.')],
    };
    const outcome = decided(write(reviewed(), accepted, DRAFT, { records: recordsWith(drifted, accepted) }));
    expect(outcome.remarks?.map(({ severity, key }) => `${severity} ${key}`)).toEqual(['warning translation-drift']);
    expect(outcome.row.state.overrides).toMatchObject([{ rule: 'translation-drift', by: 'programme' }]);
    expect(outcome.makes?.map(({ resource }) => resource)).toMatchObject([
      { resourceType: 'Provenance', target: [to('DiagnosticReport/d1')], reason: [{ text: 'Compared by Dr Lan.' }] },
    ]);
    // What it does not set aside stands.
    const worse = { ...drifted, status: 'preliminary' };
    expect(issue([worse], accepted)).toEqual(['error report-composition']);
  });

  test('is no matter for an override where the two are the same', () => {
    const accepted = {
      ...REPORT,
      extension: [...(REPORT.extension as object[]), override('translation-drift', 'Compared by Dr Lan.')],
    };
    expect(decided(write(reviewed(), accepted, DRAFT)).row.state.overrides).toEqual([]);
  });
});

describe('a programme', () => {
  test('that gave no rules issues a report without sections as before, and one with sections is whole', () => {
    const here = row('in-progress', 'under-review', { service: 'comprehensive-opinion' });
    const records = recordsWith(withSections(ORIGINAL, without('summary')));
    expect(decided(write(here, unnamed(), DRAFT, { rules: NO_RULES, records })).row.status).toBe('completed');
    const inSections = refused(write(here, unnamed(NAMES_ORIGINAL), DRAFT, { rules: NO_RULES, records }));
    expect(inSections.map(({ key }) => key)).toEqual(['report-sections']);
  });

  test('that gave no rules reports in any language', () => {
    const french = { ...ORIGINAL, language: 'fr' };
    const here = row('in-progress', 'under-review');
    const outcome = decided(
      write(here, unnamed(NAMES_ORIGINAL), DRAFT, { rules: NO_RULES, records: recordsWith(french) }),
    );
    expect(outcome.remarks).toEqual([]);
  });

  test('has its disclaimer in the language of the report, however it is marked up', () => {
    const words = '<i>This</i>\n is\n<b>advice</b>. And more.';
    expect(issue(both(instead('disclaimer', section('disclaimer', words))))).toEqual([]);
  });
});

describe('what is looked at', () => {
  const wanted = (after: Resource, before?: Resource) =>
    wantedFor(scene(reviewed(), ACTORS.programme, { rules: RULES }), {
      kind: 'report',
      report: 'DiagnosticReport/d1',
      from: 'preliminary',
      to: 'final',
      hasContent: true,
      hasAttester: true,
      ...(before === undefined ? {} : { before }),
      after,
    });

  test('is what the report names, and what is asked; nothing for a report without sections', () => {
    const { refs, types, follow } = wanted({ ...REPORT, result: [to('Observation/o1')] });
    expect(refs).toEqual(
      expect.arrayContaining([
        'ServiceRequest/r1',
        'Composition/en',
        'Composition/vi',
        'Observation/o1',
        'PractitionerRole/rev1',
      ]),
    );
    expect(types).toEqual(expect.arrayContaining(['QuestionnaireResponse', 'Task', 'List', 'Bundle']));
    expect(follow).toEqual(expect.arrayContaining(['CarePlan', 'Practitioner', 'PractitionerRole']));
    expect(wanted(unnamed()).refs).toEqual([]);
  });
});

describe('DiagnosticReport.issued', () => {
  const stamped = (report: Resource, before: Resource, here: CaseRow): unknown =>
    decided(write(here, report, before)).changes?.get('DiagnosticReport/d1')?.(report).issued;

  test('is now, where the writer does not say', () => {
    expect(stamped(REPORT, DRAFT, reviewed())).toBe('2026-03-04T09:00:00Z');
    const said = { ...REPORT, issued: '2026-03-04T08:59:00Z' };
    expect(stamped(said, DRAFT, reviewed())).toBe('2026-03-04T08:59:00Z');
  });

  test('of a version that changes is its own', () => {
    const plain = { ...REPORT, extension: [], issued: '2026-03-01T09:00:00Z' };
    const here = issued();
    const rules = { ...NO_RULES };
    const outcome = decided(write(here, { ...plain, status: 'amended' }, plain, { rules }));
    expect(outcome.changes?.get('DiagnosticReport/d1')?.(plain).issued).toBe('2026-03-04T09:00:00Z');
  });
});
