import { spend } from './program.ts';
import type { Scope } from './program.ts';
import { areEqual, isObject, plain } from './values.ts';
import type { Items } from './values.ts';

/*
 * Collections against each other, in the time that it takes to read them. Comparing each item with each would take the
 * square of it, and the resources that are asked may have tens of thousands.
 */

/** So many are compared faster one by one. */
const FEW = 8;

/** Each value once, in the order of its first. */
export function distinct(items: Items, scope: Scope): Items {
  if (items.length < 2) return items;
  const known = new Set<unknown>();
  return select(items, scope, (key) => {
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Whether one of the items says the same. */
export function contains(items: Items, item: unknown, scope: Scope): boolean {
  if (items.length <= FEW) return items.some((other) => areEqual(item, other));
  const key = keyOf(item, scope);
  return key !== undefined && keysOf(items, scope).has(key);
}

/** The items whose value is one of `other`, or none of it. */
export function selectMembers(items: Items, other: Items, scope: Scope, wanted: boolean): Items {
  if (items.length === 0) return items;
  const keys = keysOf(other, scope);
  return select(items, scope, (key) => (key !== undefined && keys.has(key)) === wanted);
}

export function isSubset(items: Items, other: Items, scope: Scope): boolean {
  return selectMembers(items, other, scope, false).length === 0;
}

/** `~` (http://hl7.org/fhirpath/N1/#equivalent): the order does not count; of texts, case and white space do not. */
export function areEquivalent(left: Items, right: Items, scope: Scope): boolean {
  if (left.length !== right.length) return false;
  const counts = new Map<unknown, number>();
  for (const item of right) {
    const key = looseKeyOf(item, scope);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return left.every((item) => {
    const key = looseKeyOf(item, scope);
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return key !== undefined && count > 0;
  });
}

function select(items: Items, scope: Scope, isWanted: (key: unknown) => boolean): Items {
  spend(scope, items.length);
  return items.filter((item) => isWanted(keyOf(item, scope)));
}

function keysOf(items: Items, scope: Scope): ReadonlySet<unknown> {
  scope.keySets ??= new Map();
  let keys = scope.keySets.get(items);
  if (keys === undefined) {
    spend(scope, items.length);
    scope.keySets.set(items, (keys = new Set(items.map((item) => keyOf(item, scope)))));
  }
  return keys;
}

function looseKeyOf(item: unknown, scope: Scope): unknown {
  spend(scope, 1);
  const value = plain(item);
  return typeof value === 'string' ? value.toLowerCase().replace(/\s+/g, ' ').trim() : keyOf(item, scope);
}

/** The same for values that say the same (`areEqual`), and for no others; undefined for what has no value. */
function keyOf(item: unknown, scope: Scope): unknown {
  const value = plain(item);
  if (typeof value !== 'object' || value === null) return value;
  scope.keys ??= new Map();
  let key = scope.keys.get(value);
  // No text of a resource holds U+0000, so that no object is taken for a text.
  if (key === undefined) scope.keys.set(value, (key = `\u0000${JSON.stringify(toOrdered(value))}`));
  return key;
}

/** With members in one order, and numbers as what they come to. */
function toOrdered(value: unknown): unknown {
  const bare = plain(value);
  if (Array.isArray(bare)) return bare.map(toOrdered);
  if (!isObject(bare)) return bare;
  const names = Object.keys(bare).sort();
  return names.map((name) => [name, toOrdered(bare[name])]);
}
