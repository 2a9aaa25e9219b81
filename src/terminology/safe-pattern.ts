const LONGEST_PATTERN = 200;
const LONGEST_TEXT = 1000;
/** A group that may repeat, in which something repeats or is chosen: `(a+)*`, `(a|ab)*`. */
const NESTED_REPETITION = /\([^()]*[*+?{|][^()]*\)\s*[*+{]/;
const GROUP_IN_GROUP = /\([^()]*\(/;
const BACK_REFERENCE = /\\[1-9k]|\(\?/;
const UNBOUNDED = /(?<!\\)[*+]|\{\d+,\}/g;
const MOST_UNBOUNDED = 2;
const OPTIONAL = /(?<!\\)\?|\{\d+,\d+\}/g;
const MOST_OPTIONAL = 4;

/**
 * Whether a whole text matches the pattern; undefined where it is no pattern, or one that might run away. Value sets may
 * come from anyone, and a pattern such as `(a+)+` blocks the process for as long as its author likes.
 */
export function compileSafePattern(source: string): ((text: string) => boolean) | undefined {
  if (source.length > LONGEST_PATTERN) return undefined;
  if ([BACK_REFERENCE, NESTED_REPETITION, GROUP_IN_GROUP].some((pattern) => pattern.test(source))) return undefined;
  if (count(source, UNBOUNDED) > MOST_UNBOUNDED || count(source, OPTIONAL) > MOST_OPTIONAL) return undefined;
  try {
    const pattern = new RegExp(`^(?:${source})$`);
    return (text) => text.length <= LONGEST_TEXT && pattern.test(text);
  } catch {
    return undefined;
  }
}

function count(source: string, pattern: RegExp): number {
  return source.match(pattern)?.length ?? 0;
}
