import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Pool } from 'pg';
import { sendCase } from '../journeys/packet.ts';
import type { PacketOptions, SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { coverageBy, create } from '../support/sponsored.ts';
import { waitUntil } from '../support/wait-until.ts';

// What a statement could do if the application forgot its filter: the role of requests, and nothing but the policies.

let house: TestHouse;
let owner: Client;
let app: Client;
let sent: SentCase;
let foreign: SentCase;

beforeAll(async () => {
  house = await startHouse();
  const home = await house.register('home', 'placer');
  const other = await house.register('other', 'placer');
  await house.register('programme', 'programme');
  await house.register('insurer', 'insurer');
  await house.register('other-insurer', 'insurer');
  await house.register('employer', 'employer');
  sent = await sendSponsored(home, 'insurer', { number: 'same', programme: 'programme' });
  // The same identifiers, but for the id that the Binary brings along.
  foreign = await sendSponsored(other, 'other-insurer', { number: 'other', programme: 'programme' });
  for (const [partner, ref] of [
    [home, sent.patient],
    [other, foreign.patient],
  ] as const) {
    const patient = await partner.fetch('GET', `/${ref}`);
    await partner.fetch('PUT', `/${ref}`, { ...patient.body, gender: 'male' });
  }
  owner = new Client({ connectionString: house.database });
  await owner.connect();
  app = new Client({ connectionString: house.database, options: '-c role=consilium_app' });
  await app.connect();
  // Reads are noted a little later.
  const areNoted = async (): Promise<boolean> => {
    const text = `select distinct organization from audit where interaction = 'read' and organization = any ($1)`;
    return (await owner.query(text, [['home', 'other']])).rowCount === 2;
  };
  expect(await waitUntil(areNoted)).toBe(true);
});

afterAll(async () => {
  await app.end();
  await owner.end();
  await house.stop();
});

async function sendSponsored(placer: Partner, insurer: string, options: PacketOptions): Promise<SentCase> {
  const coverage = await create(placer, coverageBy([`Organization/${insurer}`]));
  return sendCase(placer, { ...options, request: { insurance: [{ reference: coverage }] } });
}

/** Runs `sql` as `organization` (undefined: the setting never made; '' as a connection is left) in a transaction that is rolled back. */
async function as<R extends object>(
  organization: string | undefined,
  sql: string,
  values: unknown[] = [],
): Promise<R[]> {
  await app.query('begin');
  try {
    if (organization !== undefined) await app.query(`select set_config('app.org', $1, true)`, [organization]);
    return (await app.query<R>(sql, values)).rows;
  } finally {
    await app.query('rollback');
  }
}

/** The policies' own words for who may see what, worked out by the owner of the tables, whom they do not bind. */
const OUGHT: Readonly<Record<string, string>> = {
  record: `select ref from record where $1 = any (readers) or '*' = any (readers)`,
  record_version: `select v.ref || v.version as ref from record_version v join record r using (ref) where $1 = any (r.readers) or '*' = any (r.readers)`,
  cases: 'select service_request as ref from cases where $1 in (placer, programme)',
  case_member: 'select m.ref from case_member m join cases c on c.id = m.case_id where $1 in (c.placer, c.programme)',
  case_event: `select kind || position as ref from case_event e join cases c on c.id = e.case_id where $1 in (c.placer, c.programme)`,
  audit: 'select request as ref from audit where organization = $1',
  record_view: `select v.ref || v.reader as ref from record_view v join record r using (ref) where $1 = v.reader or $1 = any (r.readers)`,
};
const SEEN: Readonly<Record<string, string>> = {
  record: 'select ref from record',
  record_version: 'select ref || version as ref from record_version',
  cases: 'select service_request as ref from cases',
  case_member: 'select ref from case_member',
  case_event: 'select kind || position as ref from case_event',
  audit: 'select request as ref from audit',
  record_view: 'select ref || reader as ref from record_view',
};

test('the role of requests is bound: no superuser, no BYPASSRLS, and every table forces its policies', async () => {
  const { rows: roles } = await owner.query(
    `select rolsuper, rolbypassrls from pg_roles where rolname in ('consilium_app', 'consilium_worker')`,
  );
  expect(roles).toEqual([
    { rolsuper: false, rolbypassrls: false },
    { rolsuper: false, rolbypassrls: false },
  ]);
  const { rows: tables } = await owner.query<{ relname: string }>(
    `select relname from pg_class where relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity order by relname`,
  );
  expect(tables.map((table) => table.relname)).toEqual([
    'audit',
    'case_event',
    'case_member',
    'cases',
    'delivery_attempt',
    'outbox',
    'record',
    'record_version',
    'record_view',
    'subscription',
    'subscription_event',
    'subscription_secret',
  ]);
});

test.each(Object.keys(SEEN))('%s without any filter shows each organisation its own rows alone', async (table) => {
  for (const organization of ['home', 'other', 'programme', 'insurer', 'employer', 'nobody']) {
    const { rows: ought } = await owner.query<{ ref: string }>(OUGHT[table]!, [organization]);
    const seen = await as<{ ref: string }>(organization, SEEN[table]!);
    expect(seen.map((row) => row.ref).sort()).toEqual(ought.map((row) => row.ref).sort());
    if (organization === 'home') expect(seen.length).toBeGreaterThan(0);
  }
  const refs = (await as<{ ref: string }>('home', SEEN[table]!)).map((row) => row.ref);
  for (const ref of [...foreign.refs, foreign.task]) expect(refs).not.toContain(ref);
});

test.each(Object.keys(SEEN))('%s shows nothing while no organisation is set', async (table) => {
  const { rows } = await owner.query(SEEN[table]!);
  expect(rows.length).toBeGreaterThan(0);
  expect(await as(undefined, SEEN[table]!)).toEqual([]);
  expect(await as('', SEEN[table]!)).toEqual([]);
  // The directory is for everyone signed in; '*' is no organisation.
  const star = (await as<{ ref: string }>('*', SEEN[table]!)).map((row) => row.ref);
  for (const ref of [...sent.refs, ...foreign.refs]) expect(star).not.toContain(ref);
});

test('the outbox is written but never read by requests, and read but never written by the dispatcher', async () => {
  await expect(as('home', 'select * from outbox')).rejects.toThrow(/permission denied/);
  await expect(as('home', 'delete from outbox')).rejects.toThrow(/permission denied/);
  const insert = `insert into outbox (at, readers, organization, kind, ref, version) values (now(), $1, 'home', 'record', 'Patient/x', 1)`;
  await expect(as('home', insert, [['other']])).rejects.toThrow(/row-level security/);
  await expect(as(undefined, insert, [['home']])).rejects.toThrow(/row-level security/);
  await expect(as('home', insert, [['home']])).resolves.toEqual([]);
  const worker = new Client({ connectionString: house.database, options: '-c role=consilium_worker' });
  await worker.connect();
  await expect(worker.query('select * from record')).rejects.toThrow(/permission denied/);
  await expect(worker.query(insert, [['home']])).rejects.toThrow(/permission denied/);
  await worker.end();
});

const INSERT = `insert into record (ref, type, version, owner, readers, since, last_updated, method, body)
  values ('Patient/raw', 'Patient', 1, $1, $2, '{1}', now(), 'PUT', '{}')`;

test('who may only read a record cannot change it, nor who else reads it', async () => {
  const shared = `update record set readers = readers || 'other'::text where ref = $1 returning ref`;
  expect(await as('programme', shared, [foreign.patient])).toEqual([]);
  expect(
    await as('programme', `update record set body = '{}' where ref = $1 returning ref`, [foreign.patient]),
  ).toEqual([]);
});

test('a record cannot be put among another organisation’s', async () => {
  await expect(as('home', INSERT, ['home', ['home']])).resolves.toEqual([]);
  await expect(as('home', INSERT, ['other', ['other']])).rejects.toThrow(/row-level security/);
  await expect(as('home', INSERT, ['other', ['home']])).rejects.toThrow(/row-level security/);
  await expect(as('home', INSERT, ['home', ['other']])).rejects.toThrow(/row-level security/);
  await expect(as('home', INSERT, ['home', ['*']])).rejects.toThrow(/row-level security/);
  await expect(as('', INSERT, ['home', ['home']])).rejects.toThrow(/row-level security/);
  await expect(as(undefined, INSERT, ['home', ['home']])).rejects.toThrow(/row-level security/);
});

test('a record of another organisation cannot be changed, taken over or given away', async () => {
  const touch = 'update record set version = version + 1 where ref = $1 returning ref';
  expect(await as('home', touch, [sent.patient])).toEqual([{ ref: sent.patient }]);
  expect(await as('home', touch, [foreign.patient])).toEqual([]);
  expect(await as(undefined, touch, [sent.patient])).toEqual([]);
  // Of the directory, which home sees.
  expect(await as('home', touch, ['Organization/other'])).toEqual([]);
  await expect(as('home', `update record set readers = '{other}' where ref = $1`, [sent.patient])).rejects.toThrow(
    /row-level security/,
  );
  await expect(as('programme', `update record set owner = 'programme' where ref = $1`, [sent.patient])).rejects.toThrow(
    /permission denied/,
  );
  await expect(as('home', 'delete from record where ref = $1', [sent.patient])).rejects.toThrow(/permission denied/);
});

test('a version cannot be slipped into another organisation’s history, nor taken out of one’s own', async () => {
  const insert = `insert into record_version (ref, version, owner, last_updated, method, deleted, body)
    values ($1, 99, 'home', now(), 'PUT', false, '{}')`;
  await expect(as('home', insert, [sent.patient])).resolves.toEqual([]);
  await expect(as('home', insert, [foreign.patient])).rejects.toThrow(/row-level security/);
  await expect(as('home', insert, ['Organization/other'])).rejects.toThrow(/row-level security/);
  await expect(as('home', 'delete from record_version')).rejects.toThrow(/permission denied/);
  await expect(as('home', 'update record_version set version = 5')).rejects.toThrow(/permission denied/);
});

test('a case cannot be opened, joined or changed by who is no party to it', async () => {
  const open = `insert into cases (id, number, service_request, task, placer, programme, status, business_status, opened_at, updated_at)
    values (gen_random_uuid(), 'n', 's', 't', $1, $2, 'requested', 'submitted', now(), now())`;
  await expect(as('home', open, ['home', 'programme'])).resolves.toEqual([]);
  await expect(as('home', open, ['other', 'programme'])).rejects.toThrow(/row-level security/);
  const change = `update cases set status = 'cancelled' where service_request = $1 returning service_request`;
  expect(await as('home', change, [foreign.request])).toEqual([]);
  expect(await as('programme', change, [foreign.request])).toHaveLength(1);
  await expect(as('programme', `update cases set placer = 'other'`)).rejects.toThrow(/permission denied/);
  const { rows } = await owner.query<{ id: string }>('select id from cases where service_request = $1', [
    foreign.request,
  ]);
  const join = `insert into case_member (case_id, ref, placer, programme) values ($1, 'Patient/x', $2, 'programme')`;
  await expect(as('home', join, [rows[0]!.id, 'other'])).rejects.toThrow(/row-level security/);
  await expect(as('home', join, [rows[0]!.id, 'home'])).rejects.toThrow(/foreign key/);
});

test('a sponsor has the views of its own cases, and of no record that stands behind one', async () => {
  const { rows: all } = await owner.query<{ reader: string; count: number }>(
    'select reader, count(*)::int from record_view group by 1 order by 1',
  );
  expect(all).toEqual([
    { reader: 'insurer', count: 3 },
    { reader: 'other-insurer', count: 3 },
  ]);
  const seen = await as<{ ref: string; body: string }>('insurer', 'select ref, body from shown_record');
  const shared = await as<{ ref: string }>('insurer', `select ref from record where '*' = any (readers)`);
  const own = seen.filter(({ ref }) => !shared.some((one) => one.ref === ref));
  expect(own.map(({ ref }) => ref.split('/')[0]).sort()).toEqual(['Coverage', 'ServiceRequest', 'Task']);
  expect(own.map(({ ref }) => ref)).toEqual(expect.arrayContaining([sent.request, sent.task]));
  expect(own.map(({ body }) => body).join()).not.toMatch(/supportingInfo|reasonReference/);
  // Through the view, the policies of both tables hold for everybody else, too.
  for (const organization of [undefined, '', 'nobody', 'employer']) {
    const refs = (await as<{ ref: string }>(organization, 'select ref from shown_record')).map(({ ref }) => ref);
    for (const ref of [...sent.refs, sent.task, ...foreign.refs, foreign.task]) expect(refs).not.toContain(ref);
  }
});

const PUT_IN_VIEW = `insert into record_view (ref, reader, type, version, owner, last_updated, method, body, seen, cases)
  select $1, $2, 'Patient', 1, 'home', now(), 'PUT', '{}', now(), array[$3::uuid]`;

test('nobody puts a record in view but for the sponsor of a case of theirs that it belongs to', async () => {
  const { rows } = await owner.query<{ id: string }>(
    'select id from cases where service_request = any ($1) order by service_request = $2 desc',
    [[sent.request, foreign.request], sent.request],
  );
  const [own, others] = [rows[0]!.id, rows[1]!.id];
  await expect(as('home', PUT_IN_VIEW, [sent.patient, 'insurer', own])).resolves.toEqual([]);
  for (const [organization, ref, reader, id] of [
    // Whom no Coverage names, and who is no insurer.
    ['home', sent.patient, 'other-insurer', own],
    ['home', sent.patient, 'employer', own],
    // Of another case, or by it.
    ['home', foreign.patient, 'insurer', own],
    ['home', foreign.patient, 'other-insurer', others],
    ['home', sent.patient, 'other-insurer', others],
    // The sponsor for itself, and strangers.
    ['insurer', sent.patient, 'insurer', own],
    ['other', sent.patient, 'insurer', own],
    ['', sent.patient, 'insurer', own],
  ] as const) {
    await expect(as(organization, PUT_IN_VIEW, [ref, reader, id])).rejects.toThrow(/row-level security/);
  }
});

test('a view is kept and taken away by who sees the whole record, never by its reader', async () => {
  const change = `update record_view set body = '{}' where ref = $1 returning ref`;
  const remove = 'delete from record_view where ref = $1 returning ref';
  for (const sql of [change, remove]) {
    expect(await as('insurer', sql, [sent.request])).toEqual([]);
    expect(await as('other', sql, [sent.request])).toEqual([]);
    expect(await as('home', sql, [foreign.request])).toEqual([]);
    expect(await as('home', sql, [sent.request])).toEqual([{ ref: sent.request }]);
  }
  await expect(
    as('home', `update record_view set reader = 'other-insurer' where ref = $1`, [sent.request]),
  ).rejects.toThrow(/permission denied/);
  const sponsor = `update cases set sponsors = '{insurer}' where service_request = $1 returning service_request`;
  expect(await as('insurer', sponsor, [foreign.request])).toEqual([]);
  expect(await as('home', sponsor, [foreign.request])).toEqual([]);
});

test('who writes as an organisation puts nothing into another’s trail', async () => {
  const note = `insert into audit (at, request, organization, interaction, status) values (now(), 'raw', $1, 'read', 200)`;
  await expect(as('home', note, ['home'])).resolves.toEqual([]);
  await expect(as('home', note, ['other'])).rejects.toThrow(/row-level security/);
  await expect(as('home', note, [null])).rejects.toThrow(/row-level security/);
  // Reads and refusals of many are noted at once, and what nobody signed in did.
  await expect(as(undefined, note, ['other'])).resolves.toEqual([]);
  await expect(as('', note, [null])).resolves.toEqual([]);
});

test('the trail only grows', async () => {
  await expect(as('home', 'delete from audit')).rejects.toThrow(/permission denied/);
  await expect(as('home', `update audit set status = 200`)).rejects.toThrow(/permission denied/);
});

test('a pooled connection keeps no organisation after a statement, nor after a transaction, however it ended', async () => {
  const pool = new Pool({ connectionString: house.database, options: '-c role=consilium_app', max: 1 });
  try {
    const current = async () => (await pool.query<{ org: string | null }>(`select caller_org() as org`)).rows[0]!.org;
    expect(await current()).toBeNull();
    const seen = await pool.query(`select ref from record where (select set_config('app.org', $1, true)) is not null`, [
      'home',
    ]);
    expect(seen.rows.length).toBeGreaterThan(0);
    expect(await current()).toBeNull();
    expect((await pool.query('select ref from record')).rows).toEqual([]);
    for (const end of ['commit', 'rollback']) {
      await pool.query('begin');
      await pool.query(`select set_config('app.org', 'home', true)`);
      expect(await current()).toBe('home');
      await pool.query(end);
      expect(await current()).toBeNull();
    }
    await pool.query('begin');
    await pool.query(`select set_config('app.org', 'home', true)`);
    await expect(pool.query('select 1/0')).rejects.toThrow();
    await pool.query('rollback');
    expect(await current()).toBeNull();
  } finally {
    await pool.end();
  }
});
