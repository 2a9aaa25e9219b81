import { lexemePrefix } from '../../search/index.ts';
import type { Condition, Wanted } from '../../search/index.ts';
import type { SqlBuilder } from './sql.ts';

type WordsCondition = Extract<Condition, { kind: 'words' }>;

/**
 * SQL: whether the row `x` of search_words is one that the caller may use, and has the words: to be asked of the index of
 * words. Lexemes begin with the reader and the type, so that there, too, nothing is looked at but the caller's own rows
 * of this type; whose they are is looked up in the rows alone, since no index leads with it.
 */
export function wordsMatch(sql: SqlBuilder, x: string, type: string, condition: WordsCondition): string {
  return `${holds(sql, x, type, condition)} and (${x}.reader ${sql.readers(type)}) is true`;
}

/**
 * The same for the row of one record, which its key finds: put so that the index of words cannot answer it, which would
 * gather all rows that have the words, for each record anew.
 */
export function wordsProbe(sql: SqlBuilder, x: string, type: string, condition: WordsCondition): string {
  return `${x}.reader ${sql.readers(type)} and (${holds(sql, x, type, condition)}) is true`;
}

function holds(sql: SqlBuilder, x: string, type: string, { scope, wanted }: WordsCondition): string {
  const readers = sql.readerNames(type).map((reader) => toQuery(wanted, lexemePrefix(reader, type, scope)));
  return `${x}.words @@ ${sql.param(readers.join(' | '), '::tsquery')}`;
}

/** Text of a tsquery. A word has letters, marks and digits only: nothing in it could end the quotes. */
function toQuery(wanted: Wanted, prefix: string): string {
  if (wanted.op === 'word') return `'${prefix}${wanted.word}'`;
  return `(${wanted.of.map((one) => toQuery(one, prefix)).join(wanted.op === 'all' ? ' & ' : ' | ')})`;
}
