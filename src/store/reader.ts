import type { Role } from '../base/index.ts';
import type { Statement } from './database.ts';

/** Who reads: with its role an organisation is also shown the views that are kept for such as it; by its id alone none. */
export type Reader = string | { readonly organization: string; readonly role?: Role };

export function organizationOf(reader: Reader): string {
  return typeof reader === 'string' ? reader : reader.organization;
}

/** What a reader's records are read from: views are kept for insurers alone, and reading past them would cost all others. */
export function recordsOf(reader: Reader): 'record' | 'shown_record' {
  return typeof reader !== 'string' && reader.role === 'insurer' ? 'shown_record' : 'record';
}

/** A statement that reads records, for every reader: `text` is given the name of what it reads. */
export function forReaders(text: (records: string) => string, name?: string): (reader: Reader) => Statement {
  const statements = {
    record: { ...(name === undefined ? {} : { name }), text: text('record') },
    shown_record: { ...(name === undefined ? {} : { name: `${name}_shown` }), text: text('shown_record') },
  };
  return (reader) => statements[recordsOf(reader)];
}
