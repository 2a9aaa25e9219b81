import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { Scene, Wanted } from '../scene.ts';
import type { Standing } from '../states.ts';
import { referencesOf } from '../tree.ts';
import type { AcceptedCover } from './cover.ts';
import { acceptedCovers } from './cover.ts';
import { paymentFacts, withPayment } from './facts.ts';
import { addInvoice, buildInvoice, cancelInvoice, setInvoice } from './invoice.ts';
import { pricesOf } from './price.ts';
import { reckon } from './reckon.ts';

/** Records by which it is known what the case costs. */
export function wantedForPrice({ row }: Pick<Scene, 'row'>): Wanted {
  const { agreed } = paymentFacts(row);
  return { refs: agreed === undefined ? [row.task] : [row.task, agreed] };
}

/** And by which it is asked for: whose cover there is, and what has come already. */
export function wantedToAsk({ row }: Pick<Scene, 'row'>): Wanted {
  const { refs = [] } = wantedForPrice({ row });
  return { refs: [...refs, row.serviceRequest, ...paymentFacts(row).notices], types: ['Coverage'] };
}

/**
 * Somebody is asked to pay, or to cover, what the case costs: with an Invoice, where its price is known. Undefined where
 * the programme says by hand that it waits, and the engine knows of nothing to wait for.
 */
export function askPayment(scene: Scene): Decision | undefined {
  const { row, now } = scene;
  const [cover] = row.businessStatus === 'awaiting-coverage' ? acceptedCovers(scene) : [];
  const { lines } = pricesOf(scene);
  if (row.businessStatus === 'awaiting-coverage' ? cover === undefined : lines.length === 0) return undefined;
  const { invoice: last, invoices } = paymentFacts(row);
  const count = lines.length === 0 ? invoices : invoices + 1;
  const subject = scene.records.get(row.task)?.for;
  const made =
    lines.length === 0
      ? undefined
      : buildInvoice({ id: scene.mint(), row, subject, recipient: recipientOf(cover, subject), lines, count, now });
  const invoice = made && `Invoice/${made.id ?? ''}`;
  const payer = cover && (cover.payor?.startsWith('Organization/') === true ? cover.payor : cover.ref);
  const next = withPayment(goOnChecking(withState(row, { payment: 'awaited' })), {
    invoice,
    invoices: count,
    payer,
    since: now,
    cover: undefined,
  });
  const asked: Decision = {
    row: next,
    events: [caseEvent('payment-requested', next, now, invoice ?? row.task, { of: payer ?? 'patient' })],
    ...(invoice === undefined ? {} : { task: addInvoice(invoice) }),
    ...(last === undefined ? {} : { changes: new Map([[last, cancelInvoice('Replaced by another Invoice')]]) }),
    ...(made === undefined ? {} : { makes: [{ resource: made, owner: row.programme }] }),
  };
  return made === undefined ? asked : countWhatCame(scene, asked, made);
}

/** What was paid before it was asked for counts: then the Invoice is balanced as it is made. */
function countWhatCame(scene: Scene, asked: Decision, made: Resource): Decision {
  const invoice = `Invoice/${made.id ?? ''}`;
  const { row, events } = reckon(
    { ...scene, row: asked.row, records: new Map(scene.records).set(invoice, made) },
    invoice,
  );
  if (row.state.payment !== 'settled') return { ...asked, row };
  const { resume = CHECKING } = row.state;
  const next: CaseRow = { ...withState(row, { resume: undefined }), ...resume };
  const goesOn = caseEvent('clock-started', next, scene.now, row.task, { from: row.businessStatus });
  return {
    ...asked,
    row: next,
    events: [...asked.events, ...events, goesOn],
    makes: [{ resource: setInvoice('balanced')(made), owner: row.programme }],
  };
}

const CHECKING: Standing = { status: 'received', businessStatus: 'completeness-check' };

/** A service that is confirmed is not confirmed again when the payment has come. */
function goOnChecking(row: CaseRow): CaseRow {
  const { resume, confirmed } = row.state;
  if (confirmed !== true || resume?.businessStatus !== 'service-confirmation') return row;
  return withState(row, { resume: CHECKING });
}

function recipientOf(cover: AcceptedCover | undefined, subject: unknown): string | undefined {
  const payor = cover?.payor;
  if (payor !== undefined && /^(Organization|Patient|RelatedPerson)\//.test(payor)) return payor;
  return cover === undefined ? referencesOf(subject)[0] : undefined;
}

/**
 * Nothing is asked for any more: the Invoice is cancelled, and what has come stays known.
 * @param reason in words, as people read it on the Invoice
 */
export function dropPayment({ row }: Pick<Scene, 'row'>, payment: 'waived' | undefined, reason: string): Decision {
  const { invoice } = paymentFacts(row);
  return {
    row: withPayment(withState(row, { payment }), { invoice: undefined, payer: undefined, since: undefined }),
    events: [],
    ...(invoice === undefined ? {} : { changes: new Map([[invoice, cancelInvoice(reason)]]) }),
  };
}
