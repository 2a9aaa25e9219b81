import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Caller, Clock, Logger } from '../base/index.ts';
import { createSealer } from '../keys/index.ts';
import { isAppOrigin, sweepIdentity } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { toAddresses } from './addresses.ts';
import { createClientAuthentication } from './client-authentication.ts';
import { guardClientEndpoints } from './client-endpoints.ts';
import { createClientKeys } from './client-keys.ts';
import { proveClient, publishKeys } from './client-proof.ts';
import type { ProofRequest } from './client-proof.ts';
import { createDevices } from './devices.ts';
import { describeSmart } from './discovery.ts';
import { createFlow } from './flow.ts';
import type { Flow } from './flow.ts';
import { createHandler } from './handler.ts';
import { createIntrospection } from './introspection.ts';
import { createLaunches } from './launches.ts';
import { noteRefusals } from './note-refusals.ts';
import { createProvider } from './provider.ts';
import type { Attempts } from './provider.ts';
import { createRevocation } from './revocation.ts';
import { negotiateScope } from '../access/index.ts';
import type { ScopeKnowledge } from './scopes.ts';
import { openServerKeys } from './server-keys.ts';
import { createSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createTokenVerifier } from './tokens.ts';
import { nameRefreshing } from './unnamed-refresh.ts';
import { createUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

const SWEEP_MS = 300_000;
/** Assertions stay spent for an hour beyond their time: the clocks of two machines need not agree. */
const SWEEP_AFTER_MS = 3_600_000;

export interface AuthOptions {
  /** The address under which the world reaches this server, e.g. `https://consilium.example`. */
  readonly publicUrl: string;
  readonly database: Database;
  /** 32 bytes; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What R4 says of types and parameters: scopes may name both. */
  readonly knowledge: ScopeKnowledge;
  /** Hosts (`name` or `name:port`) whose keys may be fetched by plain http and from private addresses. */
  readonly allowedHosts?: readonly string[];
}

export interface Auth {
  /** Answers what below `/auth` is not a page; the whole path is in `req.url`, the body still unread. */
  handler(req: IncomingMessage, res: ServerResponse): void;
  /** For `{fhir base}/.well-known/smart-configuration`. */
  smartConfiguration(): Readonly<Record<string, unknown>>;
  /** Who sends this access token. @throws Fault 401 */
  authenticate(token: string): Caller | Promise<Caller>;
  /** Whether a page of this origin belongs to a registered app. */
  isAppOrigin(origin: string): Promise<boolean>;
  /** The pages on the way to a code. */
  readonly flow: Flow;
  /** The page where a person sees and ends what was granted. */
  readonly sessions: Sessions;
  /** Signing in by the identity provider of the person's organisation. */
  readonly upstream: Upstream;
  /** The proof of this server where it is a client; undefined where none of its algorithms is taken. */
  proveClient(asked: ProofRequest): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Starts the authorization server; makes its keys at the first start.
 * @throws Error when the keys in the database lie sealed under another MASTER_KEY.
 */
export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { database, masterKey, logger, clock, knowledge, allowedHosts = [] } = options;
  const addresses = toAddresses(options.publicUrl);
  const serverKeys = await openServerKeys({ database, masterKey, clock, logger });
  const keysOf = createClientKeys({ clock, logger, allowedHosts });
  const authentication = createClientAuthentication({ database, clock, addresses, keysOf });
  const launches = createLaunches({ database, clock, fhir: addresses.fhir });
  const tokens = createTokenVerifier({ addresses, serverKeys, database, clock });
  const revoke = createRevocation({ tokens, database, clock });
  const attempts: Attempts = new WeakMap();

  /** All that it keeps is in the database: with other keys it is made anew. */
  function buildProvider(): Provider {
    const negotiate = (requested: string, registered: string): string =>
      negotiateScope(requested, registered, knowledge);
    const keys = { access: serverKeys.current().access, privateJwks: serverKeys.privateJwks() };
    const provider = createProvider(
      { addresses, database, masterKey, ...keys, authentication, launches, negotiate, clock, logger },
      attempts,
    );
    noteRefusals(provider, { database, clock, logger });
    guardClientEndpoints(provider, attempts, { addresses, database, clock, logger, revoke });
    return provider;
  }
  let provider = buildProvider();
  serverKeys.onChange(() => (provider = buildProvider()));

  const signIn = createSignIn({ database, clock });
  const devices = createDevices({
    provider: () => provider,
    sealer: createSealer(masterKey, 'device of a login'),
    addresses,
  });
  const pages = { provider: () => provider, database, addresses, signIn, devices, clock };
  const flow = createFlow({ ...pages, launches, csrf: createSealer(masterKey, 'csrf of an authorization') });
  const smart = describeSmart(addresses);

  const sweeper = setInterval(() => {
    sweepIdentity(database, new Date(clock().getTime() - SWEEP_AFTER_MS)).catch((error: Error) =>
      logger.warn({ reason: error.message }, 'spent assertions were not swept'),
    );
  }, SWEEP_MS).unref();

  return {
    handler: createHandler({
      addresses,
      provider: (req, res) => void provider.callback()(req, res),
      nameRefreshing: (form) => nameRefreshing(form, provider, database),
      jwks: () => publishKeys(serverKeys.jwks()),
      authenticate: (token) => tokens.authenticate(token),
      introspect: createIntrospection({ addresses, tokens, database, clock }),
      launches,
      isAppOrigin: (origin) => isAppOrigin(database, origin),
      logger,
    }),
    smartConfiguration: () => smart,
    authenticate: (token) => tokens.authenticate(token),
    isAppOrigin: (origin) => isAppOrigin(database, origin),
    flow,
    sessions: createSessions({ ...pages, csrf: createSealer(masterKey, 'csrf of a session') }),
    upstream: createUpstream({ database, masterKey, addresses, serverKeys, flow, clock, logger, allowedHosts }),
    proveClient: (asked) => proveClient(serverKeys, clock, asked),
    async close() {
      clearInterval(sweeper);
      await serverKeys.close();
    },
  };
}
