import type { House, TimedCase } from '../interactions/index.ts';
import { runDueTimers } from '../interactions/index.ts';
import { followTimer, renewLostTimers } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';

/** Looked at in one go: more will be the next minute's. */
const LIMIT = 500;

/**
 * Does what is due in a case and sees to the next timer. The case is held meanwhile and what was done is marked in it, so
 * that a job which comes twice, too late or too early does no harm.
 * @param jobs a pool of the role of the jobs
 * @param job id of the graphile-worker job
 */
export async function runCaseTimer(house: House, jobs: Queryable, timed: TimedCase, job: string): Promise<void> {
  await runDueTimers(house, timed);
  await followTimer(jobs, timed.case, job, house.clock().toISOString());
}

/** Cases whose job was lost get a new one. */
export async function renewCaseTimers(house: Pick<House, 'logger'>, jobs: Queryable): Promise<void> {
  const renewed = await renewLostTimers(jobs, LIMIT);
  if (renewed > 0) house.logger.warn({ cases: renewed }, 'timers that had lost their job have a new one');
}
