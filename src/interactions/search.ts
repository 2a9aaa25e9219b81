import { Fault, fault } from '../base/index.ts';
import type { Caller, Issue } from '../base/index.ts';
import { hasScope } from '../access/index.ts';
import { bundleToText, issuesToOutcome, shapeOfIncluded, splitReference } from '../fhir/index.ts';
import type { TextEntry } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { Condition, SearchQuery } from '../search/index.ts';
import type { FoundRecord } from '../store/index.ts';
import { checkType } from './check.ts';
import { placeOfCompartment, placeOfSystem, placeOfType } from './compartment.ts';
import type { SearchPlace } from './compartment.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Context, House } from './house.ts';
import { confineQuery } from './permit-search.ts';
import { note } from './read.ts';
import { gatherSets } from './sets.ts';
import { shapeOf, subsetTexts } from './subset-answer.ts';
import type { Params } from './subset-answer.ts';
import { walkOn } from './walk.ts';
import type { Walk, WalkedPage } from './walk.ts';

/** Matches on a page: at most, and where the client names no `_count`. */
const MAX_COUNT = 500;
const DEFAULT_COUNT = 50;
/** Characters of a link that can be followed by GET. */
const MAX_LINK = 16_000;

interface Options {
  readonly strict: boolean;
}

/** Searches one type. https://hl7.org/fhir/R4/http.html#search */
export function search(
  house: House,
  context: Context,
  type: string,
  params: Params,
  options: Options,
): Promise<string> {
  return searchAt(house, context, placeOfType(house, context, type), params, options);
}

/** Searches the types of `_type`, or all. https://hl7.org/fhir/R4/search.html#searching */
export function searchSystem(house: House, context: Context, params: Params, options: Options): Promise<string> {
  return searchAt(house, context, placeOfSystem(house, context, params), params, options);
}

/** Searches what belongs to a resource, of one type or of all (`*`). https://hl7.org/fhir/R4/http.html#vsearch */
export function searchCompartment(
  house: House,
  context: Context,
  compartment: { readonly type: string; readonly id: string },
  type: string,
  params: Params,
  options: Options,
): Promise<string> {
  const place = placeOfCompartment(house, context, compartment, type, params);
  return searchAt(house, context, place, params, options);
}

/** Refuses what cannot be searched for, without doing it. */
export async function checkSearch(
  house: House,
  context: Context,
  place: SearchPlace,
  params: Params,
  options: Options,
): Promise<void> {
  await parse(house, context, place, params, options);
}

/** The page is put together from stored texts; they are parsed only where not the whole of them is wanted. */
async function searchAt(
  house: House,
  context: Context,
  place: SearchPlace,
  params: Params,
  options: Options,
): Promise<string> {
  const query = await parse(house, context, place, params, options);
  const asked = questionOf(place, query);
  const cursor = query.cursor;
  const held = cursor === undefined ? undefined : (openCursor(house, context, asked, cursor) as Walk);
  // Taken before the search begins: what it did not see is then later than what the page states.
  const lastUpdated = await house.watermark();
  const walk = held ?? { since: Date.parse(lastUpdated), shown: [] };
  const page = await walkOn(house, context, query, walk);
  note(house, context, 'search', place.path === '' ? '*' : place.path, undefined, 200);

  const first = linkTo(house, place, query);
  const self = cursor === undefined ? first : withCursor(first, cursor);
  const links = [{ relation: 'self', url: self }];
  const next = page.next && withCursor(first, sealCursor(house, context, asked, page.next));
  if (cursor !== undefined || next !== undefined) links.push({ relation: 'first', url: first });
  if (next !== undefined) links.push({ relation: 'next', url: next });

  const shape = shapeOf(query);
  const allowed = page.included.filter(({ ref }) => mayComeAlong(house, context.caller, query, ref));
  const matches = await subsetTexts(house, page.matches, shape);
  const included = await subsetTexts(house, allowed, shape && shapeOfIncluded(shape));
  const remarks = [...place.ignored, ...query.ignored, ...remarksOn(query, page, allowed, next)];
  const entries = [
    ...matches.map((found) => toEntry(house, found, 'match')),
    ...included.map((found) => toEntry(house, found, 'include')),
    ...outcomeEntries(remarks),
  ];
  const total = page.total === undefined ? {} : { total: page.total };
  return bundleToText({ type: 'searchset', lastUpdated, ...total, links, entries });
}

async function parse(
  house: House,
  context: Context,
  place: SearchPlace,
  params: Params,
  { strict }: Options,
): Promise<SearchQuery> {
  const parsed = parseSearch(house, place, params, {
    strict,
    maxCount: MAX_COUNT,
    defaultCount: DEFAULT_COUNT,
    now: house.clock().getTime(),
    base: house.base,
    sets: await gatherSets(house, context, params),
  });
  if (!parsed.ok) throw new Fault(400, parsed.issues);
  const { query } = parsed;
  const includes = [...query.includes, ...query.revincludes];
  if (query.summary === 'text' && includes.length > 0) {
    // https://hl7.org/fhir/R4/search.html#summary
    const text = '_summary=text cannot be asked for together with _include or _revinclude. Leave one of them out.';
    throw fault(400, 'invalid', 'summary-with-include', text);
  }
  const types = [
    ...query.parts.map(({ type }) => type),
    ...includes.map(({ sourceType }) => sourceType).filter((type) => type !== '*'),
    ...linkedTypes(query.parts.flatMap(({ conditions }) => conditions)),
  ];
  for (const type of new Set(types)) checkType(house, context, type, 's');
  return confineQuery(house, context, query);
}

/** Types that conditions look into: a search may not tell about what its caller may not search. */
export function linkedTypes(conditions: readonly Condition[]): string[] {
  return conditions.flatMap((condition) => {
    const within = 'conditions' in condition ? linkedTypes(condition.conditions) : [];
    if (condition.kind === 'chain') return [condition.targetType, ...within];
    if (condition.kind === 'has') return [condition.sourceType, ...within];
    return condition.kind === 'tree' ? [condition.type] : within;
  });
}

/** What `*` brings was not asked for by its type: then it has to be one that the caller could have searched. */
function mayComeAlong(house: House, caller: Caller, { includes, revincludes }: SearchQuery, ref: string): boolean {
  const [type] = splitReference(ref);
  const byAny = [...includes, ...revincludes].some(({ sourceType }) => sourceType === '*');
  return hasScope(house, caller, type, 'r') && (!byAny || hasScope(house, caller, type, 's'));
}

function toEntry(house: House, found: FoundRecord, mode: 'match' | 'include'): TextEntry {
  return { fullUrl: `${house.base}/${found.ref}`, body: found.body, search: mode };
}

/** What was not understood is said in the page itself, so that nobody takes a wider answer for a narrower one. */
function outcomeEntries(issues: readonly Issue[]): TextEntry[] {
  if (issues.length === 0) return [];
  return [
    {
      fullUrl: 'urn:uuid:00000000-0000-0000-0000-000000000000',
      body: JSON.stringify(issuesToOutcome(issues)),
      search: 'outcome',
    },
  ];
}

/** What there is to say about a page besides what it holds. */
function remarksOn(
  query: SearchQuery,
  { included, truncated, isSecondLook }: WalkedPage,
  allowed: readonly FoundRecord[],
  next: string | undefined,
): Issue[] {
  const remarks: Issue[] = [];
  const say = (severity: 'warning' | 'information', code: string, key: string, text: string): void =>
    void remarks.push({ severity, code, key, text });
  if (truncated) {
    const text = 'Not all that _include and _revinclude ask for fits on this page. Ask for fewer matches by _count.';
    say('warning', 'incomplete', 'includes-truncated', text);
  }
  const hidden = included.filter((record) => !allowed.includes(record)).map(({ ref }) => splitReference(ref)[0]);
  if (hidden.length > 0) {
    // That records of a type are there is said only to who asked for the type.
    const named = typesNamed(query).filter((type) => hidden.includes(type));
    const what = named.length > 0 && hidden.every((type) => named.includes(type)) ? named : [...named, 'other types'];
    const text = `Not included, for want of a scope to search and read: records of ${what.join(', ')}.`;
    say('warning', 'suppressed', 'includes-not-allowed', text);
  }
  if (isSecondLook) {
    const text =
      'These records were written while the pages before were read. Some may be on one of those, as they stood then.';
    say('information', 'informational', 'written-meanwhile', text);
  }
  if (next !== undefined && next.length > MAX_LINK) {
    const text =
      'The next link is too long to be followed by GET. Send its parameters, with _cursor, by POST to _search.';
    say('information', 'too-long', 'next-link-too-long', text);
  }
  return remarks;
}

/** The types that includes name, each once and in order. */
function typesNamed({ includes, revincludes }: SearchQuery): string[] {
  const named = [
    ...includes.flatMap(({ targetType }) => targetType ?? []),
    ...revincludes.map(({ sourceType }) => sourceType),
  ];
  return [...new Set(named)].sort();
}

function linkTo(house: House, { path }: SearchPlace, query: SearchQuery): string {
  const address = path === '' ? house.base : `${house.base}/${path}`;
  const text = query.applied
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return `${address}${text === '' ? '' : `?${text}`}`;
}

function withCursor(url: string, cursor: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}_cursor=${cursor}`;
}

/** The order of parameters means nothing, and neither does the format of the page. */
function questionOf({ path }: SearchPlace, { applied, parts }: SearchQuery): string {
  const params = applied.filter(([name]) => name !== '_format').map((pair) => JSON.stringify(pair));
  return JSON.stringify(['search', path, parts.map(({ type }) => type), params.sort()]);
}
