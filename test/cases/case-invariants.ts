import assert from 'node:assert/strict';
import type { Issue } from '../../src/base/index.ts';
import type { CaseRow, Decision } from '../../src/cases/index.ts';
import { isClosed, nextTimer, parseState, PHASES } from '../../src/cases/index.ts';
import type { LedgerSpan } from '../../src/cases/state.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { CaseModel, Outcome } from './case-model.ts';
import { nowOf, tick } from './case-model.ts';

/*
 * What holds of a case after whatever was done to it. Plain assertions, because there are a million of them.
 */

/** All places of the table: `received completeness-check`. */
export const STANDINGS: ReadonlySet<string> = new Set(
  PHASES.map(({ status, businessStatus }) => `${status} ${businessStatus}`),
);
const OPEN_STEP = /^(draft|requested|received|accepted|ready|in-progress|on-hold)$/;
/** Kinds that may be open in a case that has its report. */
const LATE: ReadonlySet<string> = new Set(['translation', 'quote', 'video-consultation', 'follow-up']);
/** Codes, instants, references and numbers: nothing that somebody wrote in words. */
const SHORT = /^[\w.:/+-]{1,120}$/;

/** @param saidWaiting whether the programme has said by hand that the case waits where it stands */
export function checkTurn(model: CaseModel, before: CaseRow, outcome: Outcome, saidWaiting: boolean): void {
  const { row, records, events } = model;
  const { state } = row;
  const t0 = records.get(row.task)!;
  const place = `${row.status} ${row.businessStatus}`;
  assert.ok(row.status === 'entered-in-error' || STANDINGS.has(place), place);
  assert.equal(`${String(t0.status)} ${codeOf(t0.businessStatus)}`, place);
  assert.ok([...records.values()].filter(isOpenFulfilment).length <= 1);
  assert.deepEqual(servicesOf(t0), state.confirmed === true ? [state.service] : [], 'the service in force');
  assert.deepEqual(parseState(JSON.stringify(state)), state);
  checkWay(before, row);
  checkLedger(model);
  checkHold(row, saidWaiting);
  for (const { task, status, kind } of state.steps) {
    assert.equal(records.get(task)?.status, status, `${task} (${kind})`);
    const mayBeOpen = !isClosed(row.status) || (row.status === 'completed' && LATE.has(kind));
    assert.ok(mayBeOpen || !OPEN_STEP.test(status), `${kind} is ${status} in a case that is ${place}`);
  }
  const next = nextTimer(model);
  assert.ok(next === undefined || !state.done.includes(next.key), next?.key);
  assert.ok(next === undefined || !isClosed(row.status) || row.status === 'completed', next?.key);
  if (Array.isArray(outcome)) checkRefusal(outcome, row, before);
  else if (outcome !== undefined) checkEvents(model, outcome);
  if (row.status !== before.status || row.businessStatus !== before.businessStatus)
    assert.equal(events.at(-1)!.at, nowOf(model), `nothing tells that the case is ${place}`);
}

/** The services that T0 says are in force. */
function servicesOf({ output }: Resource): unknown[] {
  const outputs = (output ?? []) as { type: unknown; valueCodeableConcept?: unknown }[];
  return outputs.filter(({ type }) => codeOf(type) === 'service').map((one) => codeOf(one.valueCodeableConcept));
}

/** How far a case has come: never back. */
const RANKS: Readonly<Record<CaseRow['status'], number>> = {
  requested: 0,
  received: 1,
  accepted: 2,
  'in-progress': 2,
  'on-hold': 2,
  completed: 3,
  rejected: 3,
  cancelled: 3,
  failed: 3,
  'entered-in-error': 4,
};

function checkWay(before: CaseRow, { status, state }: CaseRow): void {
  const way = `${before.status} → ${status}`;
  assert.ok(RANKS[status] >= RANKS[before.status], way);
  assert.ok(RANKS[before.status] < 3 || status === before.status || status === 'entered-in-error', way);
  assert.ok(status !== 'rejected' || RANKS[before.status] < 2 || before.status === 'rejected', way);
  // Nobody takes a case on that it waits to be paid for.
  assert.ok(state.payment !== 'awaited' || RANKS[status] < 2, `payment is awaited: ${status}`);
}

function checkRefusal(issues: Issue[], row: CaseRow, before: CaseRow): void {
  assert.equal(row, before);
  assert.ok(issues.length > 0);
  for (const { key, text, severity } of issues) {
    assert.equal(severity, 'error', key);
    assert.match(key, /^[a-z-]+$/);
    assert.match(text, /^[A-Z].*[.:]/s);
  }
}

function checkEvents(model: CaseModel, { events }: Decision): void {
  const last = events.at(-1);
  assert.ok(last === undefined || last.businessStatus === model.row.businessStatus, last?.type);
  for (const { type, detail = {}, focus, at } of events) {
    assert.equal(at, nowOf(model), type);
    for (const value of [focus, ...Object.values(detail)]) assert.match(value, SHORT, type);
  }
}

function checkLedger({ row, events, clock }: CaseModel): void {
  const { ledger } = row.state;
  const first = ledger[0]!;
  const last = ledger.at(-1)!;
  assert.equal(first.from, events[0]!.at);
  assert.equal(last.to === undefined, !isClosed(row.status));
  const endOf = ({ from, to }: LedgerSpan): number =>
    to === undefined ? Math.max(clock, Date.parse(from)) : Date.parse(to);
  let held = 0;
  ledger.forEach((span, n) => {
    assert.ok(n === ledger.length - 1 || span.to === ledger[n + 1]!.from);
    assert.ok(endOf(span) >= Date.parse(span.from));
    held += endOf(span) - Date.parse(span.from);
  });
  assert.equal(held, endOf(last) - Date.parse(first.from));
}

/** What is awaited, reckoned from the open steps and the payment anew. */
function checkHold({ status, businessStatus, state }: CaseRow, saidWaiting: boolean): void {
  if (isClosed(status) || businessStatus === 'cancellation-requested') return;
  const isEarly = status === 'requested' || status === 'received';
  const isOpen = (kinds: readonly string[]): boolean =>
    state.steps.some((step) => kinds.includes(step.kind) && OPEN_STEP.test(step.status));
  const isAwaited =
    isOpen(['information-request', 'offer']) ||
    (!isEarly && isOpen(['materials'])) ||
    (isEarly && state.payment === 'awaited');
  const waits = businessStatus.startsWith('awaiting-');
  assert.ok(isAwaited ? waits : !waits || saidWaiting, `${businessStatus}, awaited: ${isAwaited}`);
}

function isOpenFulfilment({ resourceType, code, status }: Resource): boolean {
  return resourceType === 'Task' && codeOf(code) === 'fulfill' && !isClosed(status as CaseRow['status']);
}

function codeOf(concept: unknown): string | undefined {
  return (concept as { coding?: { code: string }[] } | undefined)?.coding?.[0]?.code;
}

/** All that was due has been done, and asking for it once more changes nothing. */
export function checkNothingDue(model: CaseModel): void {
  const { row, clock } = model;
  const next = nextTimer(model);
  assert.ok(next === undefined || Date.parse(next.at) > clock, next?.key);
  const again = tick(model);
  assert.ok(again !== undefined && !Array.isArray(again));
  assert.deepEqual(again.events, []);
  assert.deepEqual(model.row, row);
}
