import { hash } from 'node:crypto';
import type { SearchPart, SearchQuery } from '../search/index.ts';
import { searchRecords } from '../store/index.ts';
import type { Cursor, FoundRecord, SearchResult } from '../store/index.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';
import { searchAs } from './permit-search.ts';

/** Where a walk through the pages of a search stands; it travels in the cursor. */
export interface Walk {
  /** The last record of the page before; absent where a stage begins. */
  readonly after?: Cursor;
  /** As the first page had it, so that no page counts again. */
  readonly total?: number;
  /** Epoch milliseconds: what was written since then may have moved behind the walk. */
  readonly since: number;
  /** Of what was written since then, what the pages have shown already. */
  readonly shown: readonly string[];
  /** All pages were walked through; now comes what was written meanwhile. */
  readonly isSecondLook?: true;
}

export interface WalkedPage extends Omit<SearchResult, 'next'> {
  readonly next?: Walk;
  /** These records were written while the pages before were read. */
  readonly isSecondLook: boolean;
}

/** Versions that are remembered as shown at most: what is beyond is shown again, rather than not at all. */
const MAX_SHOWN = 256;

/**
 * One page of a search, and where the next begins. A record whose sort key is changed while a client walks through the
 * pages may move to one that was read already. So that none is missed, pages that are sorted by what may change are
 * followed by what was written since the first of them.
 */
export async function walkOn(house: House, context: Context, query: SearchQuery, walk: Walk): Promise<WalkedPage> {
  if (walk.isSecondLook === true) return lookAgain(house, context, query, walk);
  const { next, ...result } = await find(house, context, withoutCount(query, walk), walk.after);
  const total = result.total ?? walk.total;
  const page = { ...result, ...(total === undefined ? {} : { total }), isSecondLook: false };
  // What one page holds was read in one moment, and ids stay what they are.
  const isWhole = next === undefined && walk.after === undefined;
  if (isWhole || (next === undefined && !mayMove(query))) return page;
  const shown = mayMove(query) ? remember(walk, result.matches) : walk.shown;
  const behind: Walk = { since: walk.since, shown, ...(total === undefined ? {} : { total }) };
  if (next !== undefined) return { ...page, next: { ...behind, after: next } };
  const again: Walk = { ...behind, isSecondLook: true };
  const second = await lookAgain(house, context, query, again);
  if (second.matches.length === 0) return page;
  return result.matches.length === 0 ? second : { ...page, next: again };
}

/** What was written since the walk began, and not shown yet as it is now. */
async function lookAgain(house: House, context: Context, query: SearchQuery, walk: Walk): Promise<WalkedPage> {
  const asked = writtenSince(withoutCount(query, walk), walk.since);
  const { next, ...result } = await find(house, context, asked, walk.after);
  const known = new Set(walk.shown);
  const matches = result.matches.filter((match) => !known.has(digestOf(match)));
  if (matches.length === 0 && next !== undefined) return lookAgain(house, context, query, { ...walk, after: next });
  return {
    ...result,
    matches,
    ...(walk.total === undefined ? {} : { total: walk.total }),
    isSecondLook: true,
    ...(next === undefined ? {} : { next: { ...walk, after: next } }),
  };
}

/** The first page has counted; the second look never counts the whole. */
function withoutCount(query: SearchQuery, { total, after, isSecondLook }: Walk): SearchQuery {
  const isCounted = total !== undefined || after !== undefined || isSecondLook === true;
  return isCounted ? { ...query, total: 'none' } : query;
}

function find(house: House, context: Context, query: SearchQuery, after: Cursor | undefined): Promise<SearchResult> {
  return searchRecords(house.database, searchAs(house, context, house.database), query, after);
}

/**
 * Ids stay what they are, and what is written anew goes to the end of what is sorted by the time of its last change.
 * Without a sort, what is found by a date that a record has once stands by that date.
 */
function mayMove({ parts }: SearchQuery): boolean {
  return parts.some(({ sort: [first], conditions }) => {
    if (first === undefined)
      return conditions.some((condition) => condition.kind === 'range' && condition.single === true);
    if (first.kind === 'id') return false;
    return first.kind !== 'lastUpdated' || first.descending;
  });
}

function writtenSince(query: SearchQuery, since: number): SearchQuery {
  const parts = query.parts.map(({ type, conditions }): SearchPart => {
    const params = [keysOf(type).lastUpdated];
    const any = [{ unit: '', prefix: 'ge', low: since, high: since + 1 }] as const;
    return {
      type,
      conditions: [...conditions, { kind: 'lastUpdated', params, any }],
      sort: [{ kind: 'lastUpdated', params, code: '_lastUpdated', descending: false }],
    };
  });
  return { ...query, parts };
}

function remember({ since, shown }: Walk, matches: readonly FoundRecord[]): string[] {
  const late = matches.filter(({ at }) => at >= since).map(digestOf);
  return [...shown, ...late].slice(0, MAX_SHOWN);
}

function digestOf({ ref, version }: FoundRecord): string {
  return hash('sha256', `${ref}/${version}`, 'base64url').slice(0, 8);
}
