import type { SearchQuery } from '../../search/index.ts';
import type { Queryable } from '../database.ts';
import { createAsk } from './ask.ts';
import type { Ask, SearchContext, Way } from './ask.ts';
import { startsOf } from './candidates.ts';
import { countAll, estimateAll, sizeStarts } from './count.ts';
import { findIncluded } from './include.ts';
import { isOneIndex, missing } from './order.ts';
import type { Cursor } from './order.ts';
import { findPage } from './page.ts';
import type { FoundPage, PlacedRecord } from './page.ts';
import type { FoundRecord } from './records.ts';

export type { FoundRecord } from './records.ts';

export interface SearchResult {
  readonly matches: readonly FoundRecord[];
  readonly included: readonly FoundRecord[];
  /** Whether something that should have come along did not: there is too much of it. */
  readonly truncated: boolean;
  /** Where the next page begins; undefined when this was the last. */
  readonly next?: Cursor;
  readonly total?: number;
}

/**
 * Runs a parsed search as this organisation. Mostly one statement, and one more for a total or for each round of `:iterate`;
 * some more where what the conditions leave is too much to be collected.
 */
export async function searchRecords(
  on: Queryable,
  context: SearchContext,
  query: SearchQuery,
  cursor?: Cursor,
): Promise<SearchResult> {
  const ask = createAsk(context, query, cursor);
  const total = await countWhenAsked(on, ask, query);
  if (query.count === 0 || query.summaryCount) return { matches: [], included: [], truncated: false, ...total };
  const { records, more, linked } = await findRecords(on, ask, query.count);
  const matches = records.map(({ ref, version, at, body }) => ({ ref, version, at, body }));
  const { records: included, truncated } = await findIncluded(on, context, query, matches, linked);
  const last = records.at(-1);
  // A first page that holds everything has its total for nothing.
  const known = !more && cursor === undefined && query.total !== 'none' ? { total: matches.length } : {};
  return {
    matches,
    included,
    truncated,
    ...(more && last !== undefined ? { next: [...last.keys, last.ref] } : {}),
    ...known,
    ...total,
  };
}

async function countWhenAsked(on: Queryable, ask: Ask, query: SearchQuery): Promise<{ total?: number }> {
  if (query.total === 'estimate') return { total: await estimateAll(on, ask) };
  if (!query.summaryCount && query.count !== 0 && query.total !== 'accurate') return {};
  return { total: await countAll(on, ask) };
}

type Placed = PlacedRecord & FoundRecord;

/** The records of one page in their order, and whether there are more behind them. */
async function findRecords(
  on: Queryable,
  ask: Ask,
  count: number,
): Promise<Pick<FoundPage, 'linked'> & { records: Placed[]; more: boolean }> {
  const { records, placed, linked } = await findInSteps(on, ask);
  const shown = records.slice(0, count).filter((record): record is Placed => record.body !== null);
  const more = (records.length > shown.length || placed > count) && shown.length > 0;
  return { records: shown, more, ...(linked === undefined ? {} : { linked }) };
}

/**
 * Few candidates are collected and sorted. Where there are too many, the page's order is walked until the page is full.
 * Where that finds too little, as when all matches are far down, everything is collected after all.
 */
async function findInSteps(on: Queryable, ask: Ask): Promise<FoundPage> {
  const first = ask.parts.map((part): Way => {
    const [start] = startsOf(part.conditions);
    return start === undefined ? { kind: 'walk' } : { kind: 'collect', start };
  });
  const page = await findPage(on, ask, first, ask.bounds.bytes);
  const isWalk = first.some(({ kind }) => kind === 'walk');
  if (!page.incomplete) return isWalk ? withTail(on, ask, first, page) : page;
  if (first.every(({ kind }) => kind === 'walk')) return collectAll(on, ask, first);
  const second = await chooseWays(on, ask);
  const again = await findPage(on, ask, second, ask.bounds.bytes);
  return again.incomplete ? collectAll(on, ask, second) : withTail(on, ask, second, again);
}

/** For each part the condition that leaves fewest rows, or a walk where even those are too many. */
async function chooseWays(on: Queryable, ask: Ask): Promise<Way[]> {
  const sole = ask.parts.length === 1 && startsOf(ask.parts[0]!.conditions).length === 1;
  if (sole) return [{ kind: 'walk', start: startsOf(ask.parts[0]!.conditions)[0]! }];
  const sized = await sizeStarts(on, ask, ask.parts);
  return sized.map(([best]): Way => {
    if (best === undefined) return { kind: 'walk' };
    return best.size <= ask.bounds.collected
      ? { kind: 'collect', start: best.start }
      : { kind: 'walk', start: best.start };
  });
}

/** Adds the records without the key to a page that the walk did not fill. */
async function withTail(on: Queryable, ask: Ask, ways: readonly Way[], page: FoundPage): Promise<FoundPage> {
  const [key] = ask.order.keys;
  const walks = ways.some(({ kind }) => kind === 'walk');
  if (!walks || key === undefined || key.always) return page;
  // A full page is done, unless it shows records without the key: those of other parts may stand among them.
  if (page.placed >= ask.limit && page.records.at(-1)?.keys[0] !== missing(key)) return page;
  if (!isOneIndex(ask.order)) return collectAll(on, ask, ways);
  const cut = page.records.slice(0, ask.count).findIndex(({ body }) => body === null);
  if (cut >= 0) {
    const isKeyed = page.records.slice(0, cut).every(({ keys }) => keys[0] !== missing(key));
    return isKeyed ? page : collectAll(on, ask, ways);
  }
  const rest = ask.parts.map((_, n) => n).filter((n) => ways[n]!.kind === 'walk');
  const behind: Ask = {
    ...ask,
    includes: [],
    revincludes: [],
    parts: rest.map((n) => ask.parts[n]!),
    order: { ...ask.order, keys: [{ ...key, params: rest.map((n) => key.params[n]!) }] },
  };
  const used = page.records.reduce((sum, { body }) => sum + Buffer.byteLength(body ?? ''), 0);
  const tail = await findPage(
    on,
    behind,
    behind.parts.map((): Way => ({ kind: 'tail' })),
    ask.bounds.bytes - used,
  );
  if (tail.incomplete) return collectAll(on, ask, ways);
  const records = mergeTail(ask, page.records, tail.records);
  // What comes first may have found no room behind what comes after it: a page of nothing would be the last.
  if (records[0]?.body === null) return collectAll(on, ask, ways);
  return { records, incomplete: false, placed: page.placed + tail.placed };
}

/** Records without the key stand on the page already where their part was collected: those of all parts go by ref. */
function mergeTail(
  { order: { keys, targetDescending }, limit }: Ask,
  page: readonly PlacedRecord[],
  tail: readonly PlacedRecord[],
): PlacedRecord[] {
  const [key] = keys;
  const first = page.findIndex((record) => record.keys[0] === missing(key!));
  const begin = first < 0 ? page.length : first;
  const sign = targetDescending ? -1 : 1;
  const behind = [...page.slice(begin), ...tail].sort((a, b) => (a.ref < b.ref ? -sign : sign));
  const all = [...page.slice(0, begin), ...behind].slice(0, limit);
  const tooLarge = all.findIndex(({ body }) => body === null);
  return tooLarge < 0 ? all : all.slice(0, tooLarge + 1);
}

/** Whatever it costs: everything that the conditions leave, sorted. */
function collectAll(on: Queryable, ask: Ask, ways: readonly Way[]): Promise<FoundPage> {
  const whole: Ask = { ...ask, bounds: { ...ask.bounds, collected: Infinity, walked: Number.MAX_SAFE_INTEGER } };
  const all = ways.map((way, n): Way => {
    const start = ('start' in way ? way.start : undefined) ?? startsOf(ask.parts[n]!.conditions)[0];
    return start === undefined ? { kind: 'all' } : { kind: 'collect', start };
  });
  return findPage(on, whole, all, ask.bounds.bytes);
}
