import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildHouse } from '../../src/app.ts';
import { addOrganization } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import type { Caller } from '../../src/base/index.ts';
import { loadConfig } from '../../src/config.ts';
import { processBundle } from '../../src/interactions/index.ts';
import type { EntryAnswer, House } from '../../src/interactions/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import type { Json } from '../support/house.ts';

/** What an entry asks for besides its method and url. */
export interface Besides {
  readonly ifMatch?: string;
  readonly ifNoneExist?: string;
  readonly strict?: boolean;
}

/** The answer to an entry: `body` as JSON, `keys` of the issues where it was refused. */
export interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly keys: readonly string[];
  /** All that was answered, as text. */
  readonly text: string;
}

/** The rooms behind the routes, on a test database with the organisation `home`: asked by callers that are made, not signed in. */
export interface Inside {
  readonly house: House;
  /** Of its database, as the role that owns it. */
  readonly url: string;
  /** Asks as the entry of a batch does, which knows all interactions. */
  ask(caller: Caller, method: string, url: string, resource?: object, besides?: Besides): Promise<Answered>;
  /** Sends all of them as one transaction. */
  transact(caller: Caller, entries: readonly object[]): Promise<Answered[]>;
  stop(): Promise<void>;
}

/** `settings`: of the environment, over those of tests. */
export async function openInside(settings: Readonly<Record<string, string>> = {}): Promise<Inside> {
  const store = await createTestDatabase('publishedTemplate');
  const folder = await mkdtemp(join(tmpdir(), 'consilium-inside-'));
  const config = loadConfig({ DATABASE_URL: store.url, DATA_DIR: folder, LOG_LEVEL: 'silent', ...settings });
  const database = openDatabase({ url: store.url, role: 'consilium_app', size: 4, logger: silentLogger });
  const { house, close } = await buildHouse(config, database, silentLogger);
  const home = { id: 'home', name: 'Home', role: 'placer', validation: 'strict' } as const;
  await addOrganization({ database, clock: systemClock }, home);
  let asked = 0;

  async function run(type: string, caller: Caller, entry: readonly object[], strict: boolean): Promise<Answered[]> {
    const context = { caller, request: `request-${++asked}` };
    const options = { strict, withBodies: true, withRemarks: true };
    const { entries } = await processBundle(house, context, { resourceType: 'Bundle', type, entry }, options);
    return entries.map(toAnswered);
  }

  return {
    house,
    url: store.url,
    async ask(caller, method, url, resource, { strict = false, ...request } = {}) {
      const entry = { ...(resource === undefined ? {} : { resource }), request: { method, url, ...request } };
      return (await run('batch', caller, [entry], strict))[0]!;
    },
    transact: (caller, entries) => run('transaction', caller, entries, false),
    async stop() {
      await close();
      await database.close();
      await store.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function toAnswered({ status, body, fault, ...rest }: EntryAnswer): Answered {
  return {
    status: Number(status),
    body: body === undefined ? undefined : JSON.parse(body),
    keys: fault?.issues.map(({ key }) => key) ?? [],
    text: `${body ?? ''}${JSON.stringify(fault?.issues ?? [])}${JSON.stringify(rest)}`,
  };
}
