import { describe, expect, test } from '@jest/globals';
import type { CaseRow } from '../../../src/cases/index.ts';
import { NO_RULES, wantedFor } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, request, row, scene } from '../samples.ts';
import { stepOf } from '../steps/asked.ts';
import { override } from '../steps/reviewers.ts';
import {
  answer,
  codeOf,
  coded,
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
  TRANSLATED_BY,
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

const PLAN = recordsWith().get('CarePlan/c1')!;
const DRUG_GIVEN = { status: 'not-started', code: { text: 'Osimertinib' } };
/** As $draft-report proposes it, and after somebody has gone through it: its words alone say nothing. */
const FROM_FIRST = {
  detail: { ...DRUG_GIVEN, statusReason: { ...coded('draft-mark', 'from-first-plan'), text: 'Keep it.' } },
};
const JUDGED = { detail: { ...DRUG_GIVEN, statusReason: { text: 'From the first plan: keep it.' } } };

/** The report is issued on 2026-03-04 at 09:00 UTC. */
function attestedAt(time: string): Resource {
  return { ...ORIGINAL, attester: [{ mode: 'professional', party: to('PractitionerRole/rev1'), time }] };
}

function byMachine([performer]: readonly object[]): object {
  return { ...performer, role: [coded('translation-method', 'machine')] };
}

const YES = answer(QUESTIONS[0]!, 'Yes.');
const DRUG = answer(QUESTIONS[1]!, 'Osimertinib 80 mg.');

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
    subject: to('Patient/p1'),
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
      ['report-question', 'report-unwritten'],
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
      'an attester of another programme',
      ['report-attester'],
      [
        {
          resourceType: 'PractitionerRole',
          id: 'rev1',
          practitioner: to('Practitioner/rev1'),
          organization: to('Organization/other'),
        },
      ],
    ],
    [
      'an attester who is not there',
      ['report-attester'],
      [
        {
          ...ORIGINAL,
          attester: [{ mode: 'professional', party: to('PractitionerRole/absent'), time: '2026-03-04' }],
        },
      ],
      { ...REPORT, resultsInterpreter: [to('PractitionerRole/absent')] },
    ],
    [
      "another patient's plan",
      ['report-patient'],
      [{ resourceType: 'CarePlan', id: 'c1', status: 'active', intent: 'proposal', subject: to('Patient/p2') }],
    ],
    [
      "another patient's result",
      ['report-patient'],
      [{ ...difference('confirmed', 'Stage II', 'Stage II'), subject: to('Patient/p2') }],
      { ...REPORT, result: [to('Observation/o1')] },
    ],
    [
      'a result of nobody',
      ['report-patient'],
      [{ ...difference('confirmed', 'Stage II', 'Stage II'), subject: { display: 'Somebody' } }],
      { ...REPORT, result: [to('Observation/o1')] },
    ],
    [
      'the programme as its only attester',
      ['report-attester'],
      [{ ...ORIGINAL, attester: [{ mode: 'official', party: to('Organization/prog'), time: '2026-03-04' }] }],
    ],
    ['an attester of tomorrow', ['report-attester'], [attestedAt('2026-03-05')]],
    ['an attester of later today', ['report-attester'], [attestedAt('2026-03-04T09:05:01Z')]],
    [
      'the programme as an attester of later today',
      ['report-attester'],
      [
        {
          ...ORIGINAL,
          attester: [
            ...(ORIGINAL.attester as object[]),
            { mode: 'official', party: to('Organization/prog'), time: '2027-03-04' },
          ],
        },
      ],
    ],
    ['no plan', ['report-plan'], both((all) => all.map((one) => ({ ...one, entry: undefined })))],
    [
      'a plan that is not here',
      ['report-plan'],
      both((all) => all.map((one) => ({ ...one, entry: [to('CarePlan/x')] }))),
    ],
    ['a plan that is a draft', ['report-unwritten'], [{ ...PLAN, status: 'draft' }]],
    [
      'activities of the first plan that nobody has judged',
      ['report-unwritten', 'report-unwritten'],
      [{ ...PLAN, activity: [FROM_FIRST, JUDGED, FROM_FIRST] }],
    ],
    [
      'an estimate that is a draft',
      ['report-unwritten'],
      [
        ...both((all) => [...all, section('estimate', 'None.', { entry: [to('Claim/e1')] })]),
        { resourceType: 'Claim', id: 'e1', status: 'draft', patient: to('Patient/p1') },
      ],
    ],
    [
      'a difference that nobody has judged',
      ['report-unwritten'],
      [difference('undetermined', 'Stage II', undefined)],
      { ...REPORT, result: [to('Observation/o1')] },
    ],
    ['a translation of which nobody says who made it', ['translation-provenance'], [{ ...TRANSLATED_BY, target: [] }]],
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
    [
      'a translation that a machine has made',
      'machine-translated',
      [{ ...TRANSLATED_BY, agent: [byMachine(TRANSLATED_BY.agent as object[])] }],
    ],
    ['a reviewer without credentials', 'reviewer-credentials', [{ resourceType: 'Practitioner', id: 'rev1' }]],
  ])('%s is only said', (_what, key, changed) => {
    expect(issue(changed)).toEqual([`warning ${key}`]);
  });
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

test('each is told where it stands', () => {
  const changed = [
    ...both((all) => [
      ...instead('answers', answers(YES, { ...DRUG, text: TO_WRITE }))(all),
      { ...section('staging', ''), text: TO_WRITE },
      { ...section('reasoning', ''), text: TO_WRITE },
    ]),
    { ...PLAN, status: 'draft', activity: [JUDGED, FROM_FIRST] },
    difference('undetermined', 'Stage II', undefined),
  ];
  const report = { ...REPORT, result: [to('Observation/o1')] };
  const outcome = refused(write(reviewed(), report, DRAFT, { records: recordsWith(...changed, report) }));
  const places = outcome.map(({ record, expression }) => `${record ?? ''} ${expression ?? ''}`);
  expect(places).toEqual([
    'Composition/en Composition.section[4].text',
    'Composition/en Composition.section[5].text',
    'Composition/en Composition.section[1].section[1].text',
    'CarePlan/c1 CarePlan.status',
    'CarePlan/c1 CarePlan.activity[1].detail.statusReason',
    'Observation/o1 Observation.valueCodeableConcept',
    'Composition/vi Composition.section[1].section[1].text',
    'Composition/vi Composition.section[4].text',
    'Composition/vi Composition.section[5].text',
  ]);
  expect(outcome.map(({ text }) => text)).toContain(
    'Still to be written in Composition/en: staging. Write the text (text.status generated or additional), or take the section out.',
  );
});

test('a plan of the home side that is a draft stands in the list of what was read', () => {
  const records = both((all) => [...all, section('records', 'Plan.', { entry: [to('CarePlan/home')] })]);
  const home = { ...PLAN, id: 'home', status: 'draft' };
  expect(issue([...records, home])).toEqual([]);
});

test.each(['2026-03-04', '2026-03-04T09:05:00Z', '2026-03-04T16:04:00+07:00', '2026', '2025-12'])(
  'it may be attested at %s',
  (time) => {
    expect(issue([attestedAt(time)])).toEqual([]);
  },
);

test('what cannot be determined is judged once that is said', () => {
  const report = { ...REPORT, result: [to('Observation/o1')] };
  const open = difference('undetermined', 'Stage II', undefined);
  expect(issue([{ ...open, note: [{ text: 'The slides do not tell.' }] }], report)).toEqual([]);
  expect(issue([{ ...open, note: [{ authorString: 'Dr' }] }], report)).toEqual(['error report-unwritten']);
  expect(issue([difference('undetermined', 'Stage II', 'Stage II or III')], report)).toEqual([]);
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

test('a translation has its Provenance once: with the Task that hands it over, or with the version that names it first', () => {
  const nobody = { ...TRANSLATED_BY, target: [] };
  const handed = stepOf('translation', { status: 'completed', focus: 'DiagnosticReport/d1' });
  const notes = { of: 'report', translated: 'Composition/vi' };
  expect(issue([nobody], REPORT, reviewed({ steps: [{ ...handed, notes }] }))).toEqual([]);
  expect(issue([nobody], REPORT, reviewed({ steps: [{ ...handed, notes: { of: 'report' } }] }))).toEqual([
    'error translation-provenance',
  ]);
  const changes = (before: Resource): string[] => {
    const after = { ...REPORT, status: 'amended' };
    const outcome = write(issued(), after, before, { records: recordsWith(nobody, after) });
    return refused(outcome).map(({ key }) => key);
  };
  expect(changes(REPORT)).not.toContain('translation-provenance');
  expect(changes({ ...REPORT, extension: [NAMES_ORIGINAL] })).toContain('translation-provenance');
});

describe('a translation that does not say the same', () => {
  const drifted = withSections(
    TRANSLATED,
    instead('plan', section('plan', 'Osimertinib 40 mg mỗi ngày một lần.', { entry: [to('CarePlan/c1')] })),
  );

  test('is named by place and kind, without what is said there', () => {
    const [told] = refused(write(reviewed(), REPORT, DRAFT, { records: recordsWith(drifted) }));
    expect(told!.text).toContain('section(plan): doses or measures (1 missing, 1 added)');
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
    expect(follow).toEqual(expect.arrayContaining(['CarePlan', 'Observation', 'PractitionerRole']));
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
