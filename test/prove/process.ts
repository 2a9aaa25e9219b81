import { spawn } from 'node:child_process';
import { buildHouse, openStore, publishOrganization } from '../../src/app.ts';
import { addClient, addOrganization, requestToken } from '../../src/auth/index.ts';
import type { Role } from '../../src/base/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { generateKey } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';

type PrivateKey = Parameters<typeof requestToken>[0]['privateJwk'];

/** What a server process of a proof is started with; it has to be the same for all that share the data. */
export interface Settings {
  readonly dataDir: string;
  readonly port: number;
  readonly more?: Readonly<Record<string, string>>;
}

/** The server as users start it, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** How long it took until it was ready, ms. */
  readonly startedIn: number;
  /** `kill -9`, and waits for its end. */
  kill(): Promise<void>;
  /** Lets it finish. */
  stop(): Promise<void>;
}

export function configOf(settings: Settings): Config {
  return loadConfig(environmentOf(settings));
}

function environmentOf({ dataDir, port, more }: Settings): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATA_DIR: dataDir,
    PORT: String(port),
    LOG_LEVEL: 'silent',
    POOL_SIZE: '8',
    ...more,
  };
}

export async function startProcess(settings: Settings): Promise<ServerProcess> {
  const began = performance.now();
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: environmentOf(settings),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${settings.port}`;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    pid: child.pid!,
    startedIn: performance.now() - began,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

export function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    },
    () => false,
  );
}

/** Registers partner organisations with a client each, on a database that a server has migrated; the keys by organisation. */
export async function register(
  config: Config,
  partners: Readonly<Record<string, Role>>,
): Promise<ReadonlyMap<string, PrivateKey>> {
  const store = await openStore(config, silentLogger);
  const database = openDatabase({ url: store.url, role: 'consilium_app', size: 2, logger: silentLogger });
  const { house, close } = await buildHouse(config, database, silentLogger);
  const registry = { database, clock: systemClock };
  const keys = new Map<string, PrivateKey>();
  for (const [id, role] of Object.entries(partners)) {
    await addOrganization(registry, { id, name: id, role });
    await publishOrganization(house, { id, name: id, role });
    const { privateJwk, publicJwk } = await generateKey('ES384');
    const client = { id: `${id}-client`, organization: id, name: id, scope: 'system/*.cruds' };
    await addClient(registry, { ...client, jwks: { keys: [publicJwk] } });
    keys.set(id, privateJwk);
  }
  await close();
  await database.close();
  await store.stop();
  return keys;
}

export async function getToken(config: Config, organization: string, privateJwk: PrivateKey): Promise<string> {
  const { status, body } = await requestToken({
    clientId: `${organization}-client`,
    privateJwk,
    scope: 'system/*.cruds',
    tokenUrl: `${config.publicUrl}/auth/token`,
    now: new Date(),
  });
  if (status !== 200) throw new Error(`no token: ${status}`);
  return String(body['access_token']);
}
