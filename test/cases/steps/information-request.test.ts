import { describe, expect, test } from '@jest/globals';
import type { CaseRow, Standing } from '../../../src/cases/index.ts';
import { isClosed, NO_RULES, nextTimer, STATUS_REASON_SYSTEM } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, row, ROWS, task } from '../samples.ts';
import {
  because,
  child,
  decided,
  events,
  keys,
  output,
  recordsOf,
  RULES,
  standing,
  stepOf,
  tick,
  waiting,
  write,
} from './asked.ts';

const KIND = 'information-request';
const CHECKED: Standing = { status: 'received', businessStatus: 'completeness-check' };
const ASSIGNED: Standing = { status: 'in-progress', businessStatus: 'assigned' };
const WHO = Object.keys(ACTORS) as (keyof typeof ACTORS)[];

const LETTER: Resource = { resourceType: 'DocumentReference', id: 'd7', subject: { reference: 'Patient/p1' } };
const SENT = output('sent-records', { valueReference: { reference: 'DocumentReference/d7' } });
const asked = child(KIND, 'requested');

function answer(here: CaseRow, outputs: readonly object[], ...records: Resource[]) {
  const after = child(KIND, 'completed', { output: outputs });
  return write(here, 'placer', after, asked, { records: recordsOf(...records) });
}

describe('asking', () => {
  test.each(ROWS.map((here) => [`${here.status} ${here.businessStatus}`, here] as const))(
    'is for the programme while the case is open: %s',
    (_, here) => {
      for (const who of WHO) {
        const made = write(here, who, asked);
        if (who !== 'programme') expect([who, keys(made)]).toEqual([who, ['not-your-move']]);
        else if (isClosed(here.status)) expect(keys(made)).toEqual(['illegal-move']);
        else expect(events(made)[0]).toBe('information-requested');
      }
    },
  );

  test.each([
    ['requested', 'submitted', 'received awaiting-information', CHECKED],
    ['received', 'completeness-check', 'received awaiting-information', CHECKED],
    ['accepted', 'accepted', 'on-hold awaiting-information', { status: 'accepted', businessStatus: 'accepted' }],
    ['in-progress', 'assigned', 'on-hold awaiting-information', ASSIGNED],
    ['in-progress', 'under-review', 'on-hold awaiting-information', { ...ASSIGNED, businessStatus: 'under-review' }],
  ] as const)('lets a case that is %s (%s) wait', (status, businessStatus, there, resume) => {
    const made = decided(write(row(status, businessStatus), 'programme', asked));
    expect(standing(made)).toBe(there);
    expect(made.row.state.resume).toEqual(resume);
    expect(events(made)).toEqual(['information-requested', 'clock-stopped']);
  });

  test.each(['draft', 'received', 'in-progress', 'completed'])('does not begin with a Task that is %s', (status) => {
    expect(keys(write(row('received', 'completeness-check'), 'programme', child(KIND, status)))).toEqual([
      'illegal-move',
    ]);
  });

  test('goes to the home side', () => {
    const astray = child(KIND, 'requested', { owner: { reference: 'Organization/prog' } });
    expect(keys(write(row('received', 'completeness-check'), 'programme', astray))).toEqual(['step-owner']);
  });
});

describe('moving the Task', () => {
  const before = waiting(CHECKED);
  const MOVES: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
    ['received', {}, ['placer']],
    ['accepted', {}, ['placer']],
    ['in-progress', {}, ['placer']],
    ['completed', { output: [SENT] }, ['placer']],
    ['rejected', because('insufficient-records'), ['placer']],
    ['cancelled', {}, ['programme']],
    ['entered-in-error', {}, ['programme']],
    ['on-hold', {}, []],
    ['failed', because('insufficient-records'), []],
    ['draft', {}, []],
  ];
  test.each(MOVES)('to %s', (status, more, allowed) => {
    for (const who of WHO) {
      const after = child(KIND, status, more);
      const moved = write(before, who, after, asked, { records: recordsOf(LETTER) });
      if (allowed.includes(who)) expect(() => decided(moved)).not.toThrow();
      else if (who === 'placer' && !allowed.includes('programme')) expect(keys(moved)).toEqual(['illegal-move']);
      else expect([who, keys(moved)]).toEqual([who, ['not-your-move']]);
    }
  });

  test('that is done is for nobody but to take back', () => {
    const done = row('received', 'completeness-check', { steps: [stepOf(KIND, { status: 'completed' })] });
    const stored = child(KIND, 'completed', { output: [SENT] });
    expect(keys(write(done, 'placer', child(KIND, 'in-progress'), stored))).toEqual(['illegal-move']);
    expect(events(write(done, 'placer', { ...stored, note: [] }, stored))).toEqual(['task-updated']);
  });

  test('does nothing any more in a closed case', () => {
    const closed = row('rejected', 'declined', { steps: [stepOf(KIND)] });
    expect(keys(write(closed, 'placer', child(KIND, 'received'), asked))).toEqual(['illegal-move']);
  });
});

describe('an answer', () => {
  test('of records lets the case go on where it was', () => {
    for (const resume of [CHECKED, ASSIGNED]) {
      const done = decided(answer(waiting(resume), [SENT], LETTER));
      expect(standing(done)).toBe(`${resume.status} ${resume.businessStatus}`);
      expect(events(done)).toEqual(['information-received', 'clock-started']);
      expect(done.events[0]).toMatchObject({ focus: 'Task/c1', detail: { kind: KIND, status: 'completed' } });
    }
  });

  test('in words or as a message will do', () => {
    const message: Resource = { resourceType: 'Communication', id: 'm1', subject: { reference: 'Patient/p1' } };
    const spoken = output('sent-records', { valueReference: { reference: 'Communication/m1' } });
    expect(events(answer(waiting(CHECKED), [output('answer', { valueString: 'None.' })]))).toContain(
      'information-received',
    );
    expect(events(answer(waiting(CHECKED), [spoken], message))).toContain('information-received');
  });

  test.each([
    ['without output', [], [], 'answer-missing'],
    ['with records in words', [output('sent-records', { valueString: 'The letter.' })], [], 'answer-missing'],
    ['with a record that is not there', [SENT], [], 'sent-record-unknown'],
    [
      'with a record elsewhere',
      [output('sent-records', { valueReference: { reference: 'https://other.example/fhir/Binary/1' } })],
      [],
      'sent-record-unknown',
    ],
    [
      'with a record of somebody else',
      [SENT],
      [{ ...LETTER, subject: { reference: 'Patient/p2' } }],
      'sent-record-unfit',
    ],
  ])('%s is refused', (_, outputs, records, key) => {
    expect(keys(answer(waiting(CHECKED), outputs, ...(records as Resource[])))).toEqual([key]);
  });

  test('to one of two leaves the case waiting for the other', () => {
    const two = waiting(CHECKED, { steps: [stepOf(KIND), stepOf(KIND, { task: 'Task/c2' })] });
    const done = decided(answer(two, [SENT], LETTER));
    expect(standing(done)).toBe('received awaiting-information');
    expect(events(done)).toEqual(['information-received']);
  });

  test('in a language that is not read is translated, once the case has been accepted', () => {
    const foreign = { ...LETTER, content: [{ attachment: { contentType: 'application/pdf', language: 'vi-VN' } }] };
    expect(events(answer(waiting(CHECKED), [SENT], foreign))).not.toContain('translation-requested');
    const done = decided(answer(waiting(ASSIGNED), [SENT], foreign));
    expect(events(done)).toEqual(['information-received', 'translation-requested', 'clock-started']);
    expect(done.makes).toMatchObject([{ resource: { focus: { reference: 'DocumentReference/d7' } }, owner: 'prog' }]);
  });
});

test('what cannot be had is said, and the case goes on without it', () => {
  const after = child(KIND, 'rejected', because('insufficient-records'));
  const gone = decided(write(waiting(ASSIGNED), 'placer', after, asked));
  expect(standing(gone)).toBe('in-progress assigned');
  expect(gone.events[0]).toMatchObject({
    type: 'step-cancelled',
    detail: { kind: KIND, status: 'rejected', reason: 'insufficient-records' },
  });
  expect(gone.remarks).toMatchObject([{ severity: 'information', key: 'request-given-up' }]);
});

test('what is not wanted any more is called off by the programme', () => {
  const gone = decided(write(waiting(ASSIGNED), 'programme', child(KIND, 'cancelled'), asked));
  expect(standing(gone)).toBe('in-progress assigned');
  expect(events(gone)).toEqual(['step-cancelled', 'clock-started']);
});

test('while it is open T0 does not go on, nor does a message answer it', () => {
  const here = waiting(CHECKED);
  const t0 = task('received', 'awaiting-information');
  expect(keys(write(here, 'programme', task('accepted', 'accepted'), t0))).toEqual(['still-awaited']);
  for (const name of ['about', 'basedOn', 'partOf']) {
    const message = {
      resourceType: 'Communication',
      id: 'm1',
      status: 'completed',
      [name]: [{ reference: 'Task/c1' }],
    };
    const told = decided(write(here, 'placer', message));
    expect(standing(told)).toBe('received awaiting-information');
    expect(events(told)).toEqual(['message-sent']);
    expect(told.remarks).toMatchObject([{ severity: 'information', key: 'request-still-open' }]);
    expect(decided(write(here, 'programme', message)).remarks ?? []).toEqual([]);
  }
});

describe('time', () => {
  test('reminds twice and then gives up', () => {
    const here = waiting(CHECKED);
    expect(nextTimer({ row: here, rules: RULES })).toEqual({ key: 'remind Task/c1 1', at: '2026-03-03T09:00:00.000Z' });
    const first = tick(here, '2026-03-03T09:00:01Z');
    expect(first.events).toMatchObject([{ type: 'information-reminded', focus: 'Task/c1', detail: { number: '1' } }]);
    expect(standing(first)).toBe('received awaiting-information');
    expect(tick(first.row, '2026-03-04T00:00:00Z').events).toEqual([]);
    const second = tick(first.row, '2026-03-06T09:00:00Z');
    expect(second.events).toMatchObject([{ type: 'information-reminded', detail: { number: '2' } }]);
    expect(second.row.state.done).toEqual(['remind Task/c1 1', 'remind Task/c1 2']);
    const last = { key: 'expire Task/c1', at: '2026-03-22T09:00:00.000Z' };
    expect(nextTimer({ row: second.row, rules: RULES })).toEqual(last);
  });

  test.each([
    [{ status: 'requested', businessStatus: 'submitted' } as const, 'rejected declined', 'case-declined'],
    [CHECKED, 'rejected declined', 'case-declined'],
    [{ status: 'accepted', businessStatus: 'accepted' } as const, 'failed cancelled', 'case-failed'],
    [ASSIGNED, 'failed cancelled', 'case-failed'],
  ])('closes a case that would go on as %j', (resume, there, type) => {
    const other = stepOf('completeness-check', { task: 'Task/c9' });
    const here = waiting(resume, { steps: [stepOf(KIND), other] });
    const over = tick(here, '2026-03-22T09:00:00Z');
    expect(standing(over)).toBe(there);
    // Nobody is reminded of what has run out.
    expect(events(over)).toEqual(['information-expired', type, 'step-cancelled']);
    expect(over.row.state.steps).toMatchObject([{ status: 'failed' }, { status: 'cancelled' }]);
    const reason = { coding: [{ system: STATUS_REASON_SYSTEM, code: 'insufficient-records' }] };
    expect(over.task?.(task(here.status, here.businessStatus))).toMatchObject({
      status: over.row.status,
      statusReason: { coding: [expect.objectContaining(reason.coding[0]!)] },
    });
    expect(over.changes?.get('Task/c1')?.(asked)).toMatchObject({
      status: 'failed',
      lastModified: '2026-03-22T09:00:00Z',
    });
    expect(nextTimer({ row: over.row, rules: RULES })).toBeUndefined();
  });

  test('is not counted once the answer is there, in a withdrawal, or by a programme without rules', () => {
    const done = row('received', 'completeness-check', { steps: [stepOf(KIND, { status: 'completed' })] });
    expect(nextTimer({ row: done, rules: RULES })).toBeUndefined();
    const withdrawn = row('on-hold', 'cancellation-requested', { steps: [stepOf(KIND)] });
    expect(nextTimer({ row: withdrawn, rules: RULES })).toBeUndefined();
    expect(nextTimer({ row: waiting(CHECKED), rules: NO_RULES })).toBeUndefined();
  });
});
