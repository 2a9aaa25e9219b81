import { negotiateScope } from '../access/index.ts';
import type { Caller } from '../base/index.ts';
import type { House } from '../interactions/index.ts';
import { findClient } from '../store/index.ts';
import type { Follower } from '../store/index.ts';

/** Whom a subscription sends to. */
export type Subscribed = Pick<Follower, 'organization' | 'client' | 'scopes'>;

/**
 * A subscriber as it stands now: what it was granted when it subscribed, as far as its client still has it. Undefined: the
 * client is not let in any more, and nothing is sent to it.
 */
export async function findSubscriber(
  house: House,
  { organization, client, scopes }: Subscribed,
): Promise<Caller | undefined> {
  const row = await findClient(house.database.byKey, client);
  if (row === undefined || row.disabled || !row.approved || row.kind !== 'service') return undefined;
  if (row.organization !== organization) return undefined;
  const granted = negotiateScope(scopes.join(' '), row.scope, house);
  return { client, organization, role: row.role, scopes: granted.split(' ').filter((scope) => scope !== '') };
}

/** The same, for as long as what comes of it is held: each client is looked up once, however many subscriptions it has. */
export function rememberSubscribers(house: House): (subscribed: Subscribed) => Promise<Caller | undefined> {
  const known = new Map<string, Promise<Caller | undefined>>();
  return (subscribed) => {
    const { organization, client, scopes } = subscribed;
    const key = [organization, client, ...scopes].join(' ');
    const found = known.get(key) ?? findSubscriber(house, subscribed);
    known.set(key, found);
    return found;
  };
}
