import type { Caller } from '../base/index.ts';
import { splitReference } from '../fhir/index.ts';
import { findMatching, readSeveral } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import {
  giveUpFollowers,
  holdFollowers,
  isWithin,
  readFollowers,
  takeAnnouncements,
  tellSubscriptions,
  PUSH,
} from '../store/index.ts';
import type { Announcement, Database, Follower, Queryable, Taken, ToldEvent } from '../store/index.ts';
import { focusOf, isAbout, needsFacts, TOPICS, topicOf } from '../subscriptions/index.ts';
import type { SubscriptionPlan } from '../subscriptions/index.ts';
import { readFacts, readRow, seesAll, sponsorsOf, toAnnounced } from './announced.ts';
import type { Announced, Row, Wanted } from './announced.ts';
import { PUSHED } from './lanes.ts';
import type { Lane } from './lanes.ts';
import { matchAll, TooSlow } from './match.ts';
import type { Matching, MatchTerms } from './match.ts';
import { rememberSubscribers } from './subscriber.ts';
import type { Subscribed } from './subscriber.ts';

export interface Numbering {
  readonly house: House;
  readonly worker: Database;
  /** Called once somebody was given up. */
  readonly onGivenUp: () => void;
  readonly terms?: MatchTerms;
}

/** Well within the time that a transaction may stand idle. */
const TERMS: MatchTerms = { organizationMs: 4000, roundMs: 15_000 };

/**
 * What gives numbers of one lane: it takes the next announcements of the outbox and gives them, as events, to all who are to
 * be told, each under its next number. In one transaction, so that an event is told once, and without a gap.
 */
export function createNumberer(
  { house, worker, onGivenUp, terms = TERMS }: Numbering,
  lane: Lane,
): () => Promise<Taken> {
  /** Who held up the last round: the database may have stood still by itself, so they are given up in the second one. */
  const late = new Set<string>();
  return async () => {
    try {
      const taken = await worker.transact((on) =>
        takeAnnouncements(on, lane.consumer, lane.kindsFor, lane.batch, (rows) => number({ house, terms }, on, rows)),
      );
      if (taken !== 'busy') late.clear();
      return taken;
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      const again = error.ids.filter((id) => late.has(id));
      for (const id of error.ids) late.add(id);
      if (again.length > 0) {
        await giveUpFollowers(worker, again, 'criteria-too-slow', true);
        onGivenUp();
      }
      return { count: 0, more: true };
    }
  };
}

type Tools = Required<Pick<Numbering, 'house' | 'terms'>>;

async function number(tools: Tools, on: Queryable, taken: readonly Announcement[]): Promise<void> {
  const { house } = tools;
  const rows = taken.map(readRow);
  const now = house.clock().toISOString();
  const asks = new Set(rows.flatMap(asksOf));
  const facts = await readFacts(house, rows, false);
  const organizations = new Set(rows.flatMap((row) => [...row.readers, ...sponsorsOf(facts, row)]));
  const followers = await readFollowers(on, [...organizations], [...asks]);
  if (followers.length === 0) return;
  const planned = followers.flatMap(readPlan);
  const whole = planned.some(({ needs }) => needs) ? await readFacts(house, rows, true) : facts;
  const round = { ...tools, callerOf: rememberSubscribers(house), now };
  const announced = rows.map((row) => toAnnounced(row, whole));
  const changed = await tellSubscriptions(on, await choose(round, announced, planned), now);
  if (changed.length > 0) {
    // What they are now holds: nobody is told by what was asked for formerly. Held, they change no more.
    const held = (await holdFollowers(on, changed)).filter((one) => asks.has(one.asks)).flatMap(readPlan);
    const all = await readFacts(house, rows, true);
    const anew = rows.map((row) => toAnnounced(row, all));
    await tellSubscriptions(on, await choose(round, anew, held), now);
  }
  const known = new Set(planned.map(({ follower }) => follower.id));
  const unknown = followers.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  if (unknown.length > 0) await giveUpFollowers(on, unknown, 'plan-unreadable', false);
}

/** What is the same for all who may be told of some announcements. */
interface Round extends Tools {
  readonly callerOf: (subscribed: Subscribed) => Promise<Caller | undefined>;
  readonly now: string;
}

interface Planned {
  readonly follower: Follower;
  readonly plan: SubscriptionPlan;
  readonly needs: boolean;
}

/** What a follower asks for, before it is known what of it may be seen. */
interface Asking extends Planned {
  readonly wanted: readonly Wanted[];
  /** References. */
  readonly seen: Set<string>;
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

/** What of the announcements each is told: what it asks for, and what it may see as things stand now. */
async function choose(
  round: Round,
  announced: readonly Announced[],
  planned: readonly Planned[],
): Promise<ToldEvent[]> {
  const asking = planned.flatMap((one): Asking[] => {
    const wanted = findWanted(announced, one);
    return wanted.length === 0 ? [] : [{ ...one, wanted, seen: new Set() }];
  });
  await findSeen(round, asking);
  const told = asking.flatMap(({ follower, wanted, seen }) =>
    wanted
      .filter(({ focus }) => seen.has(focus))
      .map(({ row, focus, happening }) => ({
        subscription: follower.id,
        revision: follower.revision,
        at: happening?.event.at ?? round.now,
        kind: row.kind,
        focus,
        position: row.position,
        ...(happening === undefined ? {} : { caseId: happening.event.case }),
      })),
  );
  return told.sort((a, b) => a.position - b.position);
}

function findWanted(announced: readonly Announced[], { follower, plan }: Planned): Wanted[] {
  return announced.flatMap((one) => {
    if (isWithin(one.row.xid, follower.since)) return [];
    const mayBeTold = one.readers.includes(follower.organization) || one.readers.includes('*');
    const focus = mayBeTold ? focusFor(follower, plan, one) : undefined;
    return focus === undefined ? [] : [{ ...one, focus }];
  });
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

/** Adds to `seen` of each what it may be told of. @throws TooSlow */
async function findSeen(round: Round, asking: readonly Asking[]): Promise<void> {
  const { house, callerOf, terms } = round;
  const readings = new Map<Caller, Asking[]>();
  const matchings: Matching[] = [];
  for (const one of asking) {
    const { follower, plan, wanted, seen } = one;
    const caller = follower.channel === 'push' ? undefined : await callerOf(follower);
    const { asks } = plan;
    if (follower.channel !== 'push' && asks.kind === 'criteria') {
      // Whether it meets them can be asked for nobody but the client, which is not let in.
      if (caller === undefined) continue;
      const { id, organization } = follower;
      const find = async (): Promise<void> => {
        const context = { caller, request: `delivery ${id}` };
        for (const ref of await findMatching(house, context, asks.type, asks.query, refsOf([one]))) seen.add(ref);
      };
      matchings.push({ id, organization, find });
    } else if (caller === undefined || seesAll(house, caller, wanted)) {
      // What it may see is decided when it is sent: while its client is let in no more, that is nothing, and nothing is lost.
      for (const { focus } of wanted) seen.add(focus);
    } else readings.set(caller, [...(readings.get(caller) ?? []), one]);
  }
  // Each client is remembered as one caller: what it may see is read once, however many subscriptions it has.
  for (const [caller, group] of readings) {
    const context = { caller, request: `delivery ${group[0]!.follower.id}` };
    const found = await readSeveral(house, context, refsOf(group));
    for (const { wanted, seen } of group) for (const { focus } of wanted) if (found.has(focus)) seen.add(focus);
  }
  await matchAll(matchings, terms);
}

function refsOf(asking: readonly Asking[]): string[] {
  return [...new Set(asking.flatMap(({ wanted }) => wanted.map(({ focus }) => focus)))];
}
