import { hkdfSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import type { Account, Adapter, Configuration, JWKS, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import type { Clock, Logger } from '../base/index.ts';
import type { PrivateJwk } from '../keys/index.ts';
import { findClient as readClient, findPerson } from '../store/index.ts';
import type { ClientRow, Database, PersonRow } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import type { ClientAuthentication, Proof } from './client-authentication.ts';
import {
  describeBySecret,
  describeClient,
  describeProven,
  needsSecret,
  originsOf,
  readSecret,
} from './client-metadata.ts';
import type { Launches } from './launches.ts';
import { createPayloadAdapter } from './payload-adapter.ts';
import { digestPayloadId } from './payload-id.ts';
import { createPrompts } from './prompts.ts';
import { showError } from './show-error.ts';
import { describeOpenId } from './discovery.ts';
import { IDENTITY_SCOPES } from './identity-scopes.ts';

const OPENID_CONFIGURATION = '/.well-known/openid-configuration';
/** SMART Backend Services: five minutes at most. */
const SERVICE_TOKEN_SECONDS = 300;
/** Of an app: it is taken back at once where it has to be. */
export const APP_TOKEN_SECONDS = 3600;
/** A working day: who is signed in, and what lasts as long. */
export const SESSION_SECONDS = 12 * 3600;
/** Between two uses of a refresh token that outlives the session. */
export const OFFLINE_SECONDS = 90 * 86_400;
const GRANT_SECONDS = 400 * 86_400;
const CODE_SECONDS = 60;
/** To sign in and decide. */
export const INTERACTION_SECONDS = 900;

export interface ProviderOptions {
  readonly addresses: Addresses;
  readonly database: Database;
  readonly masterKey: Uint8Array;
  /** The server's private keys, those that sign now first; `access` signs access tokens. */
  readonly privateJwks: readonly PrivateJwk[];
  readonly access: PrivateJwk;
  readonly authentication: ClientAuthentication;
  readonly launches: Launches;
  /** What of the requested scopes may be granted to who is registered for these. */
  readonly negotiate: (requested: string, registered: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of one request to an endpoint that clients prove themselves at. */
export interface Attempt {
  /** Who it says it is, as soon as such a client is found. */
  client?: ClientRow;
  /** That it is. */
  proof?: Proof;
  /** Why it was refused, for the audit. */
  refusal?: string;
  /** What was granted. */
  scope?: string;
  /** The page that calls, when it is one of the client's. */
  origin?: string;
}

/** The attempts under way, by their request. */
export type Attempts = WeakMap<IncomingMessage, Attempt>;

/**
 * The authorization server, with our own parts where SMART asks for more: who a client is and which key counts comes
 * from `authentication`, what it may have from `negotiate`, what is in context from `launches` and consent.
 */
export function createProvider(options: ProviderOptions, attempts: Attempts): Provider {
  const provider = new Provider(options.addresses.issuer, configure(options, attempts));
  provider.silent = true;
  steer(provider, options.addresses);
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== OPENID_CONFIGURATION || ctx.status !== 200) return;
    ctx.body = { ...(ctx.body as object), ...describeOpenId(options.addresses) };
  });
  return provider;
}

/** Gives the provider its public address: what Host, X-Forwarded-Host and the like say is of no account. */
function steer(provider: Provider, { issuer, host, protocol }: Addresses): void {
  const { origin } = new URL(issuer);
  Object.defineProperties(provider.request, {
    host: { get: () => host },
    hostname: { get: () => host.replace(/:\d+$/, '') },
    protocol: { get: () => protocol },
    secure: { get: () => protocol === 'https' },
    href: {
      get(this: { originalUrl: string }) {
        return origin + this.originalUrl;
      },
    },
  });
}

function configure(options: ProviderOptions, attempts: Attempts): Configuration {
  const { addresses, privateJwks, authentication, database, launches } = options;

  function attemptOf(ctx: KoaContextWithOIDC): Attempt {
    return attempts.get(ctx.req) ?? {};
  }

  /** The client, where it proves what it has to here. All others are unknown, whatever they lack. */
  async function findClient(id: string): ReturnType<Adapter['find']> {
    // PostgreSQL looks for no NUL.
    if (id.includes('\0')) return undefined;
    const ctx = Provider.ctx;
    if (ctx === undefined) return undefined;
    const attempt = attempts.get(ctx.req);
    return attempt === undefined ? await findForPage(id) : await findProven(ctx, attempt, id);
  }

  /** At the authorization endpoint, where a person's browser speaks for it. */
  async function findForPage(id: string): ReturnType<Adapter['find']> {
    const row = await readClient(database, id);
    return row?.kind === 'app' && row.approved && !row.disabled ? describeClient(row) : undefined;
  }

  async function findProven(ctx: KoaContextWithOIDC, attempt: Attempt, id: string): ReturnType<Adapter['find']> {
    const { params } = ctx.oidc;
    const assertion = params?.['client_assertion'];
    if (typeof assertion === 'string') {
      Object.assign(attempt, await authentication.verify(id, assertion));
    } else {
      const row = await readClient(database, id);
      Object.assign(attempt, judge(row));
    }
    const { client, proof, refusal } = attempt;
    if (client === undefined || refusal !== undefined || !isOwnPage(ctx, attempt, client)) return undefined;
    if (proof !== undefined) return describeProven(client, proof);
    if (client.authMethod === 'none') return describeClient(client);
    const secret = readSecret(ctx.get('Authorization'), params?.['client_secret']);
    const described = describeBySecret(client, secret);
    if (described === undefined) attempt.refusal = needsSecret(client) ? 'client-secret' : 'client-proof';
    return described;
  }

  /** Runs after the provider has verified the assertion for itself, and before it grants anything. */
  async function spendAssertion(ctx: KoaContextWithOIDC): Promise<void> {
    const attempt = attemptOf(ctx);
    const { client, proof } = attempt;
    if (client !== undefined && proof !== undefined && (await authentication.spend(client, proof))) return;
    attempt.refusal = 'assertion-replayed';
    throw new errors.InvalidClientAuth();
  }

  async function grantScope(ctx: KoaContextWithOIDC, resource: string): Promise<ResourceServer> {
    if (resource !== addresses.fhir) throw new errors.InvalidTarget();
    const scope = await chooseScope(ctx);
    if (scope === '') {
      throw new errors.CustomOIDCProviderError('invalid_scope', 'none of the requested scopes may be granted');
    }
    return {
      scope,
      audience: addresses.fhir,
      accessTokenFormat: 'jwt',
      accessTokenTTL: isService(ctx) ? SERVICE_TOKEN_SECONDS : APP_TOKEN_SECONDS,
      jwt: { sign: { alg: 'ES384', kid: options.access.kid } },
    };
  }

  /** What of the scopes asked for the client may have; of a code or refresh token, of those that it was given for. */
  async function chooseScope(ctx: KoaContextWithOIDC): Promise<string> {
    const { params, entities, client } = ctx.oidc;
    const row = attemptOf(ctx).client ?? (await readClient(database, client?.clientId ?? ''));
    const source = entities.AuthorizationCode ?? entities.RefreshToken;
    const requested = source?.scope ?? params?.['scope'];
    const scope = options.negotiate(typeof requested === 'string' ? requested : '', row?.scope ?? '');
    attemptOf(ctx).scope = scope;
    // The provider grants what is both asked for and offered: a scope that is had in part has to be asked for in part.
    if (source === undefined) Object.assign(params ?? {}, { scope });
    return scope;
  }

  async function findAccount(ctx: KoaContextWithOIDC, id: string): Promise<Account | undefined> {
    const person = await findPerson(database, id);
    // An app is for the people of its organisation.
    const isTheirs = person !== undefined && person.organization === ctx.oidc.client?.['organization'];
    if (!isTheirs || person.disabled || isOutdated(ctx.oidc.session?.loginTs, person, options.clock()))
      return undefined;
    return {
      accountId: id,
      claims: () => ({
        sub: id,
        fhirUser: `${addresses.fhir}/${person.fhirUser}`,
        name: person.name,
        preferred_username: person.login,
      }),
    };
  }

  /** Whoever sends an app to us says for which FHIR server: one that stands in between is found out here. */
  function checkAudience(_ctx: KoaContextWithOIDC, aud: unknown): void {
    if (aud === addresses.fhir) return;
    throw new errors.InvalidRequest(`aud has to be the FHIR base that the token is for: ${addresses.fhir}`);
  }

  async function checkLaunch(ctx: KoaContextWithOIDC, launch: unknown): Promise<void> {
    const { scope } = ctx.oidc.params ?? {};
    const scopes = typeof scope === 'string' ? scope.split(' ') : [];
    if (launch === undefined) {
      if (!scopes.includes('launch')) return;
      throw new errors.InvalidRequest('the scope launch goes with the parameter launch that the EHR gave');
    }
    const found = typeof launch === 'string' && (await launches.find(launch, ctx.oidc.client?.clientId ?? ''));
    if (!found) throw new errors.InvalidRequest('the launch is unknown, used or over: open the app anew from the EHR');
  }

  return {
    adapter: (name) => adapterFor(name, options, findClient),
    jwks: { keys: privateJwks.map((key) => ({ ...key })) } satisfies JWKS,
    scopes: [...IDENTITY_SCOPES],
    claims: { openid: ['sub', 'amr'], fhirUser: ['fhirUser'], profile: ['name', 'preferred_username'] },
    // What the scopes fhirUser and profile ask for stands in the id_token: there is no other place for it.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    pkce: { required: () => true },
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: { grant_types: ['client_credentials'], response_types: [], id_token_signed_response_alg: 'RS256' },
    extraClientMetadata: { properties: ['organization'] },
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'], idTokenSigningAlgValues: ['RS256'] },
    assertJwtClientAuthClaimsAndHeader: spendAssertion,
    // Whose page calls is judged where the client is found, so that unknown clients get no other answer.
    clientBasedCORS: () => true,
    routes: { authorization: '/authorize', token: '/token', jwks: '/jwks', revocation: '/revoke' },
    ttl: {
      AccessToken: APP_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      ClientCredentials: SERVICE_TOKEN_SECONDS,
      Grant: GRANT_SECONDS,
      IdToken: APP_TOKEN_SECONDS,
      Interaction: INTERACTION_SECONDS,
      // Online means as long as the session at most: another one in its place lasts no longer.
      RefreshToken: (ctx, { scopes }) => {
        const former = ctx.oidc.entities.RotatedRefreshToken;
        return scopes.has('offline_access') ? OFFLINE_SECONDS : Math.max(1, former?.remainingTTL ?? SESSION_SECONDS);
      },
      Session: SESSION_SECONDS,
    },
    cookies: {
      keys: [cookieKey(options.masterKey)],
      names: { interaction: 'consilium_interaction', resume: 'consilium_resume', session: 'consilium_session' },
      long: sessionCookie(addresses),
      short: { ...COOKIE, secure: addresses.protocol === 'https' },
    },
    findAccount,
    loadExistingGrant: async (ctx) => {
      const consent = (ctx.oidc.result as { consent?: { grantId?: string } } | undefined)?.consent;
      return consent?.grantId === undefined ? undefined : await ctx.oidc.provider.Grant.find(consent.grantId);
    },
    interactions: {
      policy: createPrompts(launches),
      url: (_ctx, { uid }) => `${addresses.issuer}/interaction/${uid}`,
    },
    extraParams: {
      aud: checkAudience,
      launch: checkLaunch,
    },
    extraTokenClaims: (_ctx, token) =>
      'grantId' in token && typeof token.grantId === 'string' ? { gid: digestPayloadId(token.grantId) } : undefined,
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && (scopes.has('offline_access') || scopes.has('online_access')),
    rotateRefreshToken: true,
    // What ends with the session is ended with its grant: see `endSession`.
    expiresWithSession: () => false,
    // Keys come from `findClient`; there is nothing that the provider should ever fetch.
    fetch: () => Promise.reject(new Error('The provider fetches nothing.')),
    renderError: (ctx, out) => {
      if (attempts.has(ctx.req)) ctx.body = out;
      else showError(ctx, addresses, out.error, options.logger);
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      claimsParameter: { enabled: false },
      // Whose token it is, nobody else hears.
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => addresses.fhir,
        getResourceServerInfo: grantScope,
        useGrantedResource: () => true,
      },
    },
  };

  /** What a page that calls may be told is for the pages that the client returns to. */
  function isOwnPage(ctx: KoaContextWithOIDC, attempt: Attempt, client: ClientRow): boolean {
    const origin = ctx.get('Origin');
    if (origin === '') return true;
    if (originsOf(client).includes(origin)) {
      attempt.origin = origin;
      return true;
    }
    attempt.refusal = 'cross-origin';
    return false;
  }
}

/** How the cookie of who is signed in is set: for the authorization server alone. */
export function sessionCookie({ issuer, protocol }: Addresses): typeof COOKIE & { secure: boolean; path: string } {
  return { ...COOKIE, secure: protocol === 'https', path: new URL(issuer).pathname };
}

const COOKIE = { signed: true, httpOnly: true, sameSite: 'lax' } as const;

function cookieKey(masterKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'consilium cookies', 32)).toString('base64url');
}

function isService(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.client?.grantTypeAllowed('client_credentials') === true;
}

/**
 * Whether a session counts no more: it is older than a working day, however often it was used, or another password was set
 * since. `loginTs`: epoch seconds; undefined: this is no session.
 */
export function isOutdated(loginTs: number | undefined, { sessionsSince }: PersonRow, now: Date): boolean {
  if (loginTs === undefined) return false;
  return loginTs * 1000 < Math.max(sessionsSince?.getTime() ?? 0, now.getTime() - SESSION_SECONDS * 1000);
}

/** Who says to be a client, before anything is proven. */
function judge(row: ClientRow | undefined): Pick<Attempt, 'client' | 'refusal'> {
  if (row === undefined) return { refusal: 'client-unknown' };
  if (row.disabled) return { client: row, refusal: 'client-disabled' };
  return row.approved ? { client: row } : { client: row, refusal: 'client-pending' };
}

function adapterFor(name: string, options: ProviderOptions, findClient: Adapter['find']): Adapter {
  const stored = createPayloadAdapter(name, options);
  if (name === 'Client') return { ...stored, find: findClient };
  // `spendAssertion` has spent the assertion already, in one statement; finding and then writing would let two through.
  if (name === 'ReplayDetection') return { ...stored, find: async () => undefined, upsert: async () => undefined };
  return stored;
}
