import { Fault } from '../base/index.ts';
import type { Clock, Logger } from '../base/index.ts';
import type { Jwks, PrivateJwk } from '../keys/index.ts';
import { IDENTITY_CHANNEL, listServerKeys, readIdentityMark, sweepServerKeys } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { addKey, makeKey, openKey, SERVER_KEY_ALGS } from './sealed-keys.ts';
import type { OpenedKey, ServerKeyAlg } from './sealed-keys.ts';

/**
 * How long a key that signs no more is published and taken, in ms: the hour that a token lives, and ten minutes for a
 * process that signs with it still, because the word of its successor did not come through.
 */
export const OVERLAP_MS = 4_200_000;
/** Between two looks at the keys without a word, in ms. */
const TEND_MS = 60_000;

/** The server's keys as all processes have them. */
export interface ServerKeys {
  /** Those that sign now. */
  current(): { readonly access: PrivateJwk; readonly id: PrivateJwk };
  /** All that are published, those that sign now first. */
  privateJwks(): readonly PrivateJwk[];
  /** The public halves of the same: those that sign, those to come, and those whose signatures are still good. */
  jwks(): Jwks;
  /** Looks whether there are others by now: for a key that is not known here. */
  refresh(): Promise<void>;
  /** Called whenever they have changed. */
  onChange(changed: () => void): void;
  /** What is done each minute: looks at them, makes those that come next, removes those whose time is over. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The server's keys, made at the first start. Of several processes that start at once, one has its keys taken and all
 * use those. Every process hears of a change by LISTEN, and looks for itself each minute.
 * @throws Error when the keys lie sealed under another MASTER_KEY.
 */
export async function openServerKeys({ database, masterKey, clock, logger }: Options): Promise<ServerKeys> {
  let held: readonly OpenedKey[] = [];
  /** As it stood before they were read last. */
  let markSeen = '';
  const listeners: (() => void)[] = [];

  async function read(): Promise<void> {
    const mark = await readIdentityMark(database);
    const rows = await listServerKeys(database);
    // What is known stays the same object: a key that was read once is quicker to use (src/keys).
    const known = new Map(held.map((key) => [key.row.kid, key]));
    const read = rows.map((row) => ({ ...(known.get(row.kid) ?? openKey(masterKey, row)), row }));
    const isChanged = namesOf(read) !== namesOf(held);
    held = read;
    markSeen = mark;
    if (isChanged) for (const tell of listeners) tell();
  }

  // One after the other: of two that overlap, the later answer may be the earlier state.
  let reading = Promise.resolve();
  function readAgain(isNeeded = (): boolean => true): Promise<void> {
    const next = async (): Promise<void> => (isNeeded() ? await read() : undefined);
    reading = reading.then(next, next);
    return reading;
  }

  function currentOf(alg: ServerKeyAlg): OpenedKey | undefined {
    return held.find(({ row }) => row.alg === alg && row.state === 'current');
  }

  await read();
  const missing = SERVER_KEY_ALGS.filter((alg) => currentOf(alg) === undefined);
  if (missing.length > 0) {
    const made = await Promise.all(missing.map((alg) => makeKey(masterKey, alg, clock())));
    await database.transact(async (on) => {
      for (const key of made) await addKey(on, clock, key);
    });
    await read();
  }

  function signing(alg: ServerKeyAlg): PrivateJwk {
    const key = currentOf(alg);
    if (key === undefined) throw new Error(`The database has no key for ${alg} and takes none.`);
    return key.privateJwk;
  }
  for (const alg of SERVER_KEY_ALGS) signing(alg);

  function published(): readonly OpenedKey[] {
    const oldest = clock().getTime() - OVERLAP_MS;
    return held.filter(({ row }) => row.state !== 'retired' || row.since.getTime() > oldest);
  }

  async function tend(): Promise<void> {
    await sweepServerKeys(database, new Date(clock().getTime() - OVERLAP_MS));
    for (const alg of SERVER_KEY_ALGS) {
      if (held.some(({ row }) => row.alg === alg && row.state === 'next')) continue;
      const next = await makeKey(masterKey, alg, null);
      await database.transact((on) => addKey(on, clock, next));
    }
    await readAgain();
  }

  const warn = (error: Error): void => logger.error({ reason: error.message }, "the server's keys were not to be had");
  const stopListening = await database.listen(IDENTITY_CHANNEL, (payload) => {
    if (payload === '' || payload.startsWith('key:')) readAgain().catch(warn);
  });
  // What was said between the first look and the first word.
  await readAgain();
  const tending = setInterval(() => void tend().catch(warn), TEND_MS).unref();

  /** However many unknown names come in, nothing is read twice without a change. */
  async function refresh(): Promise<void> {
    const mark = await readIdentityMark(database.byKey);
    if (mark === markSeen) return;
    await readAgain(() => mark !== markSeen).catch((error: Error) => {
      if (error instanceof Fault) throw error;
      warn(error);
    });
  }

  return {
    current: () => ({ access: signing('ES384'), id: signing('RS256') }),
    privateJwks: () => published().map(({ privateJwk }) => privateJwk),
    jwks: () => ({ keys: published().map(({ publicJwk }) => publicJwk) }),
    refresh,
    onChange: (changed) => void listeners.push(changed),
    tend,
    async close() {
      clearInterval(tending);
      await stopListening();
      await reading.catch(() => undefined);
    },
  };
}

function namesOf(keys: readonly OpenedKey[]): string {
  return keys.map(({ row }) => `${row.kid} ${row.state}`).join('\n');
}
