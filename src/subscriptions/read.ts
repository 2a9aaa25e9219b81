import type { ScopeKnowledge } from '../access/index.ts';
import type { Issue } from '../base/index.ts';
import { CANONICAL } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { extensionsOf, text } from './elements.ts';
import type { SubscriptionPlan } from './plan.ts';
import { readChannel } from './read-channel.ts';
import { kindOf, readCriteria } from './read-criteria.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';

/** On a Subscription, valueBoolean false: what its own organisation does is not told. */
export const ECHO = `${CANONICAL}/StructureDefinition/subscription-echo`;

/**
 * What a Subscription asks for, or all that is wrong with it. Whether the caller may have it, whether `end` lies ahead,
 * and whether the endpoint is an https address in public is for the caller to see to.
 */
export function readSubscription(resource: Resource, knowledge: ScopeKnowledge): SubscriptionPlan | Issue[] {
  const issues: Issues = [];
  const asks = readCriteria(resource.criteria, resource._criteria, knowledge, issues);
  const channel = readChannel(resource.channel, kindOf(resource.criteria), issues);
  const echo = readEcho(resource, issues);
  const end = text(resource.end);
  if (asks === undefined || issues.length > 0) return issues;
  return { asks, ...channel, echo, ...(end === undefined ? {} : { end }) };
}

function readEcho(resource: Resource, issues: Issues): boolean {
  const found = extensionsOf(resource, ECHO);
  const [echo] = found;
  if (echo === undefined) return true;
  if (found.length === 1 && typeof echo.valueBoolean === 'boolean') return echo.valueBoolean;
  const told = `Give the extension ${ECHO} once, with valueBoolean: false where your own changes are not to be told.`;
  remark(issues, 'value', 'subscription-echo', 'Subscription.extension', told);
  return true;
}
