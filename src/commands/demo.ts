import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { buildHouse, publishOrganization, startApp } from '../app.ts';
import { addClient, addOrganization, requestToken, setClientKeys } from '../auth/index.ts';
import { Fault, systemClock } from '../base/index.ts';
import type { Config } from '../config.ts';
import { CLIENTS, ORGANIZATIONS, runDemo } from '../demo/index.ts';
import type { CastClient, CastOrganization } from '../demo/index.ts';
import { generateKey } from '../keys/index.ts';
import type { PrivateJwk } from '../keys/index.ts';
import { defineCommand } from './command.ts';
import type { Setting } from './command.ts';
import { withDatabase } from './connect.ts';
import type { Connection } from './connect.ts';
import { explainFile } from './files.ts';
import { untilSignalled } from './signals.ts';

export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Shows the main job as a story: a case goes in, a report comes back (the same as npm run demo).',
  notes:
    'Starts the server on an embedded database of its own (DATA_DIR/demo), registers invented partners with fresh keys,\n' +
    'and plays a home EHR, a coordinator and a reviewer over HTTP. Stays up afterwards, until Ctrl-C.',
  options: {
    once: { text: 'Ends after the story: with 0, or 1 when a step failed.' },
    record: { value: 'FILE', text: "A patient's record (a transaction Bundle, JSON) instead of the sample packet." },
  },
  example: 'demo --once',
  async run(setting, { once, record }) {
    const told = record === undefined ? {} : { record: await readRecord(setting.folder, record) };
    let stopping = false;
    const config = toDemoConfig(setting.loadConfig());
    const folder = shortPath(config.dataDir);
    const signalled = untilSignalled(() => process.exit(1)).then(() => {
      stopping = true;
      setting.terminal.print(`\nThe demo ends. Its data stays in ${folder}; delete that folder to begin anew.`);
    });
    const app = await startApp(config);
    try {
      const keys = await registerCast({ ...setting, loadConfig: () => config });
      const keyFile = await saveKeys(join(config.dataDir, 'keys'), keys);
      const story = runDemo({
        ...told,
        origin: config.publicUrl,
        requestToken: ({ id, scope }) =>
          requestToken({
            clientId: id,
            privateJwk: keys.get(id)!,
            scope,
            tokenUrl: `${config.publicUrl}/auth/token`,
            now: systemClock(),
          }),
        folder,
        keyFile: (client) => shortPath(keyFile(client)),
        staysUp: !once,
        // Whoever stops the story knows why it ends.
        print: (line) => (stopping ? undefined : setting.terminal.print(line)),
        colour: process.stdout.isTTY && process.stdout.hasColors(),
        clock: systemClock,
      });
      const status = await Promise.race([story, signalled.then(() => 1)]);
      if (once || status !== 0) return status;
      setting.terminal.print(`\nThe server stays up at ${config.publicUrl}: Ctrl-C ends it.`);
      await signalled;
      return undefined;
    } finally {
      await app.stop();
    }
  },
});

/** The server as the demo runs it: on this machine alone, on data of its own, quiet but for what goes wrong. */
function toDemoConfig(config: Config): Config {
  if (config.port === 0) throw new Error('The demo needs a port that it can name: for example PORT=8081.');
  const dataDir = join(config.dataDir, 'demo');
  return {
    ...config,
    production: false,
    host: '127.0.0.1',
    publicUrl: `http://127.0.0.1:${config.port}`,
    databaseUrl: undefined,
    dataDir,
    masterKey: undefined,
    masterKeyFile: join(dataDir, 'master.key'),
    logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel,
  };
}

/** As it can be typed here. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

async function readRecord(folder: string, file: string): Promise<{ name: string; text: string }> {
  const text = await readFile(resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw explainFile(file, error);
  });
  return { name: basename(file), text };
}

/** Registers the organisations that are not there yet, and every client with a fresh key; gives the keys by client. */
async function registerCast(setting: Setting): Promise<ReadonlyMap<string, PrivateJwk>> {
  return await withDatabase(setting, async (connection) => {
    await registerOrganizations(connection);
    const keys = new Map<string, PrivateJwk>();
    for (const client of CLIENTS) keys.set(client.id, await registerClient(connection, client));
    return keys;
  });
}

async function registerOrganizations({ config, database, logger }: Connection): Promise<void> {
  const added: CastOrganization[] = [];
  for (const organization of ORGANIZATIONS) {
    const isNew = await unlessTaken(addOrganization({ database, clock: systemClock }, organization));
    if (isNew) added.push(organization);
  }
  if (added.length === 0) return;
  const { house, close } = await buildHouse(config, database, logger);
  for (const organization of added) await publishOrganization(house, organization);
  await close();
}

async function registerClient({ database }: Connection, client: CastClient): Promise<PrivateJwk> {
  const { privateJwk, publicJwk } = await generateKey('ES384');
  const jwks = { keys: [publicJwk] };
  const registry = { database, clock: systemClock };
  const isNew = await unlessTaken(addClient(registry, { ...client, jwks }));
  if (!isNew) await setClientKeys(registry, client.id, { jwks });
  return privateJwk;
}

/** Whether it was done; not when the id is taken, from a time when the demo was played before. */
async function unlessTaken(registering: Promise<unknown>): Promise<boolean> {
  try {
    await registering;
    return true;
  } catch (error) {
    if (error instanceof Fault && error.status === 409) return false;
    throw error;
  }
}

/** Keeps the keys for the commands that are shown at the end. */
async function saveKeys(
  folder: string,
  keys: ReadonlyMap<string, PrivateJwk>,
): Promise<(client: CastClient) => string> {
  const fileOf = ({ id }: Pick<CastClient, 'id'>): string => join(folder, `${id}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [id, key] of keys) await writeFile(fileOf({ id }), JSON.stringify(key), { mode: 0o600 });
  return fileOf;
}
