import type { CaseRow } from './case.ts';
import { caseEvent } from './case.ts';
import type { TaskKind } from './catalogue.ts';
import type { Decision } from './decision.ts';
import { withState } from './decision.ts';
import type { Scene } from './scene.ts';
import type { BusinessStatus, Standing, TaskStatus } from './states.ts';
import { isClosed } from './states.ts';
import { openSteps } from './steps/step.ts';

type Hold = 'awaiting-information' | 'awaiting-coverage' | 'awaiting-payment' | 'awaiting-materials';

/** Where a case waits, by where it stood; once its work has begun it is on hold. */
const HELD: Readonly<Partial<Record<TaskStatus, { readonly status: TaskStatus; readonly for: readonly Hold[] }>>> = {
  requested: { status: 'received', for: ['awaiting-information', 'awaiting-coverage', 'awaiting-payment'] },
  received: { status: 'received', for: ['awaiting-information', 'awaiting-coverage', 'awaiting-payment'] },
  accepted: { status: 'on-hold', for: ['awaiting-information', 'awaiting-materials'] },
  'in-progress': { status: 'on-hold', for: ['awaiting-information', 'awaiting-materials'] },
  'on-hold': { status: 'on-hold', for: ['awaiting-information', 'awaiting-materials'] },
};

/** Steps with which it is the home side's turn: to send what is missing, or to answer an offer. */
const ASKED_OF_HOME: readonly TaskKind[] = ['information-request', 'offer'];

/** All that the case waits for, the most pressing first. */
export function holdsOf(row: CaseRow): Hold[] {
  const holds: Hold[] = [];
  if (ASKED_OF_HOME.some((kind) => isAwaited(row, kind))) holds.push('awaiting-information');
  if (isAwaited(row, 'materials')) holds.push('awaiting-materials');
  if (row.state.payment === 'awaited') holds.push(paymentHold(row));
  const here = HELD[row.status];
  return here === undefined ? [] : holds.filter((hold) => here.for.includes(hold));
}

/** For what is only a draft nobody waits. */
function isAwaited(row: CaseRow, kind: TaskKind): boolean {
  return openSteps({ row }, kind).some(({ status }) => status !== 'draft');
}

/** Whether it waits for a payer's word or for money: as the programme said, else by whom it asked. */
function paymentHold({ businessStatus, state }: CaseRow): Hold {
  if (isPaymentHold(businessStatus)) return businessStatus;
  return state.facts['payment.payer'] === undefined ? 'awaiting-payment' : 'awaiting-coverage';
}

export function isPaymentHold(
  businessStatus: BusinessStatus,
): businessStatus is 'awaiting-coverage' | 'awaiting-payment' {
  return businessStatus === 'awaiting-coverage' || businessStatus === 'awaiting-payment';
}

/**
 * The case waits while something is awaited, and goes on where it was when nothing is any more: by what the engine knows
 * to be open. Where the programme said of T0 that it waits, it also says when it goes on.
 */
export function settleHolds(scene: Scene, decision: Decision): Decision {
  const { row: before } = scene;
  const { row } = decision;
  const here = HELD[row.status];
  if (isClosed(row.status) || here === undefined || row.businessStatus === 'cancellation-requested') return decision;
  const [hold] = holdsOf(row);
  if (hold !== undefined) {
    // Moved on by hand meanwhile, it goes on from there.
    const resume = isHold(row) ? (row.state.resume ?? whereToGoOn(before)) : whereToGoOn(row);
    return move(scene, decision, { status: here.status, businessStatus: hold }, resume, 'clock-stopped');
  }
  if (isHold(row) && row.businessStatus === before.businessStatus && holdsOf(before).length > 0) {
    return move(scene, decision, row.state.resume ?? whereToGoOn(row), undefined, 'clock-started');
  }
  // Said by hand: remembered, for what may be awaited in earnest meanwhile.
  const resume = isHold(row) ? (row.state.resume ?? whereToGoOn(before)) : undefined;
  return { ...decision, row: withState(row, { resume }) };
}

function move(
  scene: Scene,
  decision: Decision,
  to: Standing,
  resume: Standing | undefined,
  type: 'clock-stopped' | 'clock-started',
): Decision {
  const { row } = decision;
  const next: CaseRow = { ...withState(row, { resume }), status: to.status, businessStatus: to.businessStatus };
  if (next.status === row.status && next.businessStatus === row.businessStatus) return { ...decision, row: next };
  const event = caseEvent(type, next, scene.now, row.task, { from: row.businessStatus });
  return { ...decision, row: next, events: [...decision.events, event] };
}

/** A case that nobody had looked at when it was held has been looked at since; one that waited was being checked. */
function whereToGoOn({ status, businessStatus }: Standing): Standing {
  if (status === 'requested' || (status === 'received' && isHold({ businessStatus })))
    return { status: 'received', businessStatus: 'completeness-check' };
  if (status === 'on-hold') return { status: 'in-progress', businessStatus: 'assigned' };
  return { status, businessStatus };
}

export function isHold({ businessStatus }: Pick<Standing, 'businessStatus'>): boolean {
  return businessStatus.startsWith('awaiting-');
}
