import type { IndexValues } from '../search/index.ts';
import type { Queryable, Statement } from './database.ts';
import { SET_CALLER } from './search/sql.ts';

/** What a sponsor is shown of a record: its text, and what it is found by. */
export interface View {
  readonly body: string;
  readonly index: IndexValues;
  /** `paramKey(type, '_lastUpdated')` and `paramKey(type, '_id')`. */
  readonly keys: { readonly lastUpdated: number; readonly id: number };
}

/** What is shown of a record with this text; undefined: nothing. `carrier`: of a Task, the Task of the case that it is on. */
export type Viewer = (type: string, body: string, carrier?: string) => View | undefined;

/** Records whose views may have to be made, kept or taken away. */
export interface Due {
  readonly refs: readonly string[];
  /** Ids of the cases that the transaction holds: by which others a record is seen is theirs to say. */
  readonly cases: readonly string[];
  /** Those of them of which all records of these types are due. */
  readonly whole: readonly string[];
  readonly types: readonly string[];
}

/** Index rows of views that were missing, and that are no longer meant. */
export interface Refreshed {
  readonly added: number;
  readonly removed: number;
}

interface Loaded {
  readonly ref: string;
  readonly reader: string;
  readonly type: string;
  readonly version: number;
  readonly body: string;
  /** Those of the cases held by which it is seen, and by which it is not. */
  readonly granted: readonly string[];
  readonly ended: readonly string[];
  /** Whether it is seen by any case. */
  readonly stays: boolean;
  readonly carrier: string | null;
}

const LOAD: Statement = {
  name: 'views_load',
  text: `with due as materialized (
      select unnest($2::text[]) collate "C" as ref
      union select m.ref from case_member m
        where m.case_id = any ($4::uuid[]) and split_part(m.ref, '/', 1) = any ($5::text[]) and ${SET_CALLER}
    ), mine as materialized (
      select m.ref, m.case_id, c.sponsors from due join case_member m on m.ref = due.ref join cases c on c.id = m.case_id
      where c.id = any ($3::uuid[]) and ${SET_CALLER}
    ), granted as (
      select ref, reader, array_agg(case_id) as cases from mine cross join unnest(sponsors) as reader group by ref, reader
    ), held as materialized (
      select v.ref, v.reader, v.cases from record_view v join due on due.ref = v.ref where ${SET_CALLER}
      order by v.ref, v.reader for update of v
    ), told as (
      select ref, reader, h.cases as before, coalesce(g.cases, '{}') as granted, array(
        select m.case_id from mine m where m.ref = h.ref and m.case_id <> all (coalesce(g.cases, '{}'))) as ended
      from granted g full join held h using (ref, reader)
    )
    select ref, reader, r.type, r.version, r.body, granted, ended,
      cardinality(granted) > 0 or exists (select 1 from unnest(before) x where x <> all (ended)) as stays,
      case when r.type = 'Task' then (
        select min(c.task) from case_member m join cases c on c.id = m.case_id where m.ref = told.ref) end as carrier
    from told join record r using (ref)
    where ${SET_CALLER} and not r.deleted and reader <> all (r.readers) order by ref, reader`,
};

// To a sponsor that sees a record from now on, this moment is when it was last updated: a poller has not passed it yet.
// Of the index only what differs is touched.
const SAVE: Statement = {
  name: 'views_save',
  text: `with input as materialized (
      select u.ref, u.reader, u.version, u.body, string_to_array(u.granted, ' ')::uuid[] as granted,
        string_to_array(u.ended, ' ')::uuid[] as ended, u.n - 1 as n
      from unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[]) with ordinality
        as u(ref, reader, version, body, granted, ended, n)
    ), dropped as (
      delete from record_view v using input i where v.ref = i.ref and v.reader = i.reader and i.body is null
    ), changed as (
      update record_view v set version = r.version, last_updated = r.last_updated, method = r.method, body = i.body,
        cases = array(select x from unnest(v.cases) x where x <> all (i.ended) union select unnest(i.granted)),
        seen = case when v.version = r.version then v.seen else r.last_updated end
      from input i join record r on r.ref = i.ref and r.version = i.version
      where v.ref = i.ref and v.reader = i.reader and i.body is not null
      returning v.ref, v.reader, v.seen
    ), added as (
      insert into record_view as v (ref, reader, type, version, owner, last_updated, method, body, seen, cases)
      select r.ref, i.reader, r.type, r.version, r.owner, r.last_updated, r.method, i.body,
        date_trunc('milliseconds', clock_timestamp()), i.granted
      from input i join record r on r.ref = i.ref and r.version = i.version
      where i.body is not null and cardinality(i.granted) > 0
        and not exists (select 1 from record_view h where h.ref = i.ref and h.reader = i.reader)
      order by r.ref, i.reader
      -- Another case has put it there meanwhile.
      on conflict (ref, reader) do update set cases = array(select unnest(v.cases) union select unnest(excluded.cases))
      returning ref, reader, seen
    ), saved as (
      select ref, reader, date_part('epoch', seen) * 1000 as seen
      from (select * from changed union all select * from added) s
    ), new_text as materialized (
      select distinct i.reader, v.param, v.value, v.detail, i.ref
      from unnest($7::int4[], $8::int4[], $9::text[], $10::text[]) as v(n, param, value, detail) join input i on i.n = v.n
    ), new_range as materialized (
      select distinct i.reader, v.param, v.unit, coalesce(v.low, s.seen) as low, coalesce(v.high, s.seen + 1) as high, i.ref
      from unnest($11::int4[], $12::int4[], $13::text[], $14::float8[], $15::float8[]) as v(n, param, unit, low, high)
      join input i on i.n = v.n join saved s on s.ref = i.ref and s.reader = i.reader
    ), stale_text as (
      delete from search_text t using input i where t.target = i.ref and t.reader = i.reader and not exists (
        select 1 from new_text v where v.ref = t.target and v.reader = t.reader and v.param = t.param and v.value = t.value and v.detail = t.detail)
      returning 1
    ), stale_range as (
      delete from search_range t using input i where t.target = i.ref and t.reader = i.reader and not exists (
        select 1 from new_range v where v.ref = t.target and v.reader = t.reader and v.param = t.param and v.unit = t.unit
          and v.low = t.low and v.high = t.high)
      returning 1
    ), text_rows as (
      insert into search_text (reader, param, value, detail, target) select reader, param, value, detail, ref from new_text
      on conflict do nothing returning 1
    ), range_rows as (
      insert into search_range (reader, param, unit, low, high, target) select reader, param, unit, low, high, ref from new_range
      on conflict do nothing returning 1
    )
    select (select count(*) from text_rows) + (select count(*) from range_rows) as added,
      (select count(*) from stale_text) + (select count(*) from stale_range) as removed`,
};

/**
 * Makes the views of these records what the sponsors of their cases may see: new, changed, or taken away. The transaction
 * holds the cases, or the records; nobody changes a record of a case without holding that.
 */
export async function refreshViews(on: Queryable, organization: string, viewer: Viewer, due: Due): Promise<Refreshed> {
  const loaded = await on.query<Loaded & Record<string, unknown>>(LOAD, [
    organization,
    due.refs,
    due.cases,
    due.whole,
    due.types,
  ]);
  if (loaded.length === 0) return { added: 0, removed: 0 };
  const [saved] = await on.query<{ added: number; removed: number }>(SAVE, parameters(loaded, viewer));
  return { added: saved?.added ?? 0, removed: saved?.removed ?? 0 };
}

function parameters(loaded: readonly Loaded[], viewer: Viewer): unknown[] {
  // Several sponsors of a case are shown the same.
  const made = new Map<string, View | undefined>();
  const views = loaded.map(({ ref, type, body, stays, carrier }) => {
    if (!made.has(ref)) made.set(ref, viewer(type, body, carrier ?? undefined));
    return stays ? made.get(ref) : undefined;
  });
  const text = views.flatMap((view, n) =>
    view === undefined
      ? []
      : [...view.index.text, { param: view.keys.id, value: '', detail: '' }].map((row) => ({ n, ...row })),
  );
  // Null: the moment from which it is seen, which only the statement knows.
  const range = views.flatMap((view, n) =>
    view === undefined
      ? []
      : [...view.index.range, { param: view.keys.lastUpdated, unit: '', low: null, high: null }].map((row) => ({
          n,
          ...row,
        })),
  );
  return [
    loaded.map(({ ref }) => ref),
    loaded.map(({ reader }) => reader),
    loaded.map(({ version }) => version),
    views.map((view) => view?.body ?? null),
    loaded.map(({ granted }) => granted.join(' ')),
    loaded.map(({ ended }) => ended.join(' ')),
    text.map(({ n }) => n),
    text.map(({ param }) => param),
    text.map(({ value }) => value),
    text.map(({ detail }) => detail),
    range.map(({ n }) => n),
    range.map(({ param }) => param),
    range.map(({ unit }) => unit),
    range.map(({ low }) => low),
    range.map(({ high }) => high),
  ];
}
