import { fault, SERVER_ORGANIZATION } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';

/** Whose a record is, and who sees it; its owner does, unless it is a view of it. */
interface Held {
  readonly owner: string;
  readonly readers: readonly string[];
}

/**
 * May this caller change a record that it can see? Its owner may; and a Task may be worked by the organisation that it
 * is addressed to (Task.owner), whoever created it, unless it is shown a view of it alone.
 */
export function refuseChange(
  caller: Caller,
  { owner, readers }: Held,
  before: Resource | undefined,
): Fault | undefined {
  if (caller.organization === owner) return undefined;
  const addressed = before?.resourceType === 'Task' ? (before.owner as Reference | undefined)?.reference : undefined;
  const isView = !readers.includes(owner);
  if (addressed === `Organization/${caller.organization}` && !isView) return undefined;
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
