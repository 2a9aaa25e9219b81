import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { kindOfProcedure } from '../exclusions/procedures.ts';
import type { PacketItem } from '../programme/rules.ts';
import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';
import { coded, codings } from './codings.ts';
import { itemsOfKind, itemsOfType } from './kinds.ts';

const QUESTIONS = `${CANONICAL}/Questionnaire/narrative-and-questions`;
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const SLIDES = 'http://dicom.nema.org/resources/ontology/DCM|SM';
const DICOM = 'application/dicom';

/** What the items of a record hang on beside the record itself. */
export interface Surroundings {
  /** `Type/id`s that the request itself names. */
  readonly named: ReadonlySet<string>;
  /** Specimens that a report of pathology names. */
  readonly examined: ReadonlySet<string>;
}

type Reads = (record: Resource, ref: string, around: Surroundings) => readonly PacketItem[];

/** Statuses in which a record does not speak for anything: withdrawn, replaced, or never come to be. */
const VOID: ReadonlySet<unknown> = new Set([
  'entered-in-error',
  'cancelled',
  'superseded',
  'not-done',
  'not-taken',
  'unsatisfactory',
  'revoked',
  'registered',
]);
const CURRENT: ReadonlySet<unknown> = new Set(['active', 'intended', 'on-hold', 'unknown']);
const REFUTED: ReadonlySet<string> = new Set(['entered-in-error', 'refuted']);

const READS: Readonly<Record<string, Reads>> = {
  AllergyIntolerance: (record) => (isRefuted(record) ? [] : ['allergies']),
  CarePlan: () => ['first-opinion'],
  ClinicalImpression: ({ status }) => (status === 'completed' ? ['first-opinion'] : []),
  Condition: (record) => (isRefuted(record) ? [] : ['condition']),
  DiagnosticReport: (record) => itemsOfType(codings([record.category, record.code].flat())),
  DocumentReference: readDocument,
  ImagingStudy: (record) => (modalitiesOf(record).includes(SLIDES) ? ['pathology-slides'] : ['imaging']),
  Media: (record) => (codings(record.modality).length > 0 ? ['imaging'] : []),
  MedicationRequest: ({ status }) => (CURRENT.has(status) ? ['medication-list'] : []),
  MedicationStatement: ({ status }) => (CURRENT.has(status) ? ['medication-list'] : ['prior-treatment']),
  MedicationAdministration: () => ['prior-treatment'],
  Observation: (record) => (codings(record.category).includes(`${CATEGORY}|laboratory`) ? ['laboratory'] : []),
  Procedure: (record) =>
    record.status === 'preparation' || kindOfProcedure(record) === 'diagnostic' ? [] : ['prior-treatment'],
  QuestionnaireResponse: (record) =>
    (['narrative', 'questions'] as const).filter((item) => answersTo(record, item).length > 0),
  Specimen: ({ status }, ref, { named, examined }) =>
    status !== 'unavailable' && (named.has(ref) || examined.has(ref)) ? ['pathology-slides'] : [],
};

/** The items that a record speaks for. */
export function itemsOf(record: Resource, ref: string, around: Surroundings): readonly PacketItem[] {
  return VOID.has(record.status) ? [] : (READS[record.resourceType]?.(record, ref, around) ?? []);
}

/** What the placer says that a document is goes before what its type says. */
function readDocument(record: Resource): readonly PacketItem[] {
  const said = itemsOfKind(codings(record.category));
  const known = said.length > 0 ? said : itemsOfType(codings([record.type, record.category].flat()));
  const isDicom = attachmentsOf(record).some(({ contentType }) => contentType === DICOM);
  return isDicom && known.length === 0 ? ['imaging'] : known;
}

export function attachmentsOf(document: Resource): Node[] {
  return nodes(document.content).flatMap((content) => nodes(content.attachment));
}

function modalitiesOf(study: Resource): string[] {
  return [...coded(study.modality), ...nodes(study.series).flatMap((series) => coded(series.modality))];
}

function isRefuted(record: Resource): boolean {
  return codings(record.verificationStatus).some((code) => REFUTED.has(code.slice(code.lastIndexOf('|') + 1)));
}

/** Whether this is the guide's form. */
export function isCaseForm({ resourceType, questionnaire, status }: Resource): boolean {
  const [canonical] = text(questionnaire)?.split('|', 1) ?? [];
  return (
    resourceType === 'QuestionnaireResponse' && canonical === QUESTIONS && !VOID.has(status) && status !== 'stopped'
  );
}

/** What was answered to a question of the guide's form: objects with a `value[x]` that is not empty. */
export function answersTo(record: Resource, linkId: string): Node[] {
  if (!isCaseForm(record)) return [];
  const items = nodes(record.item).filter((item) => item.linkId === linkId);
  return items.flatMap((item) => nodes(item.answer)).filter((answer) => !isBlank(answer));
}

function isBlank({ valueString }: Node): boolean {
  return typeof valueString === 'string' && valueString.trim() === '';
}
