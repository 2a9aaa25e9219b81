import type { Clock } from '../base/index.ts';
import { readKid, verifyJwt } from '../keys/index.ts';
import type { Jwks, JwtRefusal } from '../keys/index.ts';
import { findClient, spendAssertion } from '../store/index.ts';
import type { ClientRow, Database } from '../store/index.ts';
import type { Addresses } from './addresses.ts';

/** SMART Backend Services: an assertion lives five minutes at most. */
const LIFETIME_SECONDS_MOST = 300;
const CLOCK_TOLERANCE_SECONDS = 15;
const JTI_CHARACTERS_MOST = 256;
const INLINE_MOST = 1_000;

/** Why a client is not let in: for the audit alone. */
export type ClientRefusal =
  | `assertion-${JwtRefusal}`
  | 'assertion-subject'
  | 'assertion-jti'
  | 'assertion-replayed'
  | 'client-unknown'
  | 'client-disabled'
  | 'client-pending'
  | 'client-keys';

/** A good assertion, not yet spent. */
export interface Proof {
  /** Those of the client's keys that bear the name that the assertion gives: one, or one of each type. */
  readonly jwks: Jwks;
  readonly jti: string;
  readonly expiresAt: Date;
}

/** Whether the assertion is what it says, and whose: a known client may stand beside a refusal. */
export interface Verdict {
  readonly client?: ClientRow;
  readonly refusal?: ClientRefusal;
  readonly proof?: Proof;
}

export interface ClientAuthentication {
  verify(clientId: string, assertion: string): Promise<Verdict>;
  /** Uses a proof up: true for the first of all that come with it, on whatever process. */
  spend(client: ClientRow, proof: Proof): Promise<boolean>;
}

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly addresses: Addresses;
  readonly keysOf: (uri: string, kid: string) => Promise<Jwks | undefined>;
}

/** private_key_jwt as SMART has it. https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html */
export function createClientAuthentication({ database, clock, addresses, keysOf }: Options): ClientAuthentication {
  /** Sets by their text, for a key that was read once is quicker to use (src/keys). */
  const inline = new Map<string, Jwks>();

  function readInline(text: string): Jwks {
    let jwks = inline.get(text);
    if (jwks === undefined) {
      if (inline.size >= INLINE_MOST) inline.clear();
      jwks = JSON.parse(text) as Jwks;
      inline.set(text, jwks);
    }
    return jwks;
  }

  async function verify(clientId: string, assertion: string): Promise<Verdict> {
    const kid = readKid(assertion);
    if (kid === undefined) return { refusal: 'assertion-header' };
    const client = await findClient(database, clientId);
    if (client === undefined) return { refusal: 'client-unknown' };
    if (client.disabled) return { client, refusal: 'client-disabled' };
    if (!client.approved) return { client, refusal: 'client-pending' };
    if (client.authMethod !== 'private_key_jwt') return { client, refusal: 'client-keys' };
    const published = client.jwks === null ? await keysOf(client.jwksUri ?? '', kid) : readInline(client.jwks);
    if (published === undefined) return { client, refusal: 'client-keys' };
    const jwks = { keys: published.keys.filter((key) => key.kid === kid) };
    const proof = await check(client, jwks, assertion);
    return typeof proof === 'string' ? { client, refusal: proof } : { client, proof };
  }

  async function check(client: ClientRow, jwks: Jwks, assertion: string): Promise<Proof | ClientRefusal> {
    const verdict = await verifyJwt(assertion, jwks, {
      algs: ['RS384', 'ES384'],
      typ: 'JWT',
      issuer: client.id,
      audience: [addresses.token, addresses.issuer],
      now: clock(),
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
      maxLifetimeSeconds: LIFETIME_SECONDS_MOST,
      ...(client.jwksUri === null ? {} : { jku: client.jwksUri }),
    });
    if (!verdict.ok) return `assertion-${verdict.refusal}`;
    const { sub, jti, exp } = verdict.claims;
    if (sub !== client.id) return 'assertion-subject';
    // PostgreSQL stores no NUL.
    const fits = typeof jti === 'string' && jti !== '' && jti.length <= JTI_CHARACTERS_MOST && !jti.includes('\0');
    if (!fits) return 'assertion-jti';
    return { jwks, jti, expiresAt: new Date((Number(exp) + CLOCK_TOLERANCE_SECONDS) * 1000) };
  }

  async function spend(client: ClientRow, { jti, expiresAt }: Proof): Promise<boolean> {
    return await spendAssertion(database, client.id, jti, expiresAt);
  }

  return { verify, spend };
}
