import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import { newSecret, seal, showSecret, unseal } from '../keys/index.ts';
import {
  expireOtherSecrets,
  insertSubscriptionSecret,
  keepSubscriptionSecrets,
  listSubscriptionSecrets,
  lockCriteria,
} from '../store/index.ts';
import type { Database, SecretOwner, SubscriptionSecret, Transaction } from '../store/index.ts';

export interface SecretShelfOptions {
  /** As requests or as jobs: either sees what row-level security shows it. */
  readonly database: Database;
  /** 32 bytes, under which the secrets lie sealed; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
}

export interface SecretRotation {
  /** How long the former ones sign beside it: a day unless told, 0 where somebody else may have them. */
  readonly overlapHours?: number;
}

/** As its subscriber is told it. */
export interface ShownSecret {
  /** `whsec_…` */
  readonly secret: string;
  readonly from: Date;
  /** Without it, until another takes its place. */
  readonly until?: Date;
}

export interface RotatedSecret {
  /** `whsec_…`; told to nobody but the organisation of the subscription. */
  readonly secret: string;
  /** How long the former ones sign beside it. */
  readonly formerUntil: Date;
}

/** The HMAC secrets with which the notifications of subscriptions are signed. */
export interface SecretShelf {
  /** Those that sign now, the newest first: at the first use one is made. @throws Error when there is no such subscription */
  secretsOf(owner: SecretOwner): Promise<readonly Uint8Array[]>;
  /** The same, for nobody but the organisation of the subscription. */
  show(owner: SecretOwner): Promise<readonly ShownSecret[]>;
  /** Lets another secret sign; in this process from the next call on, in others seconds later. */
  rotate(owner: SecretOwner, rotation?: SecretRotation): Promise<RotatedSecret>;
}

/** How long a former secret signs beside its successor. */
const OVERLAP_HOURS = 24;
const HOUR_MS = 3_600_000;
/** How many sign at once at most: each makes the header longer. */
const SECRETS_MOST = 3;
/** How long what was read is taken for current, in ms. */
const FRESH_MS = 3_000;
/** Subscriptions whose secrets are held in memory at most. */
const HELD_MOST = 10_000;

interface Opened {
  readonly bytes: Uint8Array;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

interface Held {
  readonly readAt: number;
  readonly secrets: Promise<readonly Opened[]>;
}

/** Opens the shelf; of several processes that make a first secret at once, one has its taken and all use that. */
export function createSecretShelf({ database, masterKey, clock }: SecretShelfOptions): SecretShelf {
  const held = new Map<string, Held>();

  function open(owner: SecretOwner, { sealed, createdAt, expiresAt }: SubscriptionSecret): Opened {
    return { bytes: unseal(masterKey, sealed, purposeOf(owner)), createdAt, expiresAt };
  }

  async function read(owner: SecretOwner): Promise<readonly Opened[]> {
    const found = await listSubscriptionSecrets(database, owner, clock());
    // Where all but one have expired, that one has no end; there is none only before the first.
    const rows = found.length > 0 ? found : await database.transact((on) => makeFirst(on, owner));
    return rows.map((row) => open(owner, row));
  }

  async function makeFirst(on: Transaction, owner: SecretOwner): Promise<SubscriptionSecret[]> {
    await takeTurns(on, owner);
    const found = await listSubscriptionSecrets(on, owner, clock());
    return found.length > 0 ? found : [await add(on, owner)];
  }

  async function add(on: Transaction, owner: SecretOwner): Promise<SubscriptionSecret> {
    const sealed = seal(masterKey, newSecret(), purposeOf(owner));
    const made = { id: uuidv7(), sealed, createdAt: clock(), expiresAt: null };
    if (!(await insertSubscriptionSecret(on, owner, made)))
      throw new Error(`There is no ${owner.subscription} to sign for.`);
    return made;
  }

  async function current(owner: SecretOwner): Promise<readonly Opened[]> {
    const name = nameOf(owner);
    const now = clock().getTime();
    const known = held.get(name);
    if (known !== undefined && Math.abs(now - known.readAt) < FRESH_MS) return await known.secrets;
    if (held.size >= HELD_MOST) held.clear();
    const taken: Held = { readAt: now, secrets: read(owner) };
    held.set(name, taken);
    taken.secrets.catch(() => {
      if (held.get(name) === taken) held.delete(name);
    });
    return await taken.secrets;
  }

  async function signing(owner: SecretOwner): Promise<Opened[]> {
    const now = clock();
    return (await current(owner)).filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
  }

  return {
    secretsOf: async (owner) => (await signing(owner)).map(({ bytes }) => bytes),

    show: async (owner) =>
      // As they are now: another client may have taken the subscription over, which has others.
      (await read(owner)).map(({ bytes, createdAt, expiresAt }) => ({
        secret: showSecret(bytes),
        from: createdAt,
        ...(expiresAt === null ? {} : { until: expiresAt }),
      })),

    async rotate(owner, { overlapHours = OVERLAP_HOURS } = {}) {
      const formerUntil = new Date(clock().getTime() + overlapHours * HOUR_MS);
      const made = await database.transact(async (on) => {
        await takeTurns(on, owner);
        const added = await add(on, owner);
        await expireOtherSecrets(on, owner, added.id, formerUntil);
        const left = await listSubscriptionSecrets(on, owner, clock());
        await keepSubscriptionSecrets(
          on,
          owner,
          left.slice(0, SECRETS_MOST).map(({ id }) => id),
        );
        return added;
      });
      held.delete(nameOf(owner));
      return { secret: showSecret(open(owner, made).bytes), formerUntil };
    },
  };
}

async function takeTurns(on: Transaction, owner: SecretOwner): Promise<void> {
  await lockCriteria(on, [`secret of ${nameOf(owner)}`]);
}

function nameOf({ organization, subscription }: SecretOwner): string {
  return `${organization} ${subscription}`;
}

function purposeOf(owner: SecretOwner): string {
  return `webhook secret ${nameOf(owner)}`;
}
