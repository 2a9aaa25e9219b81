import type { Resource } from '../fhir/index.ts';
import { CANONICAL, TASK_KIND_SYSTEM } from './catalogue.ts';
import { isSecondOpinionRequest } from './intake.ts';
import { codesIn, nodes } from './tree.ts';

const OPINION_SYSTEM = `${CANONICAL}/CodeSystem/opinion-observation`;
const PACKET_KIND_SYSTEM = `${CANONICAL}/CodeSystem/packet-document-kind`;
const QUESTIONS = `${CANONICAL}/Questionnaire/narrative-and-questions`;
const TASK_KINDS: ReadonlySet<string> = new Set([
  'service-confirmation',
  'completeness-check',
  'information-request',
  'translation',
  'review',
  'mdt',
  'quote',
  'video-consultation',
  'follow-up',
]);
const OPINIONS: Readonly<Record<string, string>> = {
  concordance: 'opinion-concordance',
  'travel-advice': 'opinion-travel-advice',
};

/**
 * The profiles of the project's guide (`profiles/`) that a record has to conform to whether it claims them or not: those
 * of a second-opinion request and its kin, by what the record says it is.
 * @param onCase whether the record is known to be made on a case: then reports and the case's own Tasks are meant, too.
 */
export function profilesOf(resource: Resource, onCase = false): string[] {
  return namesOf(resource, onCase).map((name) => `${CANONICAL}/StructureDefinition/${name}`);
}

function namesOf(resource: Resource, onCase: boolean): string[] {
  switch (resource.resourceType) {
    case 'ServiceRequest':
      return isSecondOpinionRequest(resource) ? ['case-request'] : [];
    case 'Task':
      return codesIn(resource.code, TASK_KIND_SYSTEM).flatMap((kind) => (TASK_KINDS.has(kind) ? [`${kind}-task`] : []));
    case 'DiagnosticReport':
      return onCase ? ['opinion-report'] : [];
    case 'DocumentReference':
      return nodes(resource.category).some((category) => codesIn(category, PACKET_KIND_SYSTEM).length > 0)
        ? ['packet-document']
        : [];
    case 'QuestionnaireResponse':
      return withoutVersion(resource.questionnaire) === QUESTIONS ? ['case-questions'] : [];
    case 'Observation':
      return codesIn(resource.code, OPINION_SYSTEM).flatMap((code) => OPINIONS[code] ?? []);
    default:
      return [];
  }
}

function withoutVersion(canonical: unknown): string | undefined {
  return typeof canonical === 'string' ? canonical.split('|', 1)[0] : undefined;
}
