import { COORDINATOR, EHR, PROGRAMME, REVIEWER, STRANGER } from './cast.ts';
import { BUSINESS_STATUS_SYSTEM, refOf, resourcesOf, standing } from './fhir.ts';
import type { Bundle, DiagnosticReport, Resource, Task } from './fhir.ts';
import { DOCTOR, EVIDENCE, evidenceDocument, INSTITUTE, opinionReport, ROLE } from './opinion.ts';
import { questionsOf } from './request.ts';
import type { SentCase } from './send-case.ts';
import { ehrSearch, StoryBroken, tell, wordsOf } from './stage.ts';
import type { Stage } from './stage.ts';

/** The programme shows itself, and who reviews for it, to every partner. */
export async function publishProgramme(stage: Stage): Promise<void> {
  stage.narrator.chapter('The programme abroad publishes itself and its reviewer in the directory');
  const { coordinator, reviewer } = stage;
  await publish(stage, COORDINATOR, coordinator, INSTITUTE);
  await publish(stage, REVIEWER, reviewer, DOCTOR);
  await publish(stage, REVIEWER, reviewer, ROLE);
  const found = await ehrSearch(stage, 'PractitionerRole', {
    organization: `Organization/${PROGRAMME.id}`,
    _include: 'PractitionerRole:practitioner',
  });
  stage.narrator.note(
    `→ the home hospital sees who would answer, and with which credentials (${resourcesOf(found).length} records)`,
  );
}

/** Update-as-create: new the first time, a further version whenever the demo is played again. */
async function publish(
  stage: Stage,
  who: typeof REVIEWER,
  party: Stage['reviewer'],
  resource: Resource,
): Promise<void> {
  const told = await party.send('PUT', refOf(resource), { body: resource });
  tell(stage, who, told, told.status === 201 ? 201 : 200);
}

/** The coordinator finds the case, checks it and takes it on; one move is tried that the case does not allow. */
export async function takeOn(stage: Stage, sent: SentCase): Promise<Task> {
  const { narrator, coordinator } = stage;
  narrator.chapter('The coordinator takes the case on');
  const look = await coordinator.send('GET', 'Task?status=requested&_sort=-_lastUpdated');
  const waiting = resourcesOf(tell(stage, COORDINATOR, look) as Bundle) as Task[];
  const task = waiting.find(({ groupIdentifier }) => groupIdentifier?.value === sent.number);
  if (task === undefined) throw new StoryBroken(`Case ${sent.number} is not among the new ones.`);
  narrator.note(`→ ${waiting.length} new: ${sent.number} is ${standing(task)}`);
  narrator.note('The coordinator tries to close the case without a report; the server has to refuse:');
  const refused = await coordinator.send('PUT', refOf(task), { body: moved(task, 'completed', 'report-issued') });
  tell(stage, COORDINATOR, refused, 422);
  narrator.note(`→ refused: ${wordsOf(refused.body)}`);
  const received = await move(stage, task, 'received', 'completeness-check');
  const accepted = await move(stage, received, 'accepted', 'accepted');
  return await move(stage, accepted, 'in-progress', 'assigned');
}

/** Moves the case: If-Match sees to it that nobody else has moved it meanwhile. */
async function move(stage: Stage, task: Task, status: string, businessStatus: string): Promise<Task> {
  const told = await stage.coordinator.send('PUT', refOf(task), {
    body: moved(task, status, businessStatus),
    headers: ifMatch(task),
  });
  const after = tell(stage, COORDINATOR, told) as Task;
  stage.narrator.note(`→ ${standing(after)}`);
  return after;
}

function moved(task: Task, status: string, businessStatus: string): Task {
  return { ...task, status, businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] } };
}

function ifMatch({ meta }: Resource): Record<string, string> {
  return { 'if-match': `W/"${meta?.versionId ?? ''}"` };
}

/** Another partner organisation gets the same answer for what it may not see and for what is not there. */
export async function keepOut(stage: Stage, { request }: SentCase): Promise<void> {
  stage.narrator.chapter('Another hospital, with a good token of its own, sees nothing of it');
  const { stranger, narrator } = stage;
  tell(stage, STRANGER, await stranger.send('GET', refOf(request)), 404);
  tell(stage, STRANGER, await stranger.send('GET', request.subject.reference ?? 'Patient'), 404);
  const tasks = tell(stage, STRANGER, await stranger.send('GET', `Task?based-on=${refOf(request)}`)) as Bundle;
  if (resourcesOf(tasks).length > 0) throw new StoryBroken('Another organisation sees the case.');
  narrator.note('→ nothing found');
}

/** The reviewer reads the record, writes what is certain already, then answers every question: that completes the case. */
export async function giveOpinion(stage: Stage, sent: SentCase, assigned: Task): Promise<void> {
  const { narrator, reviewer, clock } = stage;
  narrator.chapter('The reviewer reads the record and writes the opinion');
  const task = await move(stage, assigned, 'in-progress', 'under-review');
  const questions = await readRecord(stage, sent);
  const draft = opinionReport(sent.request, sent.opinion, questions, 'preliminary', clock());
  const begun = await reviewer.send('POST', 'DiagnosticReport', { body: draft });
  const report = tell(stage, REVIEWER, begun, 201) as DiagnosticReport;
  narrator.note('→ a preliminary report: on the case, not yet the answer to it');
  await fileEvidence(stage, sent, report);
  await move(stage, task, 'in-progress', 'preliminary-outcome');
  const body = { ...opinionReport(sent.request, sent.opinion, questions, 'final', clock()), id: report.id };
  tell(stage, REVIEWER, await reviewer.send('PUT', refOf(report), { body, headers: ifMatch(report) }));
  narrator.note('→ final: the report is issued, the case completed, and the server sets to work on the letter (PDF)');
}

/** Gives the questions that are to be answered. */
async function readRecord(stage: Stage, { request }: SentCase): Promise<string[]> {
  const { narrator, reviewer } = stage;
  const subject = request.subject.reference ?? '';
  tell(stage, REVIEWER, await reviewer.send('GET', refOf(request)));
  const asked = await searchAsReviewer(stage, `QuestionnaireResponse?subject=${subject}&_sort=-authored&_count=1`);
  const questions = questionsOf(asked[0]);
  if (questions.length === 0) throw new StoryBroken('The reviewer does not see what is asked.');
  for (const [index, question] of questions.entries()) narrator.note(`${index + 1}. ${question}`);
  for (const type of ['Condition', 'DiagnosticReport', 'Procedure', 'ImagingStudy']) {
    const found = await searchAsReviewer(stage, `${type}?subject=${subject}&_count=500`);
    narrator.note(`→ ${found.length} that the hospital has shared`);
  }
  return questions;
}

async function searchAsReviewer(stage: Stage, query: string): Promise<Resource[]> {
  return resourcesOf(tell(stage, REVIEWER, await stage.reviewer.send('GET', query)) as Bundle);
}

/** Files what the opinion rests on beside the report: the bytes first, then the document that names them. */
async function fileEvidence(stage: Stage, { request }: SentCase, report: DiagnosticReport): Promise<void> {
  const { reviewer } = stage;
  const bytes = await reviewer.send('POST', 'Binary', { body: EVIDENCE, headers: { 'content-type': 'text/plain' } });
  const binary = tell(stage, REVIEWER, bytes, 201) as Resource;
  const body = evidenceDocument(request, report, binary, stage.clock());
  tell(stage, REVIEWER, await reviewer.send('POST', 'DocumentReference', { body }), 201);
}

/** The home EHR asks for what changed since it last looked; gives where to go on from next time. */
export async function poll(stage: Stage, cursor: string, { number }: SentCase): Promise<string> {
  const told = await stage.ehr.ask((client) =>
    client.search({ resourceType: 'Task', searchParams: { _lastUpdated: `ge${cursor}` } }),
  );
  const bundle = tell(stage, EHR, told) as Bundle;
  const task = (resourcesOf(bundle) as Task[]).find(({ groupIdentifier }) => groupIdentifier?.value === number);
  if (task === undefined) throw new StoryBroken('The home EHR was not told of a change.');
  stage.narrator.note(`→ ${number} is ${standing(task)}`);
  return bundle.meta?.lastUpdated ?? cursor;
}
