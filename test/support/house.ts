import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Response } from 'supertest';
import { buildHouse, publishOrganization, startApp } from '../../src/app.ts';
import type { App, Replacements } from '../../src/app.ts';
import { addClient, addOrganization, requestToken } from '../../src/auth/index.ts';
import type { Role } from '../../src/base/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { generateKey } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Validation } from '../../src/store/index.ts';
import { createTestDatabase } from './database.ts';
import { TEST_MASTER_KEY, urlOfDatabase } from './server.ts';
import { waitUntil } from './wait-until.ts';

/** JSON of any shape. */
export type Json = Response['body'];

/** An answer as it came: `body` is the text parsed as JSON, undefined when it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** A partner organisation with one registered client, and a token of that client. */
export interface Partner {
  readonly organization: string;
  readonly client: string;
  readonly token: string;
  /** The same with a new token: one is good for five minutes. */
  renew(): Promise<Partner>;
  /**
   * Sends a request with the partner's token. `path` is below the FHIR base ('/Patient'), or an absolute address (a
   * `next` link). An object is sent as JSON, a string or bytes as they are; application/fhir+json unless `headers` say
   * otherwise.
   */
  fetch(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** The real server in this process, on a test database and a free port of its own. */
export interface TestHouse {
  /** `http://127.0.0.1:port`; the FHIR base is below it under /fhir. */
  readonly url: string;
  /** The database, as the role that owns it. */
  readonly database: string;
  /** Registers an organisation (published as Organization/id) with a client, whose token may do all unless told. */
  register(id: string, role: Role, scope?: string, validation?: Validation): Promise<Partner>;
  /** Another server on the same database and keys, as a second process would be: for races between nodes. */
  startSecond(): Promise<{ readonly url: string; stop(): Promise<void> }>;
  stop(): Promise<void>;
}

/** `settings`: of the environment, over those of tests. */
export async function startHouse(
  replacements: Replacements = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<TestHouse> {
  const store = await createTestDatabase('publishedTemplate');
  const database = store.url;
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-house-'));
  const masterKey = TEST_MASTER_KEY;
  const endings: (() => Promise<unknown>)[] = [
    () => store.drop(),
    () => untilUnused(database),
    () => rm(dataDir, { recursive: true, force: true }),
  ];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };

  async function start(publicUrl?: string): Promise<{ app: App; config: Config }> {
    const port = await findFreePort();
    const config = loadConfig({
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      DATABASE_URL: database,
      DATA_DIR: dataDir,
      MASTER_KEY: masterKey,
      LOG_LEVEL: 'silent',
      POOL_SIZE: '8',
      ...settings,
    });
    const app = await startApp(config, replacements);
    endings.push(() => app.stop());
    return { app, config };
  }

  try {
    const { config } = await start();
    const url = config.publicUrl;
    const office = openDatabase({ url: database, role: 'consilium_app', size: 2, logger: silentLogger });
    endings.push(() => office.close());
    const built = await buildHouse(config, office, silentLogger);
    endings.push(() => built.close());

    async function register(
      id: string,
      role: Role,
      scope = 'system/*.cruds system/AuditEvent.cruds',
      validation: Validation = 'strict',
    ): Promise<Partner> {
      const registry = { database: office, clock: systemClock };
      const name = `Organisation ${id}`;
      await addOrganization(registry, { id, name, role, validation });
      await publishOrganization(built.house, { id, name, role });
      const { privateJwk, publicJwk } = await generateKey('ES384');
      const client = `${id}-client`;
      await addClient(registry, { id: client, organization: id, name, scope, jwks: { keys: [publicJwk] } });
      async function admit(): Promise<Partner> {
        const asked = { clientId: client, privateJwk, scope, tokenUrl: `${url}/auth/token`, now: new Date() };
        const { status, body } = await requestToken(asked);
        if (status !== 200) throw new Error(`no token for ${client}: ${JSON.stringify(body)}`);
        const token = String(body['access_token']);
        return {
          organization: id,
          client,
          token,
          renew: admit,
          fetch: (method, path, content, headers) => send(`${url}/fhir`, token, method, path, content, headers),
        };
      }
      return admit();
    }

    return {
      url,
      database,
      register,
      async startSecond() {
        const { app } = await start(url);
        return { url: app.address, stop: () => app.stop() };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As a partner's `fetch`, with any token. */
export async function send(
  base: string,
  token: string,
  method: string,
  path: string,
  content?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  const answer = await fetch(/^https?:/.test(path) ? path : base + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(content === undefined ? {} : { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: isRaw ? content : JSON.stringify(content) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parseOrUndefined(text) };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Workers' connections end a little later than the workers: to be cut off in that moment would be an error of theirs. */
async function untilUnused(database: string): Promise<void> {
  const client = new Client({ connectionString: urlOfDatabase(database, 'postgres') });
  await client.connect();
  const name = new URL(database).pathname.slice(1);
  await waitUntil(
    async () => (await client.query('select from pg_stat_activity where datname = $1', [name])).rowCount === 0,
  );
  await client.end();
}

/** The public address has to be known before the server listens, so that port 0 alone will not do. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
