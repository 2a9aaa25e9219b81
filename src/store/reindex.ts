import type { IndexValues } from '../search/index.ts';
import type { Queryable, Statement } from './database.ts';
import { refreshViews } from './views.ts';
import type { Viewer } from './views.ts';

/** What a release's search has to know of a stored record. */
export type IndexReader = (
  type: string,
  body: string,
) => IndexValues & {
  /** Keys whose rows the write itself makes: `paramKey(type, '_id')` and `paramKey(type, '_lastUpdated')`. */
  readonly kept: readonly number[];
};

export interface Reindexed {
  readonly records: number;
  /** Rows that were missing, and rows that are no longer meant. */
  readonly added: number;
  readonly removed: number;
  /** Where the next slice begins; undefined when this was the last. */
  readonly next?: string;
}

/** Records that are held at once: writes to them wait that long. */
const SLICE = 200;

// Cases are held before records, as by who writes to them. Those that nobody sponsors have no views.
const HOLD_SPONSORED: Statement = {
  name: 'reindex_hold',
  text: `select c.id from cases c
    where (select set_config('app.org', $1, true)) is not null and cardinality(c.sponsors) > 0 and c.id in (
      select m.case_id from case_member m where m.ref in (
        select ref from record where owner = $1 and ref > $2 and not deleted order by ref limit ${SLICE}))
    order by c.id for update of c`,
};
const TAKE: Statement = {
  name: 'reindex_take',
  text: `select ref, type, body, readers from record
    where (select set_config('app.org', $1, true)) is not null and owner = $1 and ref > $2 and not deleted
    order by ref limit ${SLICE} for update`,
};
// Only what differs is touched, so that a second run writes nothing. Rows of other readers than the record's are of views.
const WRITE: Statement = {
  name: 'reindex_write',
  text: `with input as materialized (
    select u.ref, string_to_array(u.readers, ' ') as readers, u.n - 1 as n from unnest($1::text[], $2::text[]) with ordinality as u(ref, readers, n)
  ),
  new_text as materialized (
    select distinct finder as reader, v.param, v.value, v.detail, i.ref
    from unnest($3::int4[], $4::int4[], $5::text[], $6::text[]) as v(n, param, value, detail) join input i on i.n = v.n cross join lateral unnest(i.readers) as finder
  ),
  new_range as materialized (
    select distinct finder as reader, v.param, v.unit, v.low, v.high, i.ref
    from unnest($7::int4[], $8::int4[], $9::text[], $10::float8[], $11::float8[]) as v(n, param, unit, low, high) join input i on i.n = v.n cross join lateral unnest(i.readers) as finder
  ),
  stale_text as (
    delete from search_text t using input i where t.target = i.ref and t.reader = any (i.readers) and t.param <> all ($12::int4[]) and not exists (
      select 1 from new_text v where v.ref = t.target and v.param = t.param and v.reader = t.reader and v.value = t.value and v.detail = t.detail)
    returning 1
  ),
  stale_range as (
    delete from search_range t using input i where t.target = i.ref and t.reader = any (i.readers) and t.param <> all ($12::int4[]) and not exists (
      select 1 from new_range v where v.ref = t.target and v.param = t.param and v.reader = t.reader and v.unit = t.unit
        and v.low = t.low and v.high = t.high)
    returning 1
  ),
  text_rows as (
    insert into search_text (reader, param, value, detail, target) select reader, param, value, detail, ref from new_text
    on conflict do nothing returning 1
  ),
  range_rows as (
    insert into search_range (reader, param, unit, low, high, target) select reader, param, unit, low, high, ref from new_range
    on conflict do nothing returning 1
  )
  select (select count(*) from text_rows) + (select count(*) from range_rows) as added,
    (select count(*) from stale_text) + (select count(*) from stale_range) as removed`,
};

// The job that keeps the words makes them anew: it alone writes them. What is due already stays so.
const WORDS_DUE: Statement = {
  name: 'reindex_words_due',
  text: 'insert into words_due (ref, organization) select ref, $1 from unnest($2::text[]) as ref on conflict do nothing',
};

interface Taken {
  readonly ref: string;
  readonly type: string;
  readonly body: string;
  readonly readers: readonly string[];
}

/**
 * Makes the index rows of the next of an organisation's records what this release's search expects, and the views of them
 * what it shows; and has their words made anew soon after. To be run in a transaction of its own, as the role of requests; records are held until it ends.
 * It may be broken off and begun again at any time.
 * @param after the ref that the slice before ended with; `''` for the first.
 */
export async function reindexSlice(
  on: Queryable,
  read: IndexReader,
  viewer: Viewer,
  organization: string,
  after: string,
): Promise<Reindexed> {
  const cases = (await on.query<{ id: string }>(HOLD_SPONSORED, [organization, after])).map(({ id }) => id);
  const taken = await on.query<Taken & Record<string, unknown>>(TAKE, [organization, after]);
  const last = taken.at(-1);
  if (last === undefined) return { records: 0, added: 0, removed: 0 };
  const [written] = await on.query<{ added: number; removed: number }>(WRITE, parameters(taken, read));
  const { added = 0, removed = 0 } = written ?? {};
  const refs = taken.map(({ ref }) => ref);
  await on.query(WORDS_DUE, [organization, refs]);
  const views = await refreshViews(on, organization, viewer, { refs, cases, whole: [], types: [] });
  const sum = { added: added + views.added, removed: removed + views.removed };
  return { records: taken.length, ...sum, ...(taken.length < SLICE ? {} : { next: last.ref }) };
}

function parameters(taken: readonly Taken[], read: IndexReader): unknown[] {
  const values = taken.map(({ type, body }) => read(type, body));
  const text = values.flatMap((value, n) => value.text.map((row) => ({ n, ...row })));
  const range = values.flatMap((value, n) => value.range.map((row) => ({ n, ...row })));
  return [
    taken.map(({ ref }) => ref),
    taken.map(({ readers }) => (readers.includes('*') ? '*' : readers.join(' '))),
    text.map(({ n }) => n),
    text.map(({ param }) => param),
    text.map(({ value }) => value),
    text.map(({ detail }) => detail),
    range.map(({ n }) => n),
    range.map(({ param }) => param),
    range.map(({ unit }) => unit),
    range.map(({ low }) => low),
    range.map(({ high }) => high),
    [...new Set(values.flatMap(({ kept }) => kept))],
  ];
}
