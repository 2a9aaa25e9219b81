import type { Client } from 'pg';
import { SYSTEM } from '../journeys/packet.ts';

/** Entries of the packet, and with the Task that the server adds. */
const ENTRIES = 11;
const RECORDS = ENTRIES + 1;
/** The records and the two Organizations that they name. */
const MEMBERS = RECORDS + 2;

const CASE = `
  with packet as (
    select ref from record where owner = 'home' and (ref = 'Binary/letter-' || $1
      or body like '%"system":"${SYSTEM}","value":"' || $1 || '"%' or body like '%"system":"${SYSTEM}","value":"' || $1 || '-%')
  ), one as (
    select c.* from cases c where c.service_request in (select ref from packet)
  ), whole as (
    select ref from packet union select task from one
  )
  select
    (select count(*)::int from packet) as packet,
    (select count(*)::int from one) as cases,
    (select count(*)::int from record where ref in (select task from one) and owner = 'programme') as tasks,
    (select count(*)::int from record where ref in (select ref from whole) and readers @> '{home,programme}') as shared,
    (select count(*)::int from case_member m join one on one.id = m.case_id) as members,
    (select count(distinct (target, reader))::int from search_text where target in (select ref from whole)) as texts,
    (select count(distinct (target, reader))::int from search_range where target in (select ref from whole)) as ranges,
    (select count(distinct ref)::int from outbox where kind = 'record' and ref in (select ref from whole)) as announced,
    (select count(*)::int from outbox where kind = 'case-submitted' and ref in (select ref from packet)) as submitted,
    (select count(distinct ref)::int from audit where interaction = 'transaction' and ref in (select ref from whole)) as audited,
    (select count(*)::int from record r where r.ref in (select ref from whole) and r.version <> 1 + (
      select count(*) from record_version v where v.ref = r.ref)) as unfounded`;

const WHOLE: Readonly<Record<string, number>> = {
  packet: ENTRIES,
  cases: 1,
  tasks: 1,
  shared: RECORDS,
  members: MEMBERS,
  // For each of the two that see it.
  texts: 2 * RECORDS,
  ranges: 2 * RECORDS,
  announced: RECORDS,
  submitted: 1,
  audited: RECORDS,
  unfounded: 0,
};

/** `whole`, `absent`, or what there is of the case with this number. */
export async function inspectCase(owner: Client, number: string): Promise<string> {
  const { rows } = await owner.query<Record<string, number>>(CASE, [number]);
  const found = rows[0]!;
  if (Object.values(found).every((count) => count === 0)) return 'absent';
  const wrong = Object.entries(WHOLE).filter(([name, count]) => found[name] !== count);
  return wrong.length === 0
    ? 'whole'
    : wrong.map(([name, count]) => `${name} ${found[name]} instead of ${count}`).join(', ');
}

const ORPHANS: Readonly<Record<string, string>> = {
  'index rows without their record':
    'select target from search_text t where not exists (select 1 from record r where r.ref = t.target and not r.deleted)',
  'range rows without their record':
    'select target from search_range t where not exists (select 1 from record r where r.ref = t.target and not r.deleted)',
  'versions without their record':
    'select ref from record_version v where not exists (select 1 from record r where r.ref = v.ref)',
  'members without their record':
    'select ref from case_member m where not exists (select 1 from record r where r.ref = m.ref)',
  'announcements without their record':
    'select ref from outbox o where not exists (select 1 from record r where r.ref = o.ref)',
  'records without index rows': `select ref from record r where not deleted and not exists (select 1 from search_range t where t.target = r.ref)`,
  'Binaries without their bytes': `select ref from record r where content_hash is not null and not exists (select 1 from content c where c.hash = r.content_hash)`,
  'cases without their Task or request': `select number from cases c where not exists (select 1 from record r where r.ref = c.task)
    or not exists (select 1 from record r where r.ref = c.service_request)`,
};

/** What in the whole store does not fit together. */
export async function inspectStore(owner: Client): Promise<string[]> {
  const complaints: string[] = [];
  for (const [what, sql] of Object.entries(ORPHANS)) {
    const { rowCount } = await owner.query(sql);
    if (rowCount !== 0) complaints.push(`${rowCount} ${what}`);
  }
  return complaints;
}
