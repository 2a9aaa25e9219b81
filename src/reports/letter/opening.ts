import { CASE_NUMBER_SYSTEM, SERVICES } from '../../cases/index.ts';
import { humanName } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { contactLines, day, node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { fields, list } from './blocks.ts';
import type { Section } from './model.ts';
import { originBlocks } from './origin.ts';
import type { Reading } from './reading.ts';
import { follow, hasTypeCode, nameOf, tellConcept, tellService } from './reading.ts';

/** What is known before the opinion begins: the case, whom it is about, who asked and for what. */
export function openingSections(reading: Reading): Section[] {
  const { headings } = reading.words;
  return [
    { heading: headings.case, blocks: [...originBlocks(reading), caseFields(reading)] },
    { heading: headings.patient, blocks: [patientFields(reading)] },
    { heading: headings.referrer, blocks: [referrerFields(reading)] },
    { heading: headings.request, blocks: [requestFields(reading)] },
  ];
}

/** The questions as they were asked, for a report that does not answer them one by one. */
export function questionSection({ words, records }: Reading): Section {
  const questions = [...records.values()].flatMap(readQuestions);
  return { heading: words.headings.questions, blocks: [list(questions, true)] };
}

export function caseNumberOf({ request, task }: Reading): string {
  const own = nodes(request?.identifier).find(({ system }) => system === CASE_NUMBER_SYSTEM);
  return text(own?.value) ?? text(node(task?.groupIdentifier).value) ?? '';
}

/** Of these no day of issue is told, whatever dates they bear. */
const UNISSUED: ReadonlySet<string> = new Set(['registered', 'partial', 'preliminary']);

function caseFields(reading: Reading): ReturnType<typeof fields> {
  const { words, composition, report, request, task } = reading;
  const { labels } = words;
  const status = text(report?.status) ?? text(composition.status) ?? '';
  const issued = day(report?.issued) ?? day(report?.effectiveDateTime) ?? day(composition.date);
  return fields([
    [labels.caseNumber, caseNumberOf(reading)],
    [labels.orderNumber, text(nodes(request?.identifier).find((one) => !hasTypeCode(one, 'FILL'))?.value)],
    [labels.requested, day(request?.authoredOn) ?? day(task?.authoredOn)],
    [labels.issued, UNISSUED.has(status) ? undefined : issued],
    [labels.status, words.statuses[status] ?? status],
  ]);
}

function patientFields(reading: Reading): ReturnType<typeof fields> {
  const { words, composition } = reading;
  const patient = follow(reading, composition.subject);
  const gender = text(patient?.gender);
  return fields([
    [words.labels.name, humanName(patient?.name) ?? text(node(composition.subject).display) ?? words.notNamed],
    [words.labels.birthDate, text(patient?.birthDate)],
    [words.labels.gender, gender === undefined ? undefined : (words.genders[gender] ?? gender)],
    [words.labels.identifiers, readIdentifiers(reading, nodes(patient?.identifier)).join(words.comma)],
  ]);
}

/**
 * The home hospital's own number: identifiers of type MR, else those without coded type. Those of passports and
 * insurances are nobody's business in a letter.
 */
function readIdentifiers({ words }: Reading, identifiers: readonly Node[]): string[] {
  const records = identifiers.filter((one) => hasTypeCode(one, 'MR'));
  const chosen = records.length > 0 ? records : identifiers.filter((one) => nodes(node(one.type).coding).length === 0);
  const shown = chosen.flatMap((one) => {
    const value = text(one.value);
    const label = records.length > 0 ? words.labels.recordNumber : text(node(one.type).text);
    return value === undefined ? [] : [label === undefined ? value : `${label} ${value}`];
  });
  return [...new Set(shown)];
}

function referrerFields(reading: Reading): ReturnType<typeof fields> {
  const { words, request, task } = reading;
  const asker = follow(reading, request?.requester);
  const isPerson = asker !== undefined && asker.resourceType !== 'Organization';
  const organization = follow(reading, task?.requester) ?? (isPerson ? follow(reading, asker.organization) : asker);
  const named = text(organization?.name) ?? text(node(task?.requester).display);
  const display = text(node(request?.requester).display);
  const clinician = isPerson ? (nameOf(reading, asker) ?? display) : named === display ? undefined : display;
  return fields([
    [words.labels.organisation, named ?? (clinician === undefined ? words.notNamed : undefined)],
    [words.labels.clinician, clinician],
    [words.labels.contact, contactLines(organization).join('\n')],
  ]);
}

const CATALOGUE: ReadonlyMap<string, string> = new Map(SERVICES.map(({ code, display }) => [code, display]));

function requestFields({ words, request }: Reading): ReturnType<typeof fields> {
  const reasons = nodes(request?.reasonCode).flatMap((one) => tellConcept(words, one) ?? []);
  const notes = nodes(request?.note).flatMap((one) => text(one.text) ?? []);
  return fields([
    [words.labels.service, tellService(words, request, CATALOGUE)],
    [words.labels.reason, reasons.join('\n')],
    [words.labels.note, notes.join('\n\n')],
  ]);
}

/** The answers to the item `questions` of a response in the packet. */
function readQuestions(record: Resource): string[] {
  if (record.resourceType !== 'QuestionnaireResponse') return [];
  return nodes(record.item)
    .filter(({ linkId }) => linkId === 'questions')
    .flatMap((item) => nodes(item.answer).flatMap((answer) => text(answer.valueString) ?? []));
}
