import type { Issue } from '../../base/index.ts';
import { caseEvent } from '../case.ts';
import { addSpan } from '../clock/calendar.ts';
import type { Decision } from '../decision.ts';
import { isPaymentHold } from '../holds.ts';
import type { CaseScene, EngineModule } from '../module.ts';
import { moveTask } from '../records.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Timer } from '../state.ts';
import { isClosed } from '../states.ts';
import { askPayment, dropPayment, wantedForPrice, wantedToAsk } from './ask.ts';
import { whoWritesWhat } from './awaited.ts';
import { acceptedCovers } from './cover.ts';
import { paymentFacts } from './facts.ts';
import { asksForPrice, missingPrice, pricesOf, totalOf } from './price.ts';
import { decidePaymentRecord, PAYMENT_TYPES, wantedForRecord } from './receive.ts';

/** The rule by which a programme accepts a case that nobody has paid for. */
export const PAYMENT_WAIVED = 'payment-waived';

const PAID: ReadonlySet<unknown> = new Set(['settled', 'covered', 'waived']);
const ASKING = ['awaiting-payment', 'awaiting-coverage'] as const;

/** Asking for payment: what the case costs has to be known, and whose cover is asked for. */
export const prices: EngineModule = {
  guard: { to: ASKING, wanted: wantedToAsk, check: (scene, { to }) => askingIssues(scene, to) },
};

/** The payment of a case: asked for where T0 goes, settled by what comes, and required before acceptance where the programme says so. */
export const payment: EngineModule = {
  guard: {
    to: ['accepted'],
    overridable: PAYMENT_WAIVED,
    wanted: (scene) => (scene.rules.payment.when === 'before-acceptance' ? wantedForPrice(scene) : {}),
    check: acceptanceIssues,
    known: acceptanceIssues,
  },
  record: { types: PAYMENT_TYPES, wanted: wantedForRecord, decide: decidePaymentRecord },
  moved: followMove,
  wantedWhenMoved: (scene, to) => (isPaymentHold(to) ? wantedToAsk(scene) : {}),
  timers: expiryTimers,
  tick: (scene, timer) => (timer.key.startsWith(EXPIRES) ? expire(scene) : undefined),
};

function askingIssues(scene: Scene, to: string): readonly Issue[] {
  const { lines, issues } = pricesOf(scene);
  if (issues.length > 0) return issues;
  if (to === 'awaiting-coverage') return coverIssues(scene);
  if (lines.length > 0) {
    if (totalOf(lines).value > 0) return [];
    const text = 'This costs nothing: there is no payment to wait for. Accept the case.';
    return [refusal('business-rule', 'payment-free', text, 'Task.businessStatus')];
  }
  return asksForPrice(scene) ? [missingPrice(scene)] : [];
}

function coverIssues(scene: Scene): Issue[] {
  const { coveredBy } = scene.rules.payment;
  if (coveredBy.length === 0 || acceptedCovers(scene).length > 0) return [];
  const text =
    `There is no cover to ask for: the request names no active Coverage (ServiceRequest.insurance) of a kind of payer that this programme takes ` +
    `(Coverage.type ${coveredBy.join(', ')}). Ask the home side for it by a Task information-request, or move the Task to awaiting-payment.`;
  return [refusal('business-rule', 'cover-missing', text, 'Task.businessStatus')];
}

/** A case that is not paid for is not accepted, where the programme wants that, or has asked for it already. */
function acceptanceIssues(scene: CaseScene): readonly Issue[] {
  const { row, rules } = scene;
  const standing = row.state.payment;
  const how = `or waive it: on the Task the extension override with the rule ${PAYMENT_WAIVED} and a reason.`;
  if (standing === 'awaited') {
    const { invoice } = paymentFacts(row);
    const what = invoice === undefined ? 'The payment is awaited' : `The payment of ${invoice} is awaited`;
    const text = `${what}. ${whoWritesWhat(row)} Do that, ${how}`;
    return [refusal('business-rule', 'still-awaited', text, 'Task.status')];
  }
  if (rules.payment.when !== 'before-acceptance' || PAID.has(standing) || isFree(scene)) return [];
  const text = `This programme takes no case on before it is paid or covered. Move the Task to awaiting-payment or awaiting-coverage, ${how}`;
  return [refusal('business-rule', 'payment-missing', text, 'Task.status')];
}

function isFree(scene: CaseScene): boolean {
  const { lines, issues } = pricesOf(scene);
  return issues.length === 0 && lines.length > 0 && totalOf(lines).value === 0;
}

function followMove(scene: Scene): Decision | undefined {
  const { row } = scene;
  const standing = row.state.payment;
  if (row.status === 'received' && isPaymentHold(row.businessStatus)) {
    const isAsked = (paymentFacts(row).payer !== undefined) === (row.businessStatus === 'awaiting-coverage');
    return standing === 'awaited' && isAsked ? undefined : askPayment(scene);
  }
  const isWaived = row.state.overrides.some(({ rule }) => rule === PAYMENT_WAIVED);
  if (row.status === 'accepted' && isWaived && !PAID.has(standing)) {
    return dropPayment(scene, 'waived', 'The payment is waived');
  }
  return standing === 'awaited' && isClosed(row.status)
    ? dropPayment(scene, undefined, 'The case is closed')
    : undefined;
}

const EXPIRES = 'payment-expires ';

function expiryTimers({ row, rules }: Pick<Scene, 'row' | 'rules'>): Timer[] {
  const { expires } = rules.payment;
  const { since } = paymentFacts(row);
  if (expires === undefined || since === undefined || row.state.payment !== 'awaited' || isClosed(row.status))
    return [];
  return [{ key: `${EXPIRES}${since}`, at: addSpan(since, expires, rules.calendar) }];
}

/** Nobody has paid, nor said that it will be: the case is declined. */
function expire({ row, now }: Scene): Decision {
  const { invoice } = paymentFacts(row);
  const next = { ...row, status: 'rejected' as const, businessStatus: 'declined' as const };
  const reason = 'coverage-refused';
  return {
    row: next,
    task: moveTask(next, now, reason),
    events: [
      caseEvent('payment-expired', next, now, invoice ?? row.task),
      caseEvent('case-declined', next, now, row.task, { from: row.businessStatus, reason }),
    ],
  };
}
