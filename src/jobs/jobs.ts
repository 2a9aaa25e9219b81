import { Logger as GraphileLogger, run } from 'graphile-worker';
import { Fault, framesOf } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import type { TimedCase } from '../interactions/index.ts';
import { consumeOutbox, peekOutbox } from '../store/index.ts';
import type { Database, OutboxRow, Queryable } from '../store/index.ts';
import { renewCaseTimers, runCaseTimer } from './case-timers.ts';
import { fileReport } from './report-files.ts';
import type { Filing, ReportFilesPayload } from './report-files.ts';
import { sweepOldDeliveries } from './sweep-deliveries.ts';
import { sweepOldAnnouncements } from './sweep-outbox.ts';

export interface JobsOptions extends Filing {
  /** The role that owns the schema: graphile-worker keeps its own tables there. */
  readonly url: string;
  /** A pool of that role, for the dispatcher. */
  readonly database: Database;
  readonly logger: Logger;
}

export interface Jobs {
  /** Something was committed: dispatches within 10 ms, however often it is called. */
  wake(): void;
  stop(): Promise<void>;
}

/** Events after which a report's documents are made anew, or withdrawn. */
const REPORT_EVENTS = ['report-issued', 'report-amended', 'report-translated', 'report-withdrawn'];
const WAKE_MS = 10;
/** Other processes commit, too, and one may die between its commit and its wake. */
const POLL_MS = 1000;
/** Few commits are events. That the others were looked at is written down this often. */
const REMEMBER_MS = 60_000;
/** Ever later ones, over some days: a full disk or a database that was away must not leave a report without its document. */
const MOST_ATTEMPTS = 25;
const RENEW_TIMERS = 'overdue-case-timers';
/** In UTC. */
const CRONTAB = [
  '37 * * * * sweep-outbox ?max=3',
  '47 * * * * sweep-deliveries ?max=3',
  `* * * * * ${RENEW_TIMERS} ?max=1`,
].join('\n');

/** Starts the dispatcher and the workers of this process. */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { database, house, logger } = options;
  const ending = new AbortController();
  const renewTimers = (): Promise<void> => guard(logger, RENEW_TIMERS, () => renewCaseTimers(house, database));
  const runner = await run({
    connectionString: options.url,
    concurrency: 2,
    maxPoolSize: 4,
    pollInterval: 2000,
    noHandleSignals: true,
    logger: graphileLogger(logger),
    crontab: CRONTAB,
    taskList: {
      'sweep-outbox': () =>
        guard(logger, 'sweep-outbox', () => sweepOldAnnouncements({ ...options, signal: ending.signal })),
      'sweep-deliveries': () =>
        guard(logger, 'sweep-deliveries', () => sweepOldDeliveries({ ...options, signal: ending.signal })),
      'report-files': (payload) =>
        guard(logger, 'report-files', () => fileReport(options, payload as ReportFilesPayload)),
      'case-timer': (payload, { job }) =>
        guard(logger, 'case-timer', () => runCaseTimer(house, database, payload as TimedCase, job.id)),
      [RENEW_TIMERS]: renewTimers,
    },
  });
  // What was lost while no process ran need not wait for the minute.
  await renewTimers().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let dispatching: Promise<void> | undefined;
  let again = false;
  let seen = '0';
  let remembered = -Infinity;

  async function dispatch(): Promise<void> {
    try {
      const peek = await peekOutbox(database, 'jobs', REPORT_EVENTS, seen);
      if (peek.waiting || performance.now() - remembered > REMEMBER_MS) {
        await database.transact((on) => consumeOutbox(on, 'jobs', REPORT_EVENTS, (rows) => enqueue(on, rows)));
        remembered = performance.now();
      }
      // What was waiting may be in the hands of another process still, which may fail.
      if (!peek.waiting) seen = peek.seen;
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'the outbox could not be read; it is tried again');
    }
  }

  function start(): void {
    timer = undefined;
    if (dispatching !== undefined) {
      again = true;
      return;
    }
    dispatching = dispatch().finally(() => {
      dispatching = undefined;
      if (again) {
        again = false;
        wake();
      }
    });
  }

  function wake(): void {
    // Jobs that end while the runner stops commit, too. What they announce waits for the next start.
    if (ending.signal.aborted) return;
    timer ??= setTimeout(start, WAKE_MS);
  }

  const poll = setInterval(wake, POLL_MS);
  wake();
  return {
    wake,
    async stop() {
      ending.abort();
      clearInterval(poll);
      clearTimeout(timer);
      await dispatching;
      await runner.stop();
    },
  };
}

/**
 * What goes wrong in a job is told here once. graphile-worker logs and stores the error that it is given, and a message
 * may quote a record: it gets one that says nothing.
 */
async function guard(logger: Logger, job: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { name, message } = error as Error;
    const reason = error instanceof Fault ? message : name;
    logger.error({ job, reason, at: framesOf(error as Error) }, 'a job failed; it is tried again');
    throw new Error(`${job} failed`);
  }
}

/** In the dispatcher's transaction, so that an event becomes its job exactly once. */
async function enqueue(on: Queryable, rows: readonly OutboxRow[]): Promise<void> {
  for (const row of rows) {
    if (row.event === null) continue;
    const event = JSON.parse(row.event) as { case: string };
    // The programme, whose report it is, told the outbox of it.
    const payload: ReportFilesPayload = { report: row.ref, caseId: event.case, programme: row.organization };
    await on.query(
      {
        text: `select graphile_worker.add_job('report-files', $1::json, job_key := $2, max_attempts := ${MOST_ATTEMPTS})`,
      },
      [JSON.stringify(payload), `report-files ${row.ref}`],
    );
  }
}

function graphileLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger((scope) => (severity, message) => {
    const level: string = severity;
    const fields = { job: scope.taskIdentifier, worker: scope.workerId };
    // What follows the first line is a stack with the folders of this machine.
    const line = message.split('\n', 1)[0]!;
    if (level === 'error') logger.error(fields, line);
    else if (level === 'warning') logger.warn(fields, line);
    else logger.debug(fields, line);
  });
}
