import { fault, SERVER_ORGANIZATION } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';

/**
 * May this caller change a record that it can see? Its owner may; and a Task may be worked by the organisation that it
 * is addressed to (Task.owner), whoever created it.
 */
export function refuseChange(caller: Caller, owner: string, before: Resource | undefined): Fault | undefined {
  if (caller.organization === owner) return undefined;
  const addressed = before?.resourceType === 'Task' ? (before.owner as Reference | undefined)?.reference : undefined;
  if (addressed === `Organization/${caller.organization}`) return undefined;
  if (owner === SERVER_ORGANIZATION) {
    const text = 'The server publishes this record with its guide: everybody may read it, and nobody changes it.';
    return fault(403, 'forbidden', 'not-the-owner', text);
  }
  return fault(
    403,
    'forbidden',
    'not-the-owner',
    'This record belongs to another organisation of the case: it may be read, not changed. Send what you have to add as a record of your own.',
  );
}
