import { EHR } from './cast.ts';
import { CASE_NUMBER_SYSTEM, refOf, resourcesOf, standing } from './fhir.ts';
import type { Bundle, ServiceRequest, Task } from './fhir.ts';
import { SAMPLE_OPINION } from './opinion.ts';
import type { Opinion } from './opinion.ts';
import { samplePacket } from './sample-packet.ts';
import { ehrSearch, StoryBroken, tell } from './stage.ts';
import type { Stage } from './stage.ts';

/** A case that was sent. */
export interface SentCase {
  readonly number: string;
  readonly request: ServiceRequest;
  /** What the invented reviewer will say to it. */
  readonly opinion: Opinion;
  /** From where on the EHR follows what happens: `Bundle.meta.lastUpdated` of its first look. */
  readonly cursor: string;
}

/** The home EHR sends the sample packet: order and records in one transaction. */
export async function sendSample(stage: Stage): Promise<SentCase> {
  stage.narrator.chapter('The home hospital sends the case: order and records in one transaction');
  return sendOrder(stage, samplePacket(stage.clock()), SAMPLE_OPINION);
}

/** Sends the transaction with the order, and reads what the server made of it. */
export async function sendOrder(stage: Stage, bundle: Bundle, opinion: Opinion): Promise<SentCase> {
  const told = await stage.ehr.ask((client) =>
    client.transaction({
      body: { ...bundle },
      options: { headers: { prefer: 'return=representation' } },
    }),
  );
  const answer = resourcesOf(tell(stage, EHR, told) as Bundle);
  const request = answer.find(({ resourceType }) => resourceType === 'ServiceRequest') as ServiceRequest | undefined;
  const number = request?.identifier?.find(({ system }) => system === CASE_NUMBER_SYSTEM)?.value;
  if (request === undefined || number === undefined) throw new StoryBroken('The server announced no case number.');
  stage.narrator.note(`→ ${answer.length} entries; the server opened case ${number}`);
  const look = await ehrSearch(stage, 'Task', { 'based-on': refOf(request) });
  const task = resourcesOf(look)[0] as Task | undefined;
  if (task === undefined || look.meta?.lastUpdated === undefined) throw new StoryBroken('The case has no Task.');
  stage.narrator.note(`→ ${standing(task)}; from now on the EHR asks what changed since ${look.meta.lastUpdated}`);
  return { number, request, opinion, cursor: look.meta.lastUpdated };
}
