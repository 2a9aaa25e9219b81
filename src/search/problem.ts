import type { Issue } from '../base/index.ts';

/** Why a parameter cannot be used. Texts name parameters, never the values searched for: those are about patients. */
export interface Problem {
  readonly code: 'not-supported' | 'value' | 'invalid';
  readonly key: string;
  readonly text: string;
  /** Refused even where unknown parameters are ignored: the value itself is wrong. */
  readonly always: boolean;
}

/** A value, or why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function ok<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The parameter is unknown or not supported: ignored with a warning, or refused when the client asked for strictness. */
export function unsupported(key: string, text: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'not-supported', key, text, always: false } };
}

/** The value is malformed: always refused. */
export function malformed(key: string, text: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'value', key, text, always: true } };
}

/** All values, or the first problem. */
export function all<T>(outcomes: readonly Outcome<T>[]): Outcome<T[]> {
  const values: T[] = [];
  for (const outcome of outcomes) {
    if (!outcome.ok) return outcome;
    values.push(outcome.value);
  }
  return ok(values);
}

export function toIssue({ code, key, text }: Problem, severity: 'error' | 'warning'): Issue {
  return { severity, code, key, text };
}
