import type { Queryable, Statement } from './database.ts';

/** When the next thing of a case falls due: an instant; undefined: nothing does. */
export interface CaseTimer {
  readonly id: string;
  readonly at: string | undefined;
}

const SET: Statement = {
  name: 'case_timers_set',
  text: `select set_case_timer(u.id, u.at) from unnest($1::uuid[], $2::timestamptz[]) as u(id, at) order by u.id`,
};
// The job still has its key: nobody has put another in its place since it was begun, also not where that was tried while
// it was being fetched. What is due by the clock of the database only is tried again when the asker's comes to it; within
// a minute in any case, for that clock may be set right meanwhile.
const FOLLOW: Statement = {
  name: 'case_timer_follow',
  text: `select set_case_timer(c.id, greatest(c.timer_at, clock_timestamp()
      + least(greatest(c.timer_at - $3::timestamptz, interval '1 second'), interval '1 minute')))
    from cases c where c.id = $1 and c.timer_at is not null
      and exists (select 1 from graphile_worker.jobs j where j.id = $2::int8 and j.key is not null)`,
};
// A job that waits, is tried again later or has just been begun will do it. One that was begun long ago has died with
// its process.
const RENEW: Statement = {
  name: 'case_timers_renew',
  text: `select set_case_timer(late.id, clock_timestamp()) from (
      select c.id from cases c left join graphile_worker.jobs j on j.key = 'case-timer ' || c.id
      where c.timer_at < clock_timestamp() - interval '1 minute'
        and (j.id is null or j.locked_at < clock_timestamp() - interval '1 minute'
          or (j.locked_at is null and j.attempts >= j.max_attempts))
      order by c.timer_at limit $1) late`,
};

/** Puts the job of each case's next timer in place of the one before, or takes it away; within the transaction. */
export async function setTimers(on: Queryable, timers: readonly CaseTimer[]): Promise<void> {
  if (timers.length > 0) await on.query(SET, [timers.map(({ id }) => id), timers.map(({ at }) => at ?? null)]);
}

/**
 * After a job: sees to the case's next timer where no other job does.
 * @param job id of the job that was done
 * @param now instant, of the clock by which timers fall due
 */
export async function followTimer(on: Queryable, id: string, job: string, now: string): Promise<void> {
  await on.query(FOLLOW, [id, job, now]);
}

/**
 * Gives cases whose timer is more than a minute overdue a new job where theirs was lost: with its process, with a backup
 * that was brought back, or never made. At most `limit`, the oldest first. Returns how many.
 */
export async function renewLostTimers(on: Queryable, limit: number): Promise<number> {
  return (await on.query(RENEW, [limit])).length;
}
