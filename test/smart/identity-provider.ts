import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import { generateKey, signJwt } from '../../src/keys/index.ts';
import type { PrivateJwk, PublicJwk } from '../../src/keys/index.ts';
import { findFreePort } from '../support/house.ts';

type Claims = Record<string, unknown>;

/** Makes another id_token out of what the provider says. */
export type Forge = (claims: Claims, key: PrivateJwk) => string | Promise<string>;

/** A hospital's own OpenID Connect provider: a second oidc-provider, where one account is always signed in. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Who signs in: `sub`. Undefined: nobody, the person goes back without. */
  account: string | undefined;
  forge?: Forge;
  /** Instead of the keys that it has. */
  keys?: readonly PublicJwk[];
  /** What it was asked for, newest last. */
  readonly asked: URLSearchParams[];
  /** Requests by path, `/token` and the like. */
  readonly calls: Map<string, number>;
  /** How clients proved themselves at the token endpoint. */
  readonly proofs: string[];
  readonly stop: () => Promise<void>;
}

/** `host`: `localhost` for a provider that browsers take for another site than the server. */
export async function startIdentityProvider(
  client: ClientMetadata,
  configuration: Configuration = {},
  host = '127.0.0.1',
): Promise<IdentityProvider> {
  const port = await findFreePort();
  const issuer = `http://${host}:${port}`;
  const { privateJwk } = await generateKey('RS256');
  const provider: Provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [{ ...privateJwk }] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    // Its own dispatcher refuses loopback addresses.
    fetch: (url) => fetch(url),
    async loadExistingGrant(ctx) {
      const { client: by, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: by?.clientId ?? '', accountId: session?.accountId ?? '' });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    ...configuration,
  });
  provider.silent = true;
  const handle = provider.callback();

  const idp: IdentityProvider = {
    issuer,
    account: undefined,
    asked: [],
    calls: new Map(),
    proofs: [],
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '', issuer);
    idp.calls.set(pathname, (idp.calls.get(pathname) ?? 0) + 1);
    if (pathname.startsWith('/interaction/')) {
      const result = idp.account === undefined ? { error: 'access_denied' } : { login: { accountId: idp.account } };
      await provider.interactionFinished(req, res, result);
      return;
    }
    if (pathname === '/jwks' && idp.keys !== undefined) {
      res.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys: idp.keys }));
      return;
    }
    if (pathname === '/auth') idp.asked.push(searchParams);
    if (pathname === '/token') {
      idp.proofs.push(req.headers.authorization?.split(' ', 1)[0] ?? 'assertion');
      if (idp.forge !== undefined) rewriteIdToken(res, (claims) => idp.forge!(claims, privateJwk));
    }
    await handle(req, res);
  }
  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return idp;
}

/** Stands between the provider and the answer of its token endpoint. */
function rewriteIdToken(res: ServerResponse, forge: (claims: Claims) => string | Promise<string>): void {
  const end = res.end.bind(res);
  const rewrite = async (text: string): Promise<void> => {
    const body = JSON.parse(text) as { id_token?: string };
    if (body.id_token !== undefined) body.id_token = await forge(claimsOf(body.id_token));
    const changed = JSON.stringify(body);
    res.setHeader('content-length', Buffer.byteLength(changed));
    end(changed);
  };
  Object.assign(res, { end: (chunk: unknown) => void rewrite(String(chunk)) });
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}

/** Signs as the provider would, whatever the claims say. */
export async function signAs(key: PrivateJwk, claims: Claims): Promise<string> {
  return await signJwt(key, claims, { typ: 'JWT', alg: 'RS256' });
}

/** A token that nobody signed. */
export function leaveUnsigned(claims: Claims): string {
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}

/** A token that everybody could have signed who has read the client's secret, or the provider's public key. */
export function signSymmetric(claims: Claims, secret: string): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
