import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { addClient, addOrganization, createAuth } from '../../src/auth/index.ts';
import type { Auth, ClientRegistration } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import type { Clock, Logger } from '../../src/base/index.ts';
import { generateKey, signJwt } from '../../src/keys/index.ts';
import type { PrivateJwk, PublicJwk } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { definitions } from '../definitions/r4.ts';
import { createTestDatabase } from '../support/database.ts';
import { terminology } from '../terminology/r4.ts';

export const PUBLIC_URL = 'https://consilium.test';
export const TOKEN_URL = `${PUBLIC_URL}/auth/token`;
export const FHIR = `${PUBLIC_URL}/fhir`;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface KeyPair {
  readonly privateJwk: PrivateJwk;
  readonly publicJwk: PublicJwk;
}

/** One server process: its own pool, its own memory. */
export interface Node {
  readonly auth: Auth;
  readonly url: string;
  readonly database: Database;
}

/** A database with two organisations, and as many nodes on it as a test wants. */
export interface Stage {
  readonly masterKey: Uint8Array;
  readonly databaseUrl: string;
  startNode(options?: {
    clock?: Clock;
    logger?: Logger;
    allowedHosts?: string[];
    masterKey?: Uint8Array;
  }): Promise<Node>;
  end(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const created = await createTestDatabase();
  const databaseUrl = created.url;
  const masterKey = new Uint8Array(randomBytes(32));
  const endings: (() => Promise<unknown>)[] = [];

  async function startNode(options: Parameters<Stage['startNode']>[0] = {}): Promise<Node> {
    const { clock = () => new Date(), logger = silentLogger } = options;
    const database = openDatabase({ url: databaseUrl, role: 'consilium_app', size: 6, logger: silentLogger });
    endings.push(() => database.close());
    const auth = await createAuth({
      publicUrl: PUBLIC_URL,
      masterKey: options.masterKey ?? masterKey,
      allowedHosts: options.allowedHosts ?? [],
      database,
      clock,
      logger,
      knowledge: { definitions, terminology },
    });
    endings.push(() => auth.close());
    const { url, server } = await listen(createServer((req, res) => auth.handler(req, res)));
    endings.push(() => stop(server));
    return { auth, url, database };
  }

  const setUp = openDatabase({ url: databaseUrl, role: 'consilium_app', size: 1, logger: silentLogger });
  const registry = { database: setUp, clock: () => new Date() };
  await addOrganization(registry, { id: 'hospital-a', name: 'Hospital A', role: 'placer' });
  await addOrganization(registry, { id: 'programme-b', name: 'Programme B', role: 'programme' });
  await setUp.close();

  return {
    masterKey,
    databaseUrl,
    startNode,
    async end() {
      for (const ending of endings.reverse()) await ending();
      await created.drop();
    },
  };
}

export async function listen(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

/** Keys are slow to make: each kind once for a test file. */
const made = new Map<string, Promise<KeyPair>>();
export function keyPair(name: string, alg: 'ES384' | 'RS384' = 'ES384'): Promise<KeyPair> {
  const known = made.get(name) ?? generateKey(alg);
  made.set(name, known);
  return known;
}

export async function registerClient(
  node: Node,
  pair: KeyPair,
  registration: Partial<ClientRegistration> = {},
): Promise<string> {
  const keys = registration.jwksUri === undefined ? { jwks: { keys: [pair.publicJwk] } } : {};
  return await addClient(
    {
      database: node.database,
      clock: () => new Date(),
      allowedHosts: registration.jwksUri ? [new URL(registration.jwksUri).host] : [],
    },
    { organization: 'hospital-a', name: 'EHR', scope: 'system/*.cruds', ...keys, ...registration },
  );
}

export interface Assertion {
  readonly claims?: Record<string, unknown>;
  readonly alg?: 'ES384' | 'RS384';
  readonly typ?: string;
  readonly kid?: string;
}

/** A good assertion but for what is told otherwise. */
export async function assertionOf(
  client: string,
  pair: KeyPair,
  { claims, alg, typ = 'JWT', kid }: Assertion = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: client, sub: client, aud: TOKEN_URL, exp: now + 300, jti: randomUUID(), ...claims };
  const key = kid === undefined ? pair.privateJwk : { ...pair.privateJwk, kid };
  return await signJwt(key, all, { typ, alg: alg ?? (key.kty === 'EC' ? 'ES384' : 'RS384') });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export function formOf(assertion: string, scope = 'system/Patient.rs'): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    scope,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
  };
}

export async function post(
  node: Node,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${node.url}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export async function getToken(node: Node, client: string, pair: KeyPair, scope?: string): Promise<string> {
  const answer = await post(node, formOf(await assertionOf(client, pair), scope));
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${JSON.stringify(answer.body)}`);
  return String(answer.body['access_token']);
}

/** A JWS by hand: whatever header and claims, signed with whatever. */
export function compact(header: object, claims: unknown, sign: (input: string) => Buffer): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign(input).toString('base64url')}`;
}
