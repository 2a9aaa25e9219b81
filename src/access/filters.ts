import type { Definitions } from '../definitions/index.ts';
import { isToldByRows, parseSearch } from '../search/index.ts';
import type { Condition, Knowledge, RangeMatch } from '../search/index.ts';
import type { Scope } from './scopes.ts';

/** What is needed to understand scopes: types and search parameters, codes, and this server's own base for references. */
export interface ScopeKnowledge extends Knowledge {
  /** The FHIR base without a slash at its end. */
  readonly base?: string;
}

/** Filters that are kept in memory at most: they come from requests. */
const MOST = 10_000;

type Understood = readonly Condition[] | undefined;

const known = new WeakMap<Definitions, Map<string, Understood>>();

/**
 * What records of the scope's type have to meet: nothing where it has no filter.
 * @returns undefined for a scope that this server does not understand, which grants nothing: of an unknown type, or with a
 *   filter that it could not apply to each single record alike (what it does not index; chains; results; what hangs on the time).
 */
export function understandScope(knowledge: ScopeKnowledge, scope: Scope): Understood {
  if (scope.type !== '*' && !knowledge.definitions.isResourceType(scope.type)) return undefined;
  return scope.query === undefined ? NOTHING : understandOnce(knowledge, scope);
}

const NOTHING: readonly Condition[] = [];

function understandOnce(knowledge: ScopeKnowledge, { type, params }: Scope): Understood {
  const { definitions, base = '' } = knowledge;
  const filters = known.get(definitions) ?? new Map<string, Understood>();
  known.set(definitions, filters);
  const key = JSON.stringify([base, type, params]);
  if (!filters.has(key)) {
    if (filters.size >= MOST) filters.clear();
    filters.set(key, understand(knowledge, type, params));
  }
  return filters.get(key);
}

/** What begins with an underscore is mostly about the page, or about the whole of the search. */
const OF_RECORDS: ReadonlySet<string> = new Set(['_id', '_language', '_profile', '_security', '_source', '_tag']);

function understand(knowledge: ScopeKnowledge, type: string, params: Scope['params']): Understood {
  const { base } = knowledge;
  const names = params.map(([name]) => name.split(':', 1)[0]!);
  if (names.some((name) => name.startsWith('_') && !OF_RECORDS.has(name))) return undefined;
  const options = { strict: true, maxCount: 1, defaultCount: 1, now: 0, ...(base === undefined ? {} : { base }) };
  const parsed = parseSearch(knowledge, { types: [type] }, params, options);
  if (!parsed.ok) return undefined;
  const conditions = parsed.query.parts.flatMap((part) => part.conditions);
  return conditions.length > 0 && conditions.every((each) => isToldByRows(each) && !isOfNow(each))
    ? conditions
    : undefined;
}

/** How near is near enough hangs on the day on which it is asked. */
function isOfNow(condition: Condition): boolean {
  if ('conditions' in condition) return condition.conditions.some(isOfNow);
  return condition.kind === 'range' && condition.any.some(isNear);
}

function isNear({ prefix, and }: RangeMatch): boolean {
  return prefix === 'ap' || (and !== undefined && isNear(and));
}
