import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import { createSigner, makeLeaf, makeRoot, sealJson, unsealJson } from '../keys/index.ts';
import type { CertifiedKey, PrivateJwk, Signer, Validity } from '../keys/index.ts';
import {
  findCurrentSigningKey,
  findOrganization,
  insertSigningKey,
  lockSigningKeys,
  markSigningKeysCompromised,
  retireSigningKey,
  writeIdentityAct,
} from '../store/index.ts';
import type { CurrentSigningKey, Database, Transaction } from '../store/index.ts';

/** What the keys of reports are opened with. */
export interface ReportKeys {
  /** As the owner of the tables: requests may not see a key. */
  readonly database: Database;
  /** 32 bytes, under which the keys lie sealed; see `parseMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  /** Public FHIR base without a slash at its end. */
  readonly base: string;
}

export interface ReportKeyRotation {
  /** Id of the organisation whose key is replaced. */
  readonly programme: string;
  /** From when on somebody else may have had it, and those before it that signed then still; undefined: nobody. */
  readonly compromisedSince?: Date;
}

export interface RotatedReportKey {
  /** The key that signs from now on. */
  readonly kid: string;
  /** The one that did, where there was one. */
  readonly former: string | undefined;
}

/** What lies sealed. */
interface SealedKey {
  readonly privateJwk: PrivateJwk;
  /** In PEM: its own, and that of the root that signed it. */
  readonly certificates: readonly string[];
}

/** A key in memory. */
interface OpenKey extends SealedKey {
  readonly notAfter: Date;
}

/** The name of the certificate that partners pin. */
const ROOT_NAME = 'Consilium report root';
const ROOT_YEARS = 20;
const LEAF_YEARS = 2;
const DAY_MS = 86_400_000;
/** How long before its end a programme's key is replaced by another, in days. */
const LEAF_RENEWAL_DAYS = 30;
/** A root has to outlive what it certifies, in days. */
const ROOT_RENEWAL_DAYS = LEAF_YEARS * 366;
/** Certificates begin a little earlier, in ms: not all clocks agree. */
const HEAD_START_MS = 300_000;

/**
 * The key with which a programme's reports are signed: made when it is first needed, and replaced by another when it nears
 * its end. Of several processes that make one at once, one has its key taken and all use that.
 * @throws Error when there is no such programme, or its key lies sealed under another MASTER_KEY
 */
export async function openReportSigner(keys: ReportKeys, programme: string): Promise<Signer> {
  const root = await openRoot(keys);
  const current = await findCurrentSigningKey(keys.database, programme);
  const own =
    current !== undefined && isFresh(keys, current, LEAF_RENEWAL_DAYS)
      ? openKey(keys, current)
      : await renewKey(keys, programme, LEAF_RENEWAL_DAYS, await makeProgrammeKey(keys, root, programme));
  return await createSigner(own.privateJwk, own.certificates);
}

/** The certificate that partners pin, in PEM; made when it is first asked for. */
export async function readReportRoot(keys: ReportKeys): Promise<string> {
  return certificateOf(await openRoot(keys));
}

/**
 * Lets another key of a programme sign from now on. Certificates of former ones stay, so that what they signed can be
 * verified; what one signed after it became known to others is refused.
 * @throws Error when there is no such programme
 */
export async function rotateReportKey(keys: ReportKeys, rotation: ReportKeyRotation): Promise<RotatedReportKey> {
  const { programme, compromisedSince } = rotation;
  // Before the transaction: nobody else has to wait for it.
  const made = await makeProgrammeKey(keys, await openRoot(keys), programme);
  return await keys.database.transact(async (on) => {
    await lockSigningKeys(on);
    const former = await retireSigningKey(on, programme, keys.clock());
    if (compromisedSince !== undefined) await markSigningKeysCompromised(on, programme, compromisedSince);
    const kid = await addKey(on, keys, programme, made);
    const fate = compromisedSince === undefined ? '' : ` compromised since ${compromisedSince.toISOString()}`;
    await noteKey(on, keys, 'key-rotate', programme, `report key ${former ?? 'none'} → ${kid}${fate}`);
    return { kid, former };
  });
}

async function openRoot(keys: ReportKeys): Promise<OpenKey> {
  const current = await findCurrentSigningKey(keys.database, null);
  if (current !== undefined && isFresh(keys, current, ROOT_RENEWAL_DAYS)) return openKey(keys, current);
  const validity = validityOf(keys, ROOT_YEARS);
  return await renewKey(keys, null, ROOT_RENEWAL_DAYS, toOpenKey(await makeRoot(ROOT_NAME, validity), validity));
}

async function makeProgrammeKey(keys: ReportKeys, root: OpenKey, programme: string): Promise<OpenKey> {
  const organization = await findOrganization(keys.database, programme);
  if (organization?.role !== 'programme') throw new Error(`There is no programme ${programme}.`);
  const subject = { name: organization.name, uri: `${keys.base}/Organization/${programme}` };
  const validity = validityOf(keys, LEAF_YEARS);
  const authority = { privateJwk: root.privateJwk, certificate: certificateOf(root) };
  return toOpenKey(await makeLeaf(authority, subject, validity), validity, root.certificates);
}

function toOpenKey(made: CertifiedKey, { until }: Validity, above: readonly string[] = []): OpenKey {
  return { privateJwk: made.privateJwk, certificates: [made.certificate, ...above], notAfter: until };
}

function certificateOf({ certificates }: SealedKey): string {
  return certificates[0]!;
}

/** Puts a key in the place of the one that nears its end, unless somebody else has done so meanwhile. */
async function renewKey(keys: ReportKeys, organization: string | null, days: number, made: OpenKey): Promise<OpenKey> {
  return await keys.database.transact(async (on) => {
    await lockSigningKeys(on);
    const current = await findCurrentSigningKey(on, organization);
    if (current !== undefined && isFresh(keys, current, days)) return openKey(keys, current);
    await retireSigningKey(on, organization, keys.clock());
    const kid = await addKey(on, keys, organization, made);
    await noteKey(on, keys, 'key-add', organization, `${organization === null ? 'report root' : 'report key'} ${kid}`);
    return made;
  });
}

async function addKey(
  on: Transaction,
  { masterKey }: ReportKeys,
  organization: string | null,
  key: OpenKey,
): Promise<string> {
  const { privateJwk, certificates, notAfter } = key;
  const { kid } = privateJwk;
  const sealed = sealJson(masterKey, { privateJwk, certificates } satisfies SealedKey, purposeOf(kid));
  await insertSigningKey(on, { kid, organization, certificate: certificateOf(key), notAfter, sealed });
  return kid;
}

/** The certificates, too, come out of the seal: what somebody without the master key wrote is none. */
function openKey({ masterKey }: ReportKeys, { kid, sealed, notAfter }: CurrentSigningKey): OpenKey {
  return { ...(unsealJson(masterKey, sealed, purposeOf(kid)) as SealedKey), notAfter };
}

function isFresh({ clock }: ReportKeys, { notAfter }: CurrentSigningKey, days: number): boolean {
  return notAfter.getTime() - clock().getTime() > days * DAY_MS;
}

function validityOf({ clock }: ReportKeys, years: number): Validity {
  const now = clock().getTime();
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  return { from: new Date(now - HEAD_START_MS), until };
}

async function noteKey(
  on: Transaction,
  { clock }: ReportKeys,
  interaction: 'key-add' | 'key-rotate',
  organization: string | null,
  detail: string,
): Promise<void> {
  await writeIdentityAct(on, {
    at: clock(),
    request: uuidv7(),
    interaction,
    organization,
    client: null,
    status: 200,
    detail,
  });
}

function purposeOf(kid: string): string {
  return `report key ${kid}`;
}
