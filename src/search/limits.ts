import type { Issue } from '../base/index.ts';
import type { Condition, SearchPart } from './query.ts';
import { splitValue } from './split-value.ts';

/** What one search may ask for: each condition is a look into an index for each candidate. */
const MAX_PARAMETERS = 100;
const MAX_CONDITIONS = 50;
/** Conditions with those that chains through open references stand for, one for each type, weighed by their links. */
const MAX_BRANCHES = 250;
/** The same over all types that are searched. */
const MAX_BRANCHES_IN_ALL = 2000;
const MAX_INCLUDES = 20;
const MAX_SORT_KEYS = 10;
const MAX_VALUES = 500;
const MAX_VALUES_IN_ALL = 2000;

const RESULT = new Set([
  '_type',
  '_contained',
  '_sort',
  '_count',
  '_total',
  '_summary',
  '_elements',
  '_cursor',
  '_format',
  '_pretty',
]);
const INCLUDES = new Set(['_include', '_revinclude']);

/** Refuses a search that is too large, before any of it is parsed. */
export function refuseLarge(params: readonly (readonly [name: string, value: string])[]): Issue | undefined {
  if (params.length > MAX_PARAMETERS) return tooMany('parameters', `${MAX_PARAMETERS} parameters`);
  const bases = params.map(([name]) => name.split(':', 1)[0]!);
  const includes = bases.filter((base) => INCLUDES.has(base)).length;
  if (includes > MAX_INCLUDES) return tooMany('parameters', `${MAX_INCLUDES} _include and _revinclude together`);
  const conditions = bases.filter((base) => !RESULT.has(base) && !INCLUDES.has(base)).length;
  if (conditions > MAX_CONDITIONS) return tooMany('parameters', `${MAX_CONDITIONS} conditions`);
  let inAll = 0;
  for (const [n, [, value]] of params.entries()) {
    if (bases[n] === '_cursor') continue;
    const values = splitValue(value, ',').length;
    if (bases[n] === '_sort' && values > MAX_SORT_KEYS) return tooMany('values', `${MAX_SORT_KEYS} keys of _sort`);
    if (values > MAX_VALUES) return tooMany('values', `${MAX_VALUES} values in one parameter`);
    inAll += values;
  }
  return inAll > MAX_VALUES_IN_ALL ? tooMany('values', `${MAX_VALUES_IN_ALL} values in all`) : undefined;
}

/** Refuses conditions that chains have made many of: each open reference is followed to all types that it may name. */
export function refuseBranched(parts: readonly SearchPart[]): Issue | undefined {
  const counts = parts.map(({ conditions }) => countBranches(conditions));
  if (Math.max(...counts) > MAX_BRANCHES) {
    const counting =
      'each counted once more for each link of its chain, twice if negated, and for all types it leads to';
    return tooMany('parameters', `${MAX_BRANCHES} conditions and links of chains in all, ${counting}`);
  }
  if (counts.reduce((sum, count) => sum + count, 0) <= MAX_BRANCHES_IN_ALL) return undefined;
  return tooMany('parameters', `${MAX_BRANCHES_IN_ALL} conditions and links, counted for all types that are searched`);
}

/** Each link is a look into another index; and what must not be there is looked for to the end. */
function countBranches(conditions: readonly Condition[], links = 0): number {
  return conditions.reduce((sum, condition) => {
    if (!('conditions' in condition)) return sum + (links + 1) * (isNegative(condition) ? 2 : 1);
    const isLink = condition.kind === 'chain' || condition.kind === 'has';
    return sum + countBranches(condition.conditions, isLink ? links + 1 : links);
  }, 0);
}

function isNegative(condition: Condition): boolean {
  return condition.kind === 'text' ? condition.negated === true : condition.kind === 'missing' && condition.missing;
}

function tooMany(what: 'parameters' | 'values', limit: string): Issue {
  const text = `A search has at most ${limit}. Narrow it down, or send several searches.`;
  return { severity: 'error', code: 'too-costly', key: `too-many-${what}`, text };
}
