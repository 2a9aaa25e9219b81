import type { Path } from './mistakes.ts';
import type { ProgrammeRules } from './rules.ts';

/** What of a value is in order: any part of it may be missing, and the others keep their places. */
export type Sketch<T> = T extends readonly (infer Item)[]
  ? readonly (Sketch<Item> | undefined)[]
  : T extends object
    ? { readonly [Name in keyof T]?: Sketch<T[Name]> | undefined }
    : T;

export type RulesSketch = Sketch<ProgrammeRules>;

/** The rules without the parts whose form is wrong, so that all else of them can be checked in the same go. */
export function sketchRules(rules: unknown, wrong: readonly Path[]): RulesSketch {
  const sketch = structuredClone(rules);
  for (const path of wrong) blank(sketch, path);
  return typeof sketch === 'object' && sketch !== null && !Array.isArray(sketch) ? sketch : {};
}

/** Sets what stands at a path to undefined; a list keeps its places. */
function blank(tree: unknown, path: Path): void {
  let part = tree as Record<string | number, unknown> | undefined | null;
  for (const step of path.slice(0, -1)) part = part?.[step] as Record<string | number, unknown> | undefined | null;
  const last = path.at(-1);
  if (typeof part === 'object' && part !== null && last !== undefined) part[last] = undefined;
}

/** The items of a list that are in order, each with its place. */
export function placed<T>(list: readonly (T | undefined)[] | undefined): (readonly [number, T])[] {
  return (list ?? []).flatMap((item, at) => (item === undefined ? [] : [[at, item] as const]));
}

/** Whether nothing of a list is missing: else what others say of its items cannot be told right from wrong. */
export function isWhole(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && !list.includes(undefined);
}

/** The items of a list that are in order. */
export function known<T>(list: readonly (T | undefined)[] | undefined): T[] {
  return (list ?? []).filter((item) => item !== undefined);
}
