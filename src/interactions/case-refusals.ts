import { Fault, fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { localReference } from '../fhir/index.ts';
import type { Change } from './draft.ts';

/** Characters of a name that a sender gave. */
const MOST_QUOTED = 80;

/**
 * Rules of the case speak of the resource; the refusal says where it stood in the request.
 * @param others what else is written with it: a rule may speak of that
 */
export function refuse(change: Change, issues: readonly Issue[], others: readonly Change[] = []): Fault {
  const status = issues.some((issue) => issue.code === 'forbidden') ? 403 : 422;
  return new Fault(
    status,
    issues.map((issue) => {
      const { expression, record } = issue;
      const where = record === undefined ? change : others.find(({ ref }) => ref === record);
      const type = where?.after?.resourceType ?? '';
      return where !== undefined && expression?.startsWith(`${type}.`) === true
        ? { ...issue, expression: where.path + expression.slice(type.length) }
        : issue;
    }),
  );
}

export function unknownReference(change: Change, ref: string): Fault {
  const text = ref.startsWith('urn:')
    ? `No entry has the fullUrl ${ref.slice(0, MOST_QUOTED)}, and the case hangs on the record that it names. Give it to the entry that is meant, in the same transaction, or name the record as Type/id.`
    : `${ref} is not known here, or not to this caller, and the case hangs on it. Send it first, or in the same bundle.`;
  const place = findPlace(ref, change.after, change.path) ?? change.path;
  return fault(422, 'not-found', 'case-reference-unknown', text, place);
}

export function severalCases(change: Change): Fault {
  return fault(
    422,
    'business-rule',
    'one-case',
    'What this record says it is made on (basedOn, focus, partOf, about, target) belongs to several cases. A record is made ' +
      'on one case: send one for each, or leave the references to the others out.',
    change.path,
  );
}

/** FHIRPath of the first element that refers to `ref`. */
function findPlace(ref: string, value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('reference' in value && (value.reference === ref || localReference(value.reference) === ref)) return path;
  const isList = Array.isArray(value);
  for (const [name, item] of Object.entries(value)) {
    const found = findPlace(ref, item, isList ? `${path}[${name}]` : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function cannotDelete(change: Change): Fault {
  return fault(
    409,
    'conflict',
    'record-of-a-case',
    `${change.ref} belongs to a case that was sent and is not deleted. If it was sent in error, say so in it (status entered-in-error, where its type has one) or withdraw the case.`,
  );
}
