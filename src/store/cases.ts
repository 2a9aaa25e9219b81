import type { Queryable, Statement } from './database.ts';

/** A case as its row has it; which states there are is not the store's business. */
export interface StoredCase {
  readonly id: string;
  readonly number: string;
  readonly serviceRequest: string;
  readonly task: string;
  readonly placer: string;
  readonly programme: string;
  readonly status: string;
  readonly businessStatus: string;
  readonly report?: string;
  /** Revision of the programme's rules; 0: it had given none. */
  readonly rules: number;
  /** JSON text. */
  readonly state: string;
  /** Instant at which the next thing falls due. */
  readonly timerAt?: string;
}

export interface CaseMember {
  readonly caseId: string;
  readonly ref: string;
  readonly anchor: boolean;
}

export interface CaseEventRow {
  readonly caseId: string;
  /** Instant. */
  readonly at: string;
  readonly kind: string;
  readonly ref: string;
  /** JSON text. */
  readonly event: string;
}

/** A row as SQL gives it: what there is none of is null. */
type CaseColumns = Omit<StoredCase, 'report' | 'timerAt'> & {
  readonly report: string | null;
  readonly timerAt: number | null;
};

const COLUMNS = `c.id, c.number, c.service_request as "serviceRequest", c.task, c.placer, c.programme, c.status,
      c.business_status as "businessStatus", c.report, c.rules, c.state,
      (extract(epoch from c.timer_at) * 1000)::float8 as "timerAt"`;

function toCase({ report, timerAt, ...row }: CaseColumns): StoredCase {
  return {
    ...row,
    ...(report === null ? {} : { report }),
    ...(timerAt === null ? {} : { timerAt: new Date(timerAt).toISOString() }),
  };
}

const LOCK: Statement = {
  name: 'cases_lock',
  text: `select ${COLUMNS}, c.sponsors, array(
        select m.ref from case_member m where m.case_id = c.id and m.ref = any ($2::text[])) as refs,
      array(select m.ref from case_member m where m.case_id = c.id and m.anchor and m.ref = any ($2::text[])) as anchors
    from cases c
    where (select set_config('app.org', $1, true)) is not null
      and c.id in (select m.case_id from case_member m where m.ref = any ($2::text[]))
    order by c.id for update of c`,
};
const SETTLE: Statement = {
  name: 'cases_settle',
  text: `with saved as (
      insert into cases (id, number, service_request, task, placer, programme, status, business_status, report, rules, state,
        timer_at, opened_at, updated_at)
      select u.*, now(), now() from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::int4[], $12::text[], $13::timestamptz[]) as u
      on conflict (id) do update set status = excluded.status, business_status = excluded.business_status,
        report = excluded.report, state = excluded.state, timer_at = excluded.timer_at, updated_at = now()
    ), members as (
      insert into case_member (case_id, ref, placer, programme, anchor)
      select * from unnest($14::uuid[], $15::text[], $16::text[], $17::text[], $18::bool[]) on conflict do nothing
    ), told as (
      insert into case_event (case_id, placer, programme, at, kind, ref, organization, person, event)
      select u.case_id, u.placer, u.programme, u.at, u.kind, u.ref, $1, $26, u.event
      from unnest($19::uuid[], $20::text[], $21::text[], $22::timestamptz[], $23::text[], $24::text[], $25::text[])
        with ordinality as u(case_id, placer, programme, at, kind, ref, event, n)
      order by u.n
    )
    insert into outbox (at, readers, organization, kind, ref, version, event)
    select clock_timestamp(), array[u.placer, u.programme], $1, u.kind, u.ref, 0, u.event
    from unnest($20::text[], $21::text[], $23::text[], $24::text[], $25::text[])
      with ordinality as u(placer, programme, kind, ref, event, n)
    order by u.n`,
};
// Sharing first adds the readers, then copies for the new ones the index rows of one who has them already. To those who
// see it from now on, the moment of sharing is when it was last updated: a poller has not passed it yet.
const SHARE: Statement = {
  name: 'share',
  text: `with unshared as materialized (
      select ref, owner, array(select x from unnest($2::text[]) x where x <> all (readers)) as fresh from record
      where ref = any ($1::text[]) and not ('*' = any (readers)) and not (readers @> $2::text[])
    ), added as (
      update record r set readers = r.readers || u.fresh, since = r.since || array_fill(r.version, array[cardinality(u.fresh)])
      from unshared u where r.ref = u.ref
      returning r.ref, r.version, r.readers, u.owner, u.fresh
    ), text_rows as (
      insert into search_text (reader, param, value, detail, target)
      select finder, t.param, t.value, t.detail, t.target from added a
      join search_text t on t.target = a.ref and t.reader = a.owner cross join unnest(a.fresh) finder
      on conflict do nothing
    ), stamp as materialized (
      select extract(epoch from date_trunc('milliseconds', clock_timestamp()))::float8 * 1000 as at
    ), range_rows as (
      insert into search_range (reader, param, unit, low, high, target)
      select finder, t.param, t.unit, case when t.param = any ($3::int4[]) then stamp.at else t.low end,
        case when t.param = any ($3::int4[]) then stamp.at + 1 else t.high end, t.target
      from stamp, added a join search_range t on t.target = a.ref and t.reader = a.owner cross join unnest(a.fresh) finder
      on conflict do nothing
    ), announced as (
      insert into outbox (at, readers, organization, kind, ref, version)
      select clock_timestamp(), a.readers, a.owner, 'shared', a.ref, a.version from added a
    )
    select ref from added`,
};

const PLACES: Statement = {
  name: 'cases_places',
  text: `select ref, bool_or(case_id = $3) as "isHere", bool_or(placer <> $4) as "isElsewhere" from case_member
    where (select set_config('app.org', $1, true)) is not null and ref = any ($2::text[]) group by ref`,
};

interface Place {
  readonly ref: string;
  readonly isHere: boolean;
  readonly isElsewhere: boolean;
}

/** Where records are, as far as they are in cases of an organisation. */
export interface CasePlaces {
  /** Those that belong to this case. */
  readonly here: ReadonlySet<string>;
  /** Those that are in a case with another placer. */
  readonly elsewhere: ReadonlySet<string>;
}

export async function findPlaces(
  on: Queryable,
  organization: string,
  refs: readonly string[],
  { id, placer }: Pick<StoredCase, 'id' | 'placer'>,
): Promise<CasePlaces> {
  const rows =
    refs.length === 0 ? [] : await on.query<Place & Record<string, unknown>>(PLACES, [organization, refs, id, placer]);
  const those = (isSo: (place: Place) => boolean): Set<string> =>
    new Set(rows.flatMap((place) => (isSo(place) ? [place.ref] : [])));
  return { here: those(({ isHere }) => isHere), elsewhere: those(({ isElsewhere }) => isElsewhere) };
}

export interface LockedCase {
  readonly row: StoredCase;
  /** Those of the asked refs that belong to it, and those of them that carry it on. */
  readonly refs: readonly string[];
  readonly anchors: readonly string[];
  /** Ids of the insurers that are shown what a sponsor may know of it. */
  readonly sponsors: readonly string[];
}

/** The cases of this organisation that any of `refs` belongs to, held until the transaction ends. */
export async function lockCases(on: Queryable, organization: string, refs: readonly string[]): Promise<LockedCase[]> {
  if (refs.length === 0) return [];
  const rows = await on.query<CaseColumns & { refs: string[]; anchors: string[]; sponsors: string[] }>(LOCK, [
    organization,
    refs,
  ]);
  return rows.map(({ refs: members, anchors, sponsors, ...row }) => ({
    row: toCase(row),
    refs: members,
    anchors,
    sponsors,
  }));
}

/** What is written of cases beside their records. */
export interface CaseSettlement {
  /** Opened or moved, or as they were. */
  readonly cases: readonly StoredCase[];
  readonly members: readonly CaseMember[];
  readonly events: readonly CaseEventRow[];
}

/**
 * Writes cases with their new members and announces what happened to them; the transaction has its caller set.
 * @param person who did it, `Practitioner/x`
 */
export async function settle(
  on: Queryable,
  organization: string,
  settlement: CaseSettlement,
  person?: string,
): Promise<void> {
  const { cases, members, events } = settlement;
  const byId = new Map(cases.map((row) => [row.id, row]));
  await on.query(SETTLE, [
    organization,
    cases.map((row) => row.id),
    cases.map((row) => row.number),
    cases.map((row) => row.serviceRequest),
    cases.map((row) => row.task),
    cases.map((row) => row.placer),
    cases.map((row) => row.programme),
    cases.map((row) => row.status),
    cases.map((row) => row.businessStatus),
    cases.map((row) => row.report ?? null),
    cases.map((row) => row.rules),
    cases.map((row) => row.state),
    cases.map((row) => row.timerAt ?? null),
    members.map((member) => member.caseId),
    members.map((member) => member.ref),
    members.map((member) => byId.get(member.caseId)?.placer),
    members.map((member) => byId.get(member.caseId)?.programme),
    members.map((member) => member.anchor),
    events.map((event) => event.caseId),
    events.map((event) => byId.get(event.caseId)?.placer),
    events.map((event) => byId.get(event.caseId)?.programme),
    events.map((event) => event.at),
    events.map((event) => event.kind),
    events.map((event) => event.ref),
    events.map((event) => event.event),
    person ?? null,
  ]);
}

/** Lets `readers` see these records from now on; the rows must be locked by this transaction. */
export async function shareRecords(
  on: Queryable,
  refs: readonly string[],
  readers: readonly string[],
  /** The `paramKey` of `_lastUpdated` for each type among the refs. */
  lastUpdatedParams: readonly number[],
): Promise<void> {
  if (refs.length > 0) await on.query(SHARE, [refs, readers, lastUpdatedParams]);
}

const READ_MEMBERS: Statement = {
  name: 'case_members_read',
  text: `select r.body from case_member m join record r on r.ref = m.ref
    where m.case_id = $2 and m.ref = any ($3::text[]) and not r.deleted and (select set_config('app.org', $1, true)) is not null`,
};
const FIND_INSURERS: Statement = {
  name: 'insurers_find',
  text: `select id from organization where id = any ($1::text[]) and role = 'insurer' order by id`,
};
const SAVE_SPONSORS: Statement = {
  name: 'case_sponsors_save',
  text: `update cases set sponsors = $3 where id = $2 and (select set_config('app.org', $1, true)) is not null`,
};

/** The texts of those of `refs` that belong to this case. */
export async function readCaseMembers(
  on: Queryable,
  organization: string,
  id: string,
  refs: readonly string[],
): Promise<string[]> {
  const rows = await on.query<{ body: string }>(READ_MEMBERS, [organization, id, refs]);
  return rows.map(({ body }) => body);
}

/** Those of `organizations` (ids) that are insurers, in order. */
export async function findInsurers(on: Queryable, organizations: readonly string[]): Promise<string[]> {
  if (organizations.length === 0) return [];
  return (await on.query<{ id: string }>(FIND_INSURERS, [organizations])).map(({ id }) => id);
}

/** Who sponsors a case from now on; what they are shown of it is `refreshViews`'. */
export async function saveSponsors(
  on: Queryable,
  organization: string,
  id: string,
  sponsors: readonly string[],
): Promise<void> {
  await on.query(SAVE_SPONSORS, [organization, id, sponsors]);
}

const READ_TYPES: Statement = {
  name: 'case_members_of_types',
  text: `select r.ref, r.body from case_member m join record r on r.ref = m.ref
    where m.case_id = $2 and r.type = any ($3::text[]) and not r.deleted
      and (select set_config('app.org', $1, true)) is not null order by r.ref`,
};

/** The texts of all records of these types that belong to the case. */
export async function readCaseMembersOfTypes(
  on: Queryable,
  organization: string,
  id: string,
  types: readonly string[],
): Promise<{ readonly ref: string; readonly body: string }[]> {
  return on.query<{ ref: string; body: string }>(READ_TYPES, [organization, id, types]);
}

const FIND: Statement = {
  name: 'case_find',
  text: `select ${COLUMNS} from cases c where c.id = $2 and (select set_config('app.org', $1, true)) is not null`,
};

/** One case of this organisation. */
export async function findCase(on: Queryable, organization: string, id: string): Promise<StoredCase | undefined> {
  const [row] = await on.query<CaseColumns>(FIND, [organization, id]);
  return row && toCase(row);
}

const FIND_OF: Statement = {
  name: 'case_find_of_request',
  text: `select ${COLUMNS} from cases c where c.service_request = $2
    and (select set_config('app.org', $1, true)) is not null`,
};

/** The case of this organisation that a request (`ServiceRequest/x`) opened. */
export async function findCaseOf(
  on: Queryable,
  organization: string,
  serviceRequest: string,
): Promise<StoredCase | undefined> {
  const [row] = await on.query<CaseColumns>(FIND_OF, [organization, serviceRequest]);
  return row && toCase(row);
}
