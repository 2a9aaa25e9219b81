import { fault } from '../base/index.ts';
import type { Fault, Role } from '../base/index.ts';
import type { Queryable } from './database.ts';
import type { ListWindow } from './clients.ts';
import { IDENTITY_CHANNEL } from './identity.ts';

/** Somebody who signs in, together with what the organisation lends. */
export interface PersonRow {
  readonly id: string;
  readonly organization: string;
  readonly role: Role;
  /** In small letters. */
  readonly login: string;
  readonly name: string;
  /** `Practitioner/x`, `Patient/x`, `RelatedPerson/x` or `Person/x`. */
  readonly fhirUser: string;
  /** Refs of the Patients that somebody who is no staff stands for; null: staff. */
  readonly patients: readonly string[] | null;
  /** As scrypt; null: by the identity provider only. */
  readonly password: string | null;
  /** `sub` at the organisation's identity provider. */
  readonly subject: string | null;
  readonly disabled: boolean;
  /** Sessions from before count no more, to the second. */
  readonly sessionsSince: Date | null;
}

export type NewPerson = Omit<PersonRow, 'role' | 'disabled' | 'sessionsSince'>;

/** What of a person may change. */
export type PersonChange = Partial<Pick<PersonRow, 'name' | 'patients' | 'password' | 'subject'>>;

const PERSON = `p.id, p.organization_id as organization, o.role, p.login, p.name, p.fhir_user as "fhirUser", p.patients,
  p.password, p.subject, p.disabled_at is not null as disabled,
  p.sessions_since as "sessionsSince" from person p join organization o on o.id = p.organization_id`;

export async function findPerson(on: Queryable, id: string): Promise<PersonRow | undefined> {
  const [row] = await on.query<PersonRow>({ name: 'person-find', text: `select ${PERSON} where p.id = $1` }, [id]);
  return row;
}

/** Somebody who is about to change, held until the transaction ends. */
export async function lockPerson(on: Queryable, id: string): Promise<PersonRow | undefined> {
  const [row] = await on.query<PersonRow>({ text: `select ${PERSON} where p.id = $1 for no key update of p` }, [id]);
  return row;
}

/** `login` in small letters. */
export async function findPersonByLogin(on: Queryable, login: string): Promise<PersonRow | undefined> {
  const [row] = await on.query<PersonRow>({ name: 'person-login', text: `select ${PERSON} where p.login = $1` }, [
    login,
  ]);
  return row;
}

export async function findPersonBySubject(
  on: Queryable,
  organization: string,
  issuer: string,
  subject: string,
): Promise<PersonRow | undefined> {
  const [row] = await on.query<PersonRow>(
    { text: `select ${PERSON} where p.organization_id = $1 and p.subject_issuer = $2 and p.subject = $3` },
    [organization, issuer, subject],
  );
  return row;
}

/** Who has this `fhirUser` in an organisation: the first registered, where several have. */
export async function findPersonByUser(
  on: Queryable,
  organization: string,
  fhirUser: string,
): Promise<PersonRow | undefined> {
  const [row] = await on.query<PersonRow>(
    {
      text: `select ${PERSON} where p.organization_id = $1 and p.fhir_user = $2 and p.disabled_at is null
        order by p.created_at limit 1`,
    },
    [organization, fhirUser],
  );
  return row;
}

/** In order of id: of when they were registered. */
export async function listPeople(on: Queryable, window: ListWindow = {}): Promise<PersonRow[]> {
  return await on.query<PersonRow>(
    {
      text: `select ${PERSON} where ($1::text is null or p.organization_id = $1) and ($2::text is null or p.id > $2)
        order by p.id limit $3`,
    },
    [window.organization ?? null, window.after ?? null, window.limit ?? null],
  );
}

/** @throws Fault 409 when the login (or the subject) is taken, 422 when the organisation is not there. */
export async function insertPerson(on: Queryable, person: NewPerson): Promise<void> {
  const [organization] = await on.query({ text: `select 1 from organization where id = $1 and role <> 'server'` }, [
    person.organization,
  ]);
  if (organization === undefined) {
    const text = `There is no organisation ${person.organization}. Add it first.`;
    throw fault(422, 'not-found', 'organization-unknown', text);
  }
  const rows = await on.query(
    {
      text: `insert into person (id, organization_id, login, name, fhir_user, patients, password, subject, subject_issuer)
        values ($1, $2, $3, $4, $5, $6, $7, $8, (select issuer from identity_provider where organization_id = $2)) on conflict do nothing returning id`,
    },
    [
      person.id,
      person.organization,
      person.login,
      person.name,
      person.fhirUser,
      person.patients,
      person.password,
      person.subject,
    ],
  );
  if (rows.length > 0) return;
  const taken = await on.query({ text: 'select 1 from person where login = $1' }, [person.login]);
  throw taken.length > 0 ? loginTaken() : subjectTaken();
}

function loginTaken(): Fault {
  return fault(409, 'duplicate', 'login-taken', 'Somebody has this login already. Choose another one.', 'login');
}

function subjectTaken(): Fault {
  const text =
    "Somebody of this organisation has this subject of its identity provider already. One person's is enough.";
  return fault(409, 'duplicate', 'subject-taken', text, 'subject');
}

/** Changes somebody and tells every process at commit; with another proof, sessions count no more. @throws Fault 409 when the subject is another's */
export async function updatePerson(on: Queryable, id: string, change: PersonChange): Promise<void> {
  // Names of columns, not of fields that somebody sent: the type allows these alone.
  const { name, patients, password, subject } = change;
  const given = Object.entries({ name, patients, password, subject }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const isOtherProof = password !== undefined || subject !== undefined;
  if (subject != null) {
    const taken = await on.query(
      {
        text: `select 1 from person where subject = $2 and id <> $1
          and organization_id = (select organization_id from person where id = $1)`,
      },
      [id, subject],
    );
    if (taken.length > 0) throw subjectTaken();
  }
  await on.query(
    {
      text: `update person set ${given.map(([column], n) => `${column} = $${n + 2}`).join(', ')}
          ${isOtherProof ? `, sessions_since = date_trunc('second', now()) + interval '1 second'` : ''}
          ${subject === undefined ? '' : `, subject_issuer = (select issuer from identity_provider i where i.organization_id = person.organization_id)`}
          where id = $1
        returning pg_notify('${IDENTITY_CHANNEL}', 'person:' || id)`,
    },
    [id, ...given.map(([, value]) => value)],
  );
}

/** Disables somebody and tells every process at commit. */
export async function disablePerson(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query(
    {
      text: `update person set disabled_at = coalesce(disabled_at, $2) where id = $1
        returning pg_notify('${IDENTITY_CHANNEL}', 'person:' || id)`,
    },
    [id, at],
  );
}

/** How often something may be tried under one key before it has to wait, and how the wait grows. Times in ms. */
export interface AttemptTerms {
  /** So many attempts without a wait. */
  readonly free: number;
  /** The first wait; each further attempt doubles it. */
  readonly waitMs: number;
  readonly waitMsMost: number;
  /** After so long without an attempt the count begins anew. */
  readonly forgetMs: number;
}

/**
 * Counts an attempt before it is made, so that many at once gain nothing.
 * @returns how long it has to wait, in ms; 0: it was counted and may be made.
 */
export async function takeAttempt(on: Queryable, key: string, at: Date, terms: AttemptTerms): Promise<number> {
  const { free, waitMs, waitMsMost, forgetMs } = terms;
  const wait = `least($5::float8, $4::float8 * 2 ^ least(a.failures - $3::int4, 30))`;
  const [row] = await on.query<{ waitMs: number }>(
    {
      name: 'attempt-take',
      text: `with taken as (
          insert into sign_in_attempt as a (key, since, failures) values ($1, $2, 1)
          on conflict (key) do update set since = $2,
            failures = case when a.since < $2 - $6::float8 * interval '1 ms' then 1 else a.failures + 1 end
          where a.failures < $3::int4 or a.since < $2 - least($6::float8, ${wait}) * interval '1 ms'
          returning 1)
        select case when exists (select from taken) then 0 else greatest(1,
          coalesce((select ${wait} - date_part('epoch', $2 - a.since) * 1000 from sign_in_attempt a where key = $1), 1))
        end as "waitMs"`,
    },
    [key, at, free, waitMs, waitMsMost, forgetMs],
  );
  return row?.waitMs ?? waitMs;
}

/** Takes an attempt out of the count again: it was none. */
export async function giveBackAttempt(on: Queryable, key: string): Promise<void> {
  await on.query(
    { name: 'attempt-back', text: 'update sign_in_attempt set failures = greatest(0, failures - 1) where key = $1' },
    [key],
  );
}

export async function forgetAttempts(on: Queryable, key: string): Promise<void> {
  await on.query({ name: 'attempt-forget', text: 'delete from sign_in_attempt where key = $1' }, [key]);
}

/** Ends all that somebody granted, or that a client was granted, with its codes and refresh tokens. How many held. */
export async function revokeGrantsOf(on: Queryable, whose: 'person' | 'client', id: string, at: Date): Promise<number> {
  const rows = await on.query(
    {
      text: `with ended as (
          update app_grant set revoked_at = $2 where ${whose}_id = $1 and revoked_at is null returning hash),
        gone as (delete from oidc_payload where grant_hash in (select hash from ended)
          or (kind = 'Grant' and id_hash in (select hash from ended)))
        select pg_notify('${IDENTITY_CHANNEL}', 'grant:' || hash) from ended`,
    },
    [id, at],
  );
  return rows.length;
}
