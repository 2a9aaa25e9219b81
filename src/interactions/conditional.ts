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

export interface Criteria {
  readonly type: string;
  /** `identifier=…`, percent-encoded as in a URL. */
  readonly query: string;
  /** Where it stood in the request. */
  readonly path: string;
}

/**
 * For each criteria of a conditional create: the one record that matches, or undefined. Callers with the same criteria
 * take turns from here until their transactions end, so that of many at once exactly one creates. Bodies that `keep`
 * does not want are left out.
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

function parseCriteria(house: House, context: Context, criteria: Criteria): SearchQuery {
  const { type, path } = criteria;
  if (!house.definitions.isResourceType(type))
    throw fault(400, 'value', 'unknown-type', `${path} names no resource type of FHIR R4.`, path);
  if (!hasScope(context.caller, type, 's')) throw scopeFault(type, 's');
  const params = parseQuery(criteria.query);
  const options = { strict: true, maxCount: 2, defaultCount: 2, now: house.clock().getTime(), base: house.base };
  const parsed = parseSearch(house.definitions, type, params, options);
  if (!parsed.ok)
    throw new Fault(
      400,
      parsed.issues.map((issue) => ({ ...issue, expression: path })),
    );
  if (parsed.query.conditions.length === 0) {
    throw fault(
      400,
      'required',
      'criteria-empty',
      `${path} holds no search parameter. Name one that tells the record, such as identifier.`,
      path,
    );
  }
  return { ...parsed.query, count: 2, sort: [], includes: [], revincludes: [], summaryCount: false, total: 'none' };
}

function canonical(query: SearchQuery): string {
  return query.conditions
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
  const result = await searchRecords(
    on,
    { organization, sharedTypes: SHARED_TYPES, keys: keysOf(criteria.type) },
    query,
  );
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
