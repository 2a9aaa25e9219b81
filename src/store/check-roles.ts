import type { Client } from 'pg';
import { connectOnce } from './check-server.ts';

/** Something about roles or tables by which row-level security would not hold, and how to mend it. */
export interface RoleFault {
  readonly text: string;
  readonly mend: string;
}

/** The roles that requests and jobs work under. */
const ROLES = ['consilium_app', 'consilium_worker'];
/** Tables on which row-level security has to stand. */
const GUARDED = ['record', 'record_version', 'record_view', 'cases', 'case_member', 'outbox', 'audit'];

/**
 * What of a migrated database would let requests past row-level security: superusers and roles with BYPASSRLS pass
 * policies, and so do owners of tables unless these are FORCEd. Looks at the roles that a role may change into as well.
 * Nothing found: the list is empty. @throws Error when the database is not to be reached
 */
export async function findRoleFaults(url: string): Promise<RoleFault[]> {
  const client = await connectOnce(url);
  try {
    const missing = await findMissingRoles(client);
    if (missing.length > 0) return missing;
    return [
      ...(await findStrongRoles(client)),
      ...(await findOpenTables(client)),
      ...(await findOpenViews(client)),
      ...(await tryRoles(client)),
    ];
  } finally {
    await client.end();
  }
}

async function findMissingRoles(client: Client): Promise<RoleFault[]> {
  const { rows } = await client.query<{ role: string }>(
    `select wanted as role from unnest($1::text[]) wanted where not exists (select 1 from pg_roles where rolname = wanted)`,
    [ROLES],
  );
  return rows.map(({ role }) => ({
    text: `The database role ${role} does not exist.`,
    mend: 'Run the migrations; a database restored from a dump also needs the roles of its former server (pg_dumpall --roles-only).',
  }));
}

interface Strength {
  readonly role: string;
  /** The role itself, or one that it may change into. */
  readonly as: string;
  readonly superuser: boolean;
  readonly bypass: boolean;
  /** Of a table that it owns. */
  readonly table: string | null;
}

async function findStrongRoles(client: Client): Promise<RoleFault[]> {
  const { rows } = await client.query<Strength>(
    `select r.rolname as role, m.rolname as "as", m.rolsuper as superuser, m.rolbypassrls as bypass,
        (select min(c.relname) from pg_class c where c.relowner = m.oid and c.relkind in ('r', 'p')) as "table"
      from pg_roles r join pg_roles m on m.oid = r.oid or (not r.rolsuper and pg_has_role(r.oid, m.oid, 'member'))
      where r.rolname = any ($1) order by 1, m.oid <> r.oid, 2`,
    [ROLES],
  );
  return rows.flatMap(explainStrength);
}

function explainStrength({ role, as, superuser, bypass, table }: Strength): RoleFault[] {
  const strengths = [
    ...(superuser ? ['is a superuser'] : []),
    ...(bypass ? ['has BYPASSRLS'] : []),
    ...(table === null ? [] : [`owns tables (${table})`]),
  ];
  if (strengths.length === 0) return [];
  const what = strengths.join(' and ');
  if (as !== role) {
    const text = `The database role ${role} may become ${as}, which ${what}: row-level security would not bind requests.`;
    return [{ text, mend: `As a superuser: revoke "${as}" from ${role};` }];
  }
  const text = `The database role ${role} ${what}: row-level security would not bind requests.`;
  const mends = [
    ...(superuser || bypass ? [`alter role ${role} nosuperuser nobypassrls;`] : []),
    ...(table === null ? [] : [`reassign owned by ${role} to the role that runs the migrations;`]),
  ];
  return [{ text, mend: `As a superuser: ${mends.join(' ')}` }];
}

async function findOpenTables(client: Client): Promise<RoleFault[]> {
  const { rows } = await client.query<{ table: string }>(
    `select relname as "table" from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
        and (relname = any ($1) or relrowsecurity) and not (relrowsecurity and relforcerowsecurity) order by 1`,
    [GUARDED],
  );
  return rows.map(({ table }) => ({
    text: `Row-level security is not enabled and forced on the table ${table}.`,
    mend: `As its owner: alter table ${table} enable row level security, force row level security;`,
  }));
}

/** Views that read under the rights of their owner, as all do unless told otherwise, and copies, which have no policies. */
async function findOpenViews(client: Client): Promise<RoleFault[]> {
  const { rows } = await client.query<{ name: string; copies: boolean }>(
    `select distinct v.oid::regclass::text as name, v.relkind = 'm' as copies
      from pg_class v join pg_rewrite w on w.ev_class = v.oid
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
        join pg_class t on t.oid = d.refobjid and t.oid <> v.oid
      where v.relkind in ('v', 'm') and t.relnamespace = current_schema()::regnamespace and t.relname = any ($1)
        and exists (select from unnest($2::text[]) role where has_any_column_privilege(role, v.oid, 'select'))
        and not exists (select from pg_options_to_table(v.reloptions)
          where option_name = 'security_invoker' and option_value::boolean)
      order by 1`,
    [[...GUARDED, 'shown_record'], ROLES],
  );
  return rows.map(({ name, copies }) => ({
    text: `The view ${name} shows requests what row-level security hides from them.`,
    mend: `As its owner: ${copies ? `revoke all on ${name} from ${ROLES.join(', ')};` : `alter view ${name} set (security_invoker = true);`}`,
  }));
}

/** Whether the login may change into the roles: asked by doing it, for the rules differ between versions. */
async function tryRoles(client: Client): Promise<RoleFault[]> {
  const faults: RoleFault[] = [];
  for (const role of ROLES) {
    try {
      await client.query(`set role ${role}`);
    } catch {
      const login = client.user ?? 'the login of DATABASE_URL';
      const text = `The login ${login} may not work as ${role}.`;
      faults.push({ text, mend: `As a superuser: grant ${role} to "${login}";` });
    }
    await client.query('reset role');
  }
  return faults;
}
