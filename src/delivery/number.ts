import type { Caller } from '../base/index.ts';
import { splitReference } from '../fhir/index.ts';
import { findMatching, readSeveral } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import {
  giveUpFollowers,
  isWithin,
  readFollowers,
  takeAnnouncements,
  tellSubscriptions,
  PUSH,
} from '../store/index.ts';
import type { Database, Follower, Taken, ToldEvent } from '../store/index.ts';
import { focusOf, isAbout, needsFacts, TOPICS, topicOf } from '../subscriptions/index.ts';
import type { SubscriptionPlan } from '../subscriptions/index.ts';
import { readFacts, readRow, seesAll, sponsorsOf, toAnnounced } from './announced.ts';
import type { Announced, Row, Wanted } from './announced.ts';
import { rememberSubscribers } from './subscriber.ts';
import type { Subscribed } from './subscriber.ts';

/** Announcements that are numbered in one transaction: what is held of them in memory, and how long others wait. */
const BATCH = 500;
/** What is announced of records, for plain criteria. */
const RECORD_KINDS = ['record', 'shared'];
/** What is pushed into a partner's own server. */
const PUSHED: ReadonlySet<string> = new Set([
  'report-issued',
  'report-amended',
  'report-translated',
  'report-withdrawn',
]);

/** Which announcements are looked at, by what is asked for at all: where nobody asks, a write costs no more than a look. */
export function kindsFor(asked: readonly string[]): readonly string[] {
  const kinds = asked.flatMap((name): readonly string[] =>
    name === PUSH ? [...PUSHED] : (topicOf(name)?.events ?? RECORD_KINDS),
  );
  return [...new Set(kinds)].sort();
}

/**
 * Takes the next announcements of the outbox and gives them, as events, to all who are to be told, each under its next
 * number: in one transaction, so that an event is told once, and without a gap.
 */
export async function numberEvents(house: House, worker: Database): Promise<Taken> {
  return worker.transact((on) =>
    takeAnnouncements(on, kindsFor, BATCH, async (taken) => {
      const rows = taken.map(readRow);
      const now = house.clock().toISOString();
      const asks = new Set(rows.flatMap(asksOf));
      const facts = await readFacts(house, rows, false);
      const organizations = new Set(rows.flatMap((row) => [...row.readers, ...sponsorsOf(facts, row)]));
      const followers = await readFollowers(on, [...organizations], [...asks]);
      if (followers.length === 0) return;
      const planned = followers.flatMap(readPlan);
      const whole = planned.some(({ needs }) => needs) ? await readFacts(house, rows, true) : facts;
      const announced = rows.map((row) => toAnnounced(row, whole));
      const told: (ToldEvent & { readonly position: number })[] = [];
      const round = { house, callerOf: rememberSubscribers(house), announced, now };
      for (const { follower, plan } of planned) told.push(...(await choose(round, follower, plan)));
      told.sort((a, b) => a.position - b.position);
      await tellSubscriptions(on, told, now);
      const known = new Set(planned.map(({ follower }) => follower.id));
      const unknown = followers.filter(({ id }) => !known.has(id)).map(({ id }) => id);
      if (unknown.length > 0) await giveUpFollowers(on, unknown, 'plan-unreadable');
    }),
  );
}

/** What is the same for all who may be told of some announcements. */
interface Round {
  readonly house: House;
  readonly callerOf: (subscribed: Subscribed) => Promise<Caller | undefined>;
  readonly announced: readonly Announced[];
  readonly now: string;
}

interface Planned {
  readonly follower: Follower;
  readonly plan: SubscriptionPlan;
  readonly needs: boolean;
}

/** None where another version of this server wrote what this one cannot read: nobody else is to wait for that. */
function readPlan(follower: Follower): Planned[] {
  try {
    const plan = JSON.parse(follower.plan) as SubscriptionPlan;
    return [{ follower, plan, needs: needsFacts(plan) }];
  } catch {
    return [];
  }
}

function asksOf({ kind, ref, event }: Row): string[] {
  if (event === null) return [splitReference(ref)[0]];
  const topics = TOPICS.filter(({ events }) => (events as readonly string[]).includes(kind)).map(({ name }) => name);
  return PUSHED.has(kind) ? [...topics, PUSH] : topics;
}

/** What of the announcements a follower is told: what it asks for, and what it may see as things stand now. */
async function choose(
  round: Round,
  follower: Follower,
  plan: SubscriptionPlan,
): Promise<(ToldEvent & { readonly position: number })[]> {
  const { announced, now } = round;
  const wanted = announced.flatMap((one) => {
    if (isWithin(one.row.xid, follower.since)) return [];
    const mayBeTold = one.readers.includes(follower.organization) || one.readers.includes('*');
    const focus = mayBeTold ? focusFor(follower, plan, one) : undefined;
    return focus === undefined ? [] : [{ ...one, focus }];
  });
  if (wanted.length === 0) return [];
  const seen = await findSeen(round, follower, plan, wanted);
  return wanted
    .filter(({ focus }) => seen.has(focus))
    .map(({ row, focus, happening }) => ({
      subscription: follower.id,
      at: happening?.event.at ?? now,
      kind: row.kind,
      focus,
      position: row.position,
      ...(happening === undefined ? {} : { caseId: happening.event.case }),
    }));
}

/** What an announcement is about to a follower; undefined: it does not want to know. */
function focusFor(follower: Follower, plan: SubscriptionPlan, { row, happening }: Announced): string | undefined {
  if (follower.channel === 'push') {
    return PUSHED.has(row.kind) && happening?.facts.placer === follower.organization ? row.ref : undefined;
  }
  if (plan.asks.kind === 'topic') {
    if (happening === undefined || !isAbout(plan, follower.organization, happening)) return undefined;
    return focusOf(topicOf(plan.asks.topic)!, happening.event, happening.facts);
  }
  if (happening !== undefined || splitReference(row.ref)[0] !== plan.asks.type) return undefined;
  const isOwn = row.organization === follower.organization;
  // That a record of its own was shared is no news of the record to who shared it.
  return isOwn && (!plan.echo || row.kind === 'shared') ? undefined : row.ref;
}

async function findSeen(
  { house, callerOf }: Round,
  follower: Follower,
  plan: SubscriptionPlan,
  wanted: readonly Wanted[],
): Promise<ReadonlySet<string>> {
  const refs = [...new Set(wanted.map(({ focus }) => focus))];
  if (follower.channel === 'push') return new Set(refs);
  const caller = await callerOf(follower);
  if (caller === undefined) return new Set();
  const context = { caller, request: `delivery ${follower.id}` };
  const { asks } = plan;
  if (asks.kind === 'criteria') return new Set(await findMatching(house, context, asks.type, asks.query, refs));
  return seesAll(house, caller, wanted) ? new Set(refs) : new Set((await readSeveral(house, context, refs)).keys());
}
