import { fault } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { readSubscriptionEvents, resendEvents } from '../store/index.ts';
import type { SubscriptionProgress } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note } from './read.ts';
import { findOwnSubscription } from './subscription-find.ts';

const PARAMETERS = { from: { type: 'positiveInt' }, until: { type: 'positiveInt' } } as const;

/**
 * Sends events to the endpoint again, with their numbers.
 * https://consilium.example/fhir/OperationDefinition/subscription-resend
 */
export async function resendOfSubscription(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<Resource> {
  const { from, until } = readInput(PARAMETERS, request);
  const row = await findOwnSubscription(house, context, id);
  if (from === undefined) {
    const text = 'The parameter from is missing: the number of the first event that is to be sent again.';
    throw fault(400, 'required', 'parameter-missing', text, 'Parameters.parameter');
  }
  if (until !== undefined && until < from) {
    const text = 'until is not below from: both are numbers of events, and counted in.';
    throw fault(400, 'value', 'bad-parameter', text, 'Parameters.parameter');
  }
  refuseIdle(row);
  const last = Math.min(until ?? row.delivered, row.delivered);
  const { organization } = context.caller;
  const [kept] = await readSubscriptionEvents(house.database, organization, row.id, from, last, 1);
  if (kept === undefined) throw nothingThere(row, from);
  note(house, context, 'subscription-resend', row.id, undefined, 200);
  const now = house.clock().toISOString();
  if (!(await resendEvents(house.database, organization, row.id, kept.number, last, now))) {
    const text = 'Events of this Subscription are being sent again already. Ask once these have arrived.';
    throw fault(409, 'conflict', 'subscription-resend-under-way', text);
  }
  house.wake();
  const gone = kept.number === from ? '' : ` Those from ${from} on before them are kept no more.`;
  const text = `Events ${kept.number} to ${last} are sent again: ${last - kept.number + 1} in all.${gone}`;
  return issuesToOutcome([{ severity: 'information', code: 'informational', key: 'subscription-resend', text }]);
}

function refuseIdle({ status }: SubscriptionProgress): void {
  if (status === 'active') return;
  const text =
    status === 'requested'
      ? 'The endpoint has not answered the handshake yet: events are sent again once the Subscription is active.'
      : `The Subscription is in status ${status}: write it with status requested, and ask again once it is active.`;
  throw fault(422, 'business-rule', 'subscription-not-active', text);
}

function nothingThere({ delivered }: SubscriptionProgress, from: number) {
  const text =
    from > delivered
      ? `No event from ${from} on has arrived yet: the last that has is ${delivered}. Others come in their turn.`
      : 'These events are kept no more, after 30 days. Read the records themselves.';
  return fault(422, 'business-rule', 'subscription-events-gone', text);
}
