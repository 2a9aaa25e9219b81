import { hash } from 'node:crypto';
import { Fault } from '../base/index.ts';
import type { Caller, Clock } from '../base/index.ts';
import { verifyJwt } from '../keys/index.ts';
import type { Jwks } from '../keys/index.ts';
import type { ClientRow } from '../store/index.ts';
import type { ClientCache } from './callers.ts';

const TOKENS_MOST = 10_000;
/** Between the clocks of our own processes. */
const CLOCK_TOLERANCE_SECONDS = 5;

interface TokenOptions {
  readonly issuer: string;
  /** The FHIR base. */
  readonly audience: string;
  readonly jwks: Jwks;
  readonly clients: ClientCache;
  readonly clock: Clock;
}

/** A token whose signature and claims were found good. */
interface Verified {
  readonly client: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly expires: number;
  /** The answer for as long as the client's row is the same. */
  last?: { readonly row: ClientRow; readonly caller: Caller };
}

/**
 * Makes the function that says who sends an access token (RFC 9068). A verification costs about a millisecond, so a
 * good token is remembered by its hash until it expires; the client behind it is looked at every time.
 */
export function createTokenVerifier(options: TokenOptions): (token: string) => Caller | Promise<Caller> {
  const { clients, clock } = options;
  /** In the order of their last use, by the token's SHA-256. */
  const known = new Map<string, Verified>();

  function authenticate(token: string): Caller | Promise<Caller> {
    const id = hash('sha256', token, 'base64url');
    const verified = known.get(id);
    if (verified === undefined) return verifyFirst(token, id);
    known.delete(id);
    if (verified.expires <= clock().getTime()) throw expired();
    known.set(id, verified);
    const row = clients.get(verified.client);
    return row === undefined ? lookUp(verified) : callerOf(verified, row);
  }

  async function verifyFirst(token: string, id: string): Promise<Caller> {
    const verdict = await verifyJwt(token, options.jwks, {
      algs: ['ES384'],
      typ: 'at+jwt',
      issuer: options.issuer,
      audience: options.audience,
      now: clock(),
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
    });
    if (!verdict.ok) throw verdict.refusal === 'expired' ? expired() : invalid();
    const { client_id: client, scope, exp } = verdict.claims;
    if (typeof client !== 'string' || typeof scope !== 'string') throw invalid();
    const verified: Verified = { client, scopes: Object.freeze(scope.split(' ')), expires: Number(exp) * 1000 };
    if (verified.expires <= clock().getTime()) throw expired();
    const caller = await lookUp(verified);
    known.set(id, verified);
    const [oldest] = known.keys();
    if (known.size > TOKENS_MOST && oldest !== undefined) known.delete(oldest);
    return caller;
  }

  async function lookUp(verified: Verified): Promise<Caller> {
    return callerOf(verified, await clients.find(verified.client));
  }

  return authenticate;
}

function callerOf(verified: Verified, row: ClientRow | undefined): Caller {
  if (row === undefined || row.disabled) {
    throw refuse(
      'token-revoked',
      'The client of this access token has been disabled. Ask the operator of this server.',
    );
  }
  if (verified.last?.row === row) return verified.last.caller;
  const { id: client, organization, role, validation } = row;
  const lenient = validation === 'lenient' ? ({ lenient: true } as const) : {};
  const caller = Object.freeze({ client, organization, role, ...lenient, scopes: verified.scopes });
  verified.last = { row, caller };
  return caller;
}

function expired(): Fault {
  return refuse('token-expired', 'The access token has expired. Ask the token endpoint for another one.');
}

function invalid(): Fault {
  return refuse('token-invalid', 'That is no access token of this server. Ask its token endpoint for one.');
}

function refuse(key: string, text: string): Fault {
  const header = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return new Fault(401, { severity: 'error', code: 'login', key, text }, header);
}
