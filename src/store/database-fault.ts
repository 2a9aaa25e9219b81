import pg from 'pg';
import { Fault } from '../base/index.ts';

/** Thrown by the work of a transaction to have it run again: others changed what it had decided on. */
export class Overtaken extends Error {
  /** The SQLSTATE of a serialisation failure. */
  readonly code = '40001';
}

/** A transaction has had all of its time. Sent again as it is it would need as long. */
export class OutOfTime extends Error {
  /** The SQLSTATE of a statement that was cancelled. */
  readonly code = '57014';
}

/** Who wants a connection has waited for it for too long. */
export class Exhausted extends Error {
  /** The SQLSTATE of too many connections. */
  readonly code = '53300';
}

interface Answer {
  readonly status: number;
  /** Of http://hl7.org/fhir/issue-type. */
  readonly code: string;
  readonly key: string;
  readonly text: string;
  /** Seconds. Only where time alone may help: it makes clients send the same again. */
  readonly retryAfter?: number;
}

const AWAY: Answer = {
  status: 503,
  code: 'transient',
  key: 'database-away',
  text: 'The store is not to be reached right now. Send the request again.',
  retryAfter: 2,
};
const BUSY: Answer = {
  status: 503,
  code: 'throttled',
  key: 'database-busy',
  text: 'The store is at work for as many others as it can serve at once. Send the request again.',
  retryAfter: 2,
};
const OVERTAKEN: Answer = {
  status: 409,
  code: 'conflict',
  key: 'concurrent-change',
  text: 'Others changed the same records at the same moment. Send the request again.',
};
const LOCKED: Answer = {
  status: 503,
  code: 'lock-error',
  key: 'records-held',
  text: 'Others are changing the same records and have not finished; nothing was changed. Send the request again.',
  retryAfter: 5,
};
const TOO_LONG: Answer = {
  status: 504,
  code: 'too-costly',
  key: 'took-too-long',
  text:
    'The store worked on this for longer than it may, and gave up; nothing was changed. A search or history is to be ' +
    'narrowed down: name types, a patient or a time (_lastUpdated, _since), take less at once (_count), and leave out ' +
    '_total=accurate and conditions that nearly all records meet. A Bundle is to be sent in parts.',
};
const STALLED: Answer = {
  status: 503,
  code: 'timeout',
  key: 'transaction-stalled',
  text: 'The server was too busy to finish this in time; nothing was changed. Send the request again.',
  retryAfter: 5,
};
const TOO_MUCH: Answer = {
  status: 413,
  code: 'too-costly',
  key: 'asks-too-much',
  text: 'The request asks for more at once than the store can take. Send it in parts.',
};
const FULL: Answer = {
  status: 503,
  code: 'no-store',
  key: 'store-full',
  text: 'The store has no room left for this; nothing was changed. Its operator has to make some before it is sent again.',
  retryAfter: 60,
};

const NUL: Answer = {
  status: 400,
  code: 'value',
  key: 'nul-character',
  text: 'A text of the request holds the character U+0000, which nothing here does. Leave it out.',
};

/**
 * What each SQLSTATE means to who asked; the first that fits. Others are faults of ours.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const ANSWERS: readonly (readonly [state: RegExp, answer: Answer])[] = [
  // Serialisation failure and deadlock, after some tries.
  [/^40(001|P01)/, OVERTAKEN],
  // Waits for locks end before statements do (`lock_timeout`): what is cancelled after that was at work itself.
  [/^55P03/, LOCKED],
  [/^57014/, TOO_LONG],
  // A transaction that was left waiting by this process (25P03), or took too long in all (25P04).
  [/^25P0[34]/, STALLED],
  // More parameters than the protocol can count, more of anything else than PostgreSQL can take.
  [/^(08P01|54)/, TOO_MUCH],
  [/^53100/, FULL],
  [/^22021/, NUL],
  // Too many connections (53300), memory, and whatever other limit is reached (53400).
  [/^53/, BUSY],
  // Connections that fail, start-up (57P03) and shutdown, a login or database that is refused (28, 3D000, 55000), and a
  // stand-by that has not taken over yet (25006).
  [/^(08|57P|28|3D000|55000|25006)/, AWAY],
];

/** What the pool says where none of its connections became free in time. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';
const CONNECTION_LOST = /terminat|timeout|connection/i;

/** Whether what failed is the way to PostgreSQL, rather than what it was asked. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  const answer = answerTo(error);
  return answer === AWAY || answer === BUSY;
}

/** Whether running the same again can help. */
export function isRetryable(error: unknown): boolean {
  return answerTo(error) === OVERTAKEN;
}

/** Turns what the driver throws into an answer that says nothing of SQL; faults of our own pass through. */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const answer = answerTo(error);
  if (answer === undefined) return error;
  const { status, code, key, text, retryAfter } = answer;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return new Fault(status, { severity: 'error', code, key, text }, headers);
}

function answerTo(error: unknown): Answer | undefined {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const state = typeof code === 'string' ? code : '';
  const [, known] = ANSWERS.find(([pattern]) => pattern.test(state)) ?? [];
  // PostgreSQL's own words are in the language of its operator: by them nothing is told apart.
  if (known !== undefined || error instanceof pg.DatabaseError) return known;
  const said = typeof message === 'string' ? message : '';
  if (said === POOL_EXHAUSTED) return BUSY;
  return state.startsWith('E') || CONNECTION_LOST.test(said) ? AWAY : undefined;
}
