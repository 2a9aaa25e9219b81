import type { Clock } from '../base/index.ts';
import {
  activateNextServerKey,
  insertServerKey,
  lockServerKeys,
  removeServerKeys,
  retireServerKey,
} from '../store/index.ts';
import type { Database, Transaction } from '../store/index.ts';
import { addKey, checkServerKeys, makeKey, noteKey } from './sealed-keys.ts';
import type { ServerKeyAlg } from './sealed-keys.ts';

export interface Rotation {
  /** As the owner of the tables: requests may not change which key signs. */
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly algs: readonly ServerKeyAlg[];
  /** Somebody else may have the keys: all there are go at once, and with them what they signed. */
  readonly compromised: boolean;
}

export interface Rotated {
  readonly alg: ServerKeyAlg;
  /** The key that signs from now on. */
  readonly kid: string;
  /** The one that did. */
  readonly former: string | undefined;
}

/**
 * Lets other keys sign from now on, on every process: those that were published as the next ones, or new ones. What the
 * former ones signed stays good until it expires.
 * @throws Error when the keys lie sealed under another MASTER_KEY.
 */
export async function rotateServerKeys(rotation: Rotation): Promise<Rotated[]> {
  const { database, masterKey, algs } = rotation;
  await checkServerKeys(database, masterKey);
  const rotated: Rotated[] = [];
  for (const alg of algs) {
    // Before the transaction: nobody else has to wait for it.
    const spare = await makeKey(masterKey, alg, null);
    rotated.push(await database.transact((on) => rotate(on, rotation, alg, spare)));
  }
  return rotated;
}

async function rotate(
  on: Transaction,
  { clock, compromised }: Rotation,
  alg: ServerKeyAlg,
  spare: Awaited<ReturnType<typeof makeKey>>,
): Promise<Rotated> {
  await lockServerKeys(on);
  const at = clock();
  const former = compromised ? await removeServerKeys(on, alg) : await retireServerKey(on, alg, at);
  const next = await activateNextServerKey(on, alg, at);
  if (next === undefined) await insertServerKey(on, { ...spare, activatedAt: at });
  else await addKey(on, clock, spare);
  const kid = next ?? spare.kid;
  const detail = [alg, former ?? 'none', '→', kid, ...(compromised ? ['compromised'] : [])].join(' ');
  await noteKey(on, clock, 'key-rotate', detail);
  return { alg, kid, former };
}
