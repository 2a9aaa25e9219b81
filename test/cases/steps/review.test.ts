import { describe, expect, it, test } from '@jest/globals';
import type { CaseRow, Command } from '../../../src/cases/index.ts';
import { commandOf, NO_RULES, wantedFor } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { report } from '../samples.ts';
import {
  caseRow,
  childTask,
  decided,
  eventsOf,
  keysOf,
  NEUROLOGY,
  output,
  override,
  reviewer,
  RULES,
  sceneOf,
  write,
} from './reviewers.ts';

const owned = (id: string, type = 'PractitionerRole') => ({ owner: { reference: `${type}/${id}` } });
const specialty = (code: string) => ({ coding: [{ system: 'http://snomed.info/sct', code }] });

/** The home doctor, who is a reviewer of the programme, too. */
const homeDoctor = [
  ...reviewer('a', { practitioner: { reference: 'Practitioner/home' } }).slice(0, 1),
  ...reviewer('home').slice(1),
];

/** A case after a review Task was written. */
function after(at: CaseRow, task: Resource, records: readonly Resource[] = reviewer('a')): CaseRow {
  return decided(write(sceneOf(at, records), task)).row;
}

describe('a review is assigned', () => {
  it('to a reviewer of the programme', () => {
    const made = decided(write(sceneOf(caseRow(), reviewer('a')), childTask('review', 'requested', owned('a'))));
    expect(made.row.state.steps).toMatchObject([{ kind: 'review', status: 'requested', owner: 'PractitionerRole/a' }]);
    expect(made.events).toMatchObject([
      { type: 'review-assigned', focus: 'Task/step1', detail: { reviewer: 'PractitionerRole/a' } },
    ]);
    expect(made.makes ?? []).toEqual([]);
  });

  it('later, after it was asked of the programme as a whole', () => {
    const asked = caseRow();
    const first = decided(write(sceneOf(asked), childTask('review', 'requested')));
    expect(eventsOf(first)).toEqual(['step-requested']);
    const second = decided(
      write(
        sceneOf(first.row, reviewer('a')),
        childTask('review', 'accepted', owned('a')),
        childTask('review', 'requested'),
      ),
    );
    expect(eventsOf(second)).toEqual(['review-assigned']);
  });

  test.each(['accepted', 'in-progress', 'completed'])('to somebody, before it is %s', (status) => {
    expect(keysOf(write(sceneOf(caseRow()), childTask('review', status)))).toEqual(['reviewer-unknown']);
  });

  test.each<[string, Resource[], string[]]>([
    ['somebody who is not there', [], ['reviewer-unknown']],
    [
      'a reviewer of another programme',
      reviewer('a', { organization: { reference: 'Organization/prog2' } }),
      ['reviewer-unknown'],
    ],
    ['one who is not active', reviewer('a', { active: false }), ['reviewer-unfit not-active']],
    ['one whose time is over', reviewer('a', { period: { end: '2025-12-31' } }), ['reviewer-unfit period']],
    ['one without credentials', reviewer('a', {}, { qualification: undefined }), ['reviewer-unfit no-credentials']],
    ['one of another specialty', reviewer('a', { specialty: [specialty(NEUROLOGY)] }), ['reviewer-unfit specialty']],
    [
      'one of another language',
      reviewer('a', {}, { communication: [{ coding: [{ code: 'vi' }] }] }),
      ['reviewer-unfit language'],
    ],
    ['the home doctor', homeDoctor, ['reviewer-unfit conflict-person']],
    [
      'the author of the packet',
      reviewer('a', { practitioner: { reference: 'Practitioner/author' } }),
      ['reviewer-unfit no-credentials', 'reviewer-unfit conflict-person'],
    ],
    [
      'one of the home doctor’s clinic, with a conflict declared',
      reviewer('a', {
        extension: [
          {
            url: 'https://consilium.example/fhir/StructureDefinition/reviewer-affiliation',
            valueReference: { reference: 'Organization/clinic' },
          },
          {
            url: 'https://consilium.example/fhir/StructureDefinition/reviewer-conflict',
            valueReference: { reference: 'Practitioner/author' },
          },
        ],
      }),
      ['reviewer-unfit conflict-institution', 'reviewer-unfit conflict-declared'],
    ],
  ])('not to %s', (_, records, keys) => {
    const id = records[0]?.id ?? 'nobody';
    const result = write(sceneOf(caseRow(), records), childTask('review', 'requested', owned(id)));
    expect(keysOf(result)).toEqual(keys);
    expect(result).toEqual(keys.map(() => expect.objectContaining({ severity: 'error', expression: 'Task.owner' })));
  });

  it('in the specialty that its Task names, else in that of the case', () => {
    const named = { ...owned('a'), performerType: [specialty(NEUROLOGY)] };
    const neurologist = reviewer('a', { specialty: [specialty(NEUROLOGY)] });
    expect(keysOf(write(sceneOf(caseRow(), reviewer('a')), childTask('review', 'requested', named)))).toEqual([
      'reviewer-unfit specialty',
    ]);
    expect(keysOf(write(sceneOf(caseRow(), neurologist), childTask('review', 'requested', named)))).toEqual([]);
    const unrouted = { ...caseRow(), state: { ...caseRow().state } };
    delete (unrouted.state as { specialty?: string }).specialty;
    expect(keysOf(write(sceneOf(unrouted, neurologist), childTask('review', 'requested', owned('a'))))).toEqual([]);
  });

  it('all the same where the programme sets that aside with a reason: in a Provenance', () => {
    const unfit = reviewer('a', { specialty: [specialty(NEUROLOGY)] });
    const task = childTask('review', 'requested', {
      ...owned('a'),
      extension: [override('reviewer-unfit', 'The only one on duty this week.')],
    });
    const { row, events, makes, remarks } = decided(write(sceneOf(caseRow(), unfit), task));
    expect(events.map(({ type }) => type)).toEqual(['rule-overridden', 'review-assigned']);
    expect(row.state.overrides).toMatchObject([{ rule: 'reviewer-unfit', by: 'programme' }]);
    expect(makes).toMatchObject([
      { owner: 'prog', resource: { resourceType: 'Provenance', target: [{ reference: 'Task/step1' }] } },
    ]);
    expect(remarks).toMatchObject([{ severity: 'warning', key: 'reviewer-unfit' }]);
    expect(row.state.steps).toHaveLength(1);
  });

  test.each([
    ['without a reason', [override('reviewer-unfit', 'Because')], reviewer('a', { active: false }), 'override-reason'],
    [
      'of another rule',
      [override('reviews-missing', 'The only one on duty.')],
      reviewer('a', { active: false }),
      'reviewer-unfit',
    ],
    ['for somebody who is no reviewer', [override('reviewer-unfit', 'The only one on duty.')], [], 'reviewer-unknown'],
  ])('an override %s changes nothing', (_, extension, records, key) => {
    const result = write(sceneOf(caseRow(), records), childTask('review', 'requested', { ...owned('a'), extension }));
    expect(keysOf(result).join()).toContain(key);
  });

  it('a programme without rules is asked nothing', () => {
    const at = caseRow({ rules: 0 });
    expect(keysOf(write(sceneOf(at, [], NO_RULES), childTask('review', 'completed')))).toEqual([]);
  });
});

describe('a review goes on', () => {
  const at = after(caseRow(), childTask('review', 'requested', owned('a')));

  it('with another reviewer while it is open', () => {
    const moved = decided(
      write(
        sceneOf(at, reviewer('b')),
        childTask('review', 'requested', owned('b')),
        childTask('review', 'requested', owned('a')),
      ),
    );
    expect(moved.events).toMatchObject([
      { type: 'review-reassigned', detail: { from: 'PractitionerRole/a', reviewer: 'PractitionerRole/b' } },
    ]);
    expect(
      keysOf(write(sceneOf(at, reviewer('b', { active: false })), childTask('review', 'requested', owned('b')))),
    ).toEqual(['reviewer-unfit not-active']);
  });

  it('with the same reviewer, who is not judged again', () => {
    const moved = decided(write(sceneOf(at, []), childTask('review', 'in-progress', owned('a'))));
    expect(eventsOf(moved)).toEqual(['step-moved']);
    const done = decided(write(sceneOf(moved.row, []), childTask('review', 'completed', owned('a'))));
    expect(done.events).toMatchObject([{ type: 'review-completed', detail: { reviewer: 'PractitionerRole/a' } }]);
  });

  it('or is called off, whoever it was', () => {
    expect(eventsOf(decided(write(sceneOf(at, []), childTask('review', 'cancelled', owned('b')))))).not.toContain(
      'review-completed',
    );
  });

  it('is the programme’s to move', () => {
    expect(keysOf(write(sceneOf(at, [], RULES, 'placer'), childTask('review', 'in-progress', owned('a'))))).toEqual([
      'not-your-move',
    ]);
  });
});

describe('what a review hands over is of its reviewer', () => {
  const at = after(caseRow(), childTask('review', 'requested', owned('a')));
  const by = (...refs: string[]) => refs.map((reference) => ({ reference }));
  const opinion = (changes: Record<string, unknown>) =>
    report('preliminary', { resultsInterpreter: undefined, ...changes });
  const hand = (...refs: string[]): Resource =>
    childTask('review', 'completed', {
      ...owned('a'),
      output: refs.map((reference) => output('report', { valueReference: { reference } })),
    });
  const observation: Resource = { resourceType: 'Observation', id: 'o1', performer: by('Practitioner/a') };
  const roleOfA = reviewer('a2', { practitioner: { reference: 'Practitioner/a' } })[0]!;

  test.each<[string, Resource[], string[]]>([
    ['names the role', [opinion({ resultsInterpreter: by('PractitionerRole/a') })], []],
    ['names the person', [opinion({ performer: by('Practitioner/a') })], []],
    ['names another role of the person', [opinion({ performer: by('PractitionerRole/a2') }), roleOfA], []],
    ['names all who reviewed', [opinion({ resultsInterpreter: by('PractitionerRole/b', 'PractitionerRole/a') })], []],
    ['names another reviewer', [opinion({ resultsInterpreter: by('PractitionerRole/b') })], ['review-output']],
    ['names the programme alone', [opinion({ performer: by('Organization/prog') })], ['review-output']],
    [
      'was made in error',
      [{ ...opinion({ performer: by('Practitioner/a') }), status: 'entered-in-error' }],
      ['review-output'],
    ],
    ['is not there', [], ['review-output']],
  ])('a report that %s', (_, records, keys) => {
    expect(keysOf(write(sceneOf(at, [...reviewer('a'), ...records]), hand('DiagnosticReport/d1')))).toEqual(keys);
  });

  it('one of several outputs is enough', () => {
    const records = [...reviewer('a'), opinion({ performer: by('PractitionerRole/b') }), observation];
    expect(keysOf(write(sceneOf(at, records), hand('DiagnosticReport/d1', 'Observation/o1')))).toEqual([]);
  });

  it('so that one report of one reviewer completes one review of two', () => {
    const single = { ...at, state: { ...at.state, service: 'single-specialist-opinion' } };
    const two = after(single, childTask('review', 'requested', { ...owned('b'), id: 'step2' }), reviewer('b'));
    const records = [...reviewer('a'), ...reviewer('b'), opinion({ resultsInterpreter: by('PractitionerRole/a') })];
    const one = decided(write(sceneOf(two, records), hand('DiagnosticReport/d1'))).row;
    const again = { ...hand('DiagnosticReport/d1'), ...owned('b'), id: 'step2' };
    expect(keysOf(write(sceneOf(one, records), again))).toEqual(['review-output']);
    expect(keysOf(write(sceneOf(one, records), report('final')))).toEqual(['reviews-missing']);
  });

  it('is not asked of a programme without rules', () => {
    const free = { ...at, rules: 0 };
    expect(keysOf(write(sceneOf(free, [], NO_RULES), hand('DiagnosticReport/d1')))).toEqual([]);
  });

  it('is looked for when the review ends', () => {
    const wanted = wantedFor(sceneOf(at), commandOf({ after: hand('DiagnosticReport/d1') }, at) as Command);
    expect(wanted).toMatchObject({
      refs: ['PractitionerRole/a', 'DiagnosticReport/d1'],
      follow: ['PractitionerRole'],
    });
  });
});

describe('a report follows its reviews', () => {
  const service = { service: 'single-specialist-opinion' };
  const step = (task: string, status: 'completed' | 'in-progress', owner: string) => ({
    task: `Task/${task}`,
    kind: 'review' as const,
    status,
    by: 'programme' as const,
    madeAt: '2026-03-01T00:00:00Z',
    since: '2026-03-01T00:00:00Z',
    owner: `PractitionerRole/${owner}`,
  });

  test.each<[string, ReturnType<typeof step>[], string[]]>([
    ['none', [], ['reviews-missing']],
    ['one', [step('1', 'completed', 'a')], ['reviews-missing']],
    ['two of the same reviewer', [step('1', 'completed', 'a'), step('2', 'completed', 'a')], ['reviews-missing']],
    ['two, one of them open', [step('1', 'completed', 'a'), step('2', 'in-progress', 'b')], ['reviews-missing']],
    ['two', [step('1', 'completed', 'a'), step('2', 'completed', 'b')], []],
  ])('after %s', (_, steps, keys) => {
    expect(keysOf(write(sceneOf(caseRow({}, { ...service, steps })), report('final')))).toEqual(keys);
  });

  it('which an interim report does not wait for, nor one of a programme without rules', () => {
    expect(keysOf(write(sceneOf(caseRow({}, service)), report('preliminary')))).toEqual([]);
    expect(keysOf(write(sceneOf(caseRow({ rules: 0 }, service), [], NO_RULES), report('final')))).toEqual([]);
  });
});
