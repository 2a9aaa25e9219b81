import { fault } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { SubscriptionProgress } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { parametersOf, readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note } from './read.ts';
import { findOwnSubscription } from './subscription-find.ts';

const OVERLAP = { overlap: { type: 'unsignedInt' } } as const;
/** Hours. */
const OVERLAP_MOST = 168;
const OVERLAP_DEFAULT = 24;

/**
 * The secrets with which notifications of a Subscription are signed now, for the client that registered it.
 * https://consilium.example/fhir/OperationDefinition/subscription-signing-secret
 */
export async function showSigningSecrets(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<Resource> {
  readInput({}, request);
  const row = await findRegistered(house, context, id);
  note(house, context, 'subscription-signing-secret', row.id, undefined, 200);
  return tellSecrets(house, row);
}

/**
 * Has notifications signed with a new secret, and with the former ones as long as the overlap lasts.
 * https://consilium.example/fhir/OperationDefinition/subscription-rotate-secret
 */
export async function rotateSigningSecret(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<Resource> {
  const { overlap = OVERLAP_DEFAULT } = readInput(OVERLAP, request);
  if (overlap > OVERLAP_MOST) {
    const text = `overlap is a number of hours, 0 to ${OVERLAP_MOST}.`;
    throw fault(400, 'value', 'bad-parameter', text, 'Parameters.parameter');
  }
  const row = await findRegistered(house, context, id);
  note(house, context, 'subscription-rotate-secret', row.id, undefined, 200);
  await house.secrets.rotate(ownerOf(row), { overlapHours: overlap });
  return tellSecrets(house, row);
}

/** Others of the organisation have no use for what it verifies by. */
async function findRegistered(house: House, context: Context, id: string): Promise<SubscriptionProgress> {
  const row = await findOwnSubscription(house, context, id);
  const { client, user } = context.caller;
  if (row.client === client && user === undefined) return row;
  const text =
    'Its secrets are told to the client that registered the Subscription, with a token of its own. ' +
    'Whichever client writes it with status requested takes it over.';
  throw fault(403, 'forbidden', 'subscription-of-client', text);
}

async function tellSecrets({ secrets }: House, row: SubscriptionProgress): Promise<Resource> {
  const shown = await secrets.show(ownerOf(row));
  return parametersOf(
    shown.map(({ secret, from, until }) => ({
      name: 'secret',
      part: [
        { name: 'value', valueString: secret },
        { name: 'from', valueInstant: from.toISOString() },
        ...(until === undefined ? [] : [{ name: 'until', valueInstant: until.toISOString() }]),
      ],
    })),
  );
}

function ownerOf({ id, organization }: SubscriptionProgress) {
  return { subscription: id, organization };
}
