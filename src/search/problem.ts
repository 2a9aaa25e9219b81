import type { Issue } from '../base/index.ts';

/** Why a parameter cannot be used. Texts name parameters, never the values searched for: those are about patients. */
export interface Problem {
  readonly code: 'not-supported' | 'value' | 'invalid' | 'not-found' | 'too-costly';
  readonly key: string;
  readonly text: string;
  /** Refused even where unknown parameters are ignored: without it the answer would be another one. */
  readonly always: boolean;
}

/** A value, or why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

interface Refusal {
  readonly ok: false;
  readonly problem: Problem;
}

export function ok<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The parameter is unknown or not supported: ignored with a warning, or refused when the client asked for strictness. */
export function unsupported(key: string, text: string): Refusal {
  return { ok: false, problem: { code: 'not-supported', key, text, always: false } };
}

/** The value is malformed: always refused. */
export function malformed(key: string, text: string): Refusal {
  return refused('value', key, text);
}

/** Always refused: whoever asks this would take a page without it for the answer. */
export function refused(code: Problem['code'], key: string, text: string): Refusal {
  return { ok: false, problem: { code, key, text, always: true } };
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
