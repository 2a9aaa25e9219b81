import { Fault } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import type { Queryable, Statement } from './database.ts';

/** One act: who did, or was refused, what. Names and codes only. */
export interface AuditRow {
  readonly request: string;
  readonly organization?: string;
  readonly client?: string;
  readonly person?: string;
  readonly interaction: string;
  readonly ref?: string;
  readonly version?: number;
  readonly status: number;
  readonly detail?: string;
}

export interface AuditTrail {
  /** Notes an act; throws a 503 fault when the trail cannot take it, and then the act must not happen. */
  note(row: AuditRow): void;
  /** Writes what is still held. */
  close(): Promise<void>;
}

const INSERT: Statement = {
  name: 'audit',
  text: `insert into audit (at, request, organization, client, person, interaction, ref, version, status, detail)
    select to_timestamp(u.at / 1000), u.request, u.organization, u.client, u.person, u.interaction, u.ref, u.version, u.status, u.detail
    from unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[], $9::int4[], $10::text[])
      as u(at, request, organization, client, person, interaction, ref, version, status, detail)`,
};

const FLUSH_MS = 20;
const RETRY_MS = 250;
const CAPACITY = 20_000;

/**
 * Reads and refusals go through one bounded buffer that is written every 20 ms: at most that much is lost when the
 * process is killed. When the buffer is full or could not be written, nothing more is answered until it can be.
 */
export function createAuditTrail(on: Queryable, logger: Logger): AuditTrail {
  let rows: (AuditRow & { at: number })[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failed = false;

  async function flush(): Promise<void> {
    const batch = rows;
    if (batch.length === 0) return;
    rows = [];
    try {
      await on.query(INSERT, columnsOf(batch));
      failed = false;
    } catch (error) {
      if (!failed) logger.error({ reason: (error as Error).message }, 'the audit trail cannot be written');
      failed = true;
      rows = [...batch, ...rows];
      schedule(RETRY_MS);
    }
  }

  /** One flush at a time, in order; what comes meanwhile has its own timer. */
  function start(): void {
    timer = undefined;
    writing = writing.then(flush);
  }

  function schedule(ms: number): void {
    timer ??= setTimeout(start, ms);
  }

  return {
    note(row) {
      if (failed || rows.length >= CAPACITY) {
        const issue = {
          severity: 'error',
          code: 'transient',
          key: 'audit-away',
          text: 'The audit trail cannot be written right now. Send the request again.',
        } as const;
        throw new Fault(503, issue, { 'retry-after': '2' });
      }
      rows.push({ ...row, at: Date.now() });
      schedule(FLUSH_MS);
    },
    async close() {
      clearTimeout(timer);
      start();
      await writing;
      clearTimeout(timer);
    },
  };
}

function columnsOf(rows: readonly (AuditRow & { at: number })[]): unknown[] {
  return [
    rows.map((row) => row.at),
    rows.map((row) => row.request),
    rows.map((row) => row.organization ?? null),
    rows.map((row) => row.client ?? null),
    rows.map((row) => row.person ?? null),
    rows.map((row) => row.interaction),
    rows.map((row) => row.ref ?? null),
    rows.map((row) => row.version ?? null),
    rows.map((row) => row.status),
    rows.map((row) => row.detail ?? null),
  ];
}
