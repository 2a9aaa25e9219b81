import type { Resource } from '../fhir/index.ts';
import { collectReferences } from '../fhir/index.ts';
import { isSecondOpinionRequest } from './intake.ts';
import { nodes, referencesOf } from './tree.ts';

/** Elements by which a record says that it is made on another. */
const MADE_ON = ['basedOn', 'focus', 'partOf', 'about', 'target', 'referral', 'request', 'response', 'appointment'];
const CASE_RECORD = /^(ServiceRequest|Task|DiagnosticReport|Appointment|Invoice|Claim|CoverageEligibilityRequest)\//;

/**
 * The records of a case (`ServiceRequest/x`, `Task/x`, `DiagnosticReport/x`) that a record says it is made on.
 * A second-opinion request is made on none: one based on an earlier request (third opinion) is a case of its own.
 */
export function anchors(resource: Resource): string[] {
  if (isSecondOpinionRequest(resource)) return [];
  const direct = MADE_ON.flatMap((name) => referencesOf(resource[name]));
  const related = nodes(resource.context).flatMap((context) => referencesOf(context.related));
  // A CoverageEligibilityRequest has no other element by which it could say what it is asked for.
  const told = nodes(resource.supportingInfo).flatMap((info) => referencesOf(info.information));
  return [...new Set([...direct, ...related, ...told])].filter((reference) => CASE_RECORD.test(reference));
}

/** Earlier requests that a request refers to keep their own records: following these would join the two cases. */
const EARLIER_REQUESTS = ['basedOn', 'replaces'];

/**
 * The records on this server (`Type/id`) that a record names and so pulls into its case's record: literal references
 * anywhere in it, and Binaries behind attachments. References elsewhere, logical and contained ones are not followed, nor
 * those of a document: it is a copy, whose references lead to what is in it.
 */
export function caseReferences(resource: Resource): string[] {
  if (resource.resourceType === 'Bundle' && resource.type === 'document') return [];
  if (!isSecondOpinionRequest(resource)) return collectReferences(resource);
  const own = Object.entries(resource).filter(([name]) => !EARLIER_REQUESTS.includes(name));
  return collectReferences(Object.fromEntries(own) as Resource);
}
