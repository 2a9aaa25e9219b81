import { fault, notFound } from '../base/index.ts';
import { findSubscriptions } from '../store/index.ts';
import type { SubscriptionProgress } from '../store/index.ts';
import { topicOf } from '../subscriptions/index.ts';
import type { StatusInput, SubscriptionPlan } from '../subscriptions/index.ts';
import { checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';
import { read } from './read.ts';

/** How far one of the caller's own organisation has come. @throws Fault 404 where there is none that it may read */
export async function findSubscription(house: House, context: Context, id: string): Promise<SubscriptionProgress> {
  const { ref } = await read(house, context, 'Subscription', id);
  const [row] = await findSubscriptions(house.database, context.caller.organization, [ref]);
  if (row === undefined) throw notFound(ref);
  return row;
}

/** The same, for who may change it. @throws Fault 403 besides */
export async function findOwnSubscription(house: House, context: Context, id: string): Promise<SubscriptionProgress> {
  checkType(house, context, 'Subscription', 'u');
  const { ref, version, body } = await read(house, context, 'Subscription', id);
  if (!(await isPermitted(house, context, house.database, 'u', { ref, version, body }))) {
    const text = `${ref} is not among the records that the scopes of the access token let change.`;
    throw fault(403, 'forbidden', 'out-of-reach', text);
  }
  return findSubscription(house, context, id);
}

export function planOf({ plan }: SubscriptionProgress): SubscriptionPlan {
  return JSON.parse(plan) as SubscriptionPlan;
}

/** What there is to say of it, whatever the answer is for. */
export function describeProgress(house: House, row: SubscriptionProgress): Omit<StatusInput, 'type'> {
  const { asks } = planOf(row);
  const topic = asks.kind === 'topic' ? topicOf(asks.topic)?.url : undefined;
  return {
    base: house.base,
    subscription: row.id,
    status: row.status,
    total: row.events,
    ...(topic === undefined ? {} : { topic }),
    ...(row.error === null ? {} : { error: { text: sayTrouble(row, row.error) } }),
  };
}

function sayTrouble({ status, events, delivered }: SubscriptionProgress, reason: string): string {
  const place = `${delivered} of ${events} events have arrived.`;
  if (status === 'error') return `Sending was given up (${reason}). ${place} Set the status to requested to go on.`;
  if (status === 'off') return `Nothing is sent any more (${reason}). ${place}`;
  return `The last attempt failed (${reason}), and is repeated. ${place}`;
}
