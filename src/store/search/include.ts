import type { Include, SearchQuery } from '../../search/index.ts';
import type { Queryable } from '../database.ts';
import { boundsOf, builderFor } from './ask.ts';
import type { SearchContext } from './ask.ts';
import type { FoundRecord } from './records.ts';
import { named, SET_CALLER, visible } from './sql.ts';
import type { SqlBuilder } from './sql.ts';

/** Records that come along with one page at most, so that an include never outgrows the request. */
export const MAX_INCLUDED = 1000;
/** Rounds of `:iterate` at most. */
const MAX_ROUNDS = 5;

export interface Included {
  readonly records: readonly FoundRecord[];
  /** Whether there would have been more: too many, too large or too far away. */
  readonly truncated: boolean;
}

/**
 * What `_include` and `_revinclude` bring along with the matches, with `:iterate` round by round from what came.
 * @param first what is linked to the matches, where it is known already.
 */
export async function findIncluded(
  on: Queryable,
  context: SearchContext,
  query: SearchQuery,
  matches: readonly FoundRecord[],
  first?: readonly LinkedRow[],
): Promise<Included> {
  const all = [...query.includes, ...query.revincludes];
  if (all.length === 0 || matches.length === 0) return { records: [], truncated: false };
  const { keepLinked: keep = async (found: readonly FoundRecord[]) => found } = context;
  const iterated = all.some(({ iterate }) => iterate);
  const shown = matches.map(({ ref }) => ref);
  const records: FoundRecord[] = [];
  let room = boundsOf(context).bytes - bytesOf(matches);
  let fresh = shown;
  for (let round = 0; fresh.length > 0; round++) {
    const again = ({ iterate }: Include): boolean => round === 0 || iterate;
    const includes = query.includes.filter(again);
    const revincludes = query.revincludes.filter(again);
    const left = MAX_INCLUDED - records.length;
    const found =
      round === 0 && first !== undefined
        ? takeLinked(first, MAX_INCLUDED)
        : await findLinked(on, context, includes, revincludes, fresh, shown, left, room);
    const kept = await keep(found.records);
    records.push(...kept);
    if (found.truncated) return { records, truncated: true };
    if (!iterated) break;
    // One more round is asked for only to know whether there would have been more.
    if (round > MAX_ROUNDS && kept.length > 0) return { records: records.slice(0, -kept.length), truncated: true };
    room -= bytesOf(found.records);
    fresh = kept.map(({ ref }) => ref);
    shown.push(...found.records.map(({ ref }) => ref));
  }
  return { records, truncated: false };
}

function bytesOf(records: readonly FoundRecord[]): number {
  return records.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
}

/** Where links begin, what they may not lead to, and how many and how much may come along; all of it SQL. */
interface Bounded {
  /** Rows of `target`. */
  readonly starts: string;
  /** An array of refs. */
  readonly except: string;
  /** Of a key under which all that is linked from has the same one value: that value. */
  readonly known?: (param: number) => string | undefined;
  readonly most: string;
  readonly bytes: string;
}

/**
 * A step of what is linked, and its records: without a version where there is none for the caller, without a body where
 * the bytes are used up. One more than may come along tells that there are more. Undefined where nothing can be linked.
 */
export function linkedRecords(
  sql: SqlBuilder,
  includes: readonly Include[],
  revincludes: readonly Include[],
  bounded: () => Bounded,
): { step: string; rows: string } | undefined {
  const [ahead, back] = [groupIncludes(sql, includes, true), groupIncludes(sql, revincludes, false)];
  // Also where none of the references that were named can lead to the type that was named.
  if (ahead.length + back.length === 0) return undefined;
  const { starts, except, most, bytes, known } = bounded();
  const links = [
    ...ahead.map((group) => forward(sql, starts, group, known)),
    ...back.map((group) => backward(sql, starts, group)),
  ];
  const step = `linked as materialized (
  select distinct ref from (${links.join(' union all ')}) i where ref <> all (${except}) order by ref limit ${most} + 1
)`;
  const rows = `select i.ref, r.version, date_part('epoch', r.last_updated) * 1000 as at,
  case when sum(octet_length(r.body)) over (order by i.ref) <= ${bytes} then r.body end as body
from linked i left join ${sql.records} r on r.ref = i.ref and ${visible('r')} where ${SET_CALLER}`;
  return { step, rows };
}

/** A record that is linked, as `linkedRecords` gives it. */
export type LinkedRow = { readonly [K in keyof FoundRecord]: FoundRecord[K] | null };

async function findLinked(
  on: Queryable,
  context: SearchContext,
  includes: readonly Include[],
  revincludes: readonly Include[],
  from: readonly string[],
  except: readonly string[],
  most: number,
  room: number,
): Promise<Included> {
  const sql = builderFor({ context });
  const linked = linkedRecords(sql, includes, revincludes, () => ({
    starts: `(select unnest(${sql.param(from)}::text[]) as target)`,
    except: sql.param(except, '::text[]'),
    most: sql.param(most, '::int8'),
    bytes: sql.param(room, '::int8'),
  }));
  if (linked === undefined) return { records: [], truncated: false };
  const statement = named(`with ${linked.step}\n${linked.rows} order by i.ref`);
  return takeLinked(await on.query<LinkedRow & Record<string, unknown>>(statement, sql.values), most);
}

/** @param rows in order of ref. */
function takeLinked(rows: readonly LinkedRow[], most: number): Included {
  const there = rows.slice(0, most).filter(({ version }) => version !== null);
  const records = there
    .filter((row): row is FoundRecord => row.body !== null)
    .map(({ ref, version, at, body }): FoundRecord => ({ ref, version, at, body }));
  return { records, truncated: rows.length > most || records.length < there.length };
}

interface Group {
  readonly types: readonly string[];
  readonly params: number[];
  readonly targetType?: string;
}

/** Includes that one scan can answer: those of types with the same readers, and to the same type. */
function groupIncludes(sql: SqlBuilder, includes: readonly Include[], toTarget: boolean): Group[] {
  const groups = new Map<string, Group>();
  for (const { sourceType, params, targetType } of includes) {
    if (params.length === 0) continue;
    const target = toTarget ? targetType : undefined;
    const key = `${sql.isShared(sourceType)} ${target ?? ''}`;
    const group = groups.get(key);
    if (group !== undefined) group.params.push(...params);
    else
      groups.set(key, {
        types: [sourceType],
        params: [...params],
        ...(target === undefined ? {} : { targetType: target }),
      });
  }
  return [...groups.values()];
}

function forward(
  sql: SqlBuilder,
  starts: string,
  { types, params, targetType }: Group,
  known: Bounded['known'],
): string {
  const value = params.length === 1 ? known?.(params[0]!) : undefined;
  if (value !== undefined) {
    const leads = targetType === undefined || value.startsWith(`${targetType}/`);
    return `select ${sql.param(value, '::text')} as ref where ${leads ? `exists (select 1 from ${starts} p)` : 'false'}`;
  }
  const ofType = targetType === undefined ? '' : ` and y.value ^@ ${sql.param(`${targetType}/`)}`;
  return `select x.value as ref from ${starts} p cross join lateral (select y.value from search_text y where y.target = p.target
    and y.reader ${sql.readers(types[0]!)} and y.param = any (${sql.param(params)}::int4[])${ofType} offset 0) x`;
}

function backward(sql: SqlBuilder, starts: string, { types, params }: Group): string {
  return `select x.target as ref from ${starts} p cross join lateral (select y.target from search_text y where y.value = p.target
    and y.reader ${sql.readers(types[0]!)} and y.param = any (${sql.param(params)}::int4[]) offset 0) x`;
}
