import { uuidv7 } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { listSubscriptions } from '../store/index.ts';
import type { SubscriptionProgress } from '../store/index.ts';
import { writeStatus } from '../subscriptions/index.ts';
import { checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note } from './read.ts';
import { readSeveral } from './read-several.ts';
import { describeProgress, findSubscription } from './subscription-find.ts';

/** Of the type they choose; of one Subscription they mean nothing. */
const PARAMETERS = { id: { type: 'id', repeats: true }, status: { type: 'code', repeats: true } } as const;

/** Subscriptions in one answer at most. */
const MOST = 500;

/**
 * How Subscriptions of the caller's organisation stand: status, events so far, what is wrong.
 * http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status
 */
export async function statusOfSubscriptions(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string | undefined,
): Promise<Resource> {
  const { id: ids, status: statuses } = readInput(PARAMETERS, request);
  if (id !== undefined) return toBundle(house, [await findSubscription(house, context, id)], []);
  checkType(house, context, 'Subscription', 'r');
  const found = await listSubscriptions(house.database, context.caller.organization, {
    ...(ids === undefined ? {} : { ids: ids.map((one) => `Subscription/${one}`) }),
    ...(statuses === undefined ? {} : { statuses }),
    limit: MOST + 1,
  });
  const page = found.slice(0, MOST);
  const readable = await readSeveral(
    house,
    context,
    page.map((row) => row.id),
  );
  note(house, context, 'subscription-status', 'Subscription', undefined, 200);
  const shown = page.filter((row) => readable.has(row.id));
  return toBundle(house, shown, found.length > page.length ? [MORE] : []);
}

const MORE: Issue = {
  severity: 'warning',
  code: 'incomplete',
  key: 'subscriptions-left-out',
  text: `${MOST} Subscriptions are told at most. Ask for the others by id, or by status.`,
};

function toBundle(house: House, rows: readonly SubscriptionProgress[], remarks: readonly Issue[]): Resource {
  const told = rows.map((row) => {
    const id = uuidv7();
    const status = writeStatus({ ...describeProgress(house, row), type: 'query-status' });
    return { fullUrl: `urn:uuid:${id}`, resource: { ...status, id }, search: { mode: 'match' } };
  });
  const outcome = remarks.length === 0 ? [] : [{ resource: issuesToOutcome(remarks), search: { mode: 'outcome' } }];
  const entry = [...told, ...outcome];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: house.clock().toISOString(),
    total: rows.length,
    // FHIR has no empty lists.
    ...(entry.length === 0 ? {} : { entry }),
  };
}
