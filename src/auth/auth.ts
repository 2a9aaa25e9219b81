import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Clock, Logger } from '../base/index.ts';
import { sweepIdentity } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { toAddresses } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import { openClientCache } from './callers.ts';
import { createClientAuthentication } from './client-authentication.ts';
import { createClientKeys } from './client-keys.ts';
import { describeSmart } from './discovery.ts';
import { createProvider } from './provider.ts';
import type { Attempts } from './provider.ts';
import { loadServerKeys } from './server-keys.ts';
import { guardTokenEndpoint } from './token-endpoint.ts';
import { createTokenVerifier } from './tokens.ts';

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
  /** Hosts (`name` or `name:port`) whose keys may be fetched by plain http and from private addresses. */
  readonly allowedHosts?: readonly string[];
}

export interface Auth {
  /** Answers everything below `/auth`; the whole path is in `req.url`, the body still unread. */
  handler(req: IncomingMessage, res: ServerResponse): void;
  /** For `{fhir base}/.well-known/smart-configuration`. */
  smartConfiguration(): Readonly<Record<string, unknown>>;
  /** Who sends this access token; at once when it is known. @throws Fault 401 */
  authenticate(token: string): Caller | Promise<Caller>;
  close(): Promise<void>;
}

/**
 * Starts the authorization server; makes its keys at the first start.
 * @throws Error when the keys in the database lie sealed under another MASTER_KEY.
 */
export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { database, masterKey, logger, clock, allowedHosts = [] } = options;
  const addresses = toAddresses(options.publicUrl);
  const serverKeys = await loadServerKeys(database, masterKey, clock);
  const clients = await openClientCache(database, clock);
  const keysOf = createClientKeys({ clock, logger, allowedHosts });
  const authentication = createClientAuthentication({ database, clock, addresses, keysOf });

  const attempts: Attempts = new WeakMap();
  const provider = createProvider(
    { addresses, database, masterKey, serverKeys, authentication, clock, logger },
    attempts,
  );
  guardTokenEndpoint(provider, attempts, { database, clock, logger });
  const smart = describeSmart(addresses);
  const { issuer, fhir: audience } = addresses;

  const sweeper = setInterval(() => {
    sweepIdentity(database, new Date(clock().getTime() - SWEEP_AFTER_MS)).catch((error: Error) =>
      logger.warn({ reason: error.message }, 'spent assertions were not swept'),
    );
  }, SWEEP_MS).unref();

  return {
    handler: createHandler(provider.callback(), addresses),
    smartConfiguration: () => smart,
    authenticate: createTokenVerifier({ issuer, audience, jwks: serverKeys.jwks, clients, clock }),
    async close() {
      clearInterval(sweeper);
      await clients.close();
    },
  };
}

/** What of the provider can be reached: the rest of it waits for its flows. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/token': ['POST'],
  '/jwks': ['GET', 'HEAD', 'OPTIONS'],
};

type NodeHandler = (req: IncomingMessage, res: ServerResponse) => unknown;

function createHandler(handle: NodeHandler, { issuer }: Addresses): Auth['handler'] {
  const mount = new URL(issuer).pathname;
  return (req, res) => {
    const [, path = ''] = /^\/auth(\/[a-z]+)(?:\?|$)/.exec(req.url ?? '') ?? [];
    const methods = METHODS[path];
    if (methods === undefined) {
      refuse(res, 404, 'not_found', 'there is nothing at this address');
    } else if (!methods.includes(req.method ?? '')) {
      res.setHeader('allow', methods.join(', '));
      refuse(res, 405, 'invalid_request', `use ${methods[0]} here`);
    } else {
      // Queries mean nothing to either endpoint, and a token in one would end up in logs: they are cut off.
      Object.assign(req, { url: path, originalUrl: mount + path });
      handle(req, res);
    }
  };
}

function refuse(res: ServerResponse, status: number, error: string, description: string): void {
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
  res.end(JSON.stringify({ error, error_description: description }));
}
