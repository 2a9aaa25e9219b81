import type { Role } from '../base/index.ts';
import type { Queryable } from './database.ts';
import type { ClientKind } from './clients.ts';
import type { Validation } from './identity.ts';
import { IDENTITY_CHANNEL } from './identity.ts';

/** By what an access token is known. */
export interface TokenNames {
  readonly jti: string;
  /** Of the key that signed it. */
  readonly kid: string;
  readonly client: string;
  /** Hash of the grant that it came from; null: the client's own. */
  readonly grant: string | null;
}

/** All that decides whether an access token is good, as it stands now. */
export interface TokenFacts {
  readonly kind: ClientKind;
  readonly organization: string;
  readonly role: Role;
  readonly validation: Validation;
  /** Whether its client is let in. */
  readonly isClientGood: boolean;
  /** Whether the token itself was taken back, or the key that signed it. */
  readonly isRevoked: boolean;
  readonly grant: GrantFacts | null;
}

/** What a person granted, and who that is. */
export interface GrantFacts {
  readonly hash: string;
  readonly client: string;
  readonly isRevoked: boolean;
  readonly expiresAt: Date;
  /** `Patient/x` in context. */
  readonly patient: string | null;
  /** `Encounter/x` in context. */
  readonly encounter: string | null;
  /** JSON of what else the app was told. */
  readonly context: string;
  readonly person: string;
  readonly personOrganization: string;
  readonly isPersonGood: boolean;
  readonly fhirUser: string;
  readonly patients: readonly string[] | null;
}

/** Changes whenever anything does that decides about access tokens: as a text to be compared, nothing else. */
export async function readIdentityMark(on: Queryable): Promise<string> {
  const [row] = await on.query<{ changed: string }>(
    { name: 'identity-mark', text: 'select changed::text from identity_mark where one' },
    [],
  );
  return row!.changed;
}

interface FactsRow extends Omit<TokenFacts, 'grant'>, Omit<GrantFacts, 'hash' | 'client' | 'isRevoked'> {
  readonly hash: string | null;
  readonly grantClient: string;
  readonly isGrantRevoked: boolean;
}

/** Undefined when there is no such client. */
export async function findTokenFacts(on: Queryable, names: TokenNames): Promise<TokenFacts | undefined> {
  const [row] = await on.query<FactsRow>(
    {
      name: 'token-facts',
      text: `select c.kind, c.organization_id as organization, o.role, o.validation,
          c.disabled_at is null and c.approved_at is not null as "isClientGood",
          exists (select from revoked_token r where r.jti = $2) or not exists (select from server_key k where k.kid = $3)
            as "isRevoked",
          g.hash, g.client_id as "grantClient", g.revoked_at is not null as "isGrantRevoked", g.expires_at as "expiresAt",
          g.patient, g.encounter, g.context, p.id as person, p.organization_id as "personOrganization",
          p.disabled_at is null as "isPersonGood", p.fhir_user as "fhirUser", p.patients
        from client c join organization o on o.id = c.organization_id
          left join app_grant g on g.hash = $4 left join person p on p.id = g.person_id
        where c.id = $1`,
    },
    [names.client, names.jti, names.kid, names.grant],
  );
  return row === undefined ? undefined : toFacts(row);
}

function toFacts(row: FactsRow): TokenFacts {
  const { kind, organization, role, validation, isClientGood, isRevoked, hash, grantClient, isGrantRevoked } = row;
  const { expiresAt, patient, encounter, context, person, personOrganization, isPersonGood, fhirUser, patients } = row;
  const about = { kind, organization, role, validation, isClientGood, isRevoked };
  if (hash === null) return { ...about, grant: null };
  const granted = { hash, client: grantClient, isRevoked: isGrantRevoked, expiresAt, patient, encounter, context };
  return { ...about, grant: { ...granted, person, personOrganization, isPersonGood, fhirUser, patients } };
}

/** Takes an access token back before its time. */
export async function revokeToken(on: Queryable, jti: string, expiresAt: Date): Promise<void> {
  await on.query(
    {
      text: `with word as (select pg_notify('${IDENTITY_CHANNEL}', 'token:' || $1::text))
        insert into revoked_token (jti, expires_at) select $1, $2 from word on conflict do nothing`,
    },
    [jti, expiresAt],
  );
}
