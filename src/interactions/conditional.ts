import { Fault, fault } from '../base/index.ts';
import { SHARED_TYPES, hasScope, scopeFault } from '../access/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { SearchQuery } from '../search/index.ts';
import { lockCriteria, searchRecords } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';
import type { Committed } from './commit.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';
import { linkedTypes } from './search.ts';

export interface Criteria {
  readonly type: string;
  /** `identifier=…`, percent-encoded as in a URL. */
  readonly query: string;
  /** Where it stood in the request. */
  readonly path: string;
}

/**
 * For each criteria of a conditional write: the one record that matches, or undefined. Callers with the same criteria
 * take turns from here until their transactions end, so that of many at once exactly one creates. Bodies that `keep`
 * does not want are left out. Who has several criteria in one transaction asks for all at once, lest two of them wait for
 * each other.
 * @throws Fault 412 where several records match, 400 where the criteria are none
 * https://hl7.org/fhir/R4/http.html#ccreate
 */
export async function resolveCriteria(
  house: House,
  context: Context,
  on: Queryable,
  criteria: readonly Criteria[],
  keep: (body: string) => boolean = () => true,
): Promise<(Committed | undefined)[]> {
  const { organization } = context.caller;
  const queries = criteria.map((one) => parseCriteria(house, context, one));
  await lockCriteria(
    on,
    criteria.map((one, n) => `${organization} ${one.type} ${canonical(queries[n]!)}`),
  );
  const found: (Committed | undefined)[] = [];
  for (const [n, query] of queries.entries()) {
    const one = await findOne(on, context, criteria[n]!, query);
    found.push(one?.body === undefined || keep(one.body) ? one : withoutBody(one));
  }
  return found;
}

/** The one record that a conditional reference (`Patient?identifier=…`) means. https://hl7.org/fhir/R4/http.html#trules */
export async function resolveReference(
  house: House,
  context: Context,
  on: Queryable,
  criteria: Criteria,
): Promise<string> {
  const found = await findOne(on, context, criteria, parseCriteria(house, context, criteria));
  if (found !== undefined) return found.ref;
  throw fault(
    412,
    'not-found',
    'reference-without-match',
    `The conditional reference at ${criteria.path} matches no record that this caller can see.`,
    criteria.path,
  );
}

function withoutBody({ ref, version, at, created }: Committed): Committed {
  return { ref, version, at, created };
}

/** What a search may say of its page, and what would suggest that not all matches count. */
const OF_PAGE = new Set([
  '_contained',
  '_containedType',
  '_count',
  '_cursor',
  '_elements',
  '_include',
  '_revinclude',
  '_sort',
  '_summary',
  '_total',
]);

function parseCriteria(house: House, context: Context, criteria: Criteria): SearchQuery {
  const { type, path } = criteria;
  if (!house.definitions.isResourceType(type))
    throw fault(400, 'value', 'unknown-type', `${path} names no resource type of FHIR R4.`, path);
  if (!hasScope(context.caller, type, 's')) throw scopeFault(type, 's');
  const params = parseQuery(criteria.query);
  const options = { strict: true, maxCount: 2, defaultCount: 2, now: house.clock().getTime(), base: house.base };
  const parsed = parseSearch(house, { types: [type] }, params, options);
  if (!parsed.ok)
    throw new Fault(
      400,
      parsed.issues.map((issue) => ({ ...issue, expression: path })),
    );
  const conditions = parsed.query.parts.flatMap((part) => part.conditions);
  if (conditions.length === 0) {
    throw fault(
      400,
      'required',
      'criteria-empty',
      `${path} holds no search parameter. Name one that tells the record, such as identifier.`,
      path,
    );
  }
  for (const linked of linkedTypes(conditions))
    if (!hasScope(context.caller, linked, 's')) throw scopeFault(linked, 's');
  const ofPage = params.map(([name]) => name.split(':', 1)[0]!).find((name) => OF_PAGE.has(name));
  if (ofPage !== undefined) {
    const text = `${path} holds ${ofPage}, which shapes a page of results. Criteria only tell a record: leave it out.`;
    throw fault(400, 'not-supported', 'criteria-of-page', text, path);
  }
  return {
    ...parsed.query,
    parts: [{ type, conditions, sort: [] }],
    count: 2,
    includes: [],
    revincludes: [],
    summaryCount: false,
    total: 'none',
  };
}

function canonical(query: SearchQuery): string {
  return query.parts
    .flatMap(({ conditions }) => conditions)
    .map((condition) => JSON.stringify(condition))
    .sort()
    .join('&');
}

async function findOne(
  on: Queryable,
  context: Context,
  criteria: Criteria,
  query: SearchQuery,
): Promise<Committed | undefined> {
  const { organization } = context.caller;
  const result = await searchRecords(on, { organization, sharedTypes: SHARED_TYPES, keys: keysOf }, query);
  if (result.matches.length > 1) {
    throw fault(
      412,
      'multiple-matches',
      'several-matches',
      `${criteria.path} matches more than one ${criteria.type}. Use criteria that only one record meets.`,
      criteria.path,
    );
  }
  const [match] = result.matches;
  return match === undefined
    ? undefined
    : { ref: match.ref, version: match.version, at: match.at, created: false, body: match.body };
}
