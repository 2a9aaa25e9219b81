import type { Resource } from '../fhir/index.ts';
import type { Node } from './elements.ts';
import { conceptText, conceptWithCode, contactLines, day, humanName, node, nodes, text, texts } from './elements.ts';
import type { Attester, ReportInput, ReviewedRecord } from './input.ts';

/** The records of an issued case that the letter is made of. */
export interface ReportRecords {
  readonly serviceRequest: Resource;
  /** T0 */
  readonly task: Resource;
  readonly diagnosticReport: Resource;
  readonly patient?: Resource;
  /** Organizations. */
  readonly programme?: Resource;
  readonly placer?: Resource;
  /** Practitioners, PractitionerRoles and Organizations that the report names as interpreters or performers. */
  readonly performers: readonly Resource[];
  /** Absent: those of the QuestionnaireResponses among `reviewed`. */
  readonly questions?: readonly string[];
  readonly reviewed: readonly Resource[];
}

/** Takes out of the records what the letter says. Records that are missing leave their place to the references' displays. */
export function reportInput(records: ReportRecords): ReportInput {
  const { serviceRequest: request, task, diagnosticReport: report, patient, programme, placer } = records;
  const issuedOn = day(report.issued) ?? day(report.effectiveDateTime);
  const requestedOn = day(request.authoredOn) ?? day(task.authoredOn);
  const conclusion = text(report.conclusion);
  return {
    language: text(report.language) ?? 'en',
    caseNumber: text(node(task.groupIdentifier).value) ?? '',
    status: text(report.status) ?? '',
    createdAt: text(report.issued) ?? text(task.lastModified) ?? text(report.meta?.lastUpdated) ?? '',
    ...(requestedOn === undefined ? {} : { requestedOn }),
    ...(issuedOn === undefined ? {} : { issuedOn }),
    programme: {
      name: text(programme?.name) ?? text(node(task.owner).display) ?? 'Second-opinion programme',
      lines: contactLines(programme),
    },
    patient: readPatient(patient, report),
    referrer: readReferrer(placer, request, task),
    service: conceptText(request.code) ?? '',
    reasons: [
      ...nodes(request.reasonCode).flatMap((one) => conceptText(one) ?? []),
      ...nodes(request.note).flatMap((one) => text(one.text) ?? []),
    ],
    questions: records.questions ?? records.reviewed.flatMap(readQuestions),
    ...(conclusion === undefined ? {} : { conclusion }),
    conclusionCodes: nodes(report.conclusionCode).flatMap((one) => conceptWithCode(one) ?? []),
    attachments: nodes(report.presentedForm).flatMap((one) => text(one.title) ?? []),
    attesters: readAttesters(report, records.performers),
    reviewed: records.reviewed
      .filter(({ resourceType }) => resourceType !== 'QuestionnaireResponse')
      .map(readReviewed)
      .sort(byDate),
  };
}

function readPatient(patient: Resource | undefined, report: Resource): ReportInput['patient'] {
  const birthDate = text(patient?.birthDate);
  const gender = text(patient?.gender);
  return {
    name: humanName(patient?.name) ?? text(node(report.subject).display) ?? 'Not named',
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(gender === undefined ? {} : { gender }),
    // The home hospital's own number; those of passports and insurances are nobody's business in a letter.
    identifiers: nodes(patient?.identifier)
      .filter((one) => hasTypeCode(one, 'MR') || nodes(node(one.type).coding).length === 0)
      .flatMap((one) => text(one.value) ?? []),
  };
}

/** The questions to be answered: the answers to the item `questions` of a response in the packet. */
function readQuestions(record: Resource): string[] {
  if (record.resourceType !== 'QuestionnaireResponse') return [];
  return nodes(record.item)
    .filter(({ linkId }) => linkId === 'questions')
    .flatMap((item) => nodes(item.answer).flatMap((answer) => text(answer.valueString) ?? []));
}

function readReferrer(placer: Resource | undefined, request: Resource, task: Resource): ReportInput['referrer'] {
  const orderNumber = nodes(request.identifier).find((one) => !hasTypeCode(one, 'FILL'))?.value;
  return {
    name:
      text(placer?.name) ?? text(node(request.requester).display) ?? text(node(task.requester).display) ?? 'Not named',
    lines: contactLines(placer),
    ...(text(orderNumber) === undefined ? {} : { orderNumber: text(orderNumber)! }),
  };
}

function hasTypeCode(identifier: Node, code: string): boolean {
  return nodes(node(identifier.type).coding).some((coding) => coding.code === code);
}

/** Those who interpreted the report answer for it; without them, those who performed it. */
function readAttesters(report: Resource, performers: readonly Resource[]): Attester[] {
  const interpreters = nodes(report.resultsInterpreter);
  const byReference = new Map(performers.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  return (interpreters.length > 0 ? interpreters : nodes(report.performer)).map((reference) => {
    const found = byReference.get(text(reference.reference) ?? '');
    const practitioner =
      found?.resourceType === 'PractitionerRole'
        ? byReference.get(text(node(found.practitioner).reference) ?? '')
        : found;
    const display = text(reference.display) ?? text(node(found?.practitioner).display) ?? 'Not named';
    return {
      name: nameOf(practitioner) ?? display,
      credentials: [
        ...nodes(practitioner?.qualification).flatMap(readQualification),
        ...(found?.resourceType === 'PractitionerRole' ? readRole(found) : []),
      ],
    };
  });
}

function nameOf(performer: Resource | undefined): string | undefined {
  return performer?.resourceType === 'Organization' ? text(performer.name) : humanName(performer?.name);
}

function readQualification(qualification: Node): string[] {
  const said = conceptText(qualification.code);
  if (said === undefined) return [];
  const issuer = text(node(qualification.issuer).display);
  const since = day(node(qualification.period).start)?.slice(0, 4);
  return [[said, issuer, since].filter((part) => part !== undefined).join(', ')];
}

function readRole(role: Resource): string[] {
  const said = [...nodes(role.specialty), ...nodes(role.code)].flatMap((one) => conceptText(one) ?? []);
  return [...said, ...texts(node(role.organization).display)];
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['DocumentReference', 'Document'],
  ['ImagingStudy', 'Imaging study'],
  ['DiagnosticReport', 'Report'],
  ['MedicationStatement', 'Medication'],
  ['AllergyIntolerance', 'Allergy'],
]);

function readReviewed(record: Resource): ReviewedRecord {
  const kind = KINDS.get(record.resourceType) ?? record.resourceType;
  const modalities = nodes(record.modality).flatMap((one) => text(one.display) ?? text(one.code) ?? []);
  const description =
    text(record.description) ??
    text(record.title) ??
    conceptText(record.code) ??
    conceptText(record.type) ??
    conceptText(record.medicationCodeableConcept) ??
    (modalities.length > 0 ? modalities.join(', ') : kind);
  const date =
    day(record.started) ??
    day(record.effectiveDateTime) ??
    day(record.performedDateTime) ??
    day(node(node(record.context).period).start) ??
    day(record.date) ??
    day(record.issued) ??
    day(record.authored) ??
    day(record.recordedDate);
  return { kind, description, ...(date === undefined ? {} : { date }) };
}

/** Chronological; records without date come last, in the order they were given. */
function byDate(one: ReviewedRecord, other: ReviewedRecord): number {
  const [a, b] = [one.date ?? '9999', other.date ?? '9999'];
  return a < b ? -1 : a > b ? 1 : 0;
}
