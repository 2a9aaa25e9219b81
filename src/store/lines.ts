import { Socket } from 'node:net';
import pg from 'pg';
import type { Logger } from '../base/index.ts';

/** Lines of one process. Two keep two cores of a database busy, which is more than one process of ours can ask of it. */
const LINES = 2;
/** A question by key that takes this long, in ms, means trouble: its line is cut, and a new one made. */
const PATIENCE = 5000;

/** Connections on which questions follow each other without waiting for answers. */
export interface Lines {
  ask<R extends pg.QueryResultRow>(question: pg.QueryConfig): Promise<R[]>;
  close(): Promise<void>;
}

interface Line {
  readonly client: pg.Client;
  readonly connected: Promise<void>;
  /** Holds back what is written until all requests that have come in have asked: they leave in one packet. */
  gather(): void;
}

/**
 * Opens lines on demand. Each question is a transaction of its own, so a refused one leaves those behind it alone; a
 * lost line fails what is under way on it, and the next question opens another.
 * https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
export function openLines(settings: pg.ClientConfig, logger: Logger, patience = PATIENCE): Lines {
  const lines: (Line | undefined)[] = Array.from({ length: LINES });
  let turn = 0;
  let closed = false;

  function lineOf(n: number): Line {
    const there = lines[n];
    if (there !== undefined) return there;
    const line = connect(settings, patience);
    const forget = (): void => forgetLine(n, line);
    line.client.on('error', (error) => {
      logger.warn({ reason: error.message }, 'a database connection was lost');
      forget();
    });
    line.client.on('end', forget);
    line.connected.catch(forget);
    lines[n] = line;
    return line;
  }

  function forgetLine(n: number, line: Line): void {
    if (lines[n] === line) lines[n] = undefined;
  }

  return {
    async ask<R extends pg.QueryResultRow>(question: pg.QueryConfig): Promise<R[]> {
      if (closed) throw new Error('Connection was closed: the store is no longer open.');
      turn = (turn + 1) % LINES;
      const n = turn;
      const line = lineOf(n);
      await line.connected;
      line.gather();
      try {
        return (await line.client.query<R>(question)).rows;
      } catch (error) {
        // The server says that it ends the session before the socket says so.
        if ((error as { severity?: string }).severity === 'FATAL') forgetLine(n, line);
        throw error;
      }
    },
    async close() {
      closed = true;
      const open = lines.flatMap((line) => line ?? []);
      await Promise.allSettled(open.map(async ({ client, connected }) => connected.then(() => client.end())));
    },
  };
}

function connect(settings: pg.ClientConfig, patience: number): Line {
  const socket = new Socket();
  const client = new pg.Client({ ...settings, pipeline: true, query_timeout: patience, stream: () => socket });
  let gathering = false;
  return {
    client,
    connected: client.connect().then(() => undefined),
    gather() {
      if (gathering) return;
      gathering = true;
      socket.cork();
      setImmediate(() => {
        gathering = false;
        socket.uncork();
      });
    },
  };
}
