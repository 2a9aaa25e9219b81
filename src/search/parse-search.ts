import type { Issue } from '../base/index.ts';
import type { Definitions } from '../definitions/index.ts';
import { relativeTo } from './emit-reference.ts';
import { printName } from './find-parameter.ts';
import { refuseBranched, refuseLarge } from './limits.ts';
import { parseCondition } from './parse-condition.ts';
import { parseInclude } from './parse-include.ts';
import { parseCount, parseElements, parseSort, parseSummary, parseTotal } from './parse-result.ts';
import { malformed, toIssue, unsupported } from './problem.ts';
import type { Outcome, Problem } from './problem.ts';
import type { Condition, Include, SearchQuery, SortKey } from './query.ts';
import type { Setting } from './setting.ts';

export interface SearchOptions {
  /** Refuse what would otherwise be ignored with a warning: `Prefer: handling=strict`. */
  readonly strict: boolean;
  /** More than this is never on a page. */
  readonly maxCount: number;
  /** Where there is no `_count`. */
  readonly defaultCount: number;
  /** Epoch milliseconds, for the prefix `ap`. */
  readonly now: number;
  /** This server's own base URL: references below it are the same as `Type/id`. */
  readonly base?: string;
}

/** Either a query, or all the reasons to refuse it (400). */
export type ParsedSearch =
  { readonly ok: true; readonly query: SearchQuery } | { readonly ok: false; readonly issues: readonly Issue[] };

/** Nothing that search has to know of. */
const PASSED = new Set(['_pretty']);

/**
 * Parses the parameters of a search on `type`, already percent-decoded and in their order. Unknown or unsupported
 * parameters are warnings in `query.ignored`, or refused when strict; malformed values are always refused.
 * See http://hl7.org/fhir/R4/search.html.
 */
export function parseSearch(
  definitions: Definitions,
  type: string,
  params: readonly (readonly [name: string, value: string])[],
  options: SearchOptions,
): ParsedSearch {
  const large = refuseLarge(params);
  if (large !== undefined) return { ok: false, issues: [large] };
  const setting: Setting = { definitions, relative: relativeTo(options.base), now: options.now };
  const draft: Draft = {
    conditions: [],
    sort: [],
    includes: [],
    revincludes: [],
    result: { count: options.defaultCount },
    applied: [],
  };
  const problems: Problem[] = [];
  for (const [name, value] of params) {
    if (PASSED.has(name)) continue;
    const outcome = checkText(name, value) ?? applyParameter(draft, setting, type, name, value, options);
    if (!outcome.ok) problems.push(outcome.problem);
  }
  const refused = options.strict ? problems : problems.filter(({ always }) => always);
  if (refused.length > 0) return { ok: false, issues: refused.map((problem) => toIssue(problem, 'error')) };
  const branched = refuseBranched(draft.conditions);
  if (branched !== undefined) return { ok: false, issues: [branched] };
  const { result, ...lists } = draft;
  const summaryCount = result.summary === 'count' || result.count === 0;
  const ignored = problems.map((problem) => toIssue(problem, 'warning'));
  return { ok: true, query: { type, total: undefined, ...result, ...lists, summaryCount, ignored } };
}

interface Draft {
  readonly conditions: Condition[];
  sort: SortKey[];
  readonly includes: Include[];
  readonly revincludes: Include[];
  result: Pick<SearchQuery, 'count' | 'elements' | 'summary' | 'cursor'> & Partial<Pick<SearchQuery, 'total'>>;
  applied: [string, string][];
}

function checkText(name: string, value: string): Outcome<never> | undefined {
  // PostgreSQL cannot hold NUL in a text.
  if (value.includes('\u0000')) {
    return malformed('bad-character', `The value of ${printName(name)} holds a NUL character.`);
  }
  if (value.replaceAll(',', '') === '') {
    return unsupported('empty-value', `The search parameter ${printName(name)} has no value.`);
  }
  return undefined;
}

/** Puts one parameter into the draft. */
function applyParameter(
  draft: Draft,
  setting: Setting,
  type: string,
  name: string,
  value: string,
  { maxCount }: SearchOptions,
): Outcome<unknown> {
  const take = <T>(outcome: Outcome<T>, put: (parsed: T) => void, written = value): Outcome<T> => {
    if (outcome.ok) {
      put(outcome.value);
      draft.applied.push([name, written]);
    }
    return outcome;
  };
  // Given twice, the last one counts.
  const replace = <T>(outcome: Outcome<T>, put: (parsed: T) => void, written = value): Outcome<T> => {
    if (outcome.ok) draft.applied = draft.applied.filter(([earlier]) => earlier !== name);
    return take(outcome, put, written);
  };
  const merge = (part: Partial<Draft['result']>): void => {
    draft.result = { ...draft.result, ...part };
  };
  switch (name.split(':', 1)[0]) {
    case '_sort':
      return replace(parseSort(setting, type, name, value), (sort) => (draft.sort = sort));
    case '_count': {
      const count = parseCount(name, value, maxCount);
      return replace(count, merge, count.ok ? String(count.value.count) : value);
    }
    case '_total':
      return replace(parseTotal(name, value), merge);
    case '_summary':
      return replace(parseSummary(name, value), merge);
    case '_elements':
      return replace(parseElements(setting, type, name, value), merge);
    case '_include':
      return take(parseInclude(setting, type, name, value), (include) => draft.includes.push(include));
    case '_revinclude':
      return take(parseInclude(setting, type, name, value), (include) => draft.revincludes.push(include));
    case '_format':
      // Chosen by content negotiation; the next page is to be in the same.
      draft.applied.push([name, value]);
      return { ok: true, value };
    case '_cursor':
      merge({ cursor: value });
      return { ok: true, value };
    default:
      return take(parseCondition(setting, type, name, value), (condition) => draft.conditions.push(condition));
  }
}
