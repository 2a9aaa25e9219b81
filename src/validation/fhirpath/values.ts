/** What an expression comes to: values in their order, never null. */
export type Items = readonly unknown[];

export const EMPTY: Items = [];
export const TRUE: Items = [true];
export const FALSE: Items = [false];

/** A primitive that has an id or extensions; `value` is undefined where it has nothing else. */
export class Extended {
  readonly value: unknown;
  readonly companion: Readonly<Record<string, unknown>>;

  constructor(value: unknown, companion: Readonly<Record<string, unknown>>) {
    this.value = value;
    this.companion = companion;
  }
}

/** The JavaScript value of an item: a number for a number whose text is kept. */
export function plain(item: unknown): unknown {
  const value = item instanceof Extended ? item.value : item;
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : value;
}

/** The text of a number as it was written. */
export function textOf(item: unknown): string | undefined {
  const value = item instanceof Extended ? item.value : item;
  if (JSON.isRawJSON(value)) return value.rawJSON;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function isObject(item: unknown): item is Readonly<Record<string, unknown>> {
  return typeof item === 'object' && item !== null && !(item instanceof Extended) && !JSON.isRawJSON(item);
}

/** Whether two values say the same: of objects, all members; of numbers, what they come to. */
export function areEqual(left: unknown, right: unknown): boolean {
  const a = plain(left);
  const b = plain(right);
  if (a === b) return a !== undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, at) => areEqual(item, b[at]) || (item === null && b[at] === null));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => areEqual((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
