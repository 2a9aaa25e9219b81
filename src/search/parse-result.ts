import { keptKeys } from './keeping.ts';
import { findParameter, printName, splitModifier } from './find-parameter.ts';
import { paramKey } from './param-key.ts';
import { suggest } from '../base/index.ts';
import { all, malformed, ok, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { SearchQuery, SortKey } from './query.ts';
import type { Setting } from './setting.ts';

const RANGE_KINDS = new Set(['date', 'number', 'quantity']);
const TEXT_KINDS = new Set(['string', 'token', 'reference', 'uri']);
const TOTALS: readonly string[] = ['none', 'estimate', 'accurate'];
const SUMMARIES: readonly string[] = ['true', 'text', 'data', 'count', 'false'];

/** `_sort=-date,_id`. See http://hl7.org/fhir/R4/search.html#sort. */
export function parseSort(setting: Setting, type: string, name: string, value: string): Outcome<SortKey[]> {
  const refused = refuseModifier(name);
  return refused ?? all(value.split(',').map((key) => parseSortKey(setting, type, key)));
}

function parseSortKey(setting: Setting, type: string, text: string): Outcome<SortKey> {
  const descending = text.startsWith('-');
  const code = descending ? text.slice(1) : text;
  const key = { params: [paramKey(type, code)], code, descending };
  if (code === '_id') return ok({ ...key, kind: 'id' });
  if (code === '_lastUpdated') return ok({ ...key, kind: 'lastUpdated' });
  const parameter = findParameter(setting, type, code);
  if (!parameter.ok) return parameter;
  const params = keptKeys(setting.definitions, type, parameter.value).value;
  if (RANGE_KINDS.has(parameter.value.type)) return ok({ ...key, params, kind: 'range' });
  if (TEXT_KINDS.has(parameter.value.type)) return ok({ ...key, params, kind: 'text' });
  return unsupported('unsupported-sort', `${type} cannot be sorted by ${code}, which is a ${parameter.value.type}.`);
}

/** See http://hl7.org/fhir/R4/search.html#count. */
export function parseCount(name: string, value: string, maxCount: number): Outcome<{ count: number }> {
  const refused = refuseModifier(name);
  if (refused) return refused;
  if (!/^\d{1,9}$/.test(value)) return malformed('bad-count', '_count must be a whole number, 0 or more.');
  return ok({ count: Math.min(Number(value), maxCount) });
}

/** See http://hl7.org/fhir/R4/search.html#total. */
export function parseTotal(name: string, value: string): Outcome<Pick<SearchQuery, 'total'>> {
  const refused = refuseModifier(name);
  if (refused) return refused;
  if (!TOTALS.includes(value)) return malformed('bad-total', `_total must be one of ${TOTALS.join(', ')}.`);
  return ok({ total: value as SearchQuery['total'] });
}

/** See http://hl7.org/fhir/R4/search.html#summary. */
export function parseSummary(name: string, value: string): Outcome<Required<Pick<SearchQuery, 'summary'>>> {
  const refused = refuseModifier(name);
  if (refused) return refused;
  if (!SUMMARIES.includes(value)) return malformed('bad-summary', `_summary must be one of ${SUMMARIES.join(', ')}.`);
  return ok({ summary: value as NonNullable<SearchQuery['summary']> });
}

/** See http://hl7.org/fhir/R4/search.html#elements. */
export function parseElements(
  { definitions }: Setting,
  type: string,
  name: string,
  value: string,
): Outcome<Required<Pick<SearchQuery, 'elements'>>> {
  const refused = refuseModifier(name);
  if (refused) return refused;
  const properties = [...(definitions.type(type)?.properties.values() ?? [])];
  const names = new Set(properties.flatMap(({ name: own, choice }) => (choice ? [own, choice.slice(0, -3)] : [own])));
  const elements = value.split(',').filter((element) => element !== '');
  const unknown = elements.find((element) => !names.has(element));
  if (unknown !== undefined) {
    return unsupported(
      'unknown-element',
      `_elements names ${printName(unknown)}, which ${type} does not have.${suggest(unknown, names)}`,
    );
  }
  return ok({ elements });
}

function refuseModifier(name: string): Outcome<never> | undefined {
  const { code, modifier } = splitModifier(name);
  return modifier === undefined ? undefined : unsupported('unsupported-modifier', `${code} takes no modifier.`);
}
