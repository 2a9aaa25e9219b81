import type { CaseFacts, Happening } from './happening.ts';
import type { Filter, SubscriptionPlan, Token } from './plan.ts';
import { isOfTopic, topicOf } from './topics.ts';

/**
 * Whether a subscriber wants to be told of what happened to a case: topic, filters, and whether its own acts count.
 * Whether it may be told is decided elsewhere. Plain criteria are about records, and never about this.
 * @param organization the subscriber's, as an id
 */
export function isAbout(
  { asks, echo }: Pick<SubscriptionPlan, 'asks' | 'echo'>,
  organization: string,
  { event, by, facts }: Happening,
): boolean {
  if (asks.kind === 'criteria' || (!echo && by === organization)) return false;
  const topic = topicOf(asks.topic);
  return (
    topic !== undefined &&
    isOfTopic(topic, event) &&
    asks.filters.every((filter) => isMet(filter, factsFor(organization, facts)))
  );
}

/**
 * What an organisation may narrow by. Who pays is shown neither the specialty nor who else pays: it would learn of them by
 * which of its filters are met.
 */
function factsFor(organization: string, facts: CaseFacts): CaseFacts {
  if (organization === facts.placer || organization === facts.programme) return facts;
  return { ...facts, specialties: [], sponsors: facts.sponsors.filter((sponsor) => sponsor === organization) };
}

/** Whether the patient and the specialties of a case have to be known for `isAbout`. */
export function needsFacts({ asks }: Pick<SubscriptionPlan, 'asks'>): boolean {
  return asks.kind === 'topic' && asks.filters.some(({ name }) => name === 'patient' || name === 'specialty');
}

function isMet(filter: Filter, facts: CaseFacts): boolean {
  switch (filter.name) {
    case 'case': {
      const { id, number, serviceRequest, task } = facts;
      const names = [id, number, serviceRequest, serviceRequest.replace('ServiceRequest/', ''), task];
      return filter.any.some((one) => names.includes(one));
    }
    case 'organization':
      return filter.any.some((one) => [facts.placer, facts.programme, ...facts.sponsors].includes(one));
    case 'patient':
      return facts.patient !== undefined && filter.any.includes(facts.patient);
    case 'specialty':
      return filter.any.some((token) => facts.specialties.some((specialty) => answers(token, specialty)));
  }
}

function answers({ system, code }: Token, specialty: CaseFacts['specialties'][number]): boolean {
  return (
    (system === undefined || system === (specialty.system ?? '')) && (code === undefined || code === specialty.code)
  );
}
