import type { ScopeKnowledge } from '../../src/access/index.ts';
import type { CaseEvent, CaseEventType } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { CaseFacts, SubscriptionPlan } from '../../src/subscriptions/index.ts';
import { readSubscription, TOPICS } from '../../src/subscriptions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

export const BASE = 'https://gateway.example/fhir';
export const knowledge: ScopeKnowledge = { definitions, terminology, base: BASE };

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
export const extension = (name: string, value: Readonly<Record<string, unknown>>) => ({
  url: `${BACKPORT}/backport-${name}`,
  ...value,
});
export const filter = (valueString: string) => extension('filter-criteria', { valueString });
export const topicUrl = (name: string): string => TOPICS.find((topic) => topic.name === name)!.url;

type Change = Readonly<Record<string, unknown>>;

/** An invented Subscription to a topic, with `change` laid over it and over its channel; undefined takes an element away. */
export function toTopic(change: Change = {}, channel: Change = {}): Resource {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Our worklist',
    criteria: topicUrl('case-progress'),
    channel: {
      type: 'rest-hook',
      endpoint: 'https://ehr.example/hooks/1',
      payload: 'application/fhir+json',
      _payload: { extension: [extension('payload-content', { valueCode: 'id-only' })] },
      ...channel,
    },
    ...change,
  };
}

/** The same with plain criteria of R4. */
export function toCriteria(criteria: string, channel: Change = {}): Resource {
  return toTopic({ criteria, channel: { type: 'rest-hook', endpoint: 'https://ehr.example/fhir', ...channel } });
}

/** @throws Error where it is refused. */
export function plan(resource: Resource): SubscriptionPlan {
  const read = readSubscription(resource, knowledge);
  if (Array.isArray(read)) throw new Error(read.map(({ text }) => text).join(' '));
  return read;
}

/** `key expression` of all that stands against it. */
export function faults(resource: unknown): string[] {
  const read = readSubscription(resource as Resource, knowledge);
  return Array.isArray(read) ? read.map(({ key, expression }) => `${key} ${expression}`) : [];
}

export const FACTS: CaseFacts = {
  id: '0198c1f0-0000-7000-8000-000000000001',
  number: 'SO-26-7K3M-9QTX',
  serviceRequest: 'ServiceRequest/r1',
  task: 'Task/t0',
  placer: 'hosp',
  programme: 'prog',
  sponsors: ['insurer'],
  patient: 'Patient/p1',
  specialties: [{ system: 'http://snomed.info/sct', code: '394593009' }],
};

export function event(type: CaseEventType, focus: string = FACTS.task): CaseEvent {
  const { id, number } = FACTS;
  return { type, case: id, number, at: '2026-03-04T09:00:00.000Z', focus, businessStatus: 'submitted' };
}
