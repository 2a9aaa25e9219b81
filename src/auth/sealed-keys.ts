import type { Clock } from '../base/index.ts';
import { uuidv7 } from '../base/index.ts';
import { generateKey, sealJson, toPublicJwk, unsealJson } from '../keys/index.ts';
import type { PrivateJwk, PublicJwk } from '../keys/index.ts';
import { insertServerKey, listServerKeys, writeIdentityAct } from '../store/index.ts';
import type { NewServerKey, Queryable, ServerKeyRow } from '../store/index.ts';

/** What the server signs with: ES384 its access tokens, RS256 its id_tokens. */
export const SERVER_KEY_ALGS = ['ES384', 'RS256'] as const;

export type ServerKeyAlg = (typeof SERVER_KEY_ALGS)[number];

/** A key as it is held in memory. */
export interface OpenedKey {
  readonly row: ServerKeyRow;
  readonly privateJwk: PrivateJwk;
  readonly publicJwk: PublicJwk;
}

/**
 * Opens a key. Its public half comes out of the seal, too: a row that somebody without the master key wrote is none.
 * @throws Error when it lies sealed under another MASTER_KEY.
 */
export function openKey(masterKey: Uint8Array, row: ServerKeyRow): OpenedKey {
  const privateJwk = unsealJson(masterKey, row.sealed, purposeOf(row.kid)) as PrivateJwk;
  return { row, privateJwk, publicJwk: toPublicJwk(privateJwk) };
}

/** Makes a key, sealed. RS256 takes a quarter of a second of one core, off the main thread. */
export async function makeKey(
  masterKey: Uint8Array,
  alg: ServerKeyAlg,
  activatedAt: Date | null,
): Promise<NewServerKey> {
  const { privateJwk, publicJwk } = await generateKey(alg);
  const { kid } = privateJwk;
  const sealed = sealJson(masterKey, privateJwk, purposeOf(kid));
  return { kid, alg, publicJwk: JSON.stringify(publicJwk), sealed, activatedAt };
}

/** Adds a key and notes it, unless there is one of its algorithm in its place already. */
export async function addKey(on: Queryable, clock: Clock, key: NewServerKey): Promise<void> {
  if (await insertServerKey(on, key)) await noteKey(on, clock, 'key-add', `${key.alg} ${key.kid}`);
}

export async function noteKey(
  on: Queryable,
  clock: Clock,
  interaction: 'key-add' | 'key-rotate',
  detail: string,
): Promise<void> {
  const nobody = { organization: null, client: null };
  await writeIdentityAct(on, { at: clock(), request: uuidv7(), interaction, ...nobody, status: 200, detail });
}

/**
 * Opens all keys of the server and makes none.
 * @throws Error when one of them lies sealed under another MASTER_KEY.
 */
export async function checkServerKeys(on: Queryable, masterKey: Uint8Array): Promise<readonly ServerKeyRow[]> {
  const rows = await listServerKeys(on);
  for (const row of rows) openKey(masterKey, row);
  return rows;
}

function purposeOf(kid: string): string {
  return `server key ${kid}`;
}
