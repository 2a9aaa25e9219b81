import type { Clock } from '../base/index.ts';
import { uuidv7 } from '../base/index.ts';
import { generateKey, seal, unseal } from '../keys/index.ts';
import type { Jwks, PrivateJwk, PublicJwk } from '../keys/index.ts';
import { insertServerKey, listServerKeys, writeIdentityAct } from '../store/index.ts';
import type { Database, ServerKeyRow } from '../store/index.ts';

/** Of access tokens. */
const ALG = 'ES384';

export interface ServerKeys {
  /** The key that signs now. */
  readonly signing: PrivateJwk;
  /** All whose signatures are still good. */
  readonly jwks: Jwks;
}

/**
 * The server's keys, made at the first start. Of several processes that start at once, one has its key taken and all
 * use that one.
 * @throws Error when the keys lie sealed under another MASTER_KEY.
 */
export async function loadServerKeys(database: Database, masterKey: Uint8Array, clock: Clock): Promise<ServerKeys> {
  let rows = await listServerKeys(database);
  if (!rows.some(isCurrent)) {
    await addServerKey(database, masterKey, clock);
    rows = await listServerKeys(database);
  }
  const current = rows.find(isCurrent);
  if (current === undefined) throw new Error('The database has no signing key and takes none.');
  const signing = JSON.parse(
    Buffer.from(unseal(masterKey, current.sealed, purposeOf(current.kid))).toString(),
  ) as PrivateJwk;
  return { signing, jwks: { keys: rows.map((row) => JSON.parse(row.publicJwk) as PublicJwk) } };
}

/**
 * Opens all keys of the server and makes none; how many there are.
 * @throws Error when one of them lies sealed under another MASTER_KEY.
 */
export async function checkServerKeys(database: Database, masterKey: Uint8Array): Promise<number> {
  const rows = await listServerKeys(database);
  for (const { kid, sealed } of rows) unseal(masterKey, sealed, purposeOf(kid));
  return rows.length;
}

async function addServerKey(database: Database, masterKey: Uint8Array, clock: Clock): Promise<void> {
  const { privateJwk, publicJwk } = await generateKey(ALG);
  const { kid } = privateJwk;
  const sealed = seal(masterKey, Buffer.from(JSON.stringify(privateJwk)), purposeOf(kid));
  await database.transact(async (transaction) => {
    const row = { kid, alg: ALG, publicJwk: JSON.stringify(publicJwk), sealed };
    if (!(await insertServerKey(transaction, row))) return;
    const act = { at: clock(), request: uuidv7(), interaction: 'key-add', organization: null, client: null } as const;
    await writeIdentityAct(transaction, { ...act, status: 200, detail: `${ALG} ${kid}` });
  });
}

function isCurrent(row: ServerKeyRow): boolean {
  return row.alg === ALG && !row.retired;
}

function purposeOf(kid: string): string {
  return `server key ${kid}`;
}
