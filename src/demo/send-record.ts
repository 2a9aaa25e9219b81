import { EHR, HOSPITAL } from './cast.ts';
import { concept, refOf, resourcesOf, said, SNOMED } from './fhir.ts';
import type { Bundle, Condition, Reference, Resource } from './fhir.ts';
import { findCancer, since } from './find-cancer.ts';
import { placeholderOpinion } from './opinion.ts';
import { orderEntries, orderNumber, transaction } from './request.ts';
import { sendOrder } from './send-case.ts';
import type { SentCase } from './send-case.ts';
import { ehrSearch, StoryBroken, tell } from './stage.ts';
import type { Stage } from './stage.ts';

/** A patient's record as a file: the text of a transaction Bundle. */
export interface RecordFile {
  readonly name: string;
  readonly text: string;
}

/** One that can be loaded, and what of it is known beforehand. */
interface PatientRecord extends RecordFile {
  readonly entries: number;
  /** Which of them is the Patient. */
  readonly patientAt: number;
}

/** @throws StoryBroken when the file is not the record of one patient as a transaction Bundle. */
export function parseRecord({ name, text }: RecordFile): PatientRecord {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    throw new StoryBroken(`${name} is not JSON.`);
  }
  const { resourceType, type, entry = [] } = (record ?? {}) as Partial<Bundle>;
  if (resourceType !== 'Bundle' || type !== 'transaction') {
    throw new StoryBroken(`${name} is no Bundle of type transaction: export the patient's record as one.`);
  }
  const patients = entry.flatMap(({ resource }, index) => (resource?.resourceType === 'Patient' ? [index] : []));
  const [patientAt] = patients;
  if (patientAt === undefined || patients.length > 1) {
    throw new StoryBroken(`${name} holds ${patients.length} Patients: the record of one is needed.`);
  }
  return { name, text, entries: entry.length, patientAt };
}

/**
 * The home EHR loads a patient's real record as the transaction that it is, looks up in it what a second opinion on the
 * cancer needs, and sends the case.
 * @throws StoryBroken when there is no cancer in it.
 */
export async function sendRecord(stage: Stage, record: PatientRecord): Promise<SentCase> {
  const { narrator, clock } = stage;
  narrator.chapter(`The home hospital has a patient's record: ${record.name}`);
  const subject = await loadRecord(stage, record);
  narrator.chapter('The home EHR finds the cancer in it, and what belongs to it');
  const condition = await findCondition(stage, subject);
  const supporting = await findSupporting(stage, subject, condition);
  narrator.chapter('The home hospital sends the case: an order that names these records');
  const name = said(condition.code);
  const code = condition.code ?? concept(SNOMED, '363346000', 'Malignant neoplastic disease');
  const questions = [
    `Do the records sent confirm the diagnosis "${name}"?`,
    'Was the treatment so far the right one?',
    'What follow-up do you advise, and would travelling for it be of use?',
  ];
  const now = clock();
  const entries = orderEntries({
    subject: { reference: subject },
    requester: { reference: `Organization/${HOSPITAL.id}` },
    reason: { reference: refOf(condition) },
    reasonCode: code,
    narrative: `${name}${knownSince(condition)}. The record is sent as our EHR has it.`,
    questions,
    supporting,
    order: orderNumber(now),
    now,
  });
  return sendOrder(stage, transaction(entries), placeholderOpinion(code, name, questions.length));
}

/** Gives the reference of the patient. The text goes as it is: not a digit of it is touched on its way. */
async function loadRecord(stage: Stage, { text, entries, patientAt }: PatientRecord): Promise<string> {
  const told = await stage.ehr.ask((client) =>
    client.request('', {
      method: 'POST',
      body: text,
      options: { headers: { 'content-type': 'application/fhir+json' } },
    }),
  );
  const answer = tell(stage, EHR, told) as Bundle;
  stage.narrator.note(`→ ${entries} entries (${(text.length / 1e6).toFixed(1)} MB) written: all or nothing`);
  return locationToRef(answer.entry?.[patientAt]?.response?.location);
}

function locationToRef(location: string | undefined): string {
  const found = /([A-Z][A-Za-z]+\/[^/]+)\/_history\//.exec(location ?? '')?.[1];
  if (found === undefined) throw new StoryBroken('The answer does not say where the patient is.');
  return found;
}

const ALL = '500';

async function findCondition(stage: Stage, patient: string): Promise<Condition> {
  const found = resourcesOf(await ehrSearch(stage, 'Condition', { patient, _count: ALL })) as Condition[];
  const condition = findCancer(found);
  if (condition === undefined) {
    throw new StoryBroken(`None of the record's ${found.length} Conditions is a cancer, of which this story is told.`);
  }
  stage.narrator.note(
    `→ ${found.length} Conditions; the case is about "${said(condition.code)}"${knownSince(condition)}`,
  );
  return condition;
}

function knownSince(condition: Condition): string {
  const day = since(condition).slice(0, 10);
  return day === '' ? '' : `, known since ${day}`;
}

/** Reports and procedures of the year before and after the diagnosis, and every imaging study. */
async function findSupporting(stage: Stage, patient: string, condition: Condition): Promise<Reference[]> {
  const day = since(condition).slice(0, 10);
  const around = day === '' ? {} : { date: [`ge${shiftYear(day, -1)}`, `le${shiftYear(day, 1)}`] };
  const found: Resource[] = [];
  for (const [type, params] of [
    ['DiagnosticReport', around],
    ['Procedure', around],
    ['ImagingStudy', {}],
  ] as const) {
    const some = resourcesOf(await ehrSearch(stage, type, { patient, ...params, _count: ALL }));
    stage.narrator.note(`→ ${some.length}`);
    found.push(...some);
  }
  return found.map((resource) => ({ reference: refOf(resource) }));
}

/** `2011-08-31` → `2012-08-31`; a 29 February becomes the 28th, which every year has. */
function shiftYear(date: string, years: number): string {
  return `${Number(date.slice(0, 4)) + years}${date.slice(4).replace('-02-29', '-02-28')}`;
}
