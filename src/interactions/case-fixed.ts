import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { isServerLetter, isSignedDocument } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { StoredRecord } from '../store/index.ts';
import type { Draft } from './draft.ts';

/** Whether a record is seen by both parties of a case, and not just published. */
export function isShared(stored: StoredRecord | undefined): boolean {
  return stored !== undefined && stored.readers.length > 1 && !stored.readers.includes('*');
}

/** What was sent as bytes stays what it was: content of a case, and the letters and signed documents of its reports. */
export function refuseFixed(
  draft: Draft,
  stored: StoredRecord | undefined,
  before: Resource | undefined,
): Fault | undefined {
  const { after } = draft;
  if (draft.consequence === true || after === undefined || before === undefined) return undefined;
  const changesBytes =
    before.resourceType === 'Binary' &&
    isShared(stored) &&
    !(draft.content?.hash === stored?.contentHash && isDescribedAlike(before, after));
  if (!changesBytes && !isServerLetter(before) && !isSignedDocument(before)) return undefined;
  return fault(409, 'conflict', 'content-fixed', tellFixed(draft.ref, before), draft.path);
}

/** Whose bytes they are said to be decides who reads them. */
function isDescribedAlike(before: Resource, after: Resource): boolean {
  const of = ({ contentType, securityContext }: Resource): string => JSON.stringify([contentType, securityContext]);
  return of(before) === of(after);
}

function tellFixed(ref: string, { resourceType }: Resource): string {
  switch (resourceType) {
    case 'Binary':
      return `The bytes of ${ref} were sent with a case and do not change. Send a new Binary and refer to it.`;
    case 'Bundle':
      return `${ref} is a report as it was signed, and does not change. Amend the report: a new document follows.`;
    default:
      return `${ref} files a letter that the server made, and does not change. Amend the report: a new letter follows.`;
  }
}
