import { describe, expect, it, test } from '@jest/globals';
import type { CaseRow } from '../../../src/cases/index.ts';
import { NO_RULES } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { report, task } from '../samples.ts';
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

const TEAM = { focus: { reference: 'CareTeam/board' } };

function board(...members: string[]): Resource {
  return {
    resourceType: 'CareTeam',
    id: 'board',
    participant: members.map((reference) => ({ member: { reference } })),
  };
}

const NEUROLOGIST = { specialty: [{ coding: [{ system: 'http://snomed.info/sct', code: NEUROLOGY }] }] };
const MEMBERS = [...reviewer('a'), ...reviewer('b', NEUROLOGIST)];
const RECORDS = [board('PractitionerRole/a', 'PractitionerRole/b', 'Organization/prog'), ...MEMBERS];

function appointment(status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Appointment',
    id: 'meeting',
    status,
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    supportingInformation: [{ reference: 'Task/step1' }],
    ...changes,
  };
}

function encounter(status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Encounter',
    id: 'held',
    status,
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    appointment: [{ reference: 'Appointment/meeting' }],
    ...changes,
  };
}

/** A case whose writes were taken one after another. */
function follow(at: CaseRow, writes: readonly Resource[], records: readonly Resource[] = RECORDS): CaseRow {
  return writes.reduce((row, one) => decided(write(sceneOf(row, records), one)).row, at);
}

const asked = childTask('mdt', 'requested', TEAM);
const standing = ({ status, businessStatus }: CaseRow) => `${status} ${businessStatus}`;

describe('a team', () => {
  it('of reviewers is asked, whatever their specialties', () => {
    const made = decided(write(sceneOf(caseRow(), RECORDS), asked));
    expect(made.row.state.steps).toMatchObject([{ kind: 'mdt', focus: 'CareTeam/board' }]);
    expect(eventsOf(made)).toEqual(['step-requested']);
  });

  it('may own its Task instead', () => {
    const own = childTask('mdt', 'requested', { owner: { reference: 'CareTeam/board' } });
    expect(keysOf(write(sceneOf(caseRow(), RECORDS), own))).toEqual([]);
  });

  test.each<[string, Resource, Resource[], string[]]>([
    ['none is named', childTask('mdt', 'requested'), RECORDS, ['team-missing']],
    ['it is not there', asked, MEMBERS, ['team-missing']],
    ['it has one reviewer', asked, [board('PractitionerRole/a', 'Patient/p1'), ...MEMBERS], ['team-member']],
    [
      'it has one reviewer twice',
      asked,
      [board('PractitionerRole/a', 'PractitionerRole/a'), ...MEMBERS],
      ['team-member'],
    ],
    [
      'a member is not there',
      asked,
      [board('PractitionerRole/a', 'PractitionerRole/c'), ...MEMBERS],
      ['reviewer-unknown'],
    ],
    [
      'a member is not independent',
      asked,
      [board('PractitionerRole/a', 'PractitionerRole/home'), ...MEMBERS],
      ['reviewer-unknown'],
    ],
    [
      'a member wrote for the packet',
      asked,
      [
        board('PractitionerRole/a', 'PractitionerRole/c'),
        ...MEMBERS,
        ...reviewer('c', { practitioner: { reference: 'Practitioner/author' } }),
      ],
      ['reviewer-unfit no-credentials', 'reviewer-unfit conflict-person'],
    ],
  ])('is refused where %s', (_, written, records, keys) => {
    expect(keysOf(write(sceneOf(caseRow(), records), written))).toEqual(keys);
  });

  it('is taken with an unfit member where the programme sets that aside', () => {
    const records = [
      board('PractitionerRole/a', 'PractitionerRole/c'),
      ...MEMBERS,
      ...reviewer('c', { active: false }),
    ];
    const extension = [override('reviewer-unfit', 'Knows this patient from the registry.')];
    const made = decided(write(sceneOf(caseRow(), records), childTask('mdt', 'requested', { ...TEAM, extension })));
    expect(eventsOf(made)).toEqual(['rule-overridden', 'step-requested']);
    expect(made.remarks).toMatchObject([{ key: 'reviewer-unfit', severity: 'warning' }]);
  });
});

describe('its meeting', () => {
  const at = follow(caseRow(), [asked]);

  it('is told with its time', () => {
    const start = '2026-03-22T14:00:00Z';
    const set = decided(write(sceneOf(at), appointment('booked', { start })));
    expect(set.events).toMatchObject([{ type: 'meeting-scheduled', detail: { start } }]);
  });

  it('moves the case when it is set and when it was held', () => {
    const set = decided(write(sceneOf(at), appointment('booked')));
    expect(standing(set.row)).toBe('in-progress mdt-scheduled');
    expect(set.events).toMatchObject([
      {
        type: 'meeting-scheduled',
        focus: 'Appointment/meeting',
        businessStatus: 'mdt-scheduled',
        detail: { kind: 'mdt', step: 'Task/step1' },
      },
    ]);
    expect(set.task?.(task('in-progress', 'under-review'))).toMatchObject({
      businessStatus: { coding: [{ code: 'mdt-scheduled' }] },
    });
    const held = decided(write(sceneOf(set.row), encounter('finished')));
    expect(standing(held.row)).toBe('in-progress mdt-complete');
    expect(held.events).toMatchObject([{ type: 'meeting-held', focus: 'Encounter/held' }]);
  });

  test.each<[string, Resource[], string]>([
    ['a proposed date', [appointment('proposed')], 'under-review'],
    ['a date by its kind alone', [appointment('booked', { supportingInformation: undefined })], 'mdt-scheduled'],
    ['a date that is called off', [appointment('booked'), appointment('cancelled')], 'under-review'],
    [
      'a date that is set again',
      [appointment('booked'), appointment('cancelled'), appointment('booked', { id: 'again' })],
      'mdt-scheduled',
    ],
    ['an Encounter that goes on', [appointment('booked'), encounter('in-progress')], 'mdt-scheduled'],
    [
      'an Encounter of another appointment',
      [appointment('booked'), encounter('finished', { appointment: [{ reference: 'Appointment/other' }] })],
      'mdt-scheduled',
    ],
    ['an Encounter without a date', [encounter('finished')], 'under-review'],
    [
      'a meeting that was not held after all',
      [appointment('booked'), encounter('finished'), encounter('entered-in-error')],
      'mdt-scheduled',
    ],
    [
      'a date called off after it was held',
      [appointment('booked'), encounter('finished'), appointment('cancelled')],
      'mdt-complete',
    ],
  ])('%s', (_, writes, businessStatus) => {
    expect(follow(at, writes).businessStatus).toBe(businessStatus);
  });

  test.each([
    ['that begins tomorrow', { start: '2026-03-05T09:00:00Z', end: '2026-03-05T10:00:00Z' }, ['meeting-not-begun']],
    ['that goes on', { start: '2026-03-04T08:00:00Z', end: '2026-03-04T10:00:00Z' }, ['meeting-not-begun']],
    ['on a day to come', { start: '2026-03-06' }, ['meeting-not-begun']],
    ['on a day that has begun in the east', { start: '2026-03-04' }, []],
    ['that is over', { start: '2026-03-04T08:00:00Z', end: '2026-03-04T08:45:00Z' }, []],
  ])('is held once it is over: a period %s', (_, period, keys) => {
    const set = follow(at, [appointment('booked')]);
    expect(keysOf(write(sceneOf(set), encounter('finished', { period })))).toEqual(keys);
    expect(keysOf(write(sceneOf(set), encounter('planned', { period })))).toEqual([]);
  });

  test.each([
    ['accepted', 'accepted', 'in-progress mdt-scheduled'],
    ['in-progress', 'assigned', 'in-progress mdt-scheduled'],
    ['in-progress', 'report-translation', 'in-progress report-translation'],
    ['in-progress', 'cancellation-requested', 'in-progress cancellation-requested'],
  ] as const)('set while the case is %s (%s) leads to %s', (status, businessStatus, expected) => {
    const here = { ...at, status, businessStatus };
    expect(standing(follow(here, [appointment('booked')]))).toBe(expected);
  });

  it('set while records are translated leaves the case there', () => {
    const translation = { ...at.state.steps[0]!, task: 'Task/tr', kind: 'translation' as const };
    const here: CaseRow = {
      ...at,
      businessStatus: 'translating',
      state: { ...at.state, steps: [...at.state.steps, translation] },
    };
    expect(follow(here, [appointment('booked')]).businessStatus).toBe('translating');
  });

  it('set while the case waits lets it go on there', () => {
    const missing = { ...at.state.steps[0]!, task: 'Task/info', kind: 'information-request' as const };
    const here: CaseRow = {
      ...at,
      status: 'on-hold',
      businessStatus: 'awaiting-information',
      state: {
        ...at.state,
        steps: [...at.state.steps, missing],
        resume: { status: 'in-progress', businessStatus: 'under-review' },
      },
    };
    const set = follow(here, [appointment('booked')]);
    expect(standing(set)).toBe('on-hold awaiting-information');
    expect(set.state.resume).toEqual({ status: 'in-progress', businessStatus: 'mdt-scheduled' });
  });

  it('is the programme’s: a date that the home side writes moves nothing', () => {
    const { row } = decided(write(sceneOf(at, [], RULES, 'placer'), appointment('booked')));
    expect(row.businessStatus).toBe('under-review');
  });

  test.each([
    ['mdt-scheduled', [], ['meeting-missing']],
    ['mdt-complete', [appointment('booked')], ['meeting-missing']],
    ['mdt-scheduled', [appointment('booked')], []],
  ] as const)('has to be there before the Task says %s (%#)', (businessStatus, writes, keys) => {
    const here = { ...follow(at, writes), businessStatus: 'under-review' as const };
    expect(
      keysOf(write(sceneOf(here), task('in-progress', businessStatus), task('in-progress', 'under-review'))),
    ).toEqual(keys);
  });

  it('a programme without rules says of its Task where it stands', () => {
    const here = caseRow({ rules: 0 });
    expect(keysOf(write(sceneOf(here, [], NO_RULES), task('in-progress', 'mdt-complete')))).toEqual([]);
  });
});

describe('its discussion is completed', () => {
  const held = follow(caseRow(), [asked, appointment('booked'), encounter('finished')]);
  const statement = (id: string, by: string, more: object = {}): Resource => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    performer: [{ reference: by }],
    ...more,
  });
  const says = (id: string, type = 'Observation') =>
    output('statement', { valueReference: { reference: `${type}/${id}` } });
  const silent = (by: string, text = 'On leave that day.') =>
    output('no-statement', { valueAnnotation: { authorReference: { reference: by }, text } });
  const complete = (outputs: object[], at = held, records: Resource[] = []) =>
    keysOf(write(sceneOf(at, [...RECORDS, ...records]), childTask('mdt', 'completed', { ...TEAM, output: outputs })));

  test.each<[string, object[], Resource[], string[]]>([
    [
      'by a statement of each',
      [says('s1'), says('s2')],
      [statement('s1', 'PractitionerRole/a'), statement('s2', 'PractitionerRole/b')],
      [],
    ],
    [
      'by statements of the persons',
      [says('s1'), says('s2')],
      [statement('s1', 'Practitioner/a'), statement('s2', 'Practitioner/b')],
      [],
    ],
    [
      'by a reason why one said nothing',
      [says('s1'), silent('Practitioner/b')],
      [statement('s1', 'Practitioner/a')],
      [],
    ],
    [
      'by messages and partial reports',
      [says('m', 'Communication'), says('r', 'DiagnosticReport')],
      [
        { resourceType: 'Communication', id: 'm', status: 'completed', sender: { reference: 'PractitionerRole/a' } },
        {
          resourceType: 'DiagnosticReport',
          id: 'r',
          status: 'partial',
          resultsInterpreter: [{ reference: 'PractitionerRole/b' }],
        },
      ],
      [],
    ],
    ['not without any', [], [], ['statement-missing']],
    ['not with one', [says('s1')], [statement('s1', 'PractitionerRole/a')], ['statement-missing']],
    ['not with one that is not there', [says('s1'), silent('Practitioner/b')], [], ['statement-missing']],
    [
      'not with one of somebody else',
      [says('s1'), silent('Practitioner/b')],
      [statement('s1', 'Practitioner/x')],
      ['statement-missing'],
    ],
    [
      'not with one that was entered in error',
      [says('s1'), silent('Practitioner/b')],
      [statement('s1', 'Practitioner/a', { status: 'entered-in-error' })],
      ['statement-missing'],
    ],
    [
      'not with an empty reason',
      [says('s1'), silent('Practitioner/b', ' ')],
      [statement('s1', 'Practitioner/a')],
      ['statement-missing'],
    ],
  ])('%s', (_, outputs, records, keys) => expect(complete(outputs, held, records)).toEqual(keys));

  it('not before the meeting was held; all that is missing is said at once', () => {
    expect(complete([], follow(caseRow(), [asked, appointment('booked')]))).toEqual([
      'meeting-missing',
      'statement-missing',
    ]);
  });

  it('and only then its report is final', () => {
    const reviews = ['x', 'y'].map((owner) => ({
      ...held.state.steps[0]!,
      task: `Task/${owner}`,
      kind: 'review' as const,
      status: 'completed' as const,
      owner,
    }));
    const reviewed: CaseRow = { ...held, state: { ...held.state, steps: [...held.state.steps, ...reviews] } };
    expect(keysOf(write(sceneOf(reviewed), report('final')))).toEqual(['meeting-missing']);
    const steps = reviewed.state.steps.map((step) => ({ ...step, status: 'completed' as const }));
    const done: CaseRow = { ...reviewed, state: { ...reviewed.state, steps } };
    expect(keysOf(write(sceneOf(done), report('final')))).toEqual([]);
    const single: CaseRow = { ...reviewed, state: { ...reviewed.state, service: 'single-specialist-opinion' } };
    expect(keysOf(write(sceneOf(single), report('final')))).toEqual([]);
  });
});
