import type { ScopeKnowledge } from '../access/index.ts';
import type { Issue } from '../base/index.ts';
import { suggest } from '../base/index.ts';
import { FILTER_CRITERIA } from './elements.ts';
import type { Asks, PayloadContent } from './plan.ts';
import { FILTER_NAMES, PAYLOAD_CONTENTS } from './plan.ts';
import { readCriteria } from './read-criteria.ts';
import type { Topic } from './topics.ts';
import { TOPICS } from './topics.ts';

/** What a screen wants to be told of, as long as it looks. */
export interface StreamPlan {
  /** One for each topic, in the order of `TOPICS`; the filters are the same for all. */
  readonly asks: readonly Extract<Asks, { readonly kind: 'topic' }>[];
  readonly content: PayloadContent;
}

const NAMES = TOPICS.map(({ name }) => name);
/** Characters of all filters together, as they stand in an address. */
const LONGEST = 2000;

/**
 * What the parameters of a stream ask for, or all that is wrong with them: `topic` (names or canonicals, with commas between
 * them), `content` (id-only unless told), and the filters of topics as in a Subscription. Whether the caller may be told is
 * for others to decide.
 */
export function readStream(
  params: readonly (readonly [name: string, value: string])[],
  knowledge: ScopeKnowledge,
): StreamPlan | Issue[] {
  const issues: Issue[] = [];
  const valuesOf = (name: string): string[] => params.filter(([own]) => own === name).map(([, value]) => value);
  for (const name of new Set(params.map(([own]) => own))) if (!KNOWN.includes(name)) issues.push(unknown(name));
  const topics = readTopics(valuesOf('topic'), issues);
  const content = readContent(valuesOf('content'), issues);
  const filters = printFilters(params, issues);
  const asks = topics.flatMap((topic) => {
    const found: Issue[] = [];
    const read = readCriteria(topic.url, companionOf(filters), knowledge, found);
    // Of one topic as of another: what is wrong is said once.
    for (const { text, ...issue } of found)
      if (!issues.some((one) => one.text === text)) issues.push({ ...issue, text });
    return read?.kind === 'topic' ? [read] : [];
  });
  if (issues.length === 0 && content !== undefined) return { asks, content };
  // What is wrong stands in the address, not in a resource.
  return issues.map(({ expression: _expression, ...issue }) => issue);
}

const KNOWN: readonly string[] = ['topic', 'content', ...FILTER_NAMES];

function unknown(name: string): Issue {
  const text = `A stream knows the parameters ${KNOWN.join(', ')} and after.${suggest(name, KNOWN)}`;
  return { severity: 'error', code: 'not-supported', key: 'unknown-parameter', text };
}

function readTopics(written: readonly string[], issues: Issue[]): Topic[] {
  const names = written.flatMap((value) => value.split(',')).filter((name) => name !== '');
  const isNamed = ({ name, url }: Topic, as: string): boolean => as === name || as === url;
  const missing = names.find((name) => !TOPICS.some((topic) => isNamed(topic, name)));
  if (names.length === 0 || missing !== undefined) {
    const near = missing === undefined ? '' : suggest(missing.slice(missing.lastIndexOf('/') + 1), NAMES);
    const text = `Say in topic what to be told of, by names or canonicals with commas between them: ${NAMES.join(', ')}.${near}`;
    issues.push({ severity: 'error', code: 'value', key: 'subscription-topic', text });
  }
  return TOPICS.filter((topic) => names.some((name) => isNamed(topic, name)));
}

function readContent(written: readonly string[], issues: Issue[]): PayloadContent | undefined {
  const [first = 'id-only', ...others] = written;
  const content = others.length > 0 ? undefined : PAYLOAD_CONTENTS.find((one) => one === first);
  if (content === undefined) {
    const text = `Say once in content how much to be told: ${PAYLOAD_CONTENTS.join(', ')}; id-only where it is left out.`;
    issues.push({ severity: 'error', code: 'value', key: 'subscription-payload', text });
  }
  return content;
}

function printFilters(params: readonly (readonly [name: string, value: string])[], issues: Issue[]): string {
  const query = params
    .filter(([name]) => FILTER_NAMES.some((one) => one === name))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  if (query.length <= LONGEST) return query;
  const text = `The filters together are longer than ${LONGEST} characters. Open two streams, or leave some out.`;
  issues.push({ severity: 'error', code: 'too-long', key: 'subscription-filter', text });
  return '';
}

/** As the filters of a Subscription stand beside its criteria. */
function companionOf(query: string): unknown {
  return query === '' ? undefined : { extension: [{ url: FILTER_CRITERIA, valueString: `?${query}` }] };
}
