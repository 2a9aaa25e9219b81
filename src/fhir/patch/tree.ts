import type { Fault } from '../../base/index.ts';
import { costlyPatch, unfitPatch } from './problem.ts';

/** An object of a tree that a patch works on: a copy of the record, of which nobody else knows. */
export type Tree = Record<string, unknown>;

/** Levels of objects and arrays at most, as `parseJson` has it. */
const MAX_DEPTH = 64;
/** Characters and values that the copies of one patch may come to. */
const MAX_COPIED = 32 * 1024 * 1024;

export function isTree(value: unknown): value is Tree {
  return isBranch(value) && !Array.isArray(value);
}

/** An object or an array; kept numbers are neither. */
export function isBranch(value: unknown): value is Tree | unknown[] {
  return typeof value === 'object' && value !== null && !JSON.isRawJSON(value);
}

export function isEmpty(branch: Tree | unknown[]): boolean {
  return (Array.isArray(branch) ? branch : Object.keys(branch)).length === 0;
}

/** A copy that shares no branch with `value`; kept numbers stay what they are, which `structuredClone` would not do. */
export function copyTree<T>(value: T): T {
  return copyLevel(value, 1) as T;
}

function copyLevel(value: unknown, depth: number): unknown {
  if (!isBranch(value)) return value;
  if (depth > MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) return value.map((item) => copyLevel(item, depth + 1));
  const copy: Tree = {};
  for (const [name, item] of Object.entries(value)) copy[name] = copyLevel(item, depth + 1);
  return copy;
}

/** Copies as `copyTree`, and keeps count: some operations that copy what they copied would fill the memory. */
export function createCopier(): <T>(value: T) => T {
  let copied = 0;
  return (value) => {
    copied += sizeOf(value, 1, MAX_COPIED - copied);
    if (copied > MAX_COPIED) throw costlyPatch();
    return copyTree(value);
  };
}

/** Not counted any further than to `most`. */
function sizeOf(value: unknown, depth: number, most: number): number {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (typeof value === 'string') return value.length;
  let size = 1;
  if (!isBranch(value)) return size;
  for (const [name, item] of Object.entries(value)) {
    size += name.length + sizeOf(item, depth + 1, most - size);
    if (size > most) break;
  }
  return size;
}

/** Refuses a tree that no recursion could walk safely. */
export function checkDepth(value: unknown, depth = 1): void {
  if (!isBranch(value)) return;
  if (depth > MAX_DEPTH) throw tooDeep();
  for (const item of Object.values(value)) checkDepth(item, depth + 1);
}

function tooDeep(): Fault {
  return unfitPatch(`The patch would nest the record more than ${MAX_DEPTH} levels deep. Add it flatter.`);
}

/**
 * Takes out of `root` what was emptied: FHIR has no empty objects and arrays. `emptied` are the branches that the patch
 * took the last member of; what it brought empty itself stays, and is refused by validation.
 */
export function prune(root: Tree, emptied: ReadonlySet<unknown>): void {
  if (emptied.size > 0) pruneBranch(root, emptied, false);
}

/** Says whether the branch is to go. `isCompanion`: its items stand beside those of another array, by their place. */
function pruneBranch(branch: Tree | unknown[], emptied: ReadonlySet<unknown>, isCompanion: boolean): boolean {
  if (isEmpty(branch)) return emptied.has(branch);
  if (!Array.isArray(branch)) {
    for (const [name, item] of Object.entries(branch)) {
      if (isBranch(item) && pruneBranch(item, emptied, name.startsWith('_'))) delete branch[name];
    }
    return isEmpty(branch);
  }
  let hasGone = false;
  for (let at = branch.length - 1; at >= 0; at--) {
    const item = branch[at];
    if (!isBranch(item) || !pruneBranch(item, emptied, false)) continue;
    hasGone = true;
    if (isCompanion) branch[at] = null;
    else branch.splice(at, 1);
  }
  return hasGone && branch.every((item) => item === null);
}

/** Whether two values are the same JSON, numbers by their value: https://www.rfc-editor.org/rfc/rfc6902#section-4.6 */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [first, second] = [numberText(a), numberText(b)];
  if (first !== undefined || second !== undefined) {
    return first !== undefined && second !== undefined && isSameNumber(first, second);
  }
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isSame((a as Tree)[name], (b as Tree)[name]));
}

function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

/** By their digits where doubles cannot tell them apart. */
export function isSameNumber(a: string, b: string): boolean {
  return Number(a) === Number(b) && (a === b || plainDigits(a) === plainDigits(b));
}

/** `1.10` and `11e-1` → 11e-1 */
function plainDigits(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
