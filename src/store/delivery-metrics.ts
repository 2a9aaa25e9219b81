import type { Queryable, Statement } from './database.ts';
import type { NumberingConsumer } from './delivery-numbers.ts';

/** How what is sent to one origin stands, of all subscriptions in the same status. */
export interface OriginLoad {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly status: string;
  readonly subscriptions: number;
  /** Events that have not arrived. */
  readonly waiting: number;
  /** How long the oldest of them has been waiting, in s. */
  readonly lag: number;
  /** Tries that have failed in a row, whichever subscription's. */
  readonly failures: number;
}

/** What stands in the outbox without a number still. */
export interface NumberingLoad {
  /** `MOST_COUNTED` at most. */
  readonly waiting: number;
  /** Of the oldest, in s. */
  readonly lag: number;
}

/** Beyond that, how many there are makes no difference to whoever has to look. */
const MOST_COUNTED = 100_000;

// What waits of a subscription begins at one place of the primary key, so each costs one look.
const ORIGINS: Statement = {
  name: 'delivery_origin_loads',
  text: `select s.origin, s.status, s.subscriptions, s.waiting, coalesce(greatest(s.lag, 0), 0) as lag, coalesce(o.failures, 0) as failures
    from (
      select origin, status, count(*) as subscriptions, sum(events - delivered)::int8 as waiting,
        date_part('epoch', $1::timestamptz - min(case when delivered < events and status <> 'off' then (select e.at from subscription_event e
          where e.subscription = subscription.id and e.number > subscription.delivered order by e.number limit 1) end)) as lag
      from subscription group by origin, status
    ) s left join (select origin, max(failures) as failures from delivery_origin group by origin) o on o.origin = s.origin
    order by s.origin, s.status`,
};
const NUMBERING: Statement = {
  name: 'numbering_load',
  text: `select count(*) as waiting, coalesce(greatest(date_part('epoch', $1::timestamptz - min(at)), 0), 0) as lag from (
      select o.at from outbox_consumer c join outbox o on o.xid >= c.horizon
      where c.name = $3 and o.kind = any ($2::text[])
        and (c.position is null or o.xid >= c.window_end or o.position > c.position)
      order by o.xid limit ${MOST_COUNTED}
    ) unnumbered`,
};

/** @param now instant by which lags are judged */
export async function readOriginLoads(on: Queryable, now: string): Promise<OriginLoad[]> {
  return on.query<OriginLoad & Record<string, unknown>>(ORIGINS, [now]);
}

/** Of announcements of these kinds. */
export async function readNumberingLoad(
  on: Queryable,
  consumer: NumberingConsumer,
  now: string,
  kinds: readonly string[],
): Promise<NumberingLoad> {
  const [load] = await on.query<NumberingLoad & Record<string, unknown>>(NUMBERING, [now, kinds, consumer]);
  return load!;
}
