import { Client } from 'pg';
import { buildHouse, createLogger, openStore, publishOrganization, readMasterKey } from '../src/app.ts';
import { toAddresses } from '../src/auth/addresses.ts';
import { addClient, addOrganization, requestToken } from '../src/auth/index.ts';
import { openKey } from '../src/auth/sealed-keys.ts';
import { systemClock } from '../src/base/index.ts';
import { loadConfig } from '../src/config.ts';
import type { House } from '../src/interactions/index.ts';
import { generateKey } from '../src/keys/index.ts';
import type { PrivateJwk, PublicJwk } from '../src/keys/index.ts';
import { listServerKeys, openDatabase } from '../src/store/index.ts';
import type { ServerProcess } from './server-process.ts';
import { supplyJwts } from './signing.ts';
import type { Supplies } from './workloads.ts';

export const PLACER = 'bench-clinic';
export const PROGRAMME = 'bench-centre';
const CLIENT = 'bench-ehr';
const SCOPE = 'system/*.cruds';
/** Tokens live for 300 s; one that is handed out is good for another 100 s at least. */
const TOKEN_MS = 200_000;

/** The partners, registered in the running server's database, and what the bench looks at beside the server. */
export interface Stage {
  readonly databaseUrl: string;
  readonly poolSize: number;
  /** The rooms as the server has them, in this process, for the micro-benchmarks. */
  readonly house: House;
  readonly supplies: Supplies;
  /** By which these are verified. */
  readonly publicJwks: { readonly assertions: PublicJwk; readonly tokens: PublicJwk };
  /** A connection of the role that owns everything. */
  readonly owner: Client;
  /** An access token of the placer's EHR, asked for over HTTP; a new one before the old one ends. */
  token(): Promise<string>;
  close(): Promise<void>;
}

/** Attaches to the server's database and registers one placer with its EHR, and one programme. */
export async function setStage(server: ServerProcess): Promise<Stage> {
  const config = loadConfig(server.settings);
  const logger = createLogger(config);
  const store = await openStore(config, logger);
  const database = openDatabase({ url: store.url, role: 'consilium_app', size: 4, logger });
  const { house, close } = await buildHouse(config, database, logger);
  const owner = new Client({ connectionString: store.url, application_name: 'bench' });
  await owner.connect();
  const registry = { database, clock: systemClock };
  for (const organization of [
    { id: PLACER, name: 'Thoracic Clinic', role: 'placer' },
    { id: PROGRAMME, name: 'Second Opinion Centre', role: 'programme' },
  ] as const) {
    await addOrganization(registry, organization);
    await publishOrganization(house, organization);
  }
  const { privateJwk, publicJwk } = await generateKey('ES384');
  await addClient(registry, {
    id: CLIENT,
    organization: PLACER,
    name: 'Bench EHR',
    scope: SCOPE,
    jwks: { keys: [publicJwk] },
  });
  const { issuer, token: endpoint, fhir } = toAddresses(config.publicUrl);
  const rows = await listServerKeys(database);
  const access = openKey(
    await readMasterKey(config),
    rows.find(({ alg, state }) => alg === 'ES384' && state === 'current')!,
  );
  const supplies = {
    assertions: supplyJwts(privateJwk, 'JWT', { iss: CLIENT, sub: CLIENT, aud: endpoint }),
    tokens: supplyJwts(access.privateJwk, 'at+jwt', {
      iss: issuer,
      aud: fhir,
      sub: CLIENT,
      client_id: CLIENT,
      scope: SCOPE,
    }),
  };
  let held: { readonly token: string; readonly since: number } | undefined;
  return {
    databaseUrl: store.url,
    poolSize: config.poolSize,
    house,
    supplies,
    publicJwks: { assertions: publicJwk, tokens: access.publicJwk },
    owner,
    async token() {
      if (held === undefined || Date.now() - held.since > TOKEN_MS) {
        held = { since: Date.now(), token: await askToken(server.origin, privateJwk) };
      }
      return held.token;
    },
    async close() {
      await close();
      await owner.end();
      await database.close();
      await store.stop();
    },
  };
}

async function askToken(origin: string, privateJwk: PrivateJwk): Promise<string> {
  const { status, body } = await requestToken({
    clientId: CLIENT,
    privateJwk,
    scope: SCOPE,
    tokenUrl: `${origin}/auth/token`,
    now: new Date(),
  });
  const token = body['access_token'];
  if (typeof token !== 'string') throw new Error(`No access token: status ${status}, ${JSON.stringify(body)}`);
  return token;
}
