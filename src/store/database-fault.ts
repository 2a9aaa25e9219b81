import pg from 'pg';
import { Fault, fault } from '../base/index.ts';

/** Thrown by the work of a transaction to have it run again: others changed what it had decided on. */
export class Overtaken extends Error {
  /** The SQLSTATE of a serialisation failure. */
  readonly code = '40001';
}

const RETRY_CODES = new Set(['40001', '40P01']);
/** Connection failures, shutdowns and start-ups (class 08, 57P), too many connections (53300). */
const AWAY = /^(08|57P0|53)/;
/** More parameters than the protocol can count (08P01), more of anything else than PostgreSQL can take (class 54). */
const TOO_MUCH = /^(08P01|54)/;

/** Whether what failed is the way to PostgreSQL, rather than what it was asked. */
export function isConnectionLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || AWAY.test(error.code ?? '');
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether running the same again can help. */
export function isRetryable(error: unknown): boolean {
  return RETRY_CODES.has(sqlState(error) ?? '');
}

/** Turns what the driver throws into an answer that says nothing of SQL; faults of our own pass through. */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : '';
  const away =
    (state !== undefined && (AWAY.test(state) || state.startsWith('E'))) ||
    /terminat|timeout|Connection/i.test(message);
  if (RETRY_CODES.has(state ?? '')) {
    return fault(
      409,
      'conflict',
      'concurrent-change',
      'Others changed the same records at the same moment. Send the request again.',
    );
  }
  if (state === '57014') {
    return fault(
      503,
      'too-costly',
      'took-too-long',
      'The request took longer than the server allows. Narrow it down and send it again.',
    );
  }
  if (state !== undefined && TOO_MUCH.test(state)) {
    return fault(
      413,
      'too-costly',
      'asks-too-much',
      'The request asks for more at once than the store can take. Send it in parts.',
    );
  }
  if (away) {
    const issue = {
      severity: 'error',
      code: 'transient',
      key: 'database-away',
      text: 'The store is not to be reached right now. Send the request again.',
    } as const;
    return new Fault(503, issue, { 'retry-after': '2' });
  }
  return error;
}
