import type { Queryable, Statement } from './database.ts';

export type DeliveryKind = 'handshake' | 'heartbeat' | 'event' | 'resend';

/** Something that is to be sent now, and that this process alone sends. */
export interface Claim {
  readonly id: string;
  readonly organization: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly channel: 'rest-hook' | 'push';
  readonly origin: string;
  /** JSON text. */
  readonly plan: string;
  readonly status: 'requested' | 'active';
  readonly kind: DeliveryKind;
  /** Numbers of the first and last event; null: there is none in it. */
  readonly first: number | null;
  readonly last: number | null;
  /** It may have been sent already: what is sent now holds the same events. */
  readonly isFixed: boolean;
  /** How many events there were since the beginning. */
  readonly events: number;
  /** Tries that have failed. */
  readonly attempt: number;
  /** Whether its time is over. */
  readonly ended: boolean;
  /** The version of its record with which it began: more than 1 where one of its id was deleted before. */
  readonly beganWith: number;
  /** When something last arrived, in ms since 1970; 0: nothing did. */
  readonly sentAt: number;
}

/** How a try ended. */
export interface Outcome {
  readonly result: 'delivered' | 'later' | 'dead';
  /** HTTP status. */
  readonly status?: number;
  /** A code: nothing of what was answered. */
  readonly reason?: string;
  readonly ms: number;
  /** Instant of the next try. */
  readonly nextAt?: string;
}

export interface ClaimTerms {
  /** UUID that the claims of this round are known by. */
  readonly lease: string;
  /** Instant. */
  readonly now: string;
  /** At most so many. */
  readonly limit: number;
  /** At the same time to one origin. */
  readonly perOrigin: number;
  /** At the same time for one organisation. */
  readonly perOrganization: number;
  /** After so many failures of an origin one at a time. */
  readonly trouble: number;
  /** For how long it is this process's, in s. */
  readonly leaseSeconds: number;
}

const BUSY = 'lease_until is not null and lease_until >= clock_timestamp()';

// Leases go by the clock of the database, which all processes share; what is due goes by the clock of the house. Who has much
// to be sent, to however many origins, takes turns with the others.
const CLAIM: Statement = {
  name: 'deliveries_claim',
  text: `with busy as (
      select organization, origin, count(*) as count from subscription where ${BUSY} group by 1, 2
    ), allowed as materialized (
      select organization, origin, case when o.open_until > $2::timestamptz then 0 when o.failures >= $5 then 1 else $4 end
          - coalesce(b.count, 0) as count, $4 - coalesce(b.count, 0) as free
      from busy b full join delivery_origin o using (organization, origin)
    ), working as materialized (
      select organization, count(*) as count from subscription where ${BUSY} group by organization
    ), waiting as materialized (
      select due.id, due.organization, due.origin, row_number() over (
          -- Whoever has not failed yet first: it may be well, and finds out for the others.
          partition by due.organization, due.origin order by due.attempt > 0, due.due_at, due.id) as place
      from organization g cross join lateral (
        select id, organization, origin, attempt, due_at from subscription
        where organization = g.id and due_at <= $2::timestamptz and status in ('requested', 'active') and not coalesce(${BUSY}, false)
          -- What waits for an origin that takes nothing now does not stand before what is for others, however much it is.
          and ((organization, origin) not in (select organization, origin from allowed where count <= 0)
            -- Save who has just asked: whoever did has mended something, and waits for it.
            or status = 'requested' and attempt = 0
              and (organization, origin) not in (select organization, origin from allowed where free <= 0))
        order by due_at limit 500
      ) due
    ), chosen as materialized (
      select id from (
        select w.id, row_number() over (partition by w.organization order by w.place) as turn, coalesce(o.count, 0) as under_way
        from waiting w left join allowed a on a.organization = w.organization and a.origin = w.origin left join working o on o.organization = w.organization
        where w.place <= coalesce(case when a.count <= 0 then a.free else a.count end, $4)
      ) fair
      where turn + under_way <= $7 order by turn limit $3
    ), held as materialized (
      select s.id, case
          when s.status = 'requested' then 'handshake'
          when s.resend_next is not null then 'resend'
          when s.delivered < s.events then 'event'
          else 'heartbeat' end as kind, s.batch_until is not null as fixed
      from subscription s
      where s.id in (select id from chosen) and s.due_at <= $2::timestamptz and s.status in ('requested', 'active')
        and not coalesce(${BUSY}, false)
      order by s.id for update skip locked
    )
    update subscription s set lease = $1::uuid, lease_until = clock_timestamp() + make_interval(secs => $6),
      batch_until = case when h.kind = 'event' then coalesce(s.batch_until, least(s.events, s.delivered + s.max_count)) else s.batch_until end
    from held h where s.id = h.id
    returning s.id, s.organization, s.client, string_to_array(s.scopes, ' ') as scopes, s.channel, s.origin, s.plan, s.status,
      h.kind, case h.kind when 'event' then s.delivered + 1 when 'resend' then s.resend_next end as first,
      case h.kind when 'event' then s.batch_until when 'resend' then least(s.resend_until, s.resend_next + s.max_count - 1) end as last,
      h.fixed and h.kind = 'event' as "isFixed", s.events, s.attempt, coalesce(s.ends_at <= $2::timestamptz, false) as ended,
      s.began_with as "beganWith", coalesce(round(date_part('epoch', s.sent_at) * 1000), 0) as "sentAt"`,
};
// A batch whose records do not fit into one message is cut before it is sent for the first time: that of a resend begins
// anew with the next claim.
const CUT: Statement = {
  name: 'delivery_cut',
  text: `update subscription set batch_until = $3::int8 where id = $1 and lease = $2::uuid returning id`,
};
const EVENTS: Statement = {
  name: 'delivery_events',
  text: `select e.number, date_part('epoch', e.at) * 1000 as at, e.kind, case when e.number > s.former then e.focus else '' end as focus,
      e.case_id as "caseId"
    from subscription_event e join subscription s on s.id = e.subscription
    where e.subscription = $1 and e.number between $2::int8 and $3::int8 order by e.number`,
};
const TRIED = `insert into delivery_attempt (subscription, organization, at, message, kind, first, last, attempt, outcome, status, reason, ms, next_at)
      select id, organization, $3::timestamptz, $4, $5, $6::int8, $7::int8, $8::int4, $9, $10::int4, $11, $12::int4, $13::timestamptz`;
const DELIVERED: Statement = {
  name: 'delivery_delivered',
  text: `with done as (
      update subscription s set lease = null, lease_until = null, attempt = 0, error = null, by_origin = false, sent_at = $3::timestamptz,
        status = case when $5 = 'handshake' then 'active' else s.status end,
        since = case when $5 = 'handshake' then coalesce(s.since, pg_current_snapshot()) else s.since end,
        delivered = case when $5 = 'event' then greatest(s.delivered, $7::int8) else s.delivered end,
        batch_until = case when $5 = 'event' then null else s.batch_until end,
        -- What was asked for while this was under way is sent still.
        resend_next = case when $5 <> 'resend' or s.resend_next <> $6::int8 then s.resend_next when $7::int8 < s.resend_until then $7::int8 + 1 end,
        resend_until = case when $5 <> 'resend' or s.resend_next <> $6::int8 or $7::int8 < s.resend_until then s.resend_until end,
        due_at = case
          when s.resend_next is not null and ($5 <> 'resend' or s.resend_next <> $6::int8 or $7::int8 < s.resend_until) then $3::timestamptz
          when case when $5 = 'event' then $7::int8 else s.delivered end < s.events then $3::timestamptz
          -- When its end has come it is looked at once more: it is off then.
          else least($3::timestamptz + make_interval(secs => s.heartbeat), s.ends_at) end
      where s.id = $1 and s.lease = $2::uuid
      returning s.id, s.organization, s.origin, s.attempt
    ), well as (
      delete from delivery_origin o using done where o.organization = done.organization and o.origin = done.origin
    ), others as (
      -- Whoever answers again is told the rest without waiting for its next turn: a try more, which does not count. Where
      -- there was no trouble, one who gets through says nothing about those beside it.
      update subscription s set due_at = $3::timestamptz, attempt = s.attempt - 1 from delivery_origin o, done
      where o.organization = done.organization and o.origin = done.origin and o.failures >= $14
        and s.organization = done.organization and s.origin = done.origin and s.id <> done.id and s.attempt > 0
        and s.by_origin and s.due_at > $3::timestamptz and s.status in ('requested', 'active')
    ), tried as (
      -- That nothing happened for a while is not worth a line each minute.
      ${TRIED} from done where $5 <> 'heartbeat'
    )
    select id from done`,
};
const FAILED: Statement = {
  name: 'delivery_failed',
  text: `with done as (
      update subscription s set lease = null, lease_until = null,
        attempt = case when $9 = 'dead' then 0 else s.attempt + 1 end,
        batch_until = case when $9 = 'dead' then null else s.batch_until end,
        by_origin = $15 and not $17, status = coalesce($14, s.status), error = $11, since = case when $14 = 'off' then null else s.since end,
        due_at = case when $9 = 'dead' then null else $13::timestamptz end
      where s.id = $1 and s.lease = $2::uuid
      returning s.id, s.organization, s.origin
    ), ill as (
      insert into delivery_origin as o (organization, origin, failures, open_until)
      select organization, origin, 1, $3::timestamptz from done where $15
      on conflict (organization, origin) do update set failures = o.failures + 1,
        open_until = case when o.failures + 1 < $16 then o.open_until
          else $3::timestamptz + make_interval(secs => least(300, 15 * 2 ^ least(o.failures + 1 - $16, 10))) end
    )
    ${TRIED} from done returning subscription`,
};
const RELEASE: Statement = {
  name: 'delivery_release',
  text: `update subscription set lease = null, lease_until = null, due_at = greatest(due_at, $3::timestamptz) where id = $1 and lease = $2::uuid`,
};

/** Takes what is due, for this process alone until the lease is over. */
export async function claimDeliveries(on: Queryable, terms: ClaimTerms): Promise<Claim[]> {
  const { lease, now, limit, perOrigin, trouble, leaseSeconds, perOrganization } = terms;
  const values = [lease, now, limit, perOrigin, trouble, leaseSeconds, perOrganization];
  return on.query<Claim & Record<string, unknown>>(CLAIM, values);
}

/** Cuts a batch to what fits into one message. False: it is not this process's any more. */
export async function cutBatch(on: Queryable, claim: Claim, lease: string, last: number): Promise<boolean> {
  return (await on.query(CUT, [claim.id, lease, last])).length > 0;
}

export interface DeliveredEvent {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  /** Empty: it is of what the subscription asked for formerly. */
  readonly focus: string;
  readonly caseId: string | null;
}

/** The events of a claim, in order. */
export async function readClaimedEvents(on: Queryable, { id, first, last }: Claim): Promise<DeliveredEvent[]> {
  if (first === null || last === null) return [];
  return on.query<DeliveredEvent & Record<string, unknown>>(EVENTS, [id, first, last]);
}

/** What was tried: the claim and when. */
export interface Try {
  readonly claim: Claim;
  readonly lease: string;
  /** Instant. */
  readonly at: string;
  /** `webhook-id` */
  readonly message: string;
  /** Of the last event that was in it; the claim's unless it was cut. */
  readonly last: number | null;
}

function tried({ claim, lease, at, message, last }: Try, outcome: Outcome): unknown[] {
  return [
    claim.id,
    lease,
    at,
    message,
    claim.kind,
    claim.first,
    last,
    claim.attempt + 1,
    outcome.result,
    outcome.status ?? null,
    outcome.reason ?? null,
    Math.round(outcome.ms),
    outcome.nextAt ?? null,
  ];
}

/**
 * It arrived: the next events are due, and what others are to be told at its origin where that had been in trouble. False:
 * somebody else has it by now, or it was requested anew.
 */
export async function noteDelivered(on: Queryable, what: Try, outcome: Outcome, trouble: number): Promise<boolean> {
  return (await on.query(DELIVERED, [...tried(what, outcome), trouble])).length > 0;
}

export interface FailureTerms {
  /** What becomes of the subscription. */
  readonly status?: 'error' | 'off';
  /** Whether the trouble is its origin's, and from how many such on it is left alone for a while. */
  readonly isOrigins: boolean;
  readonly trouble: number;
  /** Whether its receiver said when to try again: then it is not tried sooner, whatever others tell. */
  readonly isAsked: boolean;
}

/** It did not. False as above. */
export async function noteFailed(on: Queryable, what: Try, outcome: Outcome, terms: FailureTerms): Promise<boolean> {
  const { status = null, isOrigins, trouble, isAsked } = terms;
  return (await on.query(FAILED, [...tried(what, outcome), status, isOrigins, trouble, isAsked])).length > 0;
}

/** Nothing was tried: another may, not before `until` (instant). */
export async function releaseClaim(on: Queryable, claim: Claim, lease: string, until: string): Promise<void> {
  await on.query(RELEASE, [claim.id, lease, until]);
}
