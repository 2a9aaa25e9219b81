import type { KeyObject } from 'node:crypto';
import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import {
  makeWebhookKey,
  openWebhookKey,
  sealJson,
  showWebhookKey,
  toWebhookPublicJwk,
  unsealJson,
} from '../keys/index.ts';
import type { WebhookPrivateJwk, WebhookPublicJwk } from '../keys/index.ts';
import {
  forgetWebhookKeys,
  insertWebhookKey,
  listWebhookKeys,
  lockCriteria,
  retireWebhookKey,
  writeIdentityAct,
} from '../store/index.ts';
import type { Database, Transaction, WebhookKeyRow } from '../store/index.ts';

export interface WebhookKeyOptions {
  readonly database: Database;
  /** 32 bytes, under which the keys lie sealed; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
}

/** A public key as JWK, and as receivers configure it. */
export interface PublishedWebhookKey extends WebhookPublicJwk {
  /** `whpk_…` */
  readonly whpk: string;
}

/** The server's keys, with which all notifications are signed beside the secrets of their subscriptions. */
export interface WebhookKeys {
  /** Those that sign now: the one that stays, then those whose place it took. */
  signing(): Promise<readonly KeyObject[]>;
  /** The public halves of the same. */
  published(): Promise<{ readonly keys: readonly PublishedWebhookKey[] }>;
}

export interface WebhookKeyRotation extends WebhookKeyOptions {
  /** Somebody else may have the keys that there are: none of them signs or is published any more. */
  readonly compromised: boolean;
}

export interface RotatedWebhookKey {
  /** The key that signs from now on. */
  readonly kid: string;
  /** The one that did, where there was one. */
  readonly former: string | undefined;
}

/** How long a former key signs beside its successor, in ms: receivers read the published keys anew each hour. */
const OVERLAP_MS = 86_400_000;
/** How long what was read is taken for current, in ms. */
const FRESH_MS = 3_000;

interface Opened {
  readonly signs: KeyObject;
  readonly published: PublishedWebhookKey;
  readonly retiredAt: Date | null;
}

/**
 * The keys, made at the first start. Of several processes that start at once, one has its key taken and all use that.
 * @throws Error when they lie sealed under another MASTER_KEY
 */
export async function openWebhookKeys(options: WebhookKeyOptions): Promise<WebhookKeys> {
  const { database, clock } = options;
  let readAt = -Infinity;
  let reading: Promise<readonly Opened[]> = Promise.resolve([]);

  async function read(): Promise<readonly Opened[]> {
    const found = await listWebhookKeys(database, clock());
    const rows = found.some(isStaying) ? found : await database.transact((on) => makeFirst(on, options));
    return rows.map((row) => openKey(options, row));
  }

  async function current(): Promise<readonly Opened[]> {
    const now = clock();
    if (Math.abs(now.getTime() - readAt) >= FRESH_MS) {
      readAt = now.getTime();
      const next = read();
      reading = next;
      next.catch(() => {
        if (reading === next) readAt = -Infinity;
      });
    }
    return (await reading).filter(({ retiredAt }) => retiredAt === null || retiredAt > now);
  }

  await current();
  return {
    signing: async () => (await current()).map(({ signs }) => signs),
    published: async () => ({ keys: (await current()).map(({ published }) => published) }),
  };
}

/**
 * Lets another key sign from now on. The former one signs beside it and stays published for a day, in which all receivers
 * learn of its successor.
 * @throws Error when the keys lie sealed under another MASTER_KEY
 */
export async function rotateWebhookKey(rotation: WebhookKeyRotation): Promise<RotatedWebhookKey> {
  const { database, clock, compromised } = rotation;
  return await database.transact(async (on) => {
    await takeTurns(on);
    const now = clock();
    for (const row of await listWebhookKeys(on, now)) openKey(rotation, row);
    const former = await retireWebhookKey(on, new Date(now.getTime() + OVERLAP_MS));
    await forgetWebhookKeys(on, now, { all: compromised });
    const { kid } = await addKey(on, rotation);
    const detail = ['webhook key', former ?? 'none', '→', kid, ...(compromised ? ['compromised'] : [])].join(' ');
    await noteKey(on, rotation, 'key-rotate', detail);
    return { kid, former };
  });
}

async function makeFirst(on: Transaction, options: WebhookKeyOptions): Promise<WebhookKeyRow[]> {
  await takeTurns(on);
  const found = await listWebhookKeys(on, options.clock());
  if (found.some(isStaying)) return found;
  const made = await addKey(on, options);
  await noteKey(on, options, 'key-add', `webhook key ${made.kid}`);
  return [made, ...found];
}

async function addKey(on: Transaction, { masterKey, clock }: WebhookKeyOptions): Promise<WebhookKeyRow> {
  const jwk = makeWebhookKey();
  const { kid } = jwk;
  const sealed = sealJson(masterKey, jwk, purposeOf(kid));
  const row = { kid, sealed, createdAt: clock() };
  await insertWebhookKey(on, { ...row, publicKey: showWebhookKey(jwk) });
  return { ...row, retiredAt: null };
}

/** The public half, too, comes out of the seal: a key that somebody without the master key wrote is none. */
function openKey({ masterKey }: WebhookKeyOptions, { kid, sealed, retiredAt }: WebhookKeyRow): Opened {
  const jwk = unsealJson(masterKey, sealed, purposeOf(kid)) as WebhookPrivateJwk;
  const published = { ...toWebhookPublicJwk(jwk), whpk: showWebhookKey(jwk) };
  return { signs: openWebhookKey(jwk), published, retiredAt };
}

function isStaying({ retiredAt }: WebhookKeyRow): boolean {
  return retiredAt === null;
}

async function takeTurns(on: Transaction): Promise<void> {
  await lockCriteria(on, ['webhook key']);
}

async function noteKey(
  on: Transaction,
  { clock }: WebhookKeyOptions,
  interaction: 'key-add' | 'key-rotate',
  detail: string,
): Promise<void> {
  const nobody = { organization: null, client: null };
  await writeIdentityAct(on, { at: clock(), request: uuidv7(), interaction, ...nobody, status: 200, detail });
}

function purposeOf(kid: string): string {
  return `webhook key ${kid}`;
}
