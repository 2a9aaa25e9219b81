import { Fault, fault } from '../base/index.ts';
import { hasScope, scopeFault } from '../access/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { Condition, SearchQuery } from '../search/index.ts';
import { findRefs, lockCriteria, searchRecords } from '../store/index.ts';
import type { Queryable, SearchResult } from '../store/index.ts';
import type { BundleRecords } from './bundle-records.ts';
import type { Committed } from './commit.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { confineQuery, searchAs } from './permit-search.ts';
import { linkedTypes } from './search.ts';

export interface Criteria {
  readonly type: string;
  /** `identifier=…`, percent-encoded as in a URL. */
  readonly query: string;
  /** Where it stood in the request. */
  readonly path: string;
  /** A record is made where none meets them. */
  readonly creates?: boolean;
}

/**
 * For each criteria of a conditional write: the one record that matches, or undefined. Callers with the same criteria
 * take turns from here until their transactions end, so that of many at once exactly one creates. Bodies that `keep`
 * does not want are left out. Who has several criteria in one transaction asks for all at once, lest two of them wait for
 * each other.
 * @throws Fault 412 where several records match, 400 where the criteria are none, or would make the same record twice
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
  const keys = criteria.map(({ type }, n) => `${type} ${canonical(queries[n]!)}`);
  refuseCreatedTwice(criteria, keys);
  await lockCriteria(
    on,
    keys.map((key) => `${organization} ${key}`),
  );
  const found: (Committed | undefined)[] = [];
  for (const [n, query] of queries.entries()) {
    const one = await findOne(house, on, context, criteria[n]!, query);
    found.push(one?.body === undefined || keep(one.body) ? one : withoutBody(one));
  }
  return found;
}

/**
 * Neither of two would see what the other makes, so that there were two records where one is meant.
 * https://hl7.org/fhir/R4/http.html#trules: the transaction fails where resolved identities overlap.
 */
function refuseCreatedTwice(criteria: readonly Criteria[], keys: readonly string[]): void {
  const seen = new Map<string, Criteria>();
  for (const [n, one] of criteria.entries()) {
    if (one.creates !== true) continue;
    const earlier = seen.get(keys[n]!);
    if (earlier !== undefined) {
      const text = `${one.path} and ${earlier.path} hold the same criteria, and a transaction makes each record once. Join the two entries, and refer to the one by its fullUrl.`;
      throw fault(400, 'invalid', 'written-twice', text, one.path);
    }
    seen.set(keys[n]!, one);
  }
}

const CONDITIONAL_REFERENCE = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** The parts of a reference that names a record by criteria (`Patient?identifier=…`); undefined where it is none. */
export function splitConditional(reference: string): { readonly type: string; readonly query: string } | undefined {
  const [, type, query] = CONDITIONAL_REFERENCE.exec(reference) ?? [];
  return type === undefined || query === undefined ? undefined : { type, query };
}

/**
 * The one record that a conditional reference (`Patient?identifier=…`) means, when all of the bundle is written: what it
 * makes counts, too. https://hl7.org/fhir/R4/http.html#trules
 * @throws Fault 412 where there is none, or there are several
 */
export async function resolveReference(
  house: House,
  context: Context,
  on: Queryable,
  criteria: Criteria,
  records: BundleRecords,
): Promise<string> {
  const { type, path } = criteria;
  const query = parseCriteria(house, context, criteria);
  const made = await records.meeting(type, conditionsOf(query));
  const refs = new Set(made?.map(({ ref }) => ref));
  const replaced = made === undefined ? [] : [...records.replaced(type)];
  if (replaced.length > 0)
    for (const ref of await findRefs(on, searchAs(house, context, on), confineQuery(house, context, query), replaced))
      refs.add(ref);
  else for (const { ref } of (await findMatches(house, on, context, criteria, query)).matches) refs.add(ref);
  const [only] = refs;
  if (refs.size > 1) throw severalMatch(criteria);
  if (only !== undefined) return only;
  const text = `The conditional reference at ${path} matches no record that this caller can see.`;
  throw fault(412, 'not-found', 'reference-without-match', text, path);
}

/**
 * Refuses criteria that are met by what another entry makes: each would be asked before the other is written, and there
 * were two records where one is meant. What the answer is must not hang on the order of the entries.
 * https://hl7.org/fhir/R4/http.html#trules
 * @param own what the entry that has the criteria makes
 */
export async function refuseMade(
  house: House,
  context: Context,
  criteria: Criteria,
  own: Draft | undefined,
  records: BundleRecords,
): Promise<void> {
  const conditions = conditionsOf(parseCriteria(house, context, criteria));
  const other = (await records.meeting(criteria.type, conditions))?.find(({ ref }) => ref !== own?.ref);
  if (other === undefined) return;
  const text = `The criteria at ${criteria.path} are met by the record of ${other.path}, too, and a transaction makes each record once. Join the two entries, and refer to the one by its fullUrl.`;
  throw fault(400, 'invalid', 'written-twice', text, criteria.path);
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
  if (!hasScope(house, context.caller, type, 's')) throw scopeFault(context.caller, type, 's');
  const params = parseQuery(queryIn(house, criteria));
  const options = { strict: true, maxCount: 2, defaultCount: 2, now: house.clock().getTime(), base: house.base };
  const parsed = parseSearch(house, { types: [type] }, params, options);
  if (!parsed.ok)
    throw new Fault(
      400,
      parsed.issues.map((issue) => ({ ...issue, expression: path })),
    );
  const conditions = conditionsOf(parsed.query);
  if (conditions.length === 0) {
    throw fault(
      400,
      'required',
      'criteria-empty',
      `${path} holds no search parameter. Name one that tells the record, such as identifier.`,
      path,
    );
  }
  if (asksForWords(conditions)) {
    const text = `${path} searches full text (_text, _content), which is known a moment after a record is written: what it finds may not hold any more. Use criteria such as identifier.`;
    throw fault(400, 'not-supported', 'criteria-by-text', text, path);
  }
  for (const linked of linkedTypes(conditions))
    if (!hasScope(house, context.caller, linked, 's')) throw scopeFault(context.caller, linked, 's');
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

/** Some clients send the whole address of the search, of which only the query is asked for. */
function queryIn({ base }: House, { type, query }: Criteria): string {
  const address = [`${base}/${type}?`, `/${type}?`, `${type}?`].find((each) => query.startsWith(each)) ?? '';
  return query.slice(address.length);
}

function conditionsOf({ parts }: SearchQuery): Condition[] {
  return parts.flatMap(({ conditions }) => conditions);
}

function asksForWords(conditions: readonly Condition[]): boolean {
  return conditions.some(
    (condition) => condition.kind === 'words' || ('conditions' in condition && asksForWords(condition.conditions)),
  );
}

/** The same for criteria that say the same in another order, with another encoding, or twice. */
function canonical(query: SearchQuery): string {
  return [...new Set(conditionsOf(query).map((condition) => JSON.stringify(condition, sortValues)))].sort().join('&');
}

/** The values of a parameter, of which any will do. */
function sortValues(name: string, value: unknown): unknown {
  if (name !== 'any' || !Array.isArray(value)) return value;
  return [...new Set(value.map((each) => JSON.stringify(each)))].sort();
}

async function findOne(
  house: House,
  on: Queryable,
  context: Context,
  criteria: Criteria,
  query: SearchQuery,
): Promise<Committed | undefined> {
  const [match] = (await findMatches(house, on, context, criteria, query)).matches;
  return match === undefined
    ? undefined
    : { ref: match.ref, version: match.version, at: match.at, created: false, body: match.body };
}

/** @throws Fault 412 where there are several, also such as do not fit on one page. */
async function findMatches(
  house: House,
  on: Queryable,
  context: Context,
  criteria: Criteria,
  query: SearchQuery,
): Promise<SearchResult> {
  const found = await searchRecords(on, searchAs(house, context, on), confineQuery(house, context, query));
  if (found.matches.length > 1 || found.next !== undefined) throw severalMatch(criteria);
  return found;
}

function severalMatch({ type, path }: Criteria): Fault {
  const text = `${path} matches more than one ${type}. Use criteria that only one record meets.`;
  return fault(412, 'multiple-matches', 'several-matches', text, path);
}
