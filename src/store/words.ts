import { lexemePrefix } from '../search/index.ts';
import type { Words } from '../search/index.ts';
import type { Queryable, Statement } from './database.ts';
import { consumeOutbox } from './outbox.ts';
import { readRecord, VISIBLE } from './read.ts';

/** The words of a record's stored text. */
export type WordReader = (body: string) => Words;

/** Announcements after which other words, or the same for more readers, are to be found. */
const KINDS = ['record', 'shared'];
/** Announcements that are taken at once; all of the last transaction's come along. */
const BATCH = 200;
/** Records that are read and written at once, and how many bytes of text one of them may have among others. */
const SLICE = 50;
const LIGHT = 256 * 1024;

// Asked before anything is locked: looking costs no transaction id, by which others would have to wait.
const PENDING: Statement = {
  name: 'words_pending',
  text: `select exists (select 1 from words_due) or not exists (select 1 from outbox_consumer where name = 'words')
    or exists (select 1 from outbox_consumer c join outbox o on o.xid >= c.horizon where c.name = 'words' and o.kind = any ($1::text[])) as pending`,
};
// One works at a time, so that what was read earlier is never written later.
const LOCK: Statement = {
  name: 'words_lock',
  text: `select pg_try_advisory_xact_lock(hashtextextended('words', 0)) as mine`,
};
const TAKE_DUE: Statement = {
  name: 'words_due',
  text: `delete from words_due where ref in (select ref from words_due order by ref limit $1) returning ref, organization`,
};
// What has its words from an earlier time is passed over: announcements may come twice.
const READ: Statement = {
  name: 'words_read',
  text: `select ref, type, version, readers, deleted, case when octet_length(body) <= ${LIGHT} then body end as body
    from record r where ref = any ($2::text[]) and ${VISIBLE} and (deleted or (
      select count(*) from search_words w where w.target = r.ref and w.version = r.version
    ) < case when '*' = any (readers) then 1 else cardinality(readers) end)`,
};
// Words that are as they were keep their place: such a row is not entered into the index again.
const WRITE: Statement = {
  name: 'words_write',
  text: `insert into search_words as w (target, reader, version, words)
    select target, reader, version, array_to_tsvector(string_to_array(words, ' '))
    from unnest($1::text[], $2::text[], $3::int8[], $4::text[]) as u(target, reader, version, words)
    on conflict (target, reader) do update set version = excluded.version,
      words = case when w.words = excluded.words then w.words else excluded.words end`,
};
const DELETE: Statement = { name: 'words_delete', text: 'delete from search_words where target = any ($1::text[])' };

/**
 * Brings the words of some records up to date, in one transaction: of those changed since the last time, or, where there
 * are none, of those that were there before words were kept. Returns how many there were; 0 too while another process
 * is at it.
 *
 * @param on a transaction of the role of the jobs, which sees no records
 * @param records where they are read, as organisations that may see them
 */
export async function indexWords(on: Queryable, records: Queryable, read: WordReader): Promise<number> {
  const [about] = await on.query<{ pending: boolean }>(PENDING, [KINDS]);
  if (about?.pending !== true) return 0;
  const [lock] = await on.query<{ mine: boolean }>(LOCK, []);
  if (lock?.mine !== true) return 0;
  const announced = await consumeOutbox(on, 'words', KINDS, (rows) => indexRecords(on, records, read, rows), BATCH);
  if (announced > 0) return announced;
  const due = await on.query<Announced & Record<string, unknown>>(TAKE_DUE, [BATCH]);
  await indexRecords(on, records, read, due);
  return due.length;
}

/** A record, and an organisation that may see it: it is read as that one. */
interface Announced {
  readonly ref: string;
  readonly organization: string;
}

async function indexRecords(
  on: Queryable,
  records: Queryable,
  read: WordReader,
  announced: readonly Announced[],
): Promise<void> {
  const organizations = new Map(announced.map(({ ref, organization }) => [ref, organization]));
  for (const [organization, refs] of Map.groupBy(organizations.keys(), (ref) => organizations.get(ref)!)) {
    for (let at = 0; at < refs.length; at += SLICE) {
      await indexSlice(on, records, read, organization, refs.slice(at, at + SLICE));
    }
  }
}

interface Row {
  readonly ref: string;
  readonly type: string;
  readonly version: number;
  readonly readers: readonly string[];
  readonly deleted: boolean;
  readonly body: string | null;
  readonly [name: string]: unknown;
}

async function indexSlice(
  on: Queryable,
  records: Queryable,
  read: WordReader,
  organization: string,
  refs: readonly string[],
): Promise<void> {
  const rows = await records.query<Row>(READ, [organization, refs]);
  const written = { targets: [] as string[], readers: [] as string[], versions: [] as number[], words: [] as string[] };
  const gone: string[] = [];
  for (const row of rows) {
    const { ref, type, version } = row;
    const body = row.deleted ? null : (row.body ?? (await readRecord(records, organization, ref))?.body ?? null);
    if (body === null) {
      gone.push(ref);
      continue;
    }
    const words = read(body);
    for (const reader of row.readers.includes('*') ? ['*'] : row.readers) {
      written.targets.push(ref);
      written.readers.push(reader);
      written.versions.push(version);
      written.words.push(lexemes(words, reader, type));
    }
  }
  const { targets, readers, versions, words } = written;
  if (targets.length > 0) await on.query(WRITE, [targets, readers, versions, words]);
  if (gone.length > 0) await on.query(DELETE, [gone]);
}

/** Words have no space in them. */
function lexemes(words: Words, reader: string, type: string): string {
  const narrative = lexemePrefix(reader, type, '_text');
  const content = lexemePrefix(reader, type, '_content');
  return [...words._text.map((word) => narrative + word), ...words._content.map((word) => content + word)].join(' ');
}
