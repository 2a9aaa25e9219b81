import type { Queryable, Statement } from './database.ts';

/** What a round of sweeping deleted: events and tries. */
export interface SweptDeliveries {
  readonly events: number;
  readonly attempts: number;
}

// Each subscription's events stand in the order in which they happened, so its first one tells whether there is something
// to do. What is to be sent yet stays as long as it is tried. What was given up goes: the place moves on, so that nobody
// waits for it, and why stands where people look.
const SWEEP_EVENTS: Statement = {
  name: 'deliveries_sweep_events',
  text: `with held as materialized (
      select s.id, s.status, s.delivered from subscription s cross join lateral (
        select number, at from subscription_event e where e.subscription = s.id order by number limit 1
      ) first
      where first.at < $1::timestamptz and (first.number <= s.delivered or s.status in ('error', 'off'))
      order by s.id limit $2 for update of s skip locked
    ), old as materialized (
      select h.id, e.number from held h cross join lateral (
        select number, every(at < $1::timestamptz) over (order by number) as is_old from (
          select number, at from subscription_event
          where subscription = h.id and (number <= h.delivered or h.status in ('error', 'off')) order by number limit $3
        ) earliest
      ) e
      where e.is_old
    ), gone as (
      delete from subscription_event e using old where e.subscription = old.id and e.number = old.number
      returning e.subscription, e.number
    ), moved as (
      update subscription s set delivered = g.last, batch_until = null,
        error = case when s.error like 'lost-from-%' then s.error else 'lost-from-' || (s.delivered + 1) end,
        -- As if it had just failed: its record shows why, and its organisation is told, once.
        shown = case when s.status = 'error' and coalesce(s.error, '') not like 'lost-from-%' then 'requested' else s.shown end
      from (select subscription, max(number) as last from gone group by 1) g
      where s.id = g.subscription and g.last > s.delivered
    )
    select count(*) as count from gone`,
};
const SWEEP_ATTEMPTS: Statement = {
  name: 'deliveries_sweep_attempts',
  text: `with old as materialized (
      select a.ctid as place from subscription s cross join lateral (
        select ctid from delivery_attempt where subscription = s.id and at < $1::timestamptz limit $2
      ) a limit $2
    ), gone as (delete from delivery_attempt where ctid = any (array(select place from old)) returning 1)
    select count(*) as count from gone`,
};
const SWEEP_SECRETS: Statement = {
  name: 'deliveries_sweep_secrets',
  text: `delete from subscription_secret where expires_at < $1::timestamptz`,
};

/** Subscriptions that are held at once. */
const SUBSCRIPTIONS = 50;

/**
 * Deletes what is older than `before` (instant) and can be replayed no more, some of it: about `limit` rows of each kind.
 * Nothing of both kinds: that was all.
 */
export async function sweepDeliveries(on: Queryable, before: string, limit: number): Promise<SweptDeliveries> {
  const each = Math.ceil(limit / SUBSCRIPTIONS);
  const [events] = await on.query<{ count: number }>(SWEEP_EVENTS, [before, SUBSCRIPTIONS, each]);
  const [attempts] = await on.query<{ count: number }>(SWEEP_ATTEMPTS, [before, limit]);
  await on.query(SWEEP_SECRETS, [before]);
  return { events: events!.count, attempts: attempts!.count };
}
