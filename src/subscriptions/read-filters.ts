import { Fault, suggest } from '../base/index.ts';
import { CASE_NUMBER_SYSTEM } from '../cases/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { extensionsOf, FILTER_CRITERIA, text } from './elements.ts';
import type { Filter, FilterName, Token } from './plan.ts';
import type { Issues } from './remark.ts';
import { remark } from './remark.ts';
import type { Topic } from './topics.ts';

const PLACE = 'Subscription.criteria.extension';
const LONGEST = 2048;
const MOST_FILTERS = 10;
const MOST_VALUES = 50;

interface Reading {
  readonly topic: Topic;
  /** This server's own, as it may stand in references. */
  readonly base: string | undefined;
  readonly issues: Issues;
}

/**
 * The backport-filter-criteria of a topic: `Task?patient=Patient/x&case=SO-26-7K3M-9QTX,SO-26-2B4D-6F8H`. Values behind
 * commas are alternatives; all filters have to be met.
 */
export function readFilters(criteria: unknown, reading: Reading): Filter[] {
  const filters = extensionsOf(criteria, FILTER_CRITERIA).flatMap((one) => readOne(text(one.valueString), reading));
  if (filters.length > MOST_FILTERS) tell(reading, `At most ${MOST_FILTERS} filters can be given.`);
  return filters;
}

function readOne(written: string | undefined, reading: Reading): Filter[] {
  const { topic } = reading;
  const mark = written?.indexOf('?') ?? -1;
  const type = written?.slice(0, Math.max(mark, 0)) ?? '';
  const params = written === undefined || written.length > LONGEST ? [] : readParams(written.slice(mark + 1));
  if (type !== '' && !topic.focus.includes(type)) {
    tell(reading, `The topic ${topic.name} is about ${topic.focus.join(', ')}: that stands before the question mark.`);
  }
  if (params.length === 0) tell(reading, example(topic));
  return params.flatMap(([name, value]) => readFilter(name, value, reading) ?? []);
}

/** Nothing where it is not percent-encoded as it has to be. */
function readParams(query: string): [name: string, value: string][] {
  try {
    return parseQuery(query);
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

function readFilter(name: string, value: string, reading: Reading): Filter | undefined {
  const { topic, base } = reading;
  const known = topic.filters.find((one) => one === name);
  if (known === undefined) {
    const offered = `The topic ${topic.name} is filtered by ${topic.filters.join(', ')}, without modifiers or chains.`;
    return tell(reading, `${offered}${suggest(name, topic.filters)}`);
  }
  const values = value.split(',');
  const read = known === 'specialty' ? tokens(values) : references(known, values, base);
  if (read !== undefined && values.length <= MOST_VALUES) return read;
  return tell(reading, `The filter ${known} takes ${TAKES[known]}, ${MOST_VALUES} at most, with commas between them.`);
}

const TAKES: Readonly<Record<FilterName, string>> = {
  case: 'case numbers, or ids of requests',
  organization: 'Organization/<id>',
  specialty: 'codes, or <system>|<code>',
  patient: 'Patient/<id>',
};

const NUMBER = /^SO-\d{2}-[0-9A-Z]{4}-[0-9A-Z]{4}$/i;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

function references(
  name: Exclude<FilterName, 'specialty'>,
  values: readonly string[],
  base: string | undefined,
): Filter | undefined {
  const any = values.map((value) => {
    const own = base !== undefined && value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value;
    return name === 'case' ? caseName(own) : reference(name === 'patient' ? 'Patient' : 'Organization', own);
  });
  return any.every((one) => one !== undefined) ? { name, any } : undefined;
}

function caseName(value: string): string | undefined {
  const name = value.startsWith(`${CASE_NUMBER_SYSTEM}|`) ? value.slice(CASE_NUMBER_SYSTEM.length + 1) : value;
  if (NUMBER.test(name)) return name.toUpperCase();
  return ID.test(name.replace(/^(?:ServiceRequest|Task)\//, '')) ? name : undefined;
}

/** `Patient/x`, and of an Organization the id alone. */
function reference(type: 'Patient' | 'Organization', value: string): string | undefined {
  const id = value.startsWith(`${type}/`) ? value.slice(type.length + 1) : value;
  if (!ID.test(id)) return undefined;
  return type === 'Patient' ? `${type}/${id}` : id;
}

const TOKEN = /^(?:([^\s|\\$]*)\|)?([^\s|\\$]*)$/;

function tokens(values: readonly string[]): Filter | undefined {
  const any = values.map((value): Token | undefined => {
    const [, system, code = ''] = TOKEN.exec(value) ?? [];
    if (code === '' && (system ?? '') === '') return undefined;
    return { ...(system === undefined ? {} : { system }), ...(code === '' ? {} : { code }) };
  });
  return any.every((one) => one !== undefined) ? { name: 'specialty', any } : undefined;
}

function example({ focus }: Topic): string {
  return (
    `Write a filter as valueString of the extension, as in ${focus[0]}?case=SO-26-7K3M-9QTX&patient=Patient/x: ` +
    `a type, a question mark, names and values, ${LONGEST} characters at most, percent-encoded as in a URL.`
  );
}

function tell({ issues }: Reading, said: string): undefined {
  return remark(issues, 'value', 'subscription-filter', PLACE, said);
}
