import type { IncomingMessage } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import type { Adapter, Configuration, JWKS, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import type { Clock, Logger } from '../base/index.ts';
import type { ClientRow, Database } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import type { ClientAuthentication, Proof } from './client-authentication.ts';
import { createPayloadAdapter } from './payload-adapter.ts';
import { negotiateScope } from './scopes.ts';
import type { ServerKeys } from './server-keys.ts';

/** SMART Backend Services: five minutes at most. */
const ACCESS_TOKEN_SECONDS = 300;

export interface ProviderOptions {
  readonly addresses: Addresses;
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly serverKeys: ServerKeys;
  readonly authentication: ClientAuthentication;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of one request to the token endpoint. */
export interface Attempt {
  /** Who it says it is, as soon as such a client is found. */
  client?: ClientRow;
  /** That it is. */
  proof?: Proof;
  /** Why it was refused, for the audit. */
  refusal?: string;
  /** What was granted. */
  scope?: string;
}

/** The attempts under way, by their request. */
export type Attempts = WeakMap<IncomingMessage, Attempt>;

/**
 * The authorization server, with our own parts where SMART asks for more: who a client is and which key counts comes
 * from `authentication`, what it may have from `negotiateScope`.
 */
export function createProvider(options: ProviderOptions, attempts: Attempts): Provider {
  const provider = new Provider(options.addresses.issuer, configure(options, attempts));
  provider.silent = true;
  steer(provider, options.addresses);
  return provider;
}

/** Gives the provider its public address: what Host, X-Forwarded-Host and the like say is of no account. */
function steer(provider: Provider, { issuer, host, protocol }: Addresses): void {
  const { origin } = new URL(issuer);
  Object.defineProperties(provider.request, {
    host: { get: () => host },
    hostname: { get: () => host.replace(/:\d+$/, '') },
    protocol: { get: () => protocol },
    href: {
      get(this: { originalUrl: string }) {
        return origin + this.originalUrl;
      },
    },
  });
}

function configure(options: ProviderOptions, attempts: Attempts): Configuration {
  const { addresses, serverKeys, authentication } = options;

  function attemptOf(ctx: KoaContextWithOIDC): Attempt {
    return attempts.get(ctx.req) ?? {};
  }

  /** The client whose assertion is good, with the key that shows it. All others are unknown, whatever they lack. */
  async function findClient(id: string): ReturnType<Adapter['find']> {
    const ctx = Provider.ctx;
    const assertion = ctx?.oidc.params?.['client_assertion'];
    if (ctx === undefined || typeof assertion !== 'string') return undefined;
    const verdict = await authentication.verify(id, assertion);
    Object.assign(attemptOf(ctx), verdict);
    if (verdict.proof === undefined) return undefined;
    return {
      client_id: id,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: verdict.proof.jwks,
    };
  }

  /** Runs after the provider has verified the assertion for itself, and before it grants anything. */
  async function spendAssertion(ctx: KoaContextWithOIDC): Promise<void> {
    const attempt = attemptOf(ctx);
    const { client, proof } = attempt;
    if (client !== undefined && proof !== undefined && (await authentication.spend(client, proof))) return;
    attempt.refusal = 'assertion-replayed';
    throw new errors.InvalidClientAuth();
  }

  function grantScope(ctx: KoaContextWithOIDC, resource: string): ResourceServer {
    if (resource !== addresses.fhir) throw new errors.InvalidTarget();
    const attempt = attemptOf(ctx);
    const requested = ctx.oidc.params?.['scope'];
    const registered = attempt.client?.scope ?? '';
    const scope = negotiateScope(typeof requested === 'string' ? requested : '', registered);
    if (scope === '') {
      throw new errors.CustomOIDCProviderError('invalid_scope', 'none of the requested scopes may be granted');
    }
    attempt.scope = scope;
    // The provider grants what is both asked for and offered: a scope that is had in part has to be asked for in part.
    Object.assign(ctx.oidc.params ?? {}, { scope });
    return {
      scope,
      audience: addresses.fhir,
      accessTokenFormat: 'jwt',
      accessTokenTTL: ACCESS_TOKEN_SECONDS,
      jwt: { sign: { alg: 'ES384', kid: serverKeys.signing.kid } },
    };
  }

  return {
    adapter: (name) => adapterFor(name, options, findClient),
    jwks: { keys: [{ ...serverKeys.signing }] } satisfies JWKS,
    scopes: [],
    responseTypes: [],
    clientAuthMethods: ['private_key_jwt'],
    clientDefaults: { grant_types: ['client_credentials'], response_types: [], id_token_signed_response_alg: 'ES384' },
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'], idTokenSigningAlgValues: ['ES384'] },
    assertJwtClientAuthClaimsAndHeader: spendAssertion,
    clientBasedCORS: () => false,
    ttl: { ClientCredentials: ACCESS_TOKEN_SECONDS },
    // Keys come from `findClient`; there is nothing that the provider should ever fetch.
    fetch: () => Promise.reject(new Error('The provider fetches nothing.')),
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => addresses.fhir,
        getResourceServerInfo: grantScope,
      },
    },
  };
}

function adapterFor(name: string, options: ProviderOptions, findClient: Adapter['find']): Adapter {
  const stored = createPayloadAdapter(name, options);
  if (name === 'Client') return { ...stored, find: findClient };
  // `spendAssertion` has spent the assertion already, in one statement; finding and then writing would let two through.
  if (name === 'ReplayDetection') return { ...stored, find: async () => undefined, upsert: async () => undefined };
  return stored;
}
