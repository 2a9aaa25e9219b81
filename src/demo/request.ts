import { randomUUID } from 'node:crypto';
import { HOSPITAL, PROGRAMME } from './cast.ts';
import { concept, SERVICE_SYSTEM } from './fhir.ts';
import type { Bundle, CodeableConcept, Entry, Reference, Resource } from './fhir.ts';

/** What the home hospital asks, and about what. */
export interface Question {
  readonly subject: Reference;
  readonly requester: Reference;
  /** The Condition. */
  readonly reason: Reference;
  readonly reasonCode: CodeableConcept;
  readonly narrative: string;
  readonly questions: readonly string[];
  /** The records of the packet. */
  readonly supporting: readonly Reference[];
  /** The hospital's own number for its order; never used twice. */
  readonly order: string;
  readonly now: Date;
}

const ORDER_SYSTEM = 'https://songxanh.example/orders';

/** A transaction entry that creates a resource, under a name by which other entries refer to it. */
export function creating(resource: Resource, ifNoneExist?: string): Entry & { fullUrl: string } {
  return {
    fullUrl: `urn:uuid:${randomUUID()}`,
    resource,
    request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) },
  };
}

export function transaction(entry: readonly Entry[]): Bundle {
  return { resourceType: 'Bundle', type: 'transaction', entry: [...entry] };
}

/** An order number of the day: the demo can be played again and again on the same data. */
export function orderNumber(now: Date): string {
  return `SX-${now.toISOString().slice(2, 10).replaceAll('-', '')}-${String(now.getTime()).slice(-7)}`;
}

/** The order for a second opinion, with the patient's narrative and questions beside it. */
export function orderEntries(question: Question): Entry[] {
  const answers = creating(questionnaireResponse(question));
  return [answers, creating(serviceRequest(question, { reference: answers.fullUrl }))];
}

function serviceRequest(question: Question, answers: Reference): Resource {
  return {
    resourceType: 'ServiceRequest',
    identifier: [
      {
        type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'PLAC', 'Placer Identifier'),
        system: ORDER_SYSTEM,
        value: question.order,
      },
    ],
    status: 'active',
    intent: 'order',
    priority: 'routine',
    code: concept(SERVICE_SYSTEM, 'comprehensive-opinion', 'Pathology, radiology and oncology review with a care plan'),
    subject: question.subject,
    authoredOn: question.now.toISOString(),
    requester: question.requester,
    performer: [{ reference: `Organization/${PROGRAMME.id}` }],
    reasonCode: [question.reasonCode],
    reasonReference: [question.reason],
    supportingInfo: [answers, ...question.supporting],
  };
}

function questionnaireResponse({ subject, narrative, questions, now }: Question): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    subject,
    authored: now.toISOString(),
    author: { reference: `Organization/${HOSPITAL.id}` },
    item: [
      { linkId: 'narrative', text: 'What has happened so far', answer: [{ valueString: narrative }] },
      {
        linkId: 'questions',
        text: 'What the second opinion is to answer',
        answer: questions.map((valueString) => ({ valueString })),
      },
    ],
  };
}

/** The questions of a packet, as its recipient reads them. */
export function questionsOf(response: Resource | undefined): string[] {
  const items = (response?.item ?? []) as { linkId?: string; answer?: { valueString?: string }[] }[];
  const asked = items.find(({ linkId }) => linkId === 'questions')?.answer ?? [];
  return asked.flatMap(({ valueString }) => valueString ?? []);
}
