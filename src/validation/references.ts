import type { Definitions } from '../definitions/index.ts';
import type { Findings } from './findings.ts';
import { nearNames } from '../base/index.ts';

/** `Type/id`, with a version or not, and the conditional `Type?…` of transactions. */
const RELATIVE = /^([A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?\S+)$/;
const NAMED_TYPE = /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?\S*)$/;
const TYPE_URL = 'http://hl7.org/fhir/StructureDefinition/';
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
  const { reference, type: said } = (value ?? {}) as { reference?: unknown; type?: unknown };
  const shown = checkText(definitions, targets, reference, findings);
  if (typeof said !== 'string') return;
  const type = said.startsWith(TYPE_URL) ? said.slice(TYPE_URL.length) : said;
  if (!definitions.isResourceType(type)) return;
  if (shown === undefined) checkTarget(type, targets, findings, 'type');
  else if (shown !== type) {
    const text = `The reference leads to a ${shown}, and its type says ${type}. Make them agree, or leave the type out.`;
    findings.add('value', 'reference-type-mismatch', text, 'type');
  }
}

/** Gives the type that the text shows, where it shows one of R4. */
function checkText(
  definitions: Definitions,
  targets: readonly string[] | undefined,
  reference: unknown,
  findings: Findings,
): string | undefined {
  if (typeof reference !== 'string' || reference === '') return undefined;
  if (reference.startsWith('#')) return checkContained(reference.slice(1), targets, findings);
  const relative = RELATIVE.exec(reference)?.[1];
  if (relative !== undefined) return checkType(definitions, relative, targets, findings);
  if (!ABSOLUTE.test(reference)) {
    const text = 'This is no reference. Give Type/id, an absolute URL, urn:uuid:…, or #id of a contained resource.';
    findings.add('value', 'invalid-reference', text, 'reference');
    return undefined;
  }
  // Addresses of the form [base]/Type/id are to be taken for those of a FHIR server; others show nothing.
  const absolute = /^https?:/i.test(reference) ? typeInReference(reference) : undefined;
  if (absolute === undefined || !definitions.isResourceType(absolute)) return undefined;
  checkTarget(absolute, targets, findings);
  return absolute;
}

function checkContained(id: string, targets: readonly string[] | undefined, findings: Findings): string | undefined {
  if (id === '') return undefined;
  const type = findings.contained.get(id);
  if (type === undefined) {
    const text = 'No contained resource has this id. Contain it, or refer to a resource outside.';
    findings.add('value', 'unresolved-contained', text, 'reference');
  } else checkTarget(type, targets, findings);
  return type;
}

function checkType(
  definitions: Definitions,
  type: string,
  targets: readonly string[] | undefined,
  findings: Findings,
): string | undefined {
  if (definitions.isResourceType(type)) {
    checkTarget(type, targets, findings);
    return type;
  }
  const near = nearNames(type, targets ?? definitions.resourceTypes)[0];
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  findings.add('value', 'unknown-reference-type', `The reference names no resource type of R4.${hint}`, 'reference');
  return undefined;
}

function checkTarget(
  type: string,
  targets: readonly string[] | undefined,
  findings: Findings,
  element = 'reference',
): void {
  if (targets === undefined || targets.includes(type)) return;
  const text = `A reference to ${type} is not allowed here. Refer to one of: ${targets.join(', ')}.`;
  findings.add('value', 'wrong-reference-type', text, element);
}

/** The resource type that a reference names in its text: `Patient/1`, `https://example.org/fhir/Patient/1`. */
export function typeInReference(reference: unknown): string | undefined {
  return typeof reference === 'string' ? NAMED_TYPE.exec(reference)?.[1] : undefined;
}
