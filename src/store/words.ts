import { setTimeout as pause } from 'node:timers/promises';
import { lexemePrefix } from '../search/index.ts';
import type { Words } from '../search/index.ts';
import type { Queryable, Statement } from './database.ts';
import { moveOutbox, PEEK, readOutbox } from './outbox.ts';
import type { NamedRow } from './outbox.ts';
import { readRecord, VISIBLE } from './read.ts';

/** The words of a record's stored text. */
export type WordReader = (body: string) => Words;

const CONSUMER = 'words';
/** Announcements after which other words, or the same for more readers, are to be found. */
const KINDS = ['record', 'shared'];
/** Records that are brought up to date at once; of announcements all of the last transaction's come along. */
const BATCH = 200;
/** Records that are read at once, and how many bytes of text one of them may have among others. */
const SLICE = 50;
const LIGHT = 256 * 1024;
/** How long words are read before others have their turn, in ms, which is as long. One record is read in one go. */
const TURN_MS = 2;
/** UTF-16 units of words, or one record's: what is sent in one go, and what is held before it is written. */
const PIECE = 128 * 1024;
const HELD = 32 * PIECE;

const WAITING: Statement = {
  name: 'words_waiting',
  text: `select waiting or exists (select 1 from words_due) as waiting from (${PEEK.text}) peek`,
};
// One works at a time, so that what was read earlier is never written later.
const LOCK: Statement = {
  name: 'words_lock',
  text: `select pg_try_advisory_xact_lock(hashtextextended('words', 0)) as mine`,
};
const DUE: Statement = { name: 'words_due', text: 'select ref, organization from words_due order by ref limit $1' };
const DONE: Statement = { name: 'words_done', text: 'delete from words_due where ref = any ($1::text[])' };
// What has its words from an earlier time is passed over, for announcements may come twice; not so what is due.
const READ: Statement = {
  name: 'words_read',
  text: `select ref, type, version, readers, deleted, case when octet_length(body) <= ${LIGHT} then body end as body
    from record r where ref = any ($2::text[]) and ${VISIBLE} and ($3 or deleted or (
      select count(*) from search_words w where w.target = r.ref and w.version = r.version
    ) < case when '*' = any (readers) then 1 else cardinality(readers) end)`,
};
// Words that are as they were keep their place: such a row is not entered into the index again, and none is made anew in
// which nothing has changed at all.
const WRITE: Statement = {
  name: 'words_write',
  text: `insert into search_words as w (target, reader, version, words)
    select target, reader, version, array_to_tsvector(string_to_array(words, ' '))
    from unnest($1::text[], $2::text[], $3::int8[], $4::text[]) as u(target, reader, version, words)
    on conflict (target, reader) do update set version = excluded.version,
      words = case when w.words = excluded.words then w.words else excluded.words end
    where w.version <> excluded.version or w.words <> excluded.words`,
};
const DELETE: Statement = { name: 'words_delete', text: 'delete from search_words where target = any ($1::text[])' };

/** Whether there are words to be brought up to date. Asked often, so it costs little: it opens and locks nothing. */
export async function areWordsWaiting(on: Queryable): Promise<boolean> {
  return (await on.query<{ waiting: boolean }>(WAITING, [CONSUMER, KINDS, '0']))[0]!.waiting;
}

/**
 * Brings the words of some records up to date, in one transaction: of those changed since the last time, and of those
 * that are due otherwise. Returns how many there were; 0 too while another process is at it.
 *
 * All are read first and then written: only from then on the transaction has an id, for which pollers and the other
 * consumers of the outbox wait.
 *
 * @param on a transaction of the role of the jobs, which sees no records
 * @param records where they are read, as organisations that may see them
 */
export async function indexWords(on: Queryable, records: Queryable, read: WordReader): Promise<number> {
  const [lock] = await on.query<{ mine: boolean }>(LOCK, []);
  if (lock?.mine !== true) return 0;
  const { rows, next } = await readOutbox(on, CONSUMER, KINDS, BATCH);
  const due = rows.length < BATCH ? await on.query<NamedRow & Record<string, unknown>>(DUE, [BATCH - rows.length]) : [];
  const dueRefs = new Set(due.map(({ ref }) => ref));
  const changed = rows.filter(({ ref }) => !dueRefs.has(ref));

  const turn = takeTurns();
  let words = new WordRows();
  for await (const row of readEach(records, changed, due)) {
    await turn(() => words.add(row, row.body === null ? undefined : read(row.body)));
    if (words.size < HELD) continue;
    await words.write(on);
    words = new WordRows();
  }
  await words.write(on);
  if (due.length > 0) await on.query(DONE, [[...dueRefs]]);
  if (rows.length > 0) await moveOutbox(on, CONSUMER, next);
  return rows.length + due.length;
}

interface Row {
  readonly ref: string;
  readonly type: string;
  readonly version: number;
  readonly readers: readonly string[];
  readonly deleted: boolean;
  /** Null when deleted. */
  readonly body: string | null;
}

/** The current versions of those that have changed, unless they have their words, and of those that are due. */
async function* readEach(
  records: Queryable,
  changed: readonly NamedRow[],
  due: readonly NamedRow[],
): AsyncGenerator<Row, void, undefined> {
  for (const [named, isDue] of [
    [changed, false],
    [due, true],
  ] as const) {
    const organizations = new Map(named.map(({ ref, organization }) => [ref, organization]));
    for (const [organization, refs] of Map.groupBy(organizations.keys(), (ref) => organizations.get(ref)!)) {
      for (let at = 0; at < refs.length; at += SLICE) {
        const values = [organization, refs.slice(at, at + SLICE), isDue];
        for (const row of await records.query<Row & Record<string, unknown>>(READ, values)) {
          const isHeavy = row.body === null && !row.deleted;
          yield isHeavy ? { ...row, body: (await readRecord(records, organization, row.ref))?.body ?? null } : row;
        }
      }
    }
  }
}

/** Rows of words that wait to be written. */
class WordRows {
  /** UTF-16 units of all words. */
  size = 0;
  readonly #rows: (readonly [target: string, reader: string, version: number, words: string])[] = [];
  readonly #gone: string[] = [];

  /** Without words: the record is gone. */
  add({ ref, type, version, readers }: Row, words: Words | undefined): void {
    if (words === undefined) this.#gone.push(ref);
    else for (const reader of readers.includes('*') ? ['*'] : readers) this.#push(ref, reader, version, type, words);
  }

  #push(ref: string, reader: string, version: number, type: string, words: Words): void {
    const text = lexemes(words, reader, type);
    this.#rows.push([ref, reader, version, text]);
    this.size += text.length;
  }

  async write(on: Queryable): Promise<void> {
    for (let at = 0; at < this.#rows.length;) {
      const begun = at;
      for (let size = 0; at < this.#rows.length && size < PIECE; at++) size += this.#rows[at]![3].length;
      const piece = this.#rows.slice(begun, at);
      await on.query(
        WRITE,
        ([0, 1, 2, 3] as const).map((column) => piece.map((row) => row[column])),
      );
    }
    if (this.#gone.length > 0) await on.query(DELETE, [this.#gone]);
  }
}

/** Words have no space in them. */
function lexemes(words: Words, reader: string, type: string): string {
  const narrative = lexemePrefix(reader, type, '_text');
  const content = lexemePrefix(reader, type, '_content');
  return [...words._text.map((word) => narrative + word), ...words._content.map((word) => content + word)].join(' ');
}

/** For long work in small steps: rests as long as was worked, once that was long enough. */
function takeTurns(): (step: () => void) => Promise<void> {
  let worked = 0;
  return async (step) => {
    const began = performance.now();
    step();
    worked += performance.now() - began;
    if (worked < TURN_MS) return;
    await pause(worked);
    worked = 0;
  };
}
