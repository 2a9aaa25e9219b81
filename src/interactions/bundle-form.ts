import type { Context, House } from './house.ts';

/*
 * What an entry of a Bundle can ask for, and how it asks. https://hl7.org/fhir/R4/bundle.html#transaction
 */

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the url of an entry says: what stands in it as `{type}` and the like. */
export interface Address {
  /** `''` where the whole server is asked. */
  readonly type: string;
  readonly id?: string;
  readonly vid?: string;
  /** The type within a compartment, or `*`. */
  readonly member?: string;
  /** What stands behind the question mark, percent-encoded. */
  readonly query?: string;
}

/** One entry of a batch or transaction, as it asks. */
export type EntryRequest = WriteEntry | ReadEntry;

export type WriteEntry = Entry<WriteForm>;
export type ReadEntry = Entry<ReadForm>;

interface Entry<F> {
  readonly method: Method;
  readonly form: F;
  readonly address: Address;
  readonly ifMatch?: number;
  /** `*`: a PUT only if nothing is there; else the ETags of which the sender has the bodies. */
  readonly ifNoneMatch?: string;
  /** Milliseconds since 1970. */
  readonly ifModifiedSince?: number;
  /** The criteria, without a question mark. */
  readonly ifNoneExist?: string;
  readonly fullUrl?: string;
  readonly resource?: unknown;
  /** `Bundle.entry[3]` */
  readonly path: string;
}

/** An interaction that changes a record, and so may be part of what a transaction does as a whole. */
export interface WriteForm {
  readonly method: Exclude<Method, 'GET' | 'HEAD'>;
  /** Below the base, as the routes write it: `{type}/{id}`. */
  readonly path: string;
  readonly write: 'create' | 'update' | 'patch' | 'delete';
}

/** An interaction that answers something. In a transaction it is asked when all is written. */
export interface ReadForm {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Refuses, before a transaction writes anything, what can be refused without looking at records. */
  check(house: House, context: Context, entry: EntryRequest, options: ReadOptions): void | Promise<void>;
  fetch(house: House, context: Context, entry: EntryRequest, options: ReadOptions): Promise<Fetched>;
}

export type Form = WriteForm | ReadForm;

export interface ReadOptions {
  /** Whether what is not understood is refused: `Prefer: handling=strict`. */
  readonly strict: boolean;
}

/** What a reading entry is answered with. */
export interface Fetched {
  readonly body: string;
  readonly version?: number;
  /** Milliseconds since 1970. */
  readonly at?: number;
}

export function isWrite(entry: EntryRequest): entry is WriteEntry {
  return 'write' in entry.form;
}

export function isRead(entry: EntryRequest): entry is ReadEntry {
  return !isWrite(entry);
}
