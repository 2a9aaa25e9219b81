import { Fault, fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { SHARED_TYPES, hasScope } from '../access/index.ts';
import { bundleToText, issuesToOutcome, splitReference } from '../fhir/index.ts';
import type { TextEntry } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { Condition, SearchQuery } from '../search/index.ts';
import { searchRecords } from '../store/index.ts';
import type { Cursor, FoundRecord } from '../store/index.ts';
import { checkType } from './check.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';
import { note } from './read.ts';

/** Matches on a page: at most, and where the client names no `_count`. */
const MAX_COUNT = 500;
const DEFAULT_COUNT = 50;

/**
 * Searches one type. The page is put together from stored texts without parsing them.
 * https://hl7.org/fhir/R4/http.html#search
 */
export async function search(
  house: House,
  context: Context,
  type: string,
  params: readonly (readonly [name: string, value: string])[],
  options: { readonly strict: boolean },
): Promise<string> {
  checkType(house, context, type, 's');
  const parsed = parseSearch(house.definitions, type, params, {
    strict: options.strict,
    maxCount: MAX_COUNT,
    defaultCount: DEFAULT_COUNT,
    now: house.clock().getTime(),
    base: house.base,
  });
  if (!parsed.ok) throw new Fault(400, parsed.issues);
  const { query } = parsed;
  for (const include of [...query.includes, ...query.revincludes]) checkType(house, context, include.sourceType, 's');
  for (const linked of linkedTypes(query.conditions)) checkType(house, context, linked, 's');
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, query);
  const { organization } = context.caller;
  // Taken before the search begins: what it did not see is then later than what the page states.
  const lastUpdated = await house.watermark();
  const result = await searchRecords(
    house.database,
    { organization, sharedTypes: SHARED_TYPES, keys: keysOf(type) },
    query,
    cursor,
  );
  note(house, context, 'search', type, undefined, 200);
  const self = linkTo(house, query);
  const entries = [
    ...result.matches.map((found) => toEntry(house, found, 'match')),
    ...result.included
      .filter(({ ref }) => hasScope(context.caller, splitReference(ref)[0], 'r'))
      .map((found) => toEntry(house, found, 'include')),
    ...outcomeEntries(query.ignored),
  ];
  const links = [{ relation: 'self', url: self }];
  if (result.next !== undefined) links.push({ relation: 'next', url: withCursor(self, encodeCursor(result.next)) });
  const total = result.total === undefined ? {} : { total: result.total };
  return bundleToText({ type: 'searchset', lastUpdated, ...total, links, entries });
}

/** Types that a chain or _has looks into: a search may not tell about what its caller may not search. */
function linkedTypes(conditions: readonly Condition[]): string[] {
  return conditions.flatMap((condition) => {
    if (condition.kind === 'chain') return [condition.targetType, ...linkedTypes(condition.conditions)];
    if (condition.kind === 'has') return [condition.sourceType, ...linkedTypes(condition.conditions)];
    return condition.kind === 'either' ? linkedTypes(condition.conditions) : [];
  });
}

function toEntry(house: House, found: FoundRecord, mode: 'match' | 'include'): TextEntry {
  return { fullUrl: `${house.base}/${found.ref}`, body: found.body, search: mode };
}

/** What was not understood is said in the page itself, so that nobody takes a wider answer for a narrower one. */
function outcomeEntries(ignored: readonly Issue[]): TextEntry[] {
  if (ignored.length === 0) return [];
  return [
    {
      fullUrl: 'urn:uuid:00000000-0000-0000-0000-000000000000',
      body: JSON.stringify(issuesToOutcome(ignored)),
      search: 'outcome',
    },
  ];
}

function linkTo(house: House, query: SearchQuery): string {
  const text = query.applied
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  return `${house.base}/${query.type}${text === '' ? '' : `?${text}`}`;
}

function withCursor(url: string, cursor: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}_cursor=${cursor}`;
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Cursors come back from clients: what the database could not read as what it is compared with is none of ours. */
function isCursorValue(value: unknown, kind: SearchQuery['sort'][number]['kind']): boolean {
  if (typeof value !== 'string' || value.includes('\0')) return false;
  if (kind === 'text' || kind === 'id') return true;
  return /^-?(Infinity|\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value) && (value.endsWith('y') || isFloat8(value));
}

/** PostgreSQL refuses what would overflow, and what would become 0 or less than normal. */
function isFloat8(text: string): boolean {
  const value = Math.abs(Number(text));
  return Number.isFinite(value) && (value >= 2 ** -1022 || /^-?0$/.test(text));
}

function decodeCursor(text: string, query: SearchQuery): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isCursor =
      Array.isArray(value) &&
      value.length === query.sort.length + 1 &&
      value.every((item, n) => isCursorValue(item, query.sort[n]?.kind ?? 'id'));
    if (isCursor) return value as string[];
  } catch {
    // Falls through: whatever it is, it is none of ours.
  }
  throw fault(
    400,
    'value',
    'bad-cursor',
    'The _cursor is not one that this server gave for this search. Follow the next link as it is.',
  );
}
