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
  | 'client-keys'
  | 'key-unknown';

/** A client and those of its keys that bear the name that its assertion gives: one, or one of each type. */
export interface Candidate {
  readonly client: ClientRow;
  readonly jwks: Jwks;
}

export interface ClientAuthentication {
  /** Finds who the assertion says it comes from, and the keys to verify it with. */
  findCandidate(clientId: string, assertion: string): Promise<Candidate | ClientRefusal>;
  /** Verifies the assertion and spends it; undefined when it is good. */
  checkAssertion(candidate: Candidate, assertion: string): Promise<ClientRefusal | undefined>;
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

  async function findCandidate(clientId: string, assertion: string): Promise<Candidate | ClientRefusal> {
    const kid = readKid(assertion);
    if (kid === undefined) return 'assertion-header';
    const client = await findClient(database, clientId);
    if (client === undefined) return 'client-unknown';
    if (client.disabled) return 'client-disabled';
    const jwks = client.jwks === null ? await keysOf(client.jwksUri ?? '', kid) : readInline(client.jwks);
    if (jwks === undefined) return 'client-keys';
    const keys = jwks.keys.filter((key) => key.kid === kid);
    return keys.length === 0 ? 'key-unknown' : { client, jwks: { keys } };
  }

  async function checkAssertion({ client, jwks }: Candidate, assertion: string): Promise<ClientRefusal | undefined> {
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
    if (typeof jti !== 'string' || jti === '' || jti.length > JTI_CHARACTERS_MOST || jti.includes('\0'))
      return 'assertion-jti';
    const expiresAt = new Date((Number(exp) + CLOCK_TOLERANCE_SECONDS) * 1000);
    return (await spendAssertion(database, client.id, jti, expiresAt)) ? undefined : 'assertion-replayed';
  }

  return { findCandidate, checkAssertion };
}
