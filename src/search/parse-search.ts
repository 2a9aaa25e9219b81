import type { Issue } from '../base/index.ts';
import type { Answer } from '../terminology/index.ts';
import { relativeTo } from './emit-reference.ts';
import { printName } from './find-parameter.ts';
import { refuseBranched, refuseLarge } from './limits.ts';
import { conjunctsOf, parseCondition } from './parse-condition.ts';
import { parseInclude } from './parse-include.ts';
import { parseContained, parseCount, parseElements, parseSort, parseSummary, parseTotal } from './parse-result.ts';
import { all, malformed, toIssue, unsupported } from './problem.ts';
import type { Outcome, Problem } from './problem.ts';
import type { Condition, Include, SearchPart, SearchQuery, SortKey } from './query.ts';
import { checkTypeParameter, chooseTypes, compartmentCondition } from './search-target.ts';
import type { SearchTarget } from './search-target.ts';
import type { Knowledge, Setting } from './setting.ts';

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
  /**
   * What `expandValueSet` answered for those of `namedSets` that are records of the caller; others are looked for in
   * the terminology.
   */
  readonly sets?: ReadonlyMap<string, Answer>;
}

/** Either a query, or all the reasons to refuse it (400). */
export type ParsedSearch =
  { readonly ok: true; readonly query: SearchQuery } | { readonly ok: false; readonly issues: readonly Issue[] };

type Params = readonly (readonly [name: string, value: string])[];

/** Nothing that search has to know of. */
const PASSED = new Set(['_pretty']);

/**
 * Parses the parameters of a search, already percent-decoded and in their order. Unknown or unsupported parameters are
 * warnings in `query.ignored`, or refused when strict; malformed values are always refused. Over several types only
 * parameters that all of them have are known. See http://hl7.org/fhir/R4/search.html.
 */
export function parseSearch(
  knowledge: Knowledge,
  target: SearchTarget,
  params: Params,
  options: SearchOptions,
): ParsedSearch {
  const large = refuseLarge(params);
  if (large !== undefined) return { ok: false, issues: [large] };
  const { definitions, terminology } = knowledge;
  const types = chooseTypes(definitions, target, params);
  if (!types.ok) return { ok: false, issues: [toIssue(types.problem, 'error')] };
  const { base, now, sets = NO_SETS } = options;
  const setting: Setting = { definitions, terminology, relative: relativeTo(base), now, sets };
  const draft = openDraft(setting, target, types.value, options);
  const problems: Problem[] = [];
  for (const [name, value] of params) {
    if (PASSED.has(name)) continue;
    const outcome = checkText(name, value) ?? applyParameter(draft, name, value);
    if (!outcome.ok) problems.push(outcome.problem);
  }
  const refused = options.strict ? problems : problems.filter(({ always }) => always);
  if (refused.length > 0) return { ok: false, issues: refused.map((problem) => toIssue(problem, 'error')) };
  const branched = refuseBranched(draft.parts);
  if (branched !== undefined) return { ok: false, issues: [branched] };
  const { parts, includes, revincludes, result, applied } = draft;
  const summaryCount = result.summary === 'count' || result.count === 0;
  const ignored = problems.map((problem) => toIssue(problem, 'warning'));
  return {
    ok: true,
    query: { parts, includes, revincludes, applied, total: undefined, ...result, summaryCount, ignored },
  };
}

const NO_SETS: ReadonlyMap<string, Answer> = new Map();

interface Draft {
  readonly setting: Setting;
  readonly target: SearchTarget;
  readonly types: readonly string[];
  readonly maxCount: number;
  readonly parts: readonly DraftPart[];
  readonly includes: Include[];
  readonly revincludes: Include[];
  result: Pick<SearchQuery, 'count' | 'elements' | 'summary' | 'cursor'> & Partial<Pick<SearchQuery, 'total'>>;
  applied: [string, string][];
}

interface DraftPart extends SearchPart {
  readonly conditions: Condition[];
  sort: SortKey[];
}

function openDraft(
  setting: Setting,
  target: SearchTarget,
  types: readonly string[],
  { maxCount, defaultCount }: SearchOptions,
): Draft {
  const { compartment } = target;
  const parts = types.map((type) => ({
    type,
    conditions: compartment === undefined ? [] : [compartmentCondition(setting.definitions, compartment, type)],
    sort: [],
  }));
  return {
    setting,
    target,
    types,
    maxCount,
    parts,
    includes: [],
    revincludes: [],
    result: { count: defaultCount },
    applied: [],
  };
}

function checkText(name: string, value: string): Outcome<never> | undefined {
  // PostgreSQL cannot hold NUL in a text.
  if (value.includes('\u0000')) {
    return malformed('bad-character', `The value of ${printName(name)} holds a NUL character.`);
  }
  if (value.replaceAll(',', '') === '') {
    const text = `The search parameter ${printName(name)} has no value.`;
    // A form sends fields that are left empty; commas are a list that lost what it was to hold.
    return value === '' ? unsupported('empty-value', text) : malformed('empty-value', text);
  }
  return undefined;
}

/** Puts one parameter into the draft. */
function applyParameter(draft: Draft, name: string, value: string): Outcome<unknown> {
  const { setting, types } = draft;
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
  const nothing = (): void => undefined;
  switch (name.split(':', 1)[0]) {
    case '_type':
      return take(checkTypeParameter(draft.target, name), nothing);
    case '_sort':
      return replace(sortParts(draft, name, value), (sorts) => {
        for (const [at, part] of draft.parts.entries()) part.sort = sorts[at]!;
      });
    case '_count': {
      const count = parseCount(name, value, draft.maxCount);
      return replace(count, merge, count.ok ? String(count.value.count) : value);
    }
    case '_total':
      return replace(parseTotal(name, value), merge);
    case '_summary':
      return replace(parseSummary(name, value), merge);
    case '_elements':
      return replace(parseElements(setting, types, name, value), merge);
    case '_contained':
      return replace(parseContained(name, value), nothing);
    case '_include':
      return take(parseInclude(setting, types, name, value), (include) => draft.includes.push(include));
    case '_revinclude':
      return take(parseInclude(setting, types, name, value), (include) => draft.revincludes.push(include));
    case '_format':
      // Chosen by content negotiation; the next page is to be in the same.
      draft.applied.push([name, value]);
      return { ok: true, value };
    case '_cursor':
      merge({ cursor: value });
      return { ok: true, value };
    default: {
      const conditions = all(types.map((type) => parseCondition(setting, type, name, value)));
      return take(conditions, (found) => {
        for (const [at, part] of draft.parts.entries()) part.conditions.push(...conjunctsOf(found[at]!));
      });
    }
  }
}

/** The pages of several types are merged, so their keys have to be of the same kinds. */
function sortParts({ setting, types }: Draft, name: string, value: string): Outcome<SortKey[][]> {
  const sorts = all(types.map((type) => parseSort(setting, type, name, value)));
  if (!sorts.ok) return sorts;
  const kinds = new Set(sorts.value.map((keys) => keys.map(({ kind }) => kind).join()));
  if (kinds.size === 1) return sorts;
  return unsupported(
    'unsupported-sort',
    'The types searched cannot be sorted together: their keys are of other kinds.',
  );
}
