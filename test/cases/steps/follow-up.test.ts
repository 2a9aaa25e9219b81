import { describe, expect, test } from '@jest/globals';
import type { CaseRow, CaseState } from '../../../src/cases/index.ts';
import { CANONICAL, NO_RULES, nextTimer } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, report, request, row, ROWS } from '../samples.ts';
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
  stepOf,
  tick,
  write,
} from './asked.ts';

const KIND = 'follow-up';
const FORM = `${CANONICAL}/Questionnaire/follow-up`;
const ANSWER = `${CANONICAL}/CodeSystem/follow-up-answer`;
const ISSUED = '2026-03-01T10:00:00Z';
const WHO = Object.keys(ACTORS) as (keyof typeof ACTORS)[];

function answered(state: Partial<CaseState> = {}): CaseRow {
  return row('completed', 'report-issued', { issuedAt: ISSUED, reports: ['DiagnosticReport/d1'], ...state });
}

const waiting = answered({ steps: [stepOf(KIND, { by: 'server' })] });
const asked = child(KIND, 'requested', { input: [input('questionnaire', { valueCanonical: FORM })] });
const done = {
  ...asked,
  status: 'completed',
  output: [output('follow-up-answers', { valueReference: { reference: 'QuestionnaireResponse/q1' } })],
};

function item(linkId: string, code: string): object {
  return { linkId, answer: [{ valueCoding: { system: ANSWER, code } }] };
}

function answers(changes: Record<string, unknown> = {}, followed = 'partly', changed = 'yes'): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    id: 'q1',
    questionnaire: `${FORM}|0.1.0`,
    status: 'completed',
    subject: { reference: 'Patient/p1' },
    item: [item('followed', followed), item('changed', changed)],
    ...changes,
  };
}

describe('time', () => {
  test('asks after each span, and reminds once', () => {
    const here = answered();
    expect(nextTimer({ row: here, rules: RULES })).toEqual({ key: 'follow-up 1', at: '2026-03-31T10:00:00.000Z' });
    const first = tick(here, '2026-03-31T10:00:01Z');
    expect(first.events).toMatchObject([{ type: 'follow-up-asked', focus: 'Task/made-1', detail: { number: '1' } }]);
    expect(first.makes).toMatchObject([
      {
        owner: 'prog',
        resource: {
          resourceType: 'Task',
          status: 'requested',
          partOf: [{ reference: 'Task/t0' }],
          for: { reference: 'Patient/p1' },
          requester: { reference: 'Organization/prog' },
          owner: { reference: 'Organization/hosp' },
          input: [{ valueCanonical: FORM }, { valuePeriod: { start: ISSUED, end: '2026-03-31T10:00:00.000Z' } }],
        },
      },
    ]);
    expect(first.row).toMatchObject({ status: 'completed', businessStatus: 'report-issued' });
    const reminder = { key: 'follow-up-reminder Task/made-1', at: '2026-04-14T10:00:01.000Z' };
    expect(nextTimer({ row: first.row, rules: RULES })).toEqual(reminder);
    const second = tick(first.row, '2026-04-15T00:00:00Z');
    expect(second.events).toMatchObject([{ type: 'follow-up-asked', focus: 'Task/made-1', detail: { reminder: '1' } }]);
    expect(second.makes ?? []).toEqual([]);
    expect(nextTimer({ row: second.row, rules: RULES })?.key).toBe('follow-up 2');
  });

  test('does not ask three times at once after a long standstill', () => {
    const late = tick(answered(), '2026-06-01T00:00:00Z');
    expect(late.events).toMatchObject([{ type: 'follow-up-asked', detail: { number: '2' } }]);
    expect(late.row.state.done).toEqual(['follow-up 1', 'follow-up 2']);
  });

  test.each([
    ['before the report', row('in-progress', 'under-review'), RULES],
    ['of a programme that asks nothing', answered(), NO_RULES],
    ['of a request that was sent in error', { ...answered(), status: 'entered-in-error' as const }, RULES],
    ['of a report that was withdrawn', answered({ facts: { 'report.withdrawn': ISSUED } }), RULES],
  ])('does not ask %s', (_, here, rules) => {
    expect(nextTimer({ row: here, rules })).toBeUndefined();
    expect(tick(here, '2027-01-01T00:00:00Z', { rules }).events).toEqual([]);
  });

  test('does not remind of what is answered', () => {
    const here = answered({ steps: [stepOf(KIND, { status: 'completed' })], done: ['follow-up 1'] });
    expect(nextTimer({ row: here, rules: RULES })?.key).toBe('follow-up 2');
  });
});

test('a report that is withdrawn, or a request that was sent in error, ends what is being asked', () => {
  const withdrawn = decided(write(waiting, 'programme', report('entered-in-error'), report('final')));
  expect(events(withdrawn)).toEqual(['report-withdrawn', 'step-cancelled']);
  expect(withdrawn.row.state.steps).toMatchObject([{ status: 'cancelled' }]);
  expect(nextTimer({ row: withdrawn.row, rules: RULES })).toBeUndefined();
  const retracted = decided(write(waiting, 'placer', request({ status: 'entered-in-error' }), request()));
  expect(retracted.row.state.steps).toMatchObject([{ status: 'cancelled' }]);
  expect(retracted.changes?.get('Task/c1')?.(asked)).toMatchObject({ status: 'cancelled' });
});

test('an amended report goes on being asked about', () => {
  const amended = decided(write(waiting, 'programme', report('amended'), report('final')));
  expect(amended.row.state.steps).toMatchObject([{ status: 'requested' }]);
  expect(nextTimer({ row: amended.row, rules: RULES })).toBeDefined();
});

describe('asking by hand', () => {
  test.each(ROWS.map((here) => [`${here.status} ${here.businessStatus}`, here] as const))(
    'is for the programme after the report: %s',
    (_, here) => {
      for (const who of WHO) {
        const made = write(here, who, asked);
        if (who !== 'programme') expect([who, keys(made)]).toEqual([who, ['not-your-move']]);
        else if (here.status === 'completed') expect(events(made)).toEqual(['follow-up-asked']);
        else expect(keys(made)).toEqual(['illegal-move']);
      }
    },
  );
});

describe('moving the Task', () => {
  test.each([
    ['received', {}, ['placer']],
    ['in-progress', {}, ['placer']],
    ['completed', { output: done.output }, ['placer']],
    ['rejected', because('withdrawn'), ['placer']],
    ['cancelled', {}, ['placer', 'programme']],
    ['draft', {}, []],
  ])('to %s', (status, more, allowed) => {
    for (const who of WHO) {
      const moved = write(waiting, who, { ...asked, status, ...more }, asked, { records: recordsOf(answers()) });
      if (allowed.includes(who)) expect(() => decided(moved)).not.toThrow();
      else expect(keys(moved)).toEqual([who === 'placer' ? 'illegal-move' : 'not-your-move']);
    }
  });
});

describe('answers', () => {
  test('are told by their codes', () => {
    const told = decided(write(waiting, 'placer', done, asked, { records: recordsOf(answers()) }));
    expect(told.events).toMatchObject([
      { type: 'follow-up-answered', focus: 'Task/c1', detail: { kind: KIND, followed: 'partly', changed: 'yes' } },
    ]);
    expect(told.row.status).toBe('completed');
  });

  const other = { questionnaire: `${CANONICAL}/Questionnaire/narrative-and-questions` };
  test.each([
    ['in words alone', { ...done, output: [output('summary', { valueString: 'Well.' })] }, [answers()]],
    ['that are not there', done, []],
    ['to another form', done, [answers(other)]],
    ['that are not finished', done, [answers({ status: 'in-progress' })]],
    ['about another patient', done, [answers({ subject: { reference: 'Patient/p2' } })]],
    ['without a code', done, [answers({ item: [{ linkId: 'followed', answer: [{ valueString: 'Yes' }] }] })]],
    ['to one question', done, [answers({ item: [item('followed', 'yes')] })]],
  ] as [string, Resource, Resource[]][])('%s are refused', (_, after, records) => {
    const refused = write(waiting, 'placer', after, asked, { records: recordsOf(...records) });
    expect(keys(refused)).toEqual(['follow-up-answers']);
  });

  test('to a Task without the form are as its maker likes', () => {
    const free = child(KIND, 'requested');
    const after = { ...free, status: 'completed', output: [output('summary', { valueString: 'Well.' })] };
    const here = answered({ steps: [stepOf(KIND)] });
    expect(events(write(here, 'placer', after, free))).toEqual(['step-completed']);
  });

  const own = 'https://programme.example/Questionnaire/own';
  const asking = (form: string) => ({ input: [input('questionnaire', { valueCanonical: form })] });
  const handed = (type: string) => [output(type, { valueReference: { reference: 'QuestionnaireResponse/q1' } })];
  test.each([
    ['a Task without a form', {}, 'follow-up-answers', {}, 'follow-up-answered'],
    ['a Task without a form, under another name', {}, 'answer', {}, 'follow-up-answers'],
    ['a Task without a form, of another one', {}, 'follow-up-answers', other, 'follow-up-answers'],
    ['a Task with the programme’s own', asking(own), 'follow-up-answers', { questionnaire: own }, 'step-completed'],
  ] as [string, object, string, Record<string, unknown>, string][])('in a form, to %s', (_, asks, type, form, told) => {
    const before = child(KIND, 'requested', { ...asks });
    const after = { ...before, status: 'completed', output: handed(type) };
    const here = answered({ steps: [stepOf(KIND)] });
    const result = write(here, 'placer', after, before, { records: recordsOf(answers(form)) });
    expect(Array.isArray(result) ? keys(result) : events(result)).toEqual([told]);
  });

  test('cannot be had cheaper by taking the form out of the Task', () => {
    const after = { ...done, input: [], output: [output('summary', { valueString: 'Well.' })] };
    expect(keys(write(waiting, 'placer', after, asked))).toEqual(['follow-up-answers']);
  });
});
