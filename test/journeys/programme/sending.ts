import type { Answer, Json, Partner } from '../../support/house.ts';
import type { SentCase } from '../packet.ts';
import { create, done, entryOf, step, transact, writtenBy } from './moves.ts';
import { attachment, guide, input, output, to } from './words.ts';

/** What goes to and fro beside the packet: messages, what was asked for, slides by courier. */

const URN = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1f40';

/** A message on the case: `Communication/x`. `answered`: the message to which it is the answer. */
export function say(
  from: Partner,
  sent: SentCase,
  receiver: Partner,
  words: string,
  answered?: string,
): Promise<string> {
  return create(from, {
    resourceType: 'Communication',
    status: 'completed',
    basedOn: [to(sent.request)],
    partOf: [to(sent.task)],
    subject: to(sent.patient),
    ...(answered === undefined ? {} : { inResponseTo: [to(answered)] }),
    sender: to(`Organization/${from.organization}`),
    recipient: [to(`Organization/${receiver.organization}`)],
    payload: [{ contentString: words }],
  });
}

/** A document of the packet that is sent later. */
export function laterLetter(patient: Json, kind: string, language: string): Json {
  return {
    resourceType: 'DocumentReference',
    status: 'current',
    category: [guide('packet-document-kind', kind)],
    subject: patient,
    content: [{ attachment: attachment(`Invented ${kind}`, language) }],
  };
}

/** Answers a request for information with a document of this kind, in one Bundle. */
export function sendAsked(home: Partner, task: Json, kind: string, language: string): Promise<Answer> {
  const handed = [output('sent-records', { valueReference: to(URN) })];
  return transact(
    home,
    entryOf(laterLetter(task.for, kind, language), URN),
    entryOf({ ...task, status: 'completed', output: handed }),
  );
}

/** Gives slides to the courier: `SupplyDelivery/x`, which is there when it is completed. */
export async function sendSlides(home: Partner, sent: SentCase, programme: Partner): Promise<string> {
  const delivery = {
    resourceType: 'SupplyDelivery',
    status: 'in-progress',
    patient: to(sent.patient),
    suppliedItem: { itemCodeableConcept: { text: 'Slides' } },
  };
  const underWay = step(sent, 'materials', `Organization/${programme.organization}`, {
    focus: to(URN),
    input: [input('courier-number', { valueString: '4711-0815' })],
  });
  return writtenBy(await done(transact(home, entryOf(delivery, URN), entryOf(underWay))))[0]!;
}
