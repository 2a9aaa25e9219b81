import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain, note } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { Scene, Wanted } from '../scene.ts';
import { codesIn } from '../tree.ts';
import { dropPayment } from './ask.ts';
import { whoWritesWhat } from './awaited.ts';
import { acceptedCovers, coversNamed, readCover } from './cover.ts';
import { paymentFacts, withPayment } from './facts.ts';
import { isNumbered, isSameInvoice } from './invoice.ts';
import { tellMoney } from './money.ts';
import { accountOf, amountOf, reckon, remark } from './reckon.ts';

/** Records by which a payment is told of. */
export const PAYMENT_TYPES = ['Invoice', 'PaymentNotice', 'ClaimResponse', 'CoverageEligibilityResponse'];

const PAYMENT_STATUS_SYSTEM = 'http://terminology.hl7.org/CodeSystem/paymentstatus';
/** Sent, or received: either is for the programme to say, as it is whose money it is. */
const CAME: ReadonlySet<string> = new Set(['paid', 'cleared']);

export function wantedForRecord({ row }: Pick<Scene, 'row'>, { ref, after }: RecordCommand): Wanted {
  if (!isBeforeWork(row)) return {};
  const { invoice, notices, cover } = paymentFacts(row);
  const refs = [ref, ...notices];
  for (const one of [invoice, cover]) if (one !== undefined) refs.push(one);
  const isAnswer = after.resourceType !== 'Invoice' && after.resourceType !== 'PaymentNotice';
  return isAnswer ? { refs: [...refs, row.serviceRequest], types: ['Coverage'] } : { refs };
}

/**
 * Something that is told of the payment. Only the programme's own word counts: it is the one that is paid, and to whom a
 * payer answers; what the home side tells is kept for it to see.
 */
export function decidePaymentRecord(scene: Scene, command: RecordCommand): Decision | Issue[] | undefined {
  const { ref, before, after } = command;
  const isProgramme = partyOf(scene) === 'programme';
  // What somebody owed for the case stays what it was, also when nothing hangs on it any more.
  if (
    isProgramme &&
    before?.resourceType === 'Invoice' &&
    isNumbered(before, scene.row) &&
    !isSameInvoice(before, after)
  )
    return [fixed('Invoice')];
  if (!isBeforeWork(scene.row)) return keep(scene, command, TOO_LATE);
  const here = { ...scene, records: new Map(scene.records).set(ref, after) };
  switch (after.resourceType) {
    case 'Invoice':
      return isProgramme ? decideInvoice(here, command) : undefined;
    case 'PaymentNotice':
      return isProgramme ? decideNotice(here, command) : announce(here, command);
    default:
      return isProgramme ? decideCover(here, command) : announce(here, command);
  }
}

const TOO_LATE =
  'It is kept, and changes nothing: what was to be paid before the work began is settled, waived or dropped.';
const NO_MONEY =
  'It is kept, and changes nothing: that money has come is said by status active and paymentStatus paid or cleared.';
const NO_ANSWER =
  'It is kept, and changes nothing: a payer answers by an active record with outcome complete or partial; a ClaimResponse has the use preauthorization.';

/** A record without an effect says that it has none. An Invoice says nothing of what has come. */
function keep(scene: Scene, command: RecordCommand, text: string): Decision | undefined {
  if (command.after.resourceType === 'Invoice') return undefined;
  return { ...noted(scene, command), remarks: [remark('information', 'payment-kept', text)] };
}

/** Once the work has begun nothing hangs on it any more. */
function isBeforeWork({ status }: CaseRow): boolean {
  return status === 'requested' || status === 'received';
}

function noted(scene: Scene, { ref, before }: RecordCommand): Decision {
  return note(scene, scene.row, before === undefined ? 'record-added' : 'record-corrected', ref);
}

function saysThatItCame({ status, paymentStatus }: Resource): boolean {
  return status === 'active' && codesIn(paymentStatus, PAYMENT_STATUS_SYSTEM).some((code) => CAME.has(code));
}

function announce(scene: Scene, command: RecordCommand): Decision | undefined {
  const { after } = command;
  const isNotice = after.resourceType === 'PaymentNotice';
  if (isNotice ? !saysThatItCame(after) : readCover(after) === undefined)
    return keep(scene, command, isNotice ? NO_MONEY : NO_ANSWER);
  if (scene.row.state.payment !== 'awaited') return keep(scene, command, NOT_AWAITED);
  const text = `The programme can read it, and the case goes on when the programme has recorded it itself. ${whoWritesWhat(scene.row)}`;
  return { ...noted(scene, command), remarks: [remark('information', 'payment-announced', text)] };
}

/**
 * What is to be said of a payment's record that belongs to no case: whoever wrote it may think that it does. Undefined for
 * one that tells of no payment or cover.
 */
export function apartRemark(after: Resource): Issue | undefined {
  const tells = after.resourceType === 'PaymentNotice' ? saysThatItCame(after) : readCover(after) !== undefined;
  if (!tells) return undefined;
  const text =
    'It is kept, and no case goes by it: its request names no record of a case that you take part in (an Invoice or a ServiceRequest, a Claim with its referral, a CoverageEligibilityRequest with its supportingInfo). ' +
    'In a case the programme records the answer of a payer, and what has come.';
  return remark('information', 'payment-apart', text, `${after.resourceType}.request`);
}

const NOT_AWAITED =
  'It is kept, and changes nothing: no payment is awaited in this case, and only what the programme records of it counts.';

function decideNotice(scene: Scene, command: RecordCommand): Decision | Issue[] | undefined {
  const { row } = scene;
  const { ref, after } = command;
  const { notices } = paymentFacts(row);
  const others = notices.filter((one) => one !== ref);
  const came = saysThatItCame(after);
  if (!came && others.length === notices.length) return keep(scene, command, NO_MONEY);
  const issues = came ? amountIssues(scene, after) : [];
  if (issues.length > 0) return issues;
  const next = withPayment(row, { notices: came ? [...others, ref] : others });
  return chain(noted(scene, command), reckon({ ...scene, row: next }, ref));
}

function amountIssues(scene: Scene, notice: Resource): Issue[] {
  const amount = amountOf(notice);
  if (amount === undefined || amount.value <= 0) {
    const text = 'Say how much has come: PaymentNotice.amount with a value above 0 and a currency.';
    return [refusal('value', 'payment-amount', text, 'PaymentNotice.amount')];
  }
  const { due } = accountOf(scene);
  if (due === undefined || due.currency === amount.currency) return [];
  const text = `The Invoice is of ${tellMoney(due)}: say how much of that is paid, in ${due.currency}.`;
  return [refusal('business-rule', 'payment-currency', text, 'PaymentNotice.amount')];
}

function decideCover(scene: Scene, command: RecordCommand): Decision | undefined {
  const { row } = scene;
  const { ref, after } = command;
  const { cover } = paymentFacts(row);
  const answer = readCover(after);
  if (answer === undefined || answer.is === 'unclear') {
    if (answer === undefined && cover !== ref) return keep(scene, command, NO_ANSWER);
    const told = noted(scene, command);
    const decided =
      cover === ref ? chain(told, reckon({ ...scene, row: withPayment(row, { cover: undefined }) }, ref)) : told;
    return answer === undefined
      ? decided
      : chain(decided, { row: decided.row, events: [], remarks: [remark('warning', 'cover-unclear', UNCLEAR)] });
  }
  if (!isTaken(scene, after)) {
    const kinds = scene.rules.payment.coveredBy.join(', ');
    const text = `It changes nothing for the case: this programme takes the cover of active Coverages that the request names in insurance${kinds === '' ? '' : `, of the kinds ${kinds}`}.`;
    return {
      ...noted(scene, command),
      remarks: [remark('warning', 'cover-kind', text, `${after.resourceType}.insurance`)],
    };
  }
  return chain(noted(scene, command), reckon({ ...scene, row: withPayment(row, { cover: ref }) }, ref));
}

const UNCLEAR =
  'It says neither yes nor no. A ClaimResponse says it by total with the category benefit (0: refused) or by preAuthRef; ' +
  'a CoverageEligibilityResponse by insurance.inforce and item.excluded.';

/** Whether the answer is about a Coverage of the case that counts; one that names none is about those of the request. */
function isTaken(scene: Scene, response: Resource): boolean {
  const accepted = acceptedCovers(scene).map(({ ref }) => ref);
  const named = coversNamed(response);
  return named.length === 0 ? accepted.length > 0 : named.some((ref) => accepted.includes(ref));
}

/** The server's own Invoice: cancelled to be made anew, or balanced because it is paid; else it stays as it was issued. */
function decideInvoice(scene: Scene, command: RecordCommand): Decision | Issue[] | undefined {
  const { row } = scene;
  const { ref, before, after } = command;
  if (paymentFacts(row).invoice !== ref || before === undefined) return undefined;
  if (after.status === before.status) return undefined;
  if (after.status === 'cancelled' || after.status === 'entered-in-error') {
    const text =
      'Nothing is to be paid now. Move the Task to awaiting-payment or awaiting-coverage to ask anew, with another price in its input.';
    return chain(noted(scene, command), {
      ...dropPayment(scene, undefined, ''),
      changes: new Map(),
      remarks: [remark('information', 'invoice-cancelled', text)],
    });
  }
  const text =
    'What has come is told by a PaymentNotice on the Invoice (request), and the server sets the Invoice to balanced.';
  return [refusal('business-rule', 'invoice-fixed', text, 'Invoice.status')];
}

function fixed(expression: string): Issue {
  const text =
    'An Invoice that was issued stays as it is. Set it to cancelled, and ask for payment anew by moving the Task.';
  return refusal('business-rule', 'invoice-fixed', text, expression);
}
