import type { Definitions } from '../definitions/index.ts';
import { keptKeys } from './keeping.ts';
import { findParameter, printName, splitModifier } from './find-parameter.ts';
import { paramKey } from './param-key.ts';
import { suggest } from '../base/index.ts';
import { all, malformed, ok, refused, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { SearchQuery, SortKey } from './query.ts';
import type { Setting } from './setting.ts';

const RANGE_KINDS = new Set(['date', 'number', 'quantity']);
const TEXT_KINDS = new Set(['string', 'token', 'reference', 'uri']);
const TOTALS: readonly string[] = ['none', 'estimate', 'accurate'];
const SUMMARIES: readonly string[] = ['true', 'text', 'data', 'count', 'false'];

/** `_sort=-date,_id`. See http://hl7.org/fhir/R4/search.html#sort. */
export function parseSort(setting: Setting, type: string, name: string, value: string): Outcome<SortKey[]> {
  const refusal = refuseModifier(name);
  return refusal ?? all(value.split(',').map((key) => parseSortKey(setting, type, key)));
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

/** Contained resources are found as parts of what contains them. See http://hl7.org/fhir/R4/search.html#contained. */
export function parseContained(name: string, value: string): Outcome<string> {
  const refusal = refuseModifier(name);
  if (refusal) return refusal;
  if (value === 'false') return ok(value);
  if (value !== 'true' && value !== 'both') {
    return malformed('bad-contained', '_contained must be one of false, true, both.');
  }
  return refused('not-supported', 'contained-search', 'This server does not search for contained resources.');
}

/** See http://hl7.org/fhir/R4/search.html#count. */
export function parseCount(name: string, value: string, maxCount: number): Outcome<{ count: number }> {
  const refusal = refuseModifier(name);
  if (refusal) return refusal;
  if (!/^\d{1,9}$/.test(value)) return malformed('bad-count', '_count must be a whole number, 0 or more.');
  return ok({ count: Math.min(Number(value), maxCount) });
}

/** See http://hl7.org/fhir/R4/search.html#total. */
export function parseTotal(name: string, value: string): Outcome<Pick<SearchQuery, 'total'>> {
  const refusal = refuseModifier(name);
  if (refusal) return refusal;
  if (!TOTALS.includes(value)) return malformed('bad-total', `_total must be one of ${TOTALS.join(', ')}.`);
  return ok({ total: value as SearchQuery['total'] });
}

/** See http://hl7.org/fhir/R4/search.html#summary. */
export function parseSummary(name: string, value: string): Outcome<Required<Pick<SearchQuery, 'summary'>>> {
  const refusal = refuseModifier(name);
  if (refusal) return refusal;
  if (!SUMMARIES.includes(value)) return malformed('bad-summary', `_summary must be one of ${SUMMARIES.join(', ')}.`);
  return ok({ summary: value as NonNullable<SearchQuery['summary']> });
}

/** See http://hl7.org/fhir/R4/search.html#elements. */
export function parseElements(
  { definitions }: Setting,
  types: readonly string[],
  name: string,
  value: string,
): Outcome<Required<Pick<SearchQuery, 'elements'>>> {
  const refusal = refuseModifier(name);
  if (refusal) return refusal;
  const names = new Set(types.flatMap((type) => elementNames(definitions, type)));
  const elements = value.split(',').filter((element) => element !== '');
  const unknown = elements.find((element) => !names.has(element) && !isOfType(definitions, element));
  if (unknown !== undefined) {
    return unsupported(
      'unknown-element',
      `_elements names ${printName(unknown)}, which ${types.length === 1 ? types[0] : 'no type searched'} does not have.${suggest(unknown, names)}`,
    );
  }
  return ok({ elements });
}

/** `Patient.name`: an element of one type, which may be one that comes along with the matches. */
function isOfType(definitions: Definitions, element: string): boolean {
  const [type = '', name = '', ...more] = element.split('.');
  if (more.length > 0 || !definitions.isResourceType(type)) return false;
  return elementNames(definitions, type).includes(name);
}

/** `valueQuantity` and `value` alike. */
function elementNames(definitions: Definitions, type: string): string[] {
  const properties = [...(definitions.type(type)?.properties.values() ?? [])];
  return properties.flatMap(({ name, choice }) => (choice ? [name, choice.slice(0, -3)] : [name]));
}

function refuseModifier(name: string): Outcome<never> | undefined {
  const { code, modifier } = splitModifier(name);
  return modifier === undefined ? undefined : unsupported('unsupported-modifier', `${code} takes no modifier.`);
}
