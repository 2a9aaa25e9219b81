import { isDeepStrictEqual } from 'node:util';
import { hasScope, scopeFault } from '../access/index.ts';
import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { countOtherSubscriptions, removeSubscription, saveSubscription } from '../store/index.ts';
import type { Queryable, SubscriptionStatus } from '../store/index.ts';
import { readSubscription, topicOf } from '../subscriptions/index.ts';
import { refuse } from './case-refusals.ts';
import type { Change } from './draft.ts';
import type { Context, House } from './house.ts';

/**
 * Keeps what Subscriptions ask for beside their records, in the same transaction: who wrote it is told from then on, as far
 * as it may see things itself.
 * https://hl7.org/fhir/R4/subscription.html
 * @throws Fault 422 with all that stands against it; 403 for who may not read what it asks to be told of
 */
export async function keepSubscriptions(
  house: House,
  context: Context,
  on: Queryable,
  changes: readonly Change[],
): Promise<void> {
  for (const change of changes) {
    if (splitReference(change.ref)[0] !== 'Subscription' || change.consequence === true) continue;
    if (change.after === undefined) await removeSubscription(on, change.owner, change.ref);
    else await keep(house, context, on, change, change.after);
  }
}

const OWN_ADDRESS = 'This is the address of this server, which sends nothing to itself.';

/** The same for the same place, by whichever of its names. */
function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  const name = hostname.replace(/\.$/, '');
  return `${/^(localhost|127\.[\d.]+|\[::1\])$/.test(name) ? 'localhost' : name}:${port || protocol}`;
}

/** Of an organisation, besides those that are off: all that happens is held against each of them, while others wait. */
const MOST = 500;
/** Of these by plain criteria, each of which is a search whenever a record is written. */
const MOST_PLAIN = 50;

const TOO_MANY = `An organisation has ${MOST} Subscriptions at most. Delete some, or turn them off: one with filters may tell of many.`;
const TOO_MANY_PLAIN = `An organisation has ${MOST_PLAIN} Subscriptions by plain criteria at most. Delete some, or turn them off: a topic tells of many cases at once.`;

async function keep(house: House, context: Context, on: Queryable, change: Change, after: Resource): Promise<void> {
  const { caller } = context;
  const status = after.status as SubscriptionStatus;
  if (status === 'active' || status === 'error') {
    if (isSameRequest(change.before, after)) return;
    throw refuse(change, [
      issue(
        'subscription-status',
        'The server sets active and error itself. Send the status requested, or off.',
        'status',
      ),
    ]);
  }
  if (caller.user !== undefined) {
    const text =
      'A Subscription is sent to whenever something happens, also when nobody is signed in: a client of its own has to ' +
      'register it (SMART Backend Services). At a screen, read the stream of events with the token of the person.';
    throw fault(403, 'forbidden', 'subscription-of-person', text, change.path);
  }
  const plan = readSubscription(after, house);
  if (Array.isArray(plan)) throw refuse(change, plan);
  const { asks, endpoint, end, heartbeatSeconds, maxCount } = plan;
  const types = asks.kind === 'criteria' ? [asks.type] : (topicOf(asks.topic)?.focus ?? []);
  const hidden = types.find((type) => !hasScope(house, caller, type, 'r'));
  if (hidden !== undefined) throw scopeFault(caller, hidden, 'r');
  const wrong = hostOf(endpoint) === hostOf(house.base) ? OWN_ADDRESS : house.refuseEndpoint(endpoint);
  if (wrong !== undefined) throw refuse(change, [issue('subscription-endpoint', wrong, 'channel.endpoint')]);
  const now = house.clock().toISOString();
  if (end !== undefined && Date.parse(end) <= Date.parse(now)) {
    throw refuse(change, [
      issue('subscription-end', 'The end lies in the past. Leave it out, or name a later one.', 'end'),
    ]);
  }
  if (status !== 'off') {
    const others = await countOtherSubscriptions(on, change.owner, change.ref);
    const tooMany =
      others.all >= MOST
        ? TOO_MANY
        : asks.kind === 'criteria' && others.plain >= MOST_PLAIN
          ? TOO_MANY_PLAIN
          : undefined;
    if (tooMany !== undefined) throw refuse(change, [issue('subscription-too-many', tooMany, 'status')]);
  }
  await saveSubscription(
    on,
    {
      id: change.ref,
      organization: change.owner,
      client: caller.client,
      scopes: caller.scopes,
      channel: 'rest-hook',
      asks: asks.kind === 'criteria' ? asks.type : asks.topic,
      origin: new URL(endpoint).origin,
      plan: JSON.stringify(plan),
      status,
      endsAt: end,
      maxCount,
      heartbeat: heartbeatSeconds,
      version: (change.stored?.version ?? 0) + 1,
    },
    now,
  );
}

/** What decides what is sent where is as it was: then the status that the server gave it still holds. */
function isSameRequest(before: Resource | undefined, after: Resource): boolean {
  const names = ['status', 'criteria', '_criteria', 'channel', 'end', 'extension'] as const;
  return before !== undefined && names.every((name) => isDeepStrictEqual(before[name], after[name]));
}

function issue(key: string, text: string, element: string): Issue {
  return { severity: 'error', code: 'business-rule', key, text, expression: `Subscription.${element}` };
}
