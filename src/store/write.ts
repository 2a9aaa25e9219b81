import { float8Array, int4Array, int8Array, textArray } from './arrays.ts';
import type { Queryable, Statement } from './database.ts';
import type { IndexValues } from '../search/index.ts';

/** One new version of one record. */
export interface RecordWrite {
  readonly ref: string;
  readonly type: string;
  readonly version: number;
  /** The partner organisation whose record it is; set at the first version. */
  readonly owner: string;
  /** For the first version: all who may see it. For a later one: what the writer saw; the write is void if it changed. */
  readonly readers: readonly string[];
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Undefined deletes. */
  readonly body?: { readonly head: string; readonly tail: string };
  readonly content?: { readonly hash: string; readonly size: number };
  /** The version it follows; undefined creates. */
  readonly previous?: { readonly version: number; readonly at: number };
  readonly index: IndexValues;
  /** `paramKey(type, '_lastUpdated')` and `paramKey(type, '_id')`. */
  readonly keys: { readonly lastUpdated: number; readonly id: number };
}

/** Who writes, and in which interaction: for the audit and the outbox. */
export interface Act {
  readonly request: string;
  readonly organization: string;
  readonly client: string;
  readonly person?: string;
  readonly interaction: string;
}

export interface Written {
  readonly ref: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** meta.lastUpdated as it stands in the text. */
  readonly lastUpdated: string;
}

const EMPTY: IndexValues = { text: [], range: [] };

/**
 * Writes new versions with their index rows, outbox and audit in one statement, which is a transaction of its own when
 * given the pool. Returns what was written: a record that is missing there lost a race (its id was taken, or another
 * version came first), and then the caller has to roll back or, for a single record, nothing was written.
 */
export async function writeRecords(on: Queryable, act: Act, writes: readonly RecordWrite[]): Promise<Written[]> {
  if (writes.length === 0) return [];
  const creates = writes.some((write) => write.previous === undefined);
  const updates = writes.some((write) => write.previous !== undefined);
  return on.query<{ ref: string; at: number; lastUpdated: string }>(
    statementFor(creates, updates),
    parameters(act, writes, updates),
  );
}

function parameters(act: Act, writes: readonly RecordWrite[], updates: boolean): unknown[] {
  const text = { n: [] as number[], param: [] as number[], value: [] as string[], detail: [] as string[] };
  const range = {
    n: [] as number[],
    param: [] as number[],
    unit: [] as string[],
    low: [] as (number | null)[],
    high: [] as (number | null)[],
  };
  for (const [n, write] of writes.entries()) {
    const index = write.body === undefined ? EMPTY : write.index;
    for (const row of index.text) {
      text.n.push(n);
      text.param.push(row.param);
      text.value.push(row.value);
      text.detail.push(row.detail);
    }
    for (const row of index.range) {
      range.n.push(n);
      range.param.push(row.param);
      range.unit.push(row.unit);
      range.low.push(row.low);
      range.high.push(row.high);
    }
    if (write.body === undefined) continue;
    text.n.push(n);
    text.param.push(write.keys.id);
    text.value.push('');
    text.detail.push('');
    range.n.push(n);
    range.param.push(write.keys.lastUpdated);
    range.unit.push('');
    // Null: the moment of the write, which only the statement knows.
    range.low.push(null);
    range.high.push(null);
  }
  const texts = (of: (write: RecordWrite) => string | null): Buffer => textArray(writes.map(of));
  return [
    act.organization,
    texts((write) => write.ref),
    texts((write) => write.type),
    int8Array(writes.map((write) => write.version)),
    texts((write) => write.owner),
    texts((write) => write.readers.join(' ')),
    texts((write) => write.method),
    texts((write) => write.body?.head ?? null),
    texts((write) => write.body?.tail ?? null),
    texts((write) => write.content?.hash ?? null),
    int8Array(writes.map((write) => write.content?.size ?? null)),
    int8Array(writes.map((write) => write.previous?.version ?? null)),
    float8Array(writes.map((write) => write.previous?.at ?? null)),
    int4Array(text.n),
    int4Array(text.param),
    textArray(text.value),
    textArray(text.detail),
    int4Array(range.n),
    int4Array(range.param),
    textArray(range.unit),
    float8Array(range.low),
    float8Array(range.high),
    act.request,
    act.client,
    act.person ?? null,
    act.interaction,
    ...(updates ? [int4Array(writes.map((write) => write.keys.lastUpdated))] : []),
  ];
}

const statements = new Map<string, Statement>();

function statementFor(creates: boolean, updates: boolean): Statement {
  const name = `write_${creates ? 'c' : ''}${updates ? 'u' : ''}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = { name, text: writeSql(creates, updates) };
    statements.set(name, statement);
  }
  return statement;
}

/**
 * `caller` sets the organisation for row-level security and takes a transaction id *before* `stamp` reads the clock:
 * a write that a watermark did not see in progress is therefore stamped after that watermark.
 *
 * `histories`: where a version stood under `_lastUpdated`, it stands in the history from now on, for each reader from
 * the moment on that it saw it; see migration 0005. Rows of other readers than the record's are of views, and stay.
 */
function writeSql(creates: boolean, updates: boolean): string {
  const written = [creates ? 'select * from created' : '', updates ? 'select * from updated' : '']
    .filter(Boolean)
    .join(' union all ');
  // Rows of a new record cannot be there yet; those of an updated one mostly are.
  const twice = updates ? 'materialized' : 'not materialized';
  const conflict = updates ? 'on conflict do nothing' : '';
  return `
with caller as materialized (select set_config('app.org', $1, true) as org, pg_current_xact_id() as xid),
stamp as materialized (select clock_timestamp() as at from caller where xid is not null),
input as materialized (
  select u.n - 1 as n, u.ref, u.type, u.version, u.owner, string_to_array(u.readers, ' ') as readers, u.method, u.head, u.tail,
    u.hash, u.size, u.previous,${updates ? ' u.last_updated_param,' : ''}
    date_trunc('milliseconds', greatest(stamp.at, to_timestamp(u.previous_at / 1000) + interval '1.5 ms')) as at
  from stamp, unnest($2::text[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::int8[], $12::int8[], $13::float8[]${updates ? ', $27::int4[]' : ''}) with ordinality
    as u(ref, type, version, owner, readers, method, head, tail, hash, size, previous, previous_at${updates ? ', last_updated_param' : ''}, n)
),
content as materialized (
  select i.*, to_char(i.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as stamped from input i
)${
    creates
      ? `,
created as (
  insert into record (ref, type, version, owner, readers, since, last_updated, method, deleted, body, content_hash, content_size)
  select ref, type, version, owner, readers, array_fill(1::int8, array[cardinality(readers)]), at, method, head is null, head || stamped || tail, hash, size
  from content where previous is null
  on conflict (ref) do nothing
  returning ref, readers
)`
      : ''
  }${
    updates
      ? `,
locked as materialized (
  select r.* from record r join input i on r.ref = i.ref and r.version = i.previous and r.readers = i.readers
  where (select org from caller) is not null
  for update of r
),
past as (
  insert into record_version (ref, version, owner, last_updated, method, deleted, body, content_hash, content_size)
  select ref, version, owner, last_updated, method, deleted, body, content_hash, content_size from locked
),
updated as (
  update record r set version = c.version, last_updated = c.at, method = c.method, deleted = c.head is null,
    body = c.head || c.stamped || c.tail, content_hash = c.hash, content_size = c.size
  from locked l join content c on c.ref = l.ref
  where r.ref = l.ref and (select org from caller) is not null
  returning r.ref, r.readers
)`
      : ''
  },
written as materialized (
  select w.ref, w.readers, c.n, c.at, c.stamped, c.version,
    case when '*' = any (w.readers) then array['*'] else w.readers end as finders
  from (${written}) w join content c on c.ref = w.ref
),
found as materialized (
  select w.n, w.ref, extract(epoch from w.at)::float8 * 1000 as at, finder as reader
  from written w cross join lateral unnest(w.finders) as finder
),
new_text as ${twice} (
  select f.reader, v.param, v.value, v.detail, f.ref
  from unnest($14::int4[], $15::int4[], $16::text[], $17::text[]) as v(n, param, value, detail) join found f on f.n = v.n
),
new_range as ${twice} (
  select f.reader, v.param, v.unit, coalesce(v.low, f.at) as low, coalesce(v.high, f.at + 1) as high, f.ref
  from unnest($18::int4[], $19::int4[], $20::text[], $21::float8[], $22::float8[]) as v(n, param, unit, low, high)
  join found f on f.n = v.n
),${
    updates
      ? `
stale_text as (
  delete from search_text t using updated u where t.target = u.ref and t.reader = any (u.readers) and not exists (
    select 1 from new_text v where v.ref = t.target and v.param = t.param and v.reader = t.reader and v.value = t.value and v.detail = t.detail)
),
stale_range as (
  delete from search_range t using updated u where t.target = u.ref and t.reader = any (u.readers) and not exists (
    select 1 from new_range v where v.ref = t.target and v.param = t.param and v.reader = t.reader and v.unit = t.unit
      and v.low = t.low and v.high = t.high)
  returning t.reader, t.param, t.low, t.target
),
histories as (
  insert into history (reader, type, at, until, ref, version)
  select s.reader, c.type, s.low, extract(epoch from c.at)::float8 * 1000, c.ref, c.previous
  from stale_range s join content c on c.ref = s.target and c.last_updated_param = s.param
  union all
  select finder, c.type, extract(epoch from w.at)::float8 * 1000, extract(epoch from w.at)::float8 * 1000, w.ref, w.version
  from written w join content c on c.n = w.n and c.head is null cross join lateral unnest(w.finders) as finder
),`
      : ''
  }
text_rows as (
  insert into search_text (reader, param, value, detail, target)
  select reader, param, value, detail, ref from new_text ${conflict}
),
range_rows as (
  insert into search_range (reader, param, unit, low, high, target)
  select reader, param, unit, low, high, ref from new_range ${conflict}
),
announced as (
  insert into outbox (at, readers, organization, kind, ref, version)
  select at, readers, $1, 'record', ref, version from written
),
audited as (
  insert into audit (at, request, organization, client, person, interaction, ref, version, status)
  select at, $23, $1, $24, $25, $26, ref, version, case when version = 1 then 201 else 200 end from written
)
select ref, extract(epoch from at)::float8 * 1000 as at, stamped as "lastUpdated" from written`;
}
