import type { Tree } from './mutate-definitions.ts';
import type { Pointer } from './mutate-walk.ts';

export const KINDS = [
  'drop',
  'double',
  'mistype',
  'misplace',
  'max 0',
  'wrong code',
  'wrong reference',
  'canonical target',
  'wrong slice',
  'closed slicing',
  're-slicing',
  'value in slice',
  'invariant',
  'extension context',
] as const;
export type Kind = (typeof KINDS)[number];

/** A seed with one fault. */
export interface Mutant {
  readonly kind: Kind;
  /** The resource type that the fault is in. */
  readonly type: string;
  readonly place: string;
  /** What the definitions say, and how it is broken. */
  readonly rule: string;
  /** Of a rule that states one: only an error with it counts, for what breaks a rule often breaks more. */
  readonly key?: string;
  readonly resource: unknown;
}

/** Without a pointer of its own it is where its stand is; the place too. */
export type Fault = Pick<Mutant, 'kind' | 'rule' | 'key'> & {
  readonly pointer?: Pointer;
  readonly place?: string;
  readonly change: Change;
};

/** Alters `parent[key]`. */
export type Change = (parent: Tree, key: string) => void;

export function remove(parent: Tree, key: string): void {
  delete parent[key];
  delete parent[`_${key}`];
}

export function put(value: unknown): Change {
  return (parent, key) => {
    parent[key] = value;
  };
}

export function addTo(item: unknown, count: number): Change {
  return (parent, key) => {
    const list = parent[key] as unknown[];
    for (let n = 0; n < count; n++) list.push(structuredClone(item));
  };
}

/** What is chosen hangs on the place alone, by FNV-1a: the same mutants each time. */
export function choose<T>(from: readonly T[], place: string): T | undefined {
  let hash = 0x811c9dc5;
  for (let n = 0; n < place.length; n++) hash = Math.imul(hash ^ place.charCodeAt(n), 0x01000193);
  return from[(hash >>> 0) % from.length];
}
