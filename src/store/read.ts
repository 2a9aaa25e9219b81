import type { Database, Queryable, Statement } from './database.ts';
import { forReaders, organizationOf } from './reader.ts';
import type { Reader } from './reader.ts';

/** The current version of a record as it lies in the store. */
export interface StoredRecord {
  readonly ref: string;
  readonly version: number;
  /** meta.lastUpdated, milliseconds since 1970. */
  readonly at: number;
  readonly owner: string;
  readonly readers: readonly string[];
  readonly method: string;
  /** Null when deleted. */
  readonly body: string | null;
  readonly contentHash: string | null;
  /** Bytes. */
  readonly contentSize: number | null;
}

/** A past or current version for vread and history. */
export interface StoredVersion {
  readonly ref: string;
  readonly version: number;
  readonly at: number;
  readonly method: string;
  readonly body: string | null;
  readonly contentHash: string | null;
}

// The one-time filter sets the caller for row-level security before the first row is looked at (set too late, it would
// return nothing); the filter on readers says the same once more.
export const VISIBLE = `(select set_config('app.org', $1, true)) is not null and ($1 = any (readers) or '*' = any (readers))`;
// A record that was shared is seen from the version on that was shared.
export const SEEN = 'p.version >= seen_since(record.readers, record.since, $1)';
// Unlike extract(), whose numeric costs as much as the rest of a read.
export const AT = `date_part('epoch', last_updated) * 1000 as at`;

const CONTENT = 'content_hash as "contentHash", content_size as "contentSize"';

const readText = (records: string): string =>
  `select ref, version, ${AT}, owner, readers, method, body, ${CONTENT} from ${records} where ref = $2 and ${VISIBLE}`;
const READ = forReaders(readText, 'read');
/** Bytes of a body at most that a shared connection brings: what is larger would hold up everybody behind it. */
const LIGHT = 256 * 1024;
const LIGHT_BODY = `case when octet_length(body) <= ${LIGHT} then body end as body, octet_length(body) > ${LIGHT} as heavy`;

const READ_LIGHT = forReaders(
  (records) =>
    `select ref, version, ${AT}, owner, readers, method, ${LIGHT_BODY}, ${CONTENT} from ${records} where ref = $2 and ${VISIBLE}`,
  'read_light',
);
const READ_TEXT = forReaders(
  (records) =>
    `select version, ${AT}, ${LIGHT_BODY}, content_hash as "contentHash" from ${records} where ref = $2 and ${VISIBLE}`,
  'read_text',
);
const readMany = (
  records: string,
): string => `select ref, version, ${AT}, owner, readers, method, body, ${CONTENT} from ${records}
    where ref = any ($2::text[]) and ${VISIBLE} order by ref`;
const READ_MANY = forReaders(readMany, 'read_many');
const FIND_STANDING = forReaders(
  (records) => `select ref from ${records} where ref = any ($2::text[]) and not deleted and ${VISIBLE}`,
  'find_standing',
);
const READ_PUBLISHED: Statement = {
  text: `select ref, version, ${AT}, owner, readers, method, body, ${CONTENT} from record
    where ref in (select target from search_text where reader = '*' and param = any ($2::int4[]) and value = '') and owner = $1 and ${VISIBLE} order by ref`,
};
const LOCK_MANY: Statement = { name: 'lock_many', text: `${readMany('record')} for update` };
const READ_VERSION = forReaders(
  (
    records,
  ) => `select v.ref, v.version, ${AT.replace('last_updated', 'v.last_updated')}, v.method, v.body, v.content_hash as "contentHash"
    from (
      select ref, version, last_updated, method, body, content_hash from ${records} where ref = $2 and version = $3 and ${VISIBLE}
      union all
      select p.ref, p.version, p.last_updated, p.method, p.body, p.content_hash from record_version p
      where p.ref = $2 and p.version = $3 and exists (select 1 from record where record.ref = $2 and ${SEEN} and ${VISIBLE})
    ) v`,
  'read_version',
);
/** The record if this reader may see it, deleted or not. */
export async function readRecord(on: Queryable, reader: Reader, ref: string): Promise<StoredRecord | undefined> {
  return (await on.query<StoredRecord & Record<string, unknown>>(READ(reader), [organizationOf(reader), ref]))[0];
}

/** What an answer needs of a record. */
export type StoredText = Pick<StoredRecord, 'version' | 'at' | 'body' | 'contentHash'>;

type Light<T> = T & { readonly heavy: boolean | null } & Record<string, unknown>;

/** What an answer needs alone: this is the hottest question of all. */
export async function lookUpText(database: Database, reader: Reader, ref: string): Promise<StoredText | undefined> {
  const [found] = await database.byKey.query<Light<StoredText>>(READ_TEXT(reader), [organizationOf(reader), ref]);
  return found?.heavy === true ? readRecord(database, reader, ref) : found;
}

/** As `readRecord`, over a shared connection unless it is large. */
export async function lookUpRecord(database: Database, reader: Reader, ref: string): Promise<StoredRecord | undefined> {
  const [found] = await database.byKey.query<Light<StoredRecord>>(READ_LIGHT(reader), [organizationOf(reader), ref]);
  return found?.heavy === true ? readRecord(database, reader, ref) : found;
}

/** Those of `refs` that this reader may see, in order of ref; absent and hidden ones are missing alike. */
export async function readRecords(on: Queryable, reader: Reader, refs: readonly string[]): Promise<StoredRecord[]> {
  if (refs.length === 0) return [];
  return on.query<StoredRecord & Record<string, unknown>>(READ_MANY(reader), [organizationOf(reader), refs]);
}

/** Which of `refs` lead to a record that this reader may see, and that is not deleted. */
export async function findStanding(
  on: Queryable,
  reader: Reader,
  refs: readonly string[],
): Promise<ReadonlySet<string>> {
  if (refs.length === 0) return new Set();
  const found = await on.query<{ ref: string }>(FIND_STANDING(reader), [organizationOf(reader), refs]);
  return new Set(found.map(({ ref }) => ref));
}

/** An organisation's published records of some types; `ids`: `paramKey(type, '_id')` of each type. */
export async function readPublished(
  on: Queryable,
  organization: string,
  ids: readonly number[],
): Promise<StoredRecord[]> {
  return on.query<StoredRecord & Record<string, unknown>>(READ_PUBLISHED, [organization, ids]);
}

/**
 * Like readRecords, of records alone, and holds the rows until the transaction ends; always in order of ref, so that nobody
 * deadlocks.
 */
export async function lockRecords(
  on: Queryable,
  organization: string,
  refs: readonly string[],
): Promise<StoredRecord[]> {
  if (refs.length === 0) return [];
  return on.query<StoredRecord & Record<string, unknown>>(LOCK_MANY, [organization, refs]);
}

export async function readVersion(
  on: Queryable,
  reader: Reader,
  ref: string,
  version: number,
): Promise<StoredVersion | undefined> {
  const values = [organizationOf(reader), ref, version];
  return (await on.query<StoredVersion & Record<string, unknown>>(READ_VERSION(reader), values))[0];
}
