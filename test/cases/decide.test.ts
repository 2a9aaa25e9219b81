import { describe, expect, it } from '@jest/globals';
import type { Issue } from '../../src/base/index.ts';
import type { CaseRow, Command, Decision, ReportStatus } from '../../src/cases/index.ts';
import {
  CASE_OUTPUT_SYSTEM,
  commandOf,
  decide,
  fitting,
  isClosed,
  legalMoves,
  MOVES,
  PHASES,
  REPORT_MOVES,
  REPORT_WHILE,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
} from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { ACTORS, NOW, report, request, row, ROWS, scene, task } from './samples.ts';

const REASON = { statusReason: { text: 'Out of scope' } };
const REPORT_STATUSES: readonly ReportStatus[] = [
  'registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'entered-in-error',
]; // prettier-ignore

function read(from: CaseRow, after: Resource, before?: Resource): Command {
  const command = commandOf(before === undefined ? { after } : { before, after }, from);
  if (command === undefined || Array.isArray(command)) throw new Error('not a command');
  return command;
}

function decided(outcome: Decision | Issue[]): Decision {
  if (Array.isArray(outcome)) throw new Error(outcome.map((issue) => issue.text).join(' '));
  return outcome;
}

function refused(outcome: Decision | Issue[]): Issue {
  if (!Array.isArray(outcome)) throw new Error(`not refused: now ${outcome.row.status}`);
  expect(outcome).toHaveLength(1);
  return outcome[0]!;
}

describe('a move', () => {
  it('needs a fitting business status and lists those that fit', () => {
    const issue = refused(
      decide(
        scene(row('requested', 'submitted'), ACTORS.programme),
        read(row('requested', 'submitted'), task('received', undefined)),
      ),
    );
    expect(issue).toMatchObject({ key: 'business-status', expression: 'Task.businessStatus' });
    for (const one of fitting('received')) expect(issue.text).toContain(one);
  });

  it.each([
    ['received', 'completeness-check', 'rejected', 'declined'],
    ['in-progress', 'assigned', 'failed', 'cancelled'],
  ] as const)('from %s (%s) to %s needs a statusReason', (status, businessStatus, to, toBusiness) => {
    const from = row(status, businessStatus);
    const issue = refused(decide(scene(from, ACTORS.programme), read(from, task(to, toBusiness))));
    expect(issue).toMatchObject({ key: 'status-reason', code: 'required' });
  });

  it('to completed without a report is refused saying so', () => {
    const from = row('in-progress', 'under-review');
    const issue = refused(decide(scene(from, ACTORS.programme), read(from, task('completed', 'report-issued'))));
    expect(issue.key).toBe('report-missing');
    expect(issue.text).toContain('no final report');
  });

  it('keeps what ties T0 to its case, and keeps the owner’s other changes', () => {
    const from = row('received', 'completeness-check');
    const stored = task('received', 'completeness-check', {
      focus: { reference: 'ServiceRequest/r1' },
      groupIdentifier: { value: from.number },
    });
    const sent = task('accepted', 'accepted', {
      focus: { reference: 'ServiceRequest/r9' },
      note: [{ text: 'ok' }],
      owner: { reference: 'Organization/x' },
    });
    const kept = decided(decide(scene(from, ACTORS.programme), read(from, sent, stored))).task!(sent);
    expect(kept).toMatchObject({
      focus: stored.focus,
      groupIdentifier: stored.groupIdentifier,
      note: sent.note,
      status: 'accepted',
      lastModified: NOW,
    });
    expect(kept).not.toHaveProperty('owner');
  });

  it('that writes the Task as it stands tells nothing; any content does', () => {
    const from = row('received', 'completeness-check');
    const stored = task('received', 'completeness-check', { lastModified: '2026-01-01T00:00:00Z' });
    const told = (more: Record<string, unknown>, by: keyof typeof ACTORS = 'programme') =>
      decided(decide(scene(from, ACTORS[by]), read(from, { ...stored, ...more }, stored))).events.map(
        ({ type }) => type,
      );
    expect(told({})).toEqual([]);
    expect(told({ lastModified: NOW, meta: { versionId: '7' } })).toEqual([]);
    // What is kept as it was does not change it either.
    expect(told({ owner: { reference: 'Organization/x' } })).toEqual([]);
    expect(told({ note: [{ text: 'Seen.' }] })).toEqual(['task-updated']);
    expect(told({ description: 'x' })).toEqual(['task-updated']);
  });

  it('names what it kept, and says nothing where nothing was to be kept', () => {
    const from = row('received', 'completeness-check');
    const stored = task('received', 'completeness-check', { focus: { reference: 'ServiceRequest/r1' } });
    const told = (sent: Resource) => decided(decide(scene(from, ACTORS.programme), read(from, sent, stored))).remarks;
    const others = { focus: { reference: 'ServiceRequest/r9' }, owner: { reference: 'Organization/x' } };
    for (const [status, businessStatus] of [
      ['received', 'completeness-check'],
      ['accepted', 'accepted'],
    ] as const) {
      expect(told(task(status, businessStatus, others))).toMatchObject([
        { severity: 'warning', key: 'kept-elements', text: expect.stringContaining('focus, owner.') },
      ]);
      expect(told(task(status, businessStatus, { focus: stored.focus }))).toEqual([]);
      expect(told(task(status, businessStatus))).toEqual([]);
    }
  });

  it('of another Task of the case is no command; a second fulfilment Task is refused', () => {
    const from = row('received', 'completeness-check');
    const child: Resource = {
      resourceType: 'Task',
      id: 't1',
      basedOn: [{ reference: from.serviceRequest }],
      partOf: [{ reference: from.task }],
    };
    const code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
    expect(commandOf({ after: child }, from)).toBeUndefined();
    expect(commandOf({ after: { ...child, code } }, from)).toBeUndefined();
    expect(commandOf({ after: { ...child, code, partOf: [] } }, from)).toMatchObject([{ key: 'one-task' }]);
  });
});

describe('the request', () => {
  it.each([
    ['requested', 'submitted'],
    ['received', 'awaiting-payment'],
    ['accepted', 'accepted'],
  ] as const)('revoked before work (%s) cancels the case and its Task', (status, businessStatus) => {
    const from = row(status, businessStatus);
    const decision = decided(decide(scene(from, ACTORS.placer), read(from, request({ status: 'revoked' }), request())));
    expect(decision.row).toMatchObject({ status: 'cancelled', businessStatus: 'cancelled' });
    expect(decision.events[0]).toMatchObject({
      type: 'case-cancelled',
      focus: 'ServiceRequest/r1',
      detail: { by: 'placer', reason: 'withdrawn' },
    });
    const moved = decision.task!(task(status, businessStatus, { note: [{ text: 'kept' }] }));
    expect(moved).toMatchObject({
      status: 'cancelled',
      businessStatus: { coding: [{ code: 'cancelled' }] },
      statusReason: { coding: [{ code: 'withdrawn' }] },
      note: [{ text: 'kept' }],
    });
  });

  it.each(['in-progress', 'on-hold'] as const)('revoked during work (%s) asks for cancellation', (status) => {
    const from = row(status, status === 'on-hold' ? 'awaiting-materials' : 'under-review');
    const decision = decided(decide(scene(from, ACTORS.placer), read(from, request({ status: 'revoked' }), request())));
    expect(decision.row).toMatchObject({ status, businessStatus: 'cancellation-requested' });
    expect(decision.events[0]!.type).toBe('cancellation-requested');
    const failed = read(decision.row, task('failed', 'cancelled', REASON));
    const given = decided(decide(scene(decision.row, ACTORS.programme), failed));
    expect(given.events[0]!.type).toBe('case-cancelled');
  });

  it('amended keeps the case number whatever is sent for it, and the performer', () => {
    const from = row('received', 'completeness-check');
    const forged = { system: 'https://consilium.example/fhir/case-number', value: 'SO-00-0000-0000' };
    const sent = request({ identifier: [...(request().identifier as unknown[]), forged], performer: undefined });
    const decision = decided(decide(scene(from, ACTORS.placer), read(from, sent, request())));
    const kept = decision.serviceRequest!(sent);
    expect((kept.identifier as { value: string }[]).map((one) => one.value)).toEqual(['ORD-77', 'SO-26-7K3M-9QTX']);
    expect(kept.performer).toEqual([{ reference: 'Organization/prog' }]);
    expect(decision.row).toMatchObject({ status: 'received', businessStatus: 'completeness-check' });
    expect(decision.task).toBeUndefined();
  });

  it.each([
    ['subject-fixed', { subject: { reference: 'Patient/p2' } }],
    ['placer-identifier-fixed', { identifier: [{ value: 'ORD-78' }] }],
    ['service-required', { code: { text: 'Something else' } }],
    ['emergency', { priority: 'stat' }],
    ['intent', { intent: 'plan' }],
  ])('amended against the rule %s is refused', (key, changes) => {
    const from = row('received', 'completeness-check');
    expect(refused(decide(scene(from, ACTORS.placer), read(from, request(changes), request()))).key).toBe(key);
  });

  it('cannot get any other status', () => {
    const from = row('in-progress', 'under-review');
    const outcome = commandOf({ before: request(), after: request({ status: 'on-hold' }) }, from);
    expect(outcome).toMatchObject([{ key: 'illegal-move', expression: 'ServiceRequest.status' }]);
    expect((outcome as Issue[])[0]!.text).toContain(
      'revoked as ServiceRequest.status (the case is then cancellation-requested)',
    );
  });

  it('sent in error keeps the business status it had', () => {
    const from = row('in-progress', 'under-review');
    const { row: next, events } = decided(
      decide(scene(from, ACTORS.placer), read(from, request({ status: 'entered-in-error' }), request())),
    );
    expect(next).toMatchObject({ status: 'entered-in-error', businessStatus: 'under-review' });
    expect(events[0]!.type).toBe('case-entered-in-error');
  });
});

describe('the report', () => {
  const working = row('in-progress', 'report-translation');

  it('that becomes final completes the case and is the output of T0', () => {
    const decision = decided(
      decide(scene(working, ACTORS.programme), read(working, report('final'), report('preliminary'))),
    );
    expect(decision.row).toMatchObject({
      status: 'completed',
      businessStatus: 'report-issued',
      report: 'DiagnosticReport/d1',
    });
    expect(decision.events).toMatchObject([
      { type: 'report-issued', focus: 'DiagnosticReport/d1', businessStatus: 'report-issued' },
    ]);
    const translation = { type: { text: 'translation' }, valueReference: { reference: 'DocumentReference/x' } };
    const moved = decision.task!(task('in-progress', 'report-translation', { output: [translation] }));
    expect(moved).toMatchObject({
      status: 'completed',
      businessStatus: { coding: [{ code: 'report-issued' }] },
      lastModified: NOW,
    });
    expect(moved.output).toEqual([
      translation,
      expect.objectContaining({ valueReference: { reference: 'DiagnosticReport/d1' } }),
    ]);
    expect(decision.task!(moved).output).toHaveLength(2);
  });

  it.each([
    ['report-content', { conclusion: undefined }],
    ['report-attester', { resultsInterpreter: undefined }],
  ])('final without it is refused: %s', (key, changes) => {
    expect(refused(decide(scene(working, ACTORS.programme), read(working, report('final', changes))))).toMatchObject({
      key,
      code: 'required',
    });
  });

  it('may have a presentedForm for a conclusion and a performer for an interpreter', () => {
    const sent = report('final', {
      conclusion: undefined,
      presentedForm: [{ url: 'Binary/b1' }],
      resultsInterpreter: undefined,
      performer: [{ reference: 'Organization/prog' }],
    });
    expect(decided(decide(scene(working, ACTORS.programme), read(working, sent))).row.status).toBe('completed');
  });

  it('of another number cannot be issued on a completed case', () => {
    const done = row('completed', 'report-issued');
    for (const status of ['final', 'preliminary'] as const) {
      const outcome = decide(scene(done, ACTORS.programme), read(done, report(status, { id: 'd2' })));
      expect(refused(outcome).key).toBe('illegal-move');
    }
    const stray = decide(
      scene(done, ACTORS.programme),
      read(done, report('amended', { id: 'd2' }), report('final', { id: 'd2' })),
    );
    expect(refused(stray).key).toBe('illegal-move');
  });

  it.each([
    ['corrected', 'report-amended'],
    ['entered-in-error', 'report-withdrawn'],
  ] as const)('%s after it was issued changes the business status (%s)', (status, type) => {
    const done = row('completed', 'report-issued');
    const decision = decided(decide(scene(done, ACTORS.programme), read(done, report(status), report('final'))));
    const businessStatus = status === 'corrected' ? 'report-amended' : 'report-withdrawn';
    expect(decision.row).toMatchObject({ status: 'completed', businessStatus });
    expect(decision.events[0]!.type).toBe(type);
    expect(decision.task!(task('completed', 'report-issued')).businessStatus).toMatchObject({
      coding: [{ code: businessStatus }],
    });
  });

  it('cannot go back, leave its case, or have an unknown status', () => {
    expect(
      refused(decide(scene(working, ACTORS.programme), read(working, report('registered'), report('preliminary'))))
        .text,
    ).toContain('Legal: preliminary, final, cancelled, entered-in-error');
    expect(commandOf({ before: report('partial'), after: report('partial', { basedOn: [] }) }, working)).toMatchObject([
      { key: 'based-on-fixed' },
    ]);
    expect(commandOf({ after: { ...report('final'), status: 'unknown' } }, working)).toMatchObject([
      { key: 'report-status' },
    ]);
    expect(commandOf({ after: report('final', { basedOn: undefined }) }, working)).toMatchObject({ kind: 'record' });
  });
});

describe('the tables', () => {
  it('close exactly the statuses that the programme has no move out of', () => {
    for (const one of ROWS) expect(isClosed(one.status)).toBe(legalMoves(one, 'programme').length === 0);
  });

  it('lead from requested to every other status, and nowhere without a phase', () => {
    const reached = new Set(['requested']);
    for (const status of reached) for (const move of MOVES) if (move.from === status) reached.add(move.to);
    expect([...reached].sort()).toEqual([...new Set(PHASES.map((phase) => phase.status))].sort());
  });

  it('let a report reach final from every status before it, and never again', () => {
    for (const from of ['none', 'registered', 'partial', 'preliminary'] as const)
      expect(REPORT_MOVES[from]).toContain('final');
    for (const status of REPORT_STATUSES)
      expect(REPORT_MOVES[status].includes('final')).toBe(['registered', 'partial', 'preliminary'].includes(status));
    for (const status of ['amended', 'corrected', 'appended'] as const)
      expect(REPORT_WHILE[status]).toEqual(['completed']);
  });

  it('have words for the reason and the output that the server writes itself', () => {
    const from = row('received', 'awaiting-coverage');
    const revoked = decided(decide(scene(from, ACTORS.placer), read(from, request({ status: 'revoked' }), request())));
    const coding = { system: STATUS_REASON_SYSTEM, code: 'withdrawn', display: STATUS_REASONS.get('withdrawn') };
    expect(coding.display).toBeDefined();
    expect(revoked.task!(task('received', 'awaiting-coverage')).statusReason).toEqual({ coding: [coding] });
    const working = row('in-progress', 'under-review');
    const issued = decided(decide(scene(working, ACTORS.programme), read(working, report('final'))));
    expect(issued.task!(task('in-progress', 'under-review')).output).toMatchObject([
      { type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'report' }] } },
    ]);
  });
});
