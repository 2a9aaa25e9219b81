import { describe, expect, test } from '@jest/globals';
import type { CaseRow, CaseState, Decision, Step } from '../../../src/cases/index.ts';
import { CANONICAL, NO_RULES, wantedFor } from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, NOW, row, scene } from '../samples.ts';
import { child, output, stepOf } from '../steps/asked.ts';
import { override } from '../steps/reviewers.ts';
import {
  answer,
  codeOf,
  coded,
  decided,
  eventsOf,
  issued,
  NAMES_ORIGINAL,
  NAMES_TRANSLATED,
  ORIGINAL,
  QUESTIONS,
  recordsWith,
  refused,
  REPORT,
  reviewed,
  RULES,
  section,
  to,
  TRANSLATED,
  withSections,
  write,
} from './world.ts';

const D1 = 'DiagnosticReport/d1';
const keysOf = (issues: readonly Issue[]): string[] => issues.map(({ key }) => key);

describe('an issued report that changes', () => {
  const CHANGED = [section('changes', 'The dose was corrected.'), section('changes', 'Liều đã được sửa.')] as const;
  const amended = (composition: Resource, edit: (sections: Resource[]) => unknown[]): Resource => ({
    ...withSections(composition, edit),
    status: 'amended',
  });
  const newer = [
    amended(ORIGINAL, (all) => [...all, CHANGED[0]]),
    amended(TRANSLATED, (all) => [...all, CHANGED[1]]),
  ] as const;

  /** The report is written with `status`, and these Compositions in the same Bundle. */
  function change(
    status: string,
    changed: readonly Resource[] = newer,
    here: CaseRow = issued(),
    former: readonly Resource[] = [ORIGINAL, TRANSLATED],
    after: Resource = { ...REPORT, status },
  ): Decision | Issue[] {
    const records = recordsWith(...changed, after);
    return write(here, after, REPORT, {
      records,
      former: new Map([REPORT, ...former].map((one) => [`${one.resourceType}/${one.id ?? ''}`, one])),
    });
  }

  test.each(['amended', 'corrected', 'appended'])('%s: says what has changed, and is told', (status) => {
    const outcome = decided(change(status));
    expect(eventsOf(outcome)).toEqual(['report-amended']);
    expect(outcome.row).toMatchObject({ status: 'completed', businessStatus: 'report-amended', report: D1 });
    // It brings its translation: none is asked for.
    expect(outcome.makes ?? []).toEqual([]);
  });

  test('is checked as it was when it was issued', () => {
    const bare = newer.map((one) => withSections(one, (all) => all.filter((each) => codeOf(each) !== 'disclaimer')));
    expect(keysOf(refused(change('amended', bare)))).toEqual(['report-disclaimer']);
  });

  test('does not say again what it said before', () => {
    expect(keysOf(refused(change('corrected', [{ ...ORIGINAL, status: 'amended' }])))).toEqual(['report-changes']);
    const again = change('corrected', newer, issued(), newer);
    expect(keysOf(refused(again))).toEqual(['report-changes']);
    // A Composition that is not part of this write is the one that was issued.
    expect(keysOf(refused(change('corrected', newer, issued(), [])))).toEqual(['report-changes']);
  });

  test('has a Composition that says that it is amended, or a new one', () => {
    const final = newer.map((one) => ({ ...one, status: 'final' }));
    expect(keysOf(refused(change('amended', final)))).toEqual(['report-composition']);
    const another = { ...newer[0], id: 'en2', status: 'final' };
    const translated = { ...newer[1], relatesTo: [{ code: 'transforms', targetReference: to('Composition/en2') }] };
    const after = {
      ...REPORT,
      status: 'amended',
      extension: [{ ...NAMES_ORIGINAL, valueReference: to('Composition/en2') }, NAMES_TRANSLATED],
    };
    expect(eventsOf(decided(change('amended', [another, translated], issued(), [TRANSLATED], after)))).toEqual([
      'report-amended',
    ]);
  });

  test('stays in sections', () => {
    const after = { ...REPORT, status: 'amended', extension: [] };
    const outcome = refused(write(issued(), after, REPORT, { rules: NO_RULES, records: recordsWith(after) }));
    expect(keysOf(outcome)).toEqual(['report-composition']);
  });

  test.each<readonly [string, string, (sections: Resource[]) => unknown[]]>([
    [
      'another text',
      'plan',
      (all) =>
        all.map((one) => (codeOf(one) === 'plan' ? section('plan', 'Wait.', { entry: [to('CarePlan/c1')] }) : one)),
    ],
    ['a section less', 'summary', (all) => all.filter((one) => codeOf(one) !== 'summary')],
    [
      'another answer',
      'answers, part 2',
      (all) =>
        all.map((one) =>
          codeOf(one) === 'answers'
            ? { ...one, section: [answer(QUESTIONS[0]!, 'Yes.'), answer(QUESTIONS[1]!, 'None.')] }
            : one,
        ),
    ],
  ])('appended keeps what it said: %s in %s', (_what, place, edit) => {
    const outcome = refused(
      change(
        'appended',
        newer.map((one) => withSections(one, edit)),
      ),
    );
    const kept = outcome.find(({ key }) => key === 'report-kept');
    expect(kept?.text).toContain(`drops: ${place}.`);
    const amended = change(
      'amended',
      newer.map((one) => withSections(one, edit)),
    );
    expect(keysOf(Array.isArray(amended) ? amended : [])).not.toContain('report-kept');
  });

  test('appended may say more: a section, an answer, wherever it stands', () => {
    const more = newer.map((one) => withSections(one, (all) => [...all.toReversed(), section('evidence', 'PMID 1')]));
    expect(eventsOf(decided(change('appended', more)))).toEqual(['report-amended']);
  });

  test('goes home in the other language, too: a translation is asked for where it brings none', () => {
    const alone = { ...REPORT, status: 'amended', extension: [NAMES_ORIGINAL] };
    const outcome = decided(change('amended', [newer[0]], issued(), [ORIGINAL], alone));
    expect(outcome.makes?.map(({ resource }) => resource)).toMatchObject([
      { resourceType: 'Task', focus: to(D1), input: [{ valueCode: 'vi' }] },
    ]);
    const done = stepOf('translation', { status: 'completed', focus: D1, notes: { of: 'report' } });
    const after = decided(change('amended', [newer[0]], issued({ steps: [done] }), [ORIGINAL], alone));
    expect(after.makes).toHaveLength(1);
    const open = stepOf('translation', { focus: D1, notes: { of: 'report' } });
    const under = decided(change('amended', [newer[0]], issued({ steps: [open] }), [ORIGINAL], alone));
    expect(under.makes ?? []).toEqual([]);
  });

  test('a drift that was accepted once is accepted anew, or not at all', () => {
    const drifted = [
      newer[0],
      withSections(newer[1], (all) =>
        all.map((one) =>
          codeOf(one) === 'plan' ? section('plan', 'Osimertinib 40 mg.', { entry: [to('CarePlan/c1')] }) : one,
        ),
      ),
    ];
    const names = [NAMES_ORIGINAL, NAMES_TRANSLATED];
    const old = { ...REPORT, extension: [...names, override('translation-drift', 'Compared by Dr Lan.')] };
    const judge = (after: Resource): Decision | Issue[] =>
      write(issued(), after, old, {
        records: recordsWith(...drifted, after),
        former: new Map([
          [D1, old],
          ['Composition/en', ORIGINAL],
          ['Composition/vi', TRANSLATED],
        ]),
      });
    expect(keysOf(refused(judge({ ...old, status: 'amended' })))).toEqual(['translation-drift']);
    const anew = [...old.extension, override('translation-drift', 'Compared again by Dr Lan.')];
    expect(decided(judge({ ...old, status: 'amended', extension: anew })).row.state.overrides).toHaveLength(1);
  });

  test('is looked at with the version that it changes', () => {
    const { refs } = wantedFor(scene(issued(), ACTORS.programme, { rules: RULES }), {
      kind: 'report',
      report: D1,
      from: 'final',
      to: 'amended',
      hasContent: true,
      hasAttester: true,
      before: REPORT,
      after: { ...REPORT, extension: [{ ...NAMES_ORIGINAL, valueReference: to('Composition/en2') }] },
    });
    expect(refs).toEqual(expect.arrayContaining(['Composition/en', 'Composition/en2', 'Composition/vi']));
  });
});

describe('the parts of an issued report', () => {
  const result = { ...REPORT, result: [to('Observation/o1')] };
  const parts: readonly Resource[] = [
    ORIGINAL,
    TRANSLATED,
    {
      resourceType: 'CarePlan',
      id: 'c1',
      subject: to('Patient/p1'),
      goal: [to('Goal/g1')],
      activity: [{ reference: to('MedicationRequest/m1') }, { detail: { status: 'not-started' } }],
    },
    { resourceType: 'Observation', id: 'o1', subject: to('Patient/p1') },
    { resourceType: 'Goal', id: 'g1', subject: to('Patient/p1') },
    { resourceType: 'MedicationRequest', id: 'm1', subject: to('Patient/p1') },
  ];
  const edit = (
    part: Resource,
    here: CaseRow,
    report: Resource,
    former: readonly Resource[] = [],
  ): Decision | Issue[] =>
    write(here, { ...part, note: [{ text: 'new' }] }, part, {
      records: recordsWith(...parts, report),
      former: new Map(former.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one])),
    });

  test.each(parts.map((part) => [part.resourceType, part] as const))(
    '%s: changes with the report alone',
    (_type, part) => {
      expect(keysOf(refused(edit(part, issued(), result)))).toEqual(['report-fixed']);
      const written = { ...result, status: 'amended' };
      const told = part.resourceType === 'Composition' ? [] : ['record-corrected'];
      expect(eventsOf(decided(edit(part, issued(), written, [result])))).toEqual(told);
      // As long as it is not issued it may change.
      expect(eventsOf(decided(edit(part, reviewed(), { ...result, status: 'preliminary' })))).toEqual(told);
    },
  );

  test('may be drafted anew, and what is no part of it changes as before', () => {
    const draft = { ...ORIGINAL, id: 'other' };
    expect(eventsOf(decided(write(issued(), draft, undefined)))).toEqual([]);
    expect(eventsOf(decided(edit(draft, issued(), result)))).toEqual([]);
    const plain = { ...result, extension: [] };
    expect(eventsOf(decided(edit(parts[3]!, issued(), plain)))).toEqual(['record-corrected']);
  });

  test('a part that the new version does not name any more is one of the old', () => {
    const emptied = withSections(ORIGINAL, (all) => all.map((one) => ({ ...one, entry: undefined })));
    const outcome = write(issued(), { ...parts[2]!, status: 'revoked' }, parts[2], {
      records: recordsWith(
        ...parts,
        emptied,
        withSections(TRANSLATED, () => []),
        result,
      ),
      former: new Map([['Composition/en', ORIGINAL]]),
    });
    expect(keysOf(refused(outcome))).toEqual(['report-fixed']);
  });
});

describe('a report that was said to be in error', () => {
  const gone = { ...REPORT, status: 'entered-in-error' };
  const withdraw = (state: Partial<CaseState> = {}): Decision => decided(write(issued(state), gone, REPORT));
  const second = { ...REPORT, id: 'd2' };

  test('leaves the case without one, and another takes its place', () => {
    const withdrawn = withdraw({ done: ['follow-up 1', 'warned'] });
    expect(eventsOf(withdrawn)).toEqual(['report-withdrawn']);
    expect(withdrawn.row).toMatchObject({ status: 'completed', businessStatus: 'report-withdrawn', report: D1 });
    expect(withdrawn.row.state).toMatchObject({ reports: [], facts: { 'report.withdrawn': NOW } });
    const draft = { ...second, status: 'preliminary' };
    const drafted = decided(write(withdrawn.row, draft, undefined));
    expect(eventsOf(drafted)).toEqual(['report-progressed']);
    const issuedAnew = decided(write(drafted.row, second, draft, { records: recordsWith(second) }));
    expect(eventsOf(issuedAnew)).toEqual(['report-issued replaces=DiagnosticReport/d1']);
    expect(issuedAnew.row).toMatchObject({
      status: 'completed',
      businessStatus: 'report-issued',
      report: 'DiagnosticReport/d2',
    });
    expect(issuedAnew.row.state).toMatchObject({
      reports: ['DiagnosticReport/d2'],
      issuedAt: NOW,
      facts: {},
      done: ['warned'],
    });
    const t0 = issuedAnew.task?.({ resourceType: 'Task', id: 't0', output: [{ valueReference: to(D1) }] });
    expect(t0).toMatchObject({
      businessStatus: { coding: [{ code: 'report-issued' }] },
      output: [{ valueReference: to(D1) }, { valueReference: to('DiagnosticReport/d2') }],
    });
    // That one stands: there is no third.
    expect(keysOf(refused(write(issuedAnew.row, { ...REPORT, id: 'd3' }, undefined)))).toEqual(['illegal-move']);
  });

  describe('withdraws what it alone says', () => {
    const observation = { resourceType: 'Observation', id: 'o1', status: 'final', subject: to('Patient/p1') };
    const drug = { resourceType: 'MedicationRequest', id: 'm1', status: 'active', subject: to('Patient/p1') };
    const plan = {
      resourceType: 'CarePlan',
      id: 'c1',
      status: 'active',
      subject: to('Patient/p1'),
      activity: [{ reference: to('MedicationRequest/m1') }],
    };
    const lab = { ...observation, id: 'lab' };
    const read = section('records', 'Blood count.', { entry: [to('Observation/lab')] });
    const naming = { ...REPORT, result: [to('Observation/o1')] };
    const own = ['Composition/en', 'Composition/vi', 'Observation/o1', 'CarePlan/c1', 'MedicationRequest/m1'];
    const withdrawn = (here: CaseRow, changed: readonly Resource[] = [], mine: readonly string[] = own): string[] => {
      const composition = withSections(ORIGINAL, (all) => [...all, read]);
      const records = recordsWith(composition, observation, drug, plan, lab, ...changed);
      const outcome = decided(
        write(here, { ...naming, status: 'entered-in-error' }, naming, { records, own: new Set(mine) }),
      );
      return [...(outcome.changes ?? [])].map(([ref, change]) => `${ref} ${String(change(records.get(ref)!).status)}`);
    };

    test('its Compositions, results and plan, and not what the home side sent', () => {
      expect(withdrawn(issued())).toEqual(own.map((ref) => `${ref} entered-in-error`));
      expect(withdrawn(issued(), [], ['Composition/en'])).toEqual(['Composition/en entered-in-error']);
      expect(withdrawn(issued(), [], [])).toEqual([]);
    });

    test('and not what another report of the case says, too', () => {
      const other = { ...REPORT, id: 'd2', extension: [], result: [to('Observation/o1')] };
      const both = issued({ reports: [D1, 'DiagnosticReport/d2'] });
      expect(withdrawn(both, [other])).not.toContain('Observation/o1 entered-in-error');
      expect(withdrawn(both, [other])).toContain('CarePlan/c1 entered-in-error');
    });

    test('a draft that is given up withdraws nothing', () => {
      const draft = { ...naming, status: 'preliminary' };
      const outcome = write(reviewed(), { ...naming, status: 'entered-in-error' }, draft, { own: new Set(own) });
      expect(decided(outcome).changes).toBeUndefined();
    });

    test('is looked up, with the reports that may say it, too', () => {
      const command = { kind: 'report', report: D1, from: 'final', hasContent: true, hasAttester: true } as const;
      const gone = { ...naming, status: 'entered-in-error' };
      const bare = scene(issued(), ACTORS.programme, { rules: RULES });
      const wanted = wantedFor(bare, { ...command, to: 'entered-in-error', before: naming, after: gone });
      expect(wanted.refs).toEqual([D1, 'Composition/en', 'Composition/vi', 'Observation/o1']);
      expect(wanted.follow).toEqual(expect.arrayContaining(['CarePlan', 'Claim', 'MedicationRequest', 'Observation']));
      const draft = scene(reviewed(), ACTORS.programme, { rules: RULES });
      expect(wantedFor(draft, { ...command, to: 'entered-in-error', before: naming, after: gone })).toEqual({});
    });
  });

  test('stays away when a summary changes, and one that is a summary leaves the answer as it stands', () => {
    const both = { ...REPORT, id: 'd2', extension: [] };
    const here = withdraw({ reports: [D1, 'DiagnosticReport/d2'] }).row;
    const amended = decided(write(here, { ...both, status: 'corrected' }, both, { rules: NO_RULES }));
    expect(amended.row.businessStatus).toBe('report-withdrawn');
    const answered = issued({ reports: [D1, 'DiagnosticReport/d2'] });
    const gone = decided(write(answered, { ...both, status: 'entered-in-error' }, both));
    expect(gone.row).toMatchObject({ businessStatus: 'report-issued', state: { reports: [D1], facts: {} } });
  });

  test('is followed by one that is as whole as any', () => {
    const { row: here } = withdraw();
    const bare = { ...second, extension: [] };
    expect(keysOf(refused(write(here, bare, undefined)))).toEqual(['translation-open', 'report-sections']);
  });

  test('is not issued again, and a case that was taken back gets no other', () => {
    const { row: here } = withdraw();
    expect(keysOf(refused(write(here, REPORT, gone)))).toEqual(['illegal-move']);
    const retracted: CaseRow = { ...here, status: 'entered-in-error' };
    expect(keysOf(refused(write(retracted, second, undefined)))).toEqual(['illegal-move']);
  });
});

describe('the summary after a video consultation', () => {
  const held = stepOf('video-consultation', { status: 'completed' });
  const after = issued({ steps: [held] });
  const composition = {
    ...withSections(ORIGINAL, (all) => all.filter((one) => ['summary', 'disclaimer'].includes(codeOf(one)))),
    id: 's',
  };
  const summary = { ...REPORT, id: 'd2', extension: [{ ...NAMES_ORIGINAL, valueReference: to('Composition/s') }] };
  const issue = (here: CaseRow, changed: Resource = composition, rules = RULES): Decision | Issue[] =>
    write(here, summary, undefined, { records: recordsWith(changed, summary), rules });

  test('answers no questions and brings no plan', () => {
    const outcome = decided(issue(after));
    expect(eventsOf(outcome).filter((one) => one.startsWith('report'))).toEqual(['report-issued part=summary']);
    expect(outcome.row.state.reports).toEqual([D1, 'DiagnosticReport/d2']);
  });

  test('goes home in two languages', () => {
    expect(decided(issue(after)).makes?.map(({ resource }) => resource)).toMatchObject([
      { resourceType: 'Task', focus: to('DiagnosticReport/d2'), input: [{ valueCode: 'vi' }] },
    ]);
  });

  test.each([
    ['attester', 'report-attester', { ...composition, attester: [] }],
    ['language', 'report-language', { ...composition, language: undefined }],
    ['disclaimer', 'report-disclaimer', withSections(composition, (all) => all.slice(0, 1))],
    ['summary', 'report-sections', withSections(composition, (all) => all.slice(1))],
  ])('needs its %s', (_what, key, changed) => {
    expect(keysOf(refused(issue(after, changed)))).toEqual([key]);
  });

  test('has a Composition of its own', () => {
    const same = { ...summary, extension: [NAMES_ORIGINAL] };
    const outcome = refused(write(after, same, undefined, { records: recordsWith(same) }));
    expect(keysOf(outcome)).toEqual(['report-composition']);
    expect(outcome[0]!.text).toContain('is that of another issued report of the case');
  });

  test('is written where the programme writes them, once for each consultation', () => {
    const none = { ...RULES, video: { ...RULES.video, summary: false } };
    expect(keysOf(refused(issue(after, composition, none)))).toEqual(['illegal-move']);
    expect(
      decided(issue({ ...after, rules: 0 }, composition, { ...none, report: NO_RULES.report })).row.state.reports,
    ).toHaveLength(2);
    const twice = issued({ steps: [held], reports: [D1, 'DiagnosticReport/s1'] });
    expect(keysOf(refused(issue(twice)))).toEqual(['illegal-move']);
  });

  test('that was in error makes room for another', () => {
    const both = issued({ steps: [held], reports: [D1, 'DiagnosticReport/d2'] });
    const gone = decided(write(both, { ...summary, status: 'entered-in-error' }, summary));
    expect(gone.row.state).toMatchObject({ reports: [D1], facts: {} });
    const again = { ...summary, id: 'd4' };
    const outcome = decided(write(gone.row, again, undefined, { records: recordsWith(composition, again) }));
    expect(outcome.row.state.reports).toEqual([D1, 'DiagnosticReport/d4']);
  });
});

describe('the acknowledgement by the home side', () => {
  const message = (more: Record<string, unknown> = {}): Resource => ({
    resourceType: 'Communication',
    id: 'm1',
    status: 'completed',
    category: [coded('message-kind', 'report-acknowledged')],
    basedOn: [to('ServiceRequest/r1')],
    about: [to(D1)],
    ...more,
  });
  const say = (
    here: CaseRow,
    after: Resource,
    by: keyof typeof ACTORS = 'placer',
    before?: Resource,
  ): Decision | Issue[] => write(here, after, before, {}, by);

  test('is told once for each version of the report', () => {
    const first = decided(say(issued(), message()));
    expect(eventsOf(first)).toEqual(['report-acknowledged message=Communication/m1']);
    expect(first.events[0]).toMatchObject({ focus: D1 });
    expect(keysOf(refused(say(first.row, message({ id: 'm2' }))))).toEqual(['report-acknowledged']);
    const plain = { ...REPORT, extension: [] };
    const amended = decided(write(first.row, { ...plain, status: 'amended' }, plain, { rules: NO_RULES }));
    expect(eventsOf(decided(say(amended.row, message({ id: 'm2' }))))).toEqual([
      'report-acknowledged message=Communication/m2',
    ]);
  });

  test('is for the home side alone', () => {
    expect(keysOf(refused(say(issued(), message(), 'programme')))).toEqual(['not-your-move']);
    for (const who of ['insurer', 'employer', 'foreign placer', 'foreign programme'] as const)
      expect(keysOf(refused(say(issued(), message(), who)))).toEqual(['not-your-move']);
  });

  test.each<readonly [string, CaseRow, Record<string, unknown>]>([
    ['no report', issued(), { about: [] }],
    ['a report that is not of the case', issued(), { about: [to('DiagnosticReport/ct')] }],
    ['two reports', issued({ reports: [D1, 'DiagnosticReport/d2'] }), { about: [to(D1), to('DiagnosticReport/d2')] }],
    ['a draft', reviewed(), {}],
    ['a message that is not sent', issued(), { status: 'preparation' }],
  ])('names the one issued report: %s', (_what, here, more) => {
    expect(keysOf(refused(say(here, message(more))))).toEqual(['report-acknowledged']);
  });

  test('may be corrected as any message, and a draft of it counts when it is sent', () => {
    const first = decided(say(issued(), message()));
    expect(eventsOf(decided(say(first.row, message({ note: [{ text: 'x' }] }), 'placer', message())))).toEqual([
      'record-corrected',
    ]);
    const draft = message({ status: 'preparation', category: undefined });
    expect(eventsOf(decided(say(issued(), message(), 'placer', draft)))).toEqual([
      'report-acknowledged message=Communication/m1',
    ]);
  });

  test('of a report that was withdrawn is refused', () => {
    const known = decided(say(issued(), message()));
    const gone = decided(write(known.row, { ...REPORT, status: 'entered-in-error' }, REPORT));
    const [told, ...more] = refused(say(gone.row, message({ id: 'm2' })));
    expect(more).toEqual([]);
    expect(told).toMatchObject({ key: 'report-acknowledged', expression: 'Communication.about' });
    expect(told!.text).toContain('The report was withdrawn');
    expect(told!.text).toContain('None is to be acknowledged.');
  });
});

describe('a translated Composition that is handed over', () => {
  const asked = child('translation', 'requested', {
    focus: to(D1),
    input: [
      {
        type: { coding: [{ system: `${CANONICAL}/CodeSystem/case-input`, code: 'target-language' }] },
        valueCode: 'vi',
      },
    ],
  });
  const done = {
    ...asked,
    status: 'completed',
    output: [output('translated-document', { valueReference: to('Composition/vi') })],
  };
  const step: Step = stepOf('translation', { focus: D1, notes: { of: 'report' } });
  const by = (role: string): Resource => ({
    resourceType: 'Provenance',
    id: 'p',
    target: [to('Composition/vi')],
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'performer' }],
        },
        role: [coded('translation-method', role)],
      },
    ],
  });
  const plain = { ...REPORT, extension: [NAMES_ORIGINAL] };
  const hand = (
    here: CaseRow,
    changed: readonly Resource[] = [],
    after: Resource = done,
    report: Resource = plain,
  ): Decision | Issue[] => write(here, after, asked, { records: recordsWith(by('human'), report, ...changed) });
  const isOut = issued({ steps: [step] });
  const isDraft = reviewed({ steps: [step] });

  test('becomes a part of an issued report, and is told', () => {
    const outcome = decided(hand(isOut));
    expect(eventsOf(outcome)).toEqual([
      'translation-completed kind=translation status=completed original=DiagnosticReport/d1 method=human',
      'report-translated translation=Composition/vi language=vi',
    ]);
    expect(outcome.events.at(-1)).toMatchObject({ focus: D1 });
    expect(outcome.changes?.get(D1)?.(plain).extension).toEqual([NAMES_ORIGINAL, NAMES_TRANSLATED]);
  });

  test('becomes a part of a draft, which keeps it when it is issued', () => {
    const draft = { ...plain, status: 'preliminary' };
    const outcome = decided(hand(isDraft, [{ ...TRANSLATED, status: 'preliminary' }], done, draft));
    expect(eventsOf(outcome)).toHaveLength(1);
    expect(outcome.changes?.get(D1)?.(draft).extension).toEqual([NAMES_ORIGINAL, NAMES_TRANSLATED]);
    const without = refused(write(outcome.row, plain, draft, { records: recordsWith(plain) }));
    expect(keysOf(without)).toEqual(['translation-open']);
    expect(without[0]!.text).toContain('keep Composition/vi');
    expect(eventsOf(decided(write(outcome.row, REPORT, draft)))).toEqual(['report-issued']);
  });

  test('takes the place of an earlier one in its language, and of no other', () => {
    const old = { ...TRANSLATED, id: 'old' };
    const chinese = { ...TRANSLATED, id: 'zh', language: 'zh' };
    const named = (id: string) => ({ ...NAMES_TRANSLATED, valueReference: to(`Composition/${id}`) });
    const report = { ...REPORT, extension: [NAMES_ORIGINAL, named('old'), named('zh')] };
    const outcome = decided(hand(isOut, [old, chinese], done, report));
    expect(outcome.changes?.get(D1)?.(report).extension).toEqual([NAMES_ORIGINAL, named('zh'), NAMES_TRANSLATED]);
  });

  test.each<readonly [string, readonly string[], readonly Resource[]]>([
    ['another language', ['translation-language'], [{ ...TRANSLATED, language: 'fr' }]],
    ['another original', ['translation-of'], [{ ...TRANSLATED, relatesTo: [] }]],
    ['another patient', ['translation-of'], [{ ...TRANSLATED, subject: to('Patient/p2') }]],
    ['another case', ['report-composition', 'translation-drift'], [{ ...TRANSLATED, event: [] }]],
    ['no Provenance', ['translation-provenance'], [{ ...by('human'), target: [] }]],
    ['a report without sections', ['translation-of'], [{ ...REPORT, extension: [] }]],
  ])('is refused: %s', (_what, keys, changed) => {
    expect(keysOf(refused(hand(isOut, changed)))).toEqual(keys);
  });

  test('by a machine alone is told of', () => {
    const told = decided(hand(isOut, [by('machine')])).remarks;
    expect(told?.map(({ severity, key }) => `${severity} ${key}`)).toEqual(['warning machine-translated']);
  });

  test('that does not say the same is told of a draft, and stays out of an issued report until somebody accepts it', () => {
    const drifted = withSections(TRANSLATED, (all) =>
      all.map((one) => (codeOf(one) === 'summary' ? section('summary', 'Ung thư phổi, giai đoạn II.') : one)),
    );
    const draft = decided(hand(isDraft, [drifted], done, { ...plain, status: 'preliminary' }));
    expect(keysOf(draft.remarks ?? [])).toEqual(['translation-drift']);
    expect(keysOf(refused(hand(isOut, [drifted])))).toEqual(['translation-drift']);
    const accepted = { ...done, extension: [override('translation-drift', 'Compared by Dr Lan.')] };
    const outcome = decided(hand(isOut, [drifted], accepted));
    expect(outcome.row.state.overrides).toMatchObject([{ rule: 'translation-drift' }]);
    expect(outcome.makes).toMatchObject([{ resource: { resourceType: 'Provenance', target: [to('Task/c1')] } }]);
    expect(eventsOf(outcome)).toContain('report-translated translation=Composition/vi language=vi');
  });

  test('is compared with what nobody else changes meanwhile', () => {
    const bare = scene(isOut, ACTORS.programme, { rules: RULES });
    const command = { kind: 'step', step: 'translation', task: 'Task/c1', before: asked, after: done } as const;
    expect(wantedFor(bare, command)).toMatchObject({ hold: [D1], follow: ['Composition'] });
    const letter = { ...done, output: [output('translated-document', { valueReference: to('DocumentReference/x') })] };
    expect(wantedFor(bare, { ...command, after: letter }).hold).toEqual([]);
  });
});

describe('what a programme writes of its report', () => {
  const opinion = { code: coded('opinion-observation', 'difference') };
  const parts: readonly Resource[] = [
    { ...ORIGINAL, status: 'preliminary' },
    { resourceType: 'Observation', id: 'o1', status: 'preliminary', ...opinion },
    { resourceType: 'CarePlan', id: 'c1', status: 'draft', intent: 'proposal' },
    { resourceType: 'Claim', id: 'e1', status: 'draft', use: 'predetermination' },
  ];

  test.each(parts)('$resourceType is told with the report alone', (part) => {
    const finished = { ...part, status: 'active' };
    expect(eventsOf(decided(write(reviewed(), part, undefined)))).toEqual([]);
    expect(eventsOf(decided(write(reviewed(), finished, part)))).toEqual([]);
    // Of the home side it would be a record of the case.
    expect(eventsOf(decided(write(reviewed(), finished, part, {}, 'placer')))).toEqual(['record-corrected']);
  });

  test('and nothing else of the case is left untold', () => {
    const lab: Resource = { resourceType: 'Observation', id: 'lab', status: 'final', code: { text: 'Albumin' } };
    const plan: Resource = { resourceType: 'CarePlan', id: 'c2', status: 'active', intent: 'plan' };
    for (const one of [lab, plan])
      expect(eventsOf(decided(write(reviewed(), one, undefined)))).toEqual(['record-added']);
  });
});

test('a case from before there were reports in sections goes on as it did', () => {
  const here = row('completed', 'report-issued', { reports: [D1] });
  const plain = { ...REPORT, extension: [] };
  const outcome = decided(write(here, { ...plain, status: 'corrected' }, plain, { rules: NO_RULES }));
  expect(eventsOf(outcome)).toEqual(['report-amended']);
});
