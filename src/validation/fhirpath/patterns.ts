import { compilePattern } from './bounded-pattern.ts';

/** A pattern in whose groups nothing repeats and that repeats without bound at most once takes quadratic time at worst. */
const MAX_NATIVE_LENGTH = 2048;
const RISKY_GROUP = /\([^()]*[*+?{|][^()]*\)[*+?{]|\)[^()]*\)[*+?{]|\(\?[^:]/;

/**
 * Whether the pattern is found in a text, in bounded time whatever the pattern is. Throws ExpressionError for one that is
 * not understood.
 */
export function compileMatch(pattern: string): (text: string) => boolean {
  const bounded = compilePattern(pattern);
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const unbounded = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (unbounded > 1 || RISKY_GROUP.test(bare)) return bounded;
  const native = new RegExp(pattern, 's');
  return (text) => (text.length <= MAX_NATIVE_LENGTH ? native.test(text) : bounded(text));
}
