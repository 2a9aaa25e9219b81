import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { Scene } from '../scene.ts';
import { readCover } from './cover.ts';
import { paymentFacts, withPayment } from './facts.ts';
import { cancelInvoice, setInvoice } from './invoice.ts';
import type { Money } from './money.ts';
import { moneyOf, tellMoney, total } from './money.ts';

/** What is to be paid for a case, and what of it has come. */
export interface Account {
  /** Absent: nothing was invoiced. */
  readonly due: Money | undefined;
  readonly paid: Money | undefined;
  /** What a payer covers: all, so much, or nothing; absent: none has answered. */
  readonly cover: 'all' | 'none' | Money | undefined;
}

/** `scene.records` holds the Invoice, the notices and the payer's answer. */
export function accountOf({ row, records }: Pick<Scene, 'row' | 'records'>): Account {
  const { invoice, notices, cover } = paymentFacts(row);
  const due = invoice === undefined ? undefined : moneyOf(records.get(invoice)?.totalGross);
  const amounts = notices.flatMap((ref) => amountOf(records.get(ref)) ?? []);
  const answer = cover === undefined ? undefined : readCover(records.get(cover));
  return {
    due,
    paid: due === undefined ? undefined : total(amounts, due.currency),
    cover:
      answer === undefined || answer.is === 'unclear'
        ? undefined
        : answer.is === 'refused'
          ? 'none'
          : (answer.amount ?? 'all'),
  };
}

/** How much a PaymentNotice says has come; undefined for one that says no such thing. https://hl7.org/fhir/R4/paymentnotice.html */
export function amountOf(notice: Resource | undefined): Money | undefined {
  return notice === undefined ? undefined : moneyOf(notice.amount);
}

/** What is still open of what is due. */
export function openAmount({ due, paid, cover }: Account): Money | undefined {
  if (due === undefined || cover === 'all') return undefined;
  const covered = typeof cover === 'object' && cover.currency === due.currency ? cover.value : 0;
  const open = total(
    [due, { value: -(paid?.value ?? 0), currency: due.currency }, { value: -covered, currency: due.currency }],
    due.currency,
  );
  return open.value > 0 ? open : undefined;
}

/**
 * Where the payment of a case stands by all that is known of it: settled, covered, refused or awaited.
 * @param focus the record that changed it
 */
export function reckon(scene: Scene, focus: string): Decision {
  const account = accountOf(scene);
  const { due, paid, cover } = account;
  const { row } = scene;
  if (due !== undefined && paid !== undefined && paid.value >= due.value) return settleAs(scene, focus, 'settled');
  // Where somebody else has been asked to pay, a payer's no changes nothing.
  const isAskedOfOthers = row.state.payment === 'awaited' && paymentFacts(row).payer === undefined;
  if (cover === 'none' && !isAskedOfOthers) return refuse(scene, focus);
  const isCovered = cover === 'all' || (typeof cover === 'object' && openAmount(account) === undefined);
  if (isCovered) return settleAs(scene, focus, 'covered');
  if (row.state.payment === 'awaited') return stillOpen(scene, account);
  return row.state.payment === 'settled' || row.state.payment === 'covered'
    ? askAgain(scene, account)
    : { row, events: [] };
}

function settleAs(scene: Scene, focus: string, payment: 'settled' | 'covered'): Decision {
  const { row, now } = scene;
  if (row.state.payment === payment) return { row, events: [] };
  const { invoice } = paymentFacts(row);
  const next = withState(row, { payment });
  return {
    row: next,
    events: [caseEvent('payment-received', next, now, focus, { by: payment === 'covered' ? 'cover' : 'payment' })],
    // What a payer covers is still to be paid by it.
    ...(payment === 'settled' && invoice !== undefined
      ? { changes: new Map([[invoice, setInvoice('balanced')]]) }
      : {}),
  };
}

/** The patient may still pay: by an Invoice of its own, when the programme asks for that. */
function refuse(scene: Scene, focus: string): Decision {
  const { row, now } = scene;
  if (row.state.payment === 'refused') return { row, events: [] };
  const { invoice } = paymentFacts(row);
  const next = withPayment(withState(row, { payment: 'refused' }), {
    invoice: undefined,
    payer: undefined,
    since: undefined,
  });
  return {
    row: next,
    events: [caseEvent('payment-refused', next, now, focus)],
    ...(invoice === undefined ? {} : { changes: new Map([[invoice, cancelInvoice('Cover was refused')]]) }),
    remarks: [
      remark(
        'information',
        'payment-refused',
        'Cover is refused. Move the Task to awaiting-payment if the patient is to pay, or decline the case with the reason coverage-refused.',
      ),
    ],
  };
}

/** What a payer does not cover is somebody else's to pay. */
function stillOpen(scene: Scene, account: Account): Decision {
  const { row } = scene;
  const isPart = typeof account.cover === 'object' && row.businessStatus === 'awaiting-coverage';
  const next: CaseRow = isPart
    ? { ...withPayment(row, { payer: undefined }), businessStatus: 'awaiting-payment' }
    : row;
  return { row: next, events: [], remarks: openRemarks(account) };
}

/** What had come has been taken back, before the work has begun. */
function askAgain(scene: Scene, account: Account): Decision {
  const { row, now } = scene;
  const { invoice } = paymentFacts(row);
  const next = withPayment(withState(row, { payment: 'awaited' }), { since: now });
  return {
    row: next,
    events: [caseEvent('payment-requested', next, now, invoice ?? row.task, { because: 'taken-back' })],
    ...(invoice === undefined ? {} : { changes: new Map([[invoice, setInvoice('issued')]]) }),
    remarks: openRemarks(account),
  };
}

function openRemarks(account: Account): Issue[] {
  const open = openAmount(account);
  return open === undefined
    ? []
    : [remark('information', 'payment-open', `Of ${tellMoney(account.due!)} are still open: ${tellMoney(open)}.`)];
}

export function remark(severity: 'information' | 'warning', key: string, words: string, expression?: string): Issue {
  return {
    severity,
    code: severity === 'warning' ? 'business-rule' : 'informational',
    key,
    text: words,
    ...(expression === undefined ? {} : { expression }),
  };
}
