/** The only wiring: opens the store, builds the rooms, and hands each what it works with. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { createAdministration, createAuth, describeOAuth } from './auth/index.ts';
import { randomCode, refuseUrl, silentLogger, systemClock } from './base/index.ts';
import type { Caller, Clock, Logger, Role } from './base/index.ts';
import type { Config } from './config.ts';
import { createContentStore } from './content/index.ts';
import { createDeliveryDesk, createSecretShelf, openDelivery } from './delivery/index.ts';
import type { SecretShelf } from './delivery/index.ts';
import { loadDefinitions } from './definitions/index.ts';
import type { StructureDefinition } from './definitions/index.ts';
import { createXmlCodec } from './fhir/index.ts';
import type { Resource } from './fhir/index.ts';
import { createServer } from './http/index.ts';
import type { Pace } from './http/index.ts';
import { buildCapabilityStatement, createRulesShelf, publishGuide, update } from './interactions/index.ts';
import type { Guide, House } from './interactions/index.ts';
import { openReportSigner, readReportRoot, startJobs, startRenderer, startWords } from './jobs/index.ts';
import { createSealer, parseMasterKey } from './keys/index.ts';
import { fontFiles } from './reports/index.ts';
import { compileExtractor, compileWordReader } from './search/index.ts';
import {
  checkServer,
  contentTable,
  createAuditTrail,
  createWatermark,
  findRoleFaults,
  listOrganizations,
  migrate,
  openDatabase,
  startEmbedded,
} from './store/index.ts';
import type { Database } from './store/index.ts';
import { createTerminology } from './terminology/index.ts';
import type { TerminologyResource } from './terminology/index.ts';
import { compileValidator } from './validation/index.ts';

/** The database at hand: where it is, and how to let go of it. */
export interface Store {
  readonly url: string;
  /** Whether it is the one that the server brings along. */
  readonly embedded: boolean;
  readonly stop: () => Promise<void>;
}

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly address: string;
  /** Lets requests in flight finish, then closes everything. */
  stop(): Promise<void>;
}

/** A log that names no secret and no patient: the rooms hand it names, codes, counts and times only. */
export function createLogger(config: Config): Logger {
  return config.logLevel === 'silent' ? silentLogger : pino({ level: config.logLevel, base: null });
}

/** The database of DATABASE_URL, or the embedded one: started, or shared with a process that has it. */
export async function openStore(config: Config, logger: Logger): Promise<Store> {
  if (config.databaseUrl !== undefined)
    return { url: config.databaseUrl, embedded: false, stop: async () => undefined };
  const embedded = await startEmbedded({ dataDir: config.dataDir, logger });
  return { url: embedded.url, embedded: true, stop: embedded.stop };
}

/** MASTER_KEY, or the one kept in DATA_DIR; undefined when none was made yet. */
export async function findMasterKey(config: Config): Promise<Uint8Array | undefined> {
  if (config.masterKey !== undefined) return config.masterKey;
  const text = await readFile(config.masterKeyFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const key = text === undefined ? undefined : parseMasterKey(text);
  if (!Array.isArray(key)) return key;
  throw new Error(
    `${config.masterKeyFile} does not hold a master key. Bring back the file as it was, or set MASTER_KEY.`,
  );
}

/** MASTER_KEY, or the one kept in DATA_DIR, made at the first start. */
export async function readMasterKey(config: Config): Promise<Uint8Array> {
  const found = await findMasterKey(config);
  if (found !== undefined) return found;
  await mkdir(config.dataDir, { recursive: true });
  const made = randomBytes(32).toString('base64url');
  // Two processes at once: one puts its key there whole, both read that one.
  const draft = `${config.masterKeyFile}.${randomCode(8)}`;
  await writeFile(draft, made, { mode: 0o600, flush: true });
  await link(draft, config.masterKeyFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await findMasterKey(config))!;
}

async function refuseRoleFaults(url: string): Promise<void> {
  const faults = await findRoleFaults(url);
  if (faults.length === 0) return;
  throw new Error(
    `The database is not safe to use:\n${faults.map(({ text, mend }) => `- ${text} ${mend}`).join('\n')}`,
  );
}

export interface Built {
  readonly house: House;
  /** Those of Subscriptions. */
  readonly secrets: SecretShelf;
  /** The project's implementation guide, to be published. */
  readonly guide: Guide;
  /** Writes what the audit trail still holds. */
  readonly close: () => Promise<void>;
  /** Whom the house tells that something was committed. */
  readonly onWake: (wake: () => void) => void;
}

type Artefact = (TerminologyResource | StructureDefinition) & { readonly id: string };

type Knowledge = Pick<House, 'definitions' | 'terminology' | 'validate'> & { readonly guide: Guide };

let knowledge: Promise<Knowledge> | undefined;

/** What R4 and the project's guide say, as the rooms ask for it: the same for all houses of a process. */
export function readKnowledge(): Promise<Knowledge> {
  return (knowledge ??= loadKnowledge());
}

/** Tens of ms; the rest is read when it is first needed. */
async function loadKnowledge(): Promise<Knowledge> {
  const read = (path: string): Promise<Uint8Array> => readFile(new URL(path, import.meta.url));
  const folder = new URL('../profiles/compiled/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const resources = texts.map((text) => JSON.parse(text) as Artefact);
  const definitions = loadDefinitions(
    await read('./definitions/r4.json'),
    await read('./definitions/r4-structures.ndjson'),
    resources,
  );
  const terminology = createTerminology(await read('./terminology/r4-terminology.ndjson'), resources);
  const profiles = resources.filter((resource) => isStructureDefinition(resource));
  return {
    definitions,
    terminology,
    validate: compileValidator(definitions, terminology, profiles),
    guide: new Map(resources.map(({ resourceType, id }, at) => [`${resourceType}/${id}`, texts[at]!])),
  };
}

function isStructureDefinition(artefact: Artefact): artefact is StructureDefinition & { readonly id: string } {
  return artefact.resourceType === 'StructureDefinition';
}

/**
 * Everything behind the routes, on an open database. Who serves no pages needs no master key: the cursors of a house
 * without one are its own.
 */
export async function buildHouse(
  config: Config,
  database: Database,
  logger: Logger,
  masterKey: Uint8Array = randomBytes(32),
  clock: Clock = systemClock,
): Promise<Built> {
  const { definitions, terminology, validate, guide } = await readKnowledge();
  const trail = createAuditTrail(database, logger);
  const base = `${config.publicUrl}/fhir`;
  const since = new Date().toISOString();
  let statement: string | undefined;
  let wake = (): void => undefined;
  const secrets = createSecretShelf({ database, masterKey, clock });
  const house: House = {
    database,
    definitions,
    terminology,
    validate,
    extract: compileExtractor({ definitions, terminology }, base),
    content: createContentStore(join(config.dataDir, 'content'), contentTable(database)),
    trail,
    watermark: createWatermark(database),
    programmes: createProgrammeList(),
    rules: createRulesShelf(),
    cursors: createSealer(masterKey, 'cursor'),
    // Commands that serve nobody need none.
    statement: () =>
      (statement ??= JSON.stringify(
        buildCapabilityStatement(definitions, {
          base,
          version: VERSION,
          date: since,
          oauth: describeOAuth(config.publicUrl),
          guide,
        }),
      )),
    refuseEndpoint: (url) => refuseUrl(url, { allowedHosts: allowedHostsOf(config) }),
    secrets,
    wake: () => wake(),
    clock,
    logger,
    base,
  };
  return { house, secrets, guide, close: () => trail.close(), onWake: (next) => (wake = next) };
}

/** Hosts that are called although they are none of the internet's: in development those of this machine, too. */
function allowedHostsOf(config: Config): readonly string[] {
  return [...config.outboundAllowedHosts, ...(config.production ? [] : ['127.0.0.1', 'localhost'])];
}

/** How long the list of programmes is taken for current, in ms: it changes by the command line, a few times a year. */
const PROGRAMMES_MS = 2000;

function createProgrammeList(): House['programmes'] {
  let readAt = -Infinity;
  let list: readonly string[] = [];
  return async (on, fresh = false) => {
    if (fresh || Date.now() - readAt > PROGRAMMES_MS) {
      list = (await listOrganizations(on)).filter(({ role }) => role === 'programme').map(({ id }) => id);
      readAt = Date.now();
    }
    return list;
  };
}

/** Publishes a partner organisation in the directory, as itself. */
export async function publishOrganization(
  house: House,
  organization: { id: string; name: string; role: Role },
): Promise<void> {
  const { id, name, role } = organization;
  const caller: Caller = { client: 'consilium', organization: id, role, scopes: ['system/Organization.cu'] };
  const resource = { resourceType: 'Organization', id, active: true, name };
  await update(house, { caller, request: 'command line' }, 'Organization', id, resource);
}

/** How long the database has to tell that it is there, in ms. */
const PROBE_MS = 1000;

/**
 * Whether the database answers: over a connection of its own, because those of the requests may all be at work, and
 * asked once for all who ask meanwhile.
 */
function createProbe(url: string, logger: Logger): { isThere: () => Promise<boolean>; close: () => Promise<void> } {
  const own = openDatabase({ url, size: 1, logger, acquireTimeoutMs: PROBE_MS, statementTimeoutMs: PROBE_MS });
  let asking: Promise<boolean> | undefined;
  async function ask(): Promise<boolean> {
    try {
      return (await own.query({ text: 'select 1 as one' }, [])).length === 1;
    } finally {
      asking = undefined;
    }
  }
  return {
    isThere: () => Promise.race([(asking ??= ask()), delay(PROBE_MS, false, { ref: false })]),
    close: () => own.close(),
  };
}

/** What a test puts in place of what the configuration gives. */
export interface Replacements {
  readonly logger?: Logger;
  readonly pace?: Pace;
  /** By which cases and their timers go; tokens and jobs keep the time of the machine. */
  readonly clock?: Clock;
}

/** Starts the server: database, migrations, keys, jobs, port. */
export async function startApp(config: Config, replacements: Replacements = {}): Promise<App> {
  const { logger = createLogger(config), pace, clock } = replacements;
  const store = await openStore(config, logger);
  const undo: (() => Promise<void>)[] = [store.stop];
  const stop = async (): Promise<void> => {
    for (const close of undo.splice(0).reverse()) await close();
  };
  try {
    await checkServer(store.url);
    await migrate(store.url);
    await refuseRoleFaults(store.url);
    const database = openDatabase({ url: store.url, role: 'consilium_app', size: config.poolSize, logger });
    undo.push(() => database.close());
    const masterKey = await readMasterKey(config);
    const { house, secrets, guide, close, onWake } = await buildHouse(config, database, logger, masterKey, clock);
    undo.push(close);
    const published = await publishGuide(house, guide);
    if (published > 0) logger.info({ artefacts: published }, 'The guide is published');
    const registry = {
      database,
      masterKey,
      clock: systemClock,
      knowledge: house,
      allowedHosts: allowedHostsOf(config),
    };
    const auth = await createAuth({ publicUrl: config.publicUrl, logger, ...registry });
    undo.push(() => auth.close());
    const owner = openDatabase({ url: store.url, size: 2, logger });
    undo.push(() => owner.close());
    const reportKeys = { database: owner, masterKey, clock: house.clock, base: house.base };
    const letters = startRenderer(fontFiles());
    undo.push(() => letters.stop());
    const jobs = await startJobs({
      url: store.url,
      database: owner,
      house,
      render: (letter) => letters.render(letter),
      openSigner: (programme) => openReportSigner(reportKeys, programme),
      logger,
    });
    undo.push(() => jobs.stop());
    const worker = openDatabase({ url: store.url, role: 'consilium_worker', size: 1, logger });
    undo.push(() => worker.close());
    const readWords = compileWordReader(house.definitions);
    const words = startWords({
      database: worker,
      records: database,
      read: (body) => readWords(JSON.parse(body) as Resource),
      logger,
    });
    undo.push(() => words.stop());
    const delivery = await openDelivery({
      url: store.url,
      house,
      database,
      masterKey,
      secrets,
      prove: (asked) => auth.proveClient(asked),
      allowedHosts: allowedHostsOf(config),
      logger,
    });
    undo.push(() => delivery.close());
    onWake(() => {
      jobs.wake();
      words.wake();
      delivery.wake();
    });
    const probe = createProbe(store.url, logger);
    undo.push(() => probe.close());
    let stopping = false;
    const server = createServer({
      host: config.host,
      port: config.port,
      house,
      metadata: () => house.statement(),
      corsOrigins: config.corsOrigins,
      trustedProxies: config.trustedProxies,
      xml: createXmlCodec(house.definitions),
      auth,
      administration: createAdministration(registry),
      streams: delivery.streams,
      deliveries: createDeliveryDesk({ database, clock: house.clock, wake: house.wake }),
      ...(config.metricsToken === undefined
        ? {}
        : { metrics: { token: config.metricsToken, read: () => delivery.meter.read() } }),
      reportRoot: () => readReportRoot(reportKeys),
      webhookKeys: () => delivery.webhookKeys.published(),
      ready: async () => !stopping && (await probe.isThere()),
      logger,
      ...(pace === undefined ? {} : { pace }),
    });
    await server.start();
    undo.push(async () => {
      stopping = true;
      // Their readers would stay for as long as they may, and open them elsewhere once they are told.
      await delivery.streams.stop();
      await server.stop({ timeout: 25_000 });
    });
    if (config.production && config.publicUrl.startsWith('https:') && config.trustedProxies.length === 0) {
      logger.warn({}, 'TRUSTED_PROXIES is not set: attempts to sign in are counted by login alone, not by address');
    }
    logger.info({ address: server.info.uri, base: house.base }, 'Consilium is listening');
    return { address: server.info.uri, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const VERSION = (createRequire(import.meta.url)('../package.json') as { version: string }).version;
