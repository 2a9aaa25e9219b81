import { randomUUID } from 'node:crypto';
import { fetchGuarded } from '../base/index.ts';
import { signJwt } from '../keys/index.ts';
import type { PrivateJwk } from '../keys/index.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const LIFETIME_SECONDS = 240;

export interface AssertionRequest {
  readonly clientId: string;
  readonly privateJwk: PrivateJwk;
  /** The token endpoint's public address. */
  readonly audience: string;
  readonly now: Date;
}

export interface TokenRequest {
  readonly clientId: string;
  readonly privateJwk: PrivateJwk;
  readonly scope: string;
  /** The token endpoint as it is reached from here; plain http and private addresses are fine. */
  readonly tokenUrl: string;
  /** Its public address, when that is another one. */
  readonly audience?: string;
  readonly now: Date;
}

/** The token endpoint's answer, whatever it says. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A client's assertion for private_key_jwt: good once, for four minutes. */
export async function signAssertion({ clientId, privateJwk, audience, now }: AssertionRequest): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  const claims = { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat, exp: iat + LIFETIME_SECONDS };
  return await signJwt(privateJwk, claims, { typ: 'JWT', alg: privateJwk.kty === 'EC' ? 'ES384' : 'RS384' });
}

/** Asks a token endpoint for an access token, as a client of SMART Backend Services does. */
export async function requestToken(request: TokenRequest): Promise<TokenAnswer> {
  const { clientId, privateJwk, tokenUrl, audience = tokenUrl, scope, now } = request;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await signAssertion({ clientId, privateJwk, audience, now }),
  });
  const answer = await fetchGuarded(tokenUrl, {
    allowedHosts: [new URL(tokenUrl).host],
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
    timeoutMs: 10_000,
  });
  return { status: answer.status, body: JSON.parse(Buffer.from(answer.body).toString('utf8')) as TokenAnswer['body'] };
}
