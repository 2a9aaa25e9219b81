import { SERVICE_SYSTEM, SERVICES } from '../cases/index.ts';
import { humanName } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Node } from './elements.ts';
import { conceptText, conceptWithCode, contactLines, day, node, nodes, text, texts } from './elements.ts';
import type { Attester, ReportInput } from './input.ts';
import { byDate, readReviewed } from './reviewed.ts';

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
    service: readService(request) ?? '',
    reasons: nodes(request.reasonCode).flatMap((one) => conceptText(one) ?? []),
    notes: nodes(request.note).flatMap((one) => text(one.text) ?? []),
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
    identifiers: readIdentifiers(nodes(patient?.identifier)),
  };
}

/**
 * The home hospital's own number: identifiers of type MR, else those without coded type. Those of passports and
 * insurances are nobody's business in a letter.
 */
function readIdentifiers(identifiers: readonly Node[]): string[] {
  const records = identifiers.filter((one) => hasTypeCode(one, 'MR'));
  const chosen = records.length > 0 ? records : identifiers.filter((one) => nodes(node(one.type).coding).length === 0);
  const shown = chosen.flatMap((one) => {
    const value = text(one.value);
    const label = records.length > 0 ? 'MRN' : text(node(one.type).text);
    return value === undefined ? [] : [label === undefined ? value : `${label} ${value}`];
  });
  return [...new Set(shown)];
}

/** As the order words it; the catalogue has a name for every code, where the order gives the code alone. */
function readService({ code }: Resource): string | undefined {
  const codings = nodes(node(code).coding);
  const worded = text(node(code).text) !== undefined || codings.some(({ display }) => text(display) !== undefined);
  const asked = codings.find(({ system }) => system === SERVICE_SYSTEM)?.code;
  const listed = SERVICES.find((service) => service.code === asked)?.display;
  return worded ? conceptText(code) : (listed ?? conceptText(code));
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
