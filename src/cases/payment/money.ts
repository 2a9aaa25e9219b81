import { nodes, text } from '../tree.ts';

/** An amount in one currency (ISO 4217). */
export interface Money {
  readonly value: number;
  readonly currency: string;
}

/** The most decimals that a currency has. */
const SCALE = 1000;

/** A Money element that says how much of what; undefined for half of one. https://hl7.org/fhir/R4/datatypes.html#Money */
export function moneyOf(element: unknown): Money | undefined {
  const [money = {}] = nodes(element);
  const currency = text(money.currency);
  const { value } = money;
  return typeof value === 'number' && Number.isFinite(value) && currency !== undefined
    ? { value, currency }
    : undefined;
}

/** Exact to the thousandth: amounts are no binary fractions. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + Math.round(value * SCALE), 0) / SCALE;
}

/** The amounts of one currency together. */
export function total(amounts: readonly Money[], currency: string): Money {
  return { value: sum(amounts.filter((one) => one.currency === currency).map(({ value }) => value)), currency };
}

/** `950 USD` */
export function tellMoney({ value, currency }: Money): string {
  return `${value} ${currency}`;
}
