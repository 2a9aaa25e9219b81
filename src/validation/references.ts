import type { Definitions } from '../definitions/index.ts';
import type { Findings } from './findings.ts';
import { nearNames } from '../base/index.ts';

/** `Type/id`, with a version or not, and the conditional `Type?…` of transactions. */
const RELATIVE = /^([A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?\S+)$/;
const NAMED_TYPE = /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?\S*)$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i;

/**
 * Checks the text of a Reference (http://hl7.org/fhir/R4/references.html) as far as it alone can tell: its form, the
 * type it names against those allowed at this place, and that `#id` names a contained resource.
 */
export function checkReference(
  definitions: Definitions,
  targets: readonly string[] | undefined,
  value: unknown,
  findings: Findings,
): void {
  const reference = (value as { reference?: unknown } | null)?.reference;
  if (typeof reference !== 'string' || reference === '') return;
  if (reference.startsWith('#')) {
    checkContained(reference.slice(1), targets, findings);
    return;
  }
  const type = RELATIVE.exec(reference)?.[1];
  if (type !== undefined) checkType(definitions, type, targets, findings);
  else if (!ABSOLUTE.test(reference)) {
    const text = 'This is no reference. Give Type/id, an absolute URL, urn:uuid:…, or #id of a contained resource.';
    findings.add('value', 'invalid-reference', text, 'reference');
  }
}

function checkContained(id: string, targets: readonly string[] | undefined, findings: Findings): void {
  if (id === '') return;
  const type = findings.contained.get(id);
  if (type === undefined) {
    const text = 'No contained resource has this id. Contain it, or refer to a resource outside.';
    findings.add('value', 'unresolved-contained', text, 'reference');
  } else checkTarget(type, targets, findings);
}

function checkType(
  definitions: Definitions,
  type: string,
  targets: readonly string[] | undefined,
  findings: Findings,
): void {
  if (definitions.isResourceType(type)) {
    checkTarget(type, targets, findings);
    return;
  }
  const near = nearNames(type, targets ?? definitions.resourceTypes)[0];
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  findings.add('value', 'unknown-reference-type', `The reference names no resource type of R4.${hint}`, 'reference');
}

function checkTarget(type: string, targets: readonly string[] | undefined, findings: Findings): void {
  if (targets === undefined || targets.includes(type)) return;
  const text = `A reference to ${type} is not allowed here. Refer to one of: ${targets.join(', ')}.`;
  findings.add('value', 'wrong-reference-type', text, 'reference');
}

/** The resource type that a reference names in its text: `Patient/1`, `https://example.org/fhir/Patient/1`. */
export function typeInReference(reference: unknown): string | undefined {
  return typeof reference === 'string' ? NAMED_TYPE.exec(reference)?.[1] : undefined;
}
