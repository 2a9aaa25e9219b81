import type { ScopeKnowledge } from '../access/index.ts';
import type { Issue } from '../base/index.ts';
import { Fault, suggest } from '../base/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import { extensionsOf, FILTER_CRITERIA, text } from './elements.ts';
import type { Asks } from './plan.ts';
import { readFilters } from './read-filters.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';
import { TOPICS } from './topics.ts';
import { understandCriteria } from './understand-criteria.ts';

const PLACE = 'Subscription.criteria';
const LONGEST = 2048;
/** Conditions. */
const MOST = 10;
/** A query as it stands behind the base of a server; all else is taken for a canonical. */
const QUERY = /^([A-Z][A-Za-z]*|\*)(?:\?(.*))?$/s;
const HOW =
  `Give the canonical of a topic, such as ${TOPICS[0]!.url} (${TOPICS.map(({ name }) => name).join(', ')}), or a ` +
  'search, as in Task?status=completed.';

/** Of which kind criteria are meant to be, right or wrong. */
export function kindOf(criteria: unknown): Asks['kind'] | undefined {
  const written = text(criteria);
  return written === undefined ? undefined : QUERY.test(written) ? 'criteria' : 'topic';
}

/**
 * What is asked for. `companion`: what stands beside the text, with the filters of a topic.
 * http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html and https://hl7.org/fhir/R4/subscription.html
 */
export function readCriteria(
  criteria: unknown,
  companion: unknown,
  knowledge: ScopeKnowledge,
  issues: Issues,
): Asks | undefined {
  const written = text(criteria);
  if (written === undefined) return remark(issues, 'required', 'subscription-topic', PLACE, HOW);
  const [, type, query = ''] = QUERY.exec(written) ?? [];
  if (type !== undefined) return readQuery(type, query, companion, knowledge, issues);
  const topic = TOPICS.find(({ url }) => url === written);
  if (topic !== undefined) {
    return {
      kind: 'topic',
      topic: topic.name,
      filters: readFilters(companion, { topic, base: knowledge.base, issues }),
    };
  }
  const name = written.slice(written.lastIndexOf('/') + 1).split('|', 1)[0]!;
  const near = suggest(
    name,
    TOPICS.map((one) => one.name),
  );
  return remark(issues, 'not-found', 'subscription-topic', PLACE, `This server has no such topic.${near} ${HOW}`);
}

/** Of audit there are no announcements; of Subscriptions what is told would be told of again. */
const UNTOLD: ReadonlySet<string> = new Set(['AuditEvent', 'Subscription']);

function readQuery(
  type: string,
  query: string,
  companion: unknown,
  knowledge: ScopeKnowledge,
  issues: Issues,
): Asks | undefined {
  const before = issues.length;
  const told = (said: string) => remark(issues, 'not-supported', 'subscription-criteria', PLACE, said);
  if (extensionsOf(companion, FILTER_CRITERIA).length > 0) {
    told(`The extension ${FILTER_CRITERIA} goes with a topic: put the filter behind the question mark instead.`);
  }
  if (type === '*') told('A subscription is about one type of records: name it, as in Task?status=completed.');
  else if (!knowledge.definitions.isResourceType(type)) {
    told(`R4 has no such resource type.${suggest(type, knowledge.definitions.resourceTypes)} ${HOW}`);
  } else if (UNTOLD.has(type)) told(`Nobody is told of records of type ${type}: search for them.`);
  else issues.push(...queryIssues(type, query, knowledge));
  return issues.length === before ? { kind: 'criteria', type, query } : undefined;
}

function queryIssues(type: string, query: string, knowledge: ScopeKnowledge): Issue[] {
  const issues: Issues = [];
  const params = paramsOf(query);
  if (params === undefined || query.length > LONGEST) {
    const said = `Write the search as in a URL, percent-encoded UTF-8, ${LONGEST} characters at most.`;
    remark(issues, 'value', 'subscription-criteria', PLACE, said);
    return issues;
  }
  if (params.length > MOST) {
    const said = `Every record of the type is held against the criteria as it is written: ask for ${MOST} conditions at most, or for a topic.`;
    remark(issues, 'too-costly', 'subscription-criteria', PLACE, said);
    return issues;
  }
  const { base } = knowledge;
  const options = { strict: true, maxCount: 1, defaultCount: 1, now: 0, ...(base === undefined ? {} : { base }) };
  const parsed = parseSearch(knowledge, { types: [type] }, params, options);
  if (!parsed.ok) return parsed.issues.map((issue) => ({ ...issue, expression: PLACE }));
  if (understandCriteria(knowledge, { type, query }) === undefined) {
    const said =
      'Only what each record tells by itself can be subscribed to: no chains, no _has, nothing about the page ' +
      '(_sort, _count, _include …), no _lastUpdated, and nothing that hangs on the day (ap). Leave these out.';
    remark(issues, 'not-supported', 'subscription-criteria', PLACE, said);
  }
  return issues;
}

function paramsOf(query: string): [name: string, value: string][] | undefined {
  try {
    return parseQuery(query);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
