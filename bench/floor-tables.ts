import type { Client } from 'pg';
import { uuidv7 } from '../src/base/index.ts';
import type { Json } from './records.ts';
import type { Write } from './seed.ts';

/** What the floor indexes of each record, in the order of {@link Row.values}. */
const INDEXED = ['subject', 'status', 'identifier', 'code', 'priority'] as const;

const TYPES = ['ServiceRequest', 'Patient', 'DocumentReference', 'Coverage', 'Condition', 'Observation', 'Procedure'];

/** The number of one type's parameter in the floor's index; types that are searched have numbers of their own. */
export function paramOf(type: string, name: (typeof INDEXED)[number]): number {
  return (TYPES.indexOf(type) + 2) * 10 + INDEXED.indexOf(name);
}

/**
 * The floor's own plain tables, in the same PostgreSQL: a current text, its history, five index rows a record, and the
 * documents of a patient by date. No owners, no row-level security, no audit, no outbox.
 */
const TABLES = `
  create schema floor;
  create table floor.current (ref text collate "C" primary key, version int8 not null, body text not null);
  create table floor.history (
    ref text collate "C", version int8, body text not null, primary key (ref, version)
  );
  create table floor.index_row (
    param int4, value text collate "C", target text collate "C", primary key (param, value, target)
  );
  create index on floor.index_row (target);
  create table floor.document (
    patient text collate "C", at timestamptz, target text collate "C", primary key (patient, at, target)
  );
  create table floor.spent (jti text collate "C" primary key);
  do $$ begin
    alter table floor.current alter column body set compression lz4;
    alter table floor.history alter column body set compression lz4;
  exception when others then null; end $$;
  alter table floor.current set (fillfactor = 85);
`;

const PER_STATEMENT = 1000;

export async function makeFloor(owner: Client): Promise<void> {
  await owner.query(TABLES);
}

/** Writes records straight into the floor's tables. */
export function writeToFloor(owner: Client): Write {
  return async (resources) => {
    const refs: string[] = [];
    for (let from = 0; from < resources.length; from += PER_STATEMENT) {
      const some = resources.slice(from, from + PER_STATEMENT);
      const rows = some.map(toRow);
      await owner.query(INSERT, insertValues(rows));
      const documents = rows.flatMap(({ ref, values }, n) =>
        some[n]!['resourceType'] === 'DocumentReference' ? [{ ref, patient: values[0]!, at: some[n]!['date'] }] : [],
      );
      await owner.query(INSERT_DOCUMENTS, [
        documents.map(({ patient }) => patient),
        documents.map(({ at }) => at),
        documents.map(({ ref }) => ref),
      ]);
      refs.push(...rows.map(({ ref }) => ref));
    }
    return refs;
  };
}

const INSERT_DOCUMENTS = 'insert into floor.document select * from unnest($1::text[], $2::timestamptz[], $3::text[])';

export interface Row {
  readonly type: string;
  readonly ref: string;
  readonly body: string;
  /** One for each thing that is indexed; empty where there is none. */
  readonly values: readonly string[];
}

/** A new record: its id and meta put in front, its text, and what five parameters index of it. */
export function toRow(resource: Json): Row {
  const id = uuidv7();
  const { head, tail } = textOf(resource, id);
  const type = String(resource['resourceType']);
  return { type, ref: `${type}/${id}`, body: `${head}1${tail}`, values: valuesOf(resource) };
}

/** A record's text in two halves; the number of its version stands between them. */
export function textOf(resource: Json, id: string): { readonly head: string; readonly tail: string } {
  const { resourceType, meta: _meta, ...rest } = resource;
  const head = `{"resourceType":"${String(resourceType)}","id":"${id}","meta":{"versionId":"`;
  const tail = `","lastUpdated":"${new Date().toISOString()}"},${JSON.stringify({ ...rest, id: undefined }).slice(1)}`;
  return { head, tail };
}

interface Indexed {
  readonly subject?: { readonly reference?: string };
  readonly status?: string;
  readonly identifier?: readonly { readonly value?: string }[];
  readonly code?: { readonly coding?: readonly { readonly code?: string }[] };
  readonly priority?: string;
}

export function valuesOf(resource: Json): string[] {
  const { subject, status, identifier, code, priority } = resource as Indexed;
  return [subject?.reference, status, identifier?.[0]?.value, code?.coding?.[0]?.code, priority].map(
    (value) => value ?? '',
  );
}

/** One current, one history and five index rows for each record, in one statement. */
export const INSERT = `
  with current as (
    insert into floor.current (ref, version, body) select ref, 1, body from unnest($1::text[], $2::text[]) as r(ref, body)
  ), history as (
    insert into floor.history (ref, version, body) select ref, 1, body from unnest($1::text[], $2::text[]) as r(ref, body)
  )
  insert into floor.index_row (param, value, target)
  select * from unnest($3::int4[], $4::text[], $5::text[])`;

export function paramsOf(type: string): number[] {
  return INDEXED.map((name) => paramOf(type, name));
}

export function insertValues(rows: readonly Row[]): unknown[] {
  return [
    rows.map(({ ref }) => ref),
    rows.map(({ body }) => body),
    rows.flatMap(({ type }) => paramsOf(type)),
    rows.flatMap(({ values }) => values),
    rows.flatMap(({ ref }) => INDEXED.map(() => ref)),
  ];
}
