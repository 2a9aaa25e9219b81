import { hash } from 'node:crypto';
import { Fault } from '../base/index.ts';
import type { Caller, Clock } from '../base/index.ts';
import { readKid, verifyJwt } from '../keys/index.ts';
import type { JwtClaims } from '../keys/index.ts';
import { findTokenFacts, readIdentityMark } from '../store/index.ts';
import type { Database, GrantFacts } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import { callerOf } from './callers.ts';
import type { Believed } from './callers.ts';
import type { ServerKeys } from './server-keys.ts';

const TOKENS_MOST = 10_000;
/** Between the clocks of our own processes. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** No access token of this server lives longer. */
const LIFETIME_SECONDS_MOST = 3600;

export interface TokenVerifier {
  /** Who sends this access token (RFC 9068). @throws Fault 401; 503 where the database does not answer */
  authenticate(token: string): Promise<Caller>;
  /** The same for who only asks about it: undefined when it is none, or good no more. */
  read(token: string): Promise<LiveToken | undefined>;
}

/** An access token that is good. */
export interface LiveToken {
  readonly claims: JwtClaims;
  readonly caller: Caller;
  /** What a person granted; null: it is the client's own. */
  readonly grant: GrantFacts | null;
}

interface Options {
  readonly addresses: Addresses;
  readonly serverKeys: ServerKeys;
  readonly database: Database;
  readonly clock: Clock;
}

/** A token whose signature and claims were found good. */
interface Verified extends Believed {
  readonly claims: JwtClaims;
  /** Epoch milliseconds. */
  readonly expires: number;
  /** What it came to when it was last looked at. */
  last?: { readonly mark: string; readonly until: number; readonly live: LiveToken };
}

/**
 * Makes what says who sends an access token. A verification costs about a millisecond, so a good token is remembered by
 * its hash until it expires. Whether its client, grant, person and key are still in place is asked of the database each
 * time, for all requests of a moment at once: only where the mark of such changes is another one is looked closer. So
 * what was taken back is refused by the next request on every process, whatever words get lost.
 */
export function createTokenVerifier({ addresses, serverKeys, database, clock }: Options): TokenVerifier {
  /** In the order of their last use, by the token's SHA-256. */
  const known = new Map<string, Verified>();
  const readMark = shareQuestions(() => readIdentityMark(database.byKey));
  // A key may have gone, and with it what it signed.
  serverKeys.onChange(() => known.clear());

  async function find(token: string): Promise<LiveToken> {
    const id = hash('sha256', token, 'base64url');
    const remembered = known.get(id);
    if (remembered === undefined) {
      const verified = await verify(token);
      // Asked before all else that is read: nothing of it is older.
      const live = await resolve(verified, await readMark());
      remember(id, verified);
      return live;
    }
    known.delete(id);
    if (remembered.expires <= clock().getTime()) throw expired();
    known.set(id, remembered);
    const mark = await readMark();
    const { last } = remembered;
    if (last?.mark === mark && last.until > clock().getTime()) return last.live;
    return await resolve(remembered, mark);
  }

  function remember(id: string, verified: Verified): void {
    known.set(id, verified);
    const [oldest] = known.keys();
    if (known.size > TOKENS_MOST && oldest !== undefined) known.delete(oldest);
  }

  async function verify(token: string): Promise<Verified> {
    const kid = readKid(token) ?? '';
    if (!serverKeys.jwks().keys.some((key) => key.kid === kid)) await serverKeys.refresh();
    const verdict = await verifyJwt(token, serverKeys.jwks(), {
      algs: ['ES384'],
      typ: 'at+jwt',
      issuer: addresses.issuer,
      audience: addresses.fhir,
      now: clock(),
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
      maxLifetimeSeconds: LIFETIME_SECONDS_MOST,
    });
    if (!verdict.ok) throw verdict.refusal === 'expired' ? expired() : invalid();
    const verified = believe(verdict.claims, kid);
    if (verified === undefined) throw invalid();
    if (verified.expires <= clock().getTime()) throw expired();
    return verified;
  }

  async function resolve(verified: Verified, mark: string): Promise<LiveToken> {
    const facts = await findTokenFacts(database.byKey, verified);
    const caller = callerOf(verified, facts, clock());
    if (caller === undefined) throw over();
    const grant = facts?.grant ?? null;
    const live = { claims: verified.claims, caller: sameAs(verified.last?.live.caller, caller), grant };
    verified.last = { mark, until: grant?.expiresAt.getTime() ?? Infinity, live };
    return live;
  }

  return {
    authenticate: async (token) => (await find(token)).caller,
    read: (token) =>
      find(token).catch((error: unknown) => {
        if (error instanceof Fault && error.status === 401) return undefined;
        throw error;
      }),
  };
}

/** What a token says of itself; undefined when it does not say all that one of ours does. */
function believe(claims: JwtClaims, kid: string): Verified | undefined {
  const { client_id: client, sub: subject, scope, jti, exp, gid } = claims;
  if (typeof client !== 'string' || typeof subject !== 'string' || typeof scope !== 'string') return undefined;
  if (typeof jti !== 'string' || (gid !== undefined && typeof gid !== 'string')) return undefined;
  const scopes = Object.freeze(scope.split(' '));
  return { claims, kid, jti, client, subject, scopes, grant: gid ?? null, expires: Number(exp) * 1000 };
}

/** The former caller where nothing about it has changed: what was worked out for it need not be again. */
function sameAs(former: Caller | undefined, caller: Caller): Caller {
  return former !== undefined && JSON.stringify(former) === JSON.stringify(caller) ? former : caller;
}

/**
 * Lets all who ask while a question is under way share the next one: each gets an answer to a question that went out
 * after it had asked.
 */
function shareQuestions<T>(ask: () => Promise<T>): () => Promise<T> {
  let underway: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  return () => {
    next ??= (underway ?? new Promise((turn) => setImmediate(turn))).then(() => {
      next = undefined;
      const answer = ask();
      const settled = answer
        .catch(() => undefined)
        .then(() => {
          if (underway === settled) underway = undefined;
        });
      underway = settled;
      return answer;
    });
    return next;
  };
}

function expired(): Fault {
  return refuse('token-expired', 'The access token has expired. Ask the token endpoint for another one.');
}

function invalid(): Fault {
  return refuse('token-invalid', 'That is no access token of this server. Ask its token endpoint for one.');
}

function over(): Fault {
  return refuse(
    'token-revoked',
    'What this access token was given for has been taken back, or its client was disabled. Ask for access anew.',
  );
}

function refuse(key: string, text: string): Fault {
  const header = { 'www-authenticate': 'Bearer error="invalid_token"' };
  return new Fault(401, { severity: 'error', code: 'login', key, text }, header);
}
