import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { CANONICAL, CASE_OUTPUT_SYSTEM, SERVICE_SYSTEM } from '../catalogue.ts';
import { nodes, referencesOf } from '../tree.ts';
import type { PriceLine } from './price.ts';
import { totalOf } from './price.ts';

/** Identifier system of the numbers of Invoices: that of the case, a hyphen, and a counter. */
export const INVOICE_NUMBER_SYSTEM = `${CANONICAL}/invoice-number`;

export interface InvoiceInput {
  readonly id: string;
  readonly row: CaseRow;
  /** The request's subject, as it has it. */
  readonly subject: unknown;
  /** `Type/id` of whoever is to pay. */
  readonly recipient: string | undefined;
  readonly lines: readonly PriceLine[];
  /** Which Invoice of the case it is, from 1. */
  readonly count: number;
  /** Instant. */
  readonly now: string;
}

/** What is to be paid for a case. https://hl7.org/fhir/R4/invoice.html */
export function buildInvoice({ id, row, subject, recipient, lines, count, now }: InvoiceInput): Resource {
  const total = totalOf(lines);
  return {
    resourceType: 'Invoice',
    id,
    identifier: [{ system: INVOICE_NUMBER_SYSTEM, value: `${row.number}-${count}` }],
    status: 'issued',
    ...(subject === undefined ? {} : { subject }),
    ...(recipient === undefined ? {} : { recipient: { reference: recipient } }),
    date: now,
    issuer: { reference: `Organization/${row.programme}` },
    lineItem: lines.map(({ service, title, price }, n) => ({
      sequence: n + 1,
      chargeItemCodeableConcept: { coding: [{ system: SERVICE_SYSTEM, code: service, display: title }] },
      priceComponent: [{ type: 'base', amount: price }],
    })),
    totalNet: total,
    totalGross: total,
  };
}

type Edit = (current: Resource) => Resource;

/** An Invoice that is not to be paid any more, why ever; one that is cancelled already stays as it is. */
export function cancelInvoice(reason: string): Edit {
  return (current) =>
    current.status === 'cancelled' || current.status === 'entered-in-error'
      ? current
      : { ...current, status: 'cancelled', cancelledReason: reason };
}

export function setInvoice(status: 'issued' | 'balanced'): Edit {
  return (current) => ({ ...current, status });
}

/** T0 with one more Invoice among its outputs. */
export function addInvoice(invoice: string): Edit {
  return (task) => {
    const outputs = nodes(task.output);
    if (outputs.some((output) => referencesOf(output.valueReference).includes(invoice))) return task;
    const type = { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'invoice', display: 'Invoice' }] };
    return { ...task, output: [...outputs, { type, valueReference: { reference: invoice } }] };
  };
}

/** Whether the server has made this Invoice for the case. */
export function isNumbered({ identifier }: Resource, { number }: CaseRow): boolean {
  return nodes(identifier).some(
    ({ system, value }) => system === INVOICE_NUMBER_SYSTEM && String(value).startsWith(`${number}-`),
  );
}

/** What nobody changes of an Invoice once it is issued: who owes how much to whom for what. */
const FIXED = [
  'identifier',
  'type',
  'subject',
  'recipient',
  'date',
  'issuer',
  'lineItem',
  'totalPriceComponent',
  'totalNet',
  'totalGross',
];

export function isSameInvoice(before: Resource, after: Resource): boolean {
  return FIXED.every((name) => JSON.stringify(sorted(before[name])) === JSON.stringify(sorted(after[name])));
}

/** The same whatever the order of members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => [name, sorted(one)]),
  );
}
