import { node, text } from '../elements.ts';

/** A number as it was written: "940.00" stays so. */
export function tellNumber(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

/** "30 mg", with a comparator before it. */
export function tellQuantity(quantity: unknown): string | undefined {
  const { value, comparator, unit, code } = node(quantity);
  const number = tellNumber(value);
  if (number === undefined) return undefined;
  const measure = text(unit) ?? text(code);
  return `${text(comparator) ?? ''}${number}${measure === undefined ? '' : ` ${measure}`}`;
}

/** The value of a Money, without its currency. */
export function tellAmount(money: unknown): string | undefined {
  return tellNumber(node(money).value);
}
