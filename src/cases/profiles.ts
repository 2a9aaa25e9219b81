import type { Resource } from '../fhir/index.ts';
import { CANONICAL, TASK_KIND_SYSTEM, TASK_KINDS, TRANSLATION_METHOD_SYSTEM } from './catalogue.ts';
import { isSecondOpinionRequest } from './intake.ts';
import { codesIn, nodes } from './tree.ts';

const OPINION_SYSTEM = `${CANONICAL}/CodeSystem/opinion-observation`;
const SECTION_SYSTEM = `${CANONICAL}/CodeSystem/report-section`;
const PACKET_KIND_SYSTEM = `${CANONICAL}/CodeSystem/packet-document-kind`;
const FORMS: ReadonlyMap<string, string> = new Map([
  [`${CANONICAL}/Questionnaire/narrative-and-questions`, 'case-questions'],
  [`${CANONICAL}/Questionnaire/follow-up`, 'follow-up-answers'],
]);
const KINDS: ReadonlySet<string> = new Set(TASK_KINDS);
const OPINIONS: ReadonlyMap<string, string> = new Map([
  ['concordance', 'opinion-concordance'],
  ['difference', 'opinion-difference'],
  ['travel-advice', 'opinion-travel-advice'],
]);

/**
 * The profiles of the project's guide (`profiles/`) that a record has to conform to whether it claims them or not: those
 * of a second-opinion request and its kin, by what the record says it is.
 * @param onCase whether the record is known to be made on a case: then reports and the case's own Tasks are meant, too.
 */
export function profilesOf(resource: Resource, onCase = false): string[] {
  return namesOf(resource, onCase).map((name) => `${CANONICAL}/StructureDefinition/${name}`);
}

function namesOf(resource: Resource, onCase: boolean): readonly string[] {
  switch (resource.resourceType) {
    case 'ServiceRequest':
      return isSecondOpinionRequest(resource) ? ['case-request'] : [];
    case 'Task':
      return codesIn(resource.code, TASK_KIND_SYSTEM).flatMap((kind) => (KINDS.has(kind) ? [`${kind}-task`] : []));
    case 'DiagnosticReport':
      return onCase ? ['opinion-report'] : [];
    case 'DocumentReference':
      return nodes(resource.category).some((category) => codesIn(category, PACKET_KIND_SYSTEM).length > 0)
        ? ['packet-document']
        : [];
    case 'QuestionnaireResponse':
      return [FORMS.get(withoutVersion(resource.questionnaire) ?? '') ?? []].flat();
    case 'Provenance':
      return nodes(resource.agent).some(({ role }) => codesIn(role, TRANSLATION_METHOD_SYSTEM).length > 0)
        ? ['translation-provenance']
        : [];
    case 'Observation':
      return codesIn(resource.code, OPINION_SYSTEM).flatMap((code) => OPINIONS.get(code) ?? []);
    case 'Composition':
      if (!nodes(resource.section).some(({ code }) => codesIn(code, SECTION_SYSTEM).length > 0)) return [];
      return nodes(resource.relatesTo).some(({ code }) => code === 'transforms')
        ? ['report-translated-composition']
        : ['report-composition'];
    default:
      return [];
  }
}

function withoutVersion(canonical: unknown): string | undefined {
  return typeof canonical === 'string' ? canonical.split('|', 1)[0] : undefined;
}
