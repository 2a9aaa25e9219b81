import { search } from '../interactions/index.ts';
import type { Context, House } from '../interactions/index.ts';
import type { PatientChoice } from '../pages/index.ts';
import { toNamedPatient } from './patients-on-pages.ts';

/** Of what was typed: characters, words of a name, and characters of a word that count. */
const MAX_QUERY = 200;
const MAX_WORDS = 6;
const MAX_WORD = 100;

type Params = readonly (readonly [name: string, value: string])[];

/**
 * Finds patients as staff look for them, within what the caller may see: by the whole of a number, by words of the name in
 * any order, by the date of birth, or by both. The surest come first: the number, then names that begin so, then names
 * that hold it anywhere, as those do that were sent as one text.
 * @param most how many are wanted at most
 */
export async function findPatients(
  house: House,
  context: Context,
  query: string,
  most: number,
): Promise<PatientChoice[]> {
  const typed = query
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_QUERY);
  const found = new Map<string, PatientChoice>();
  for (const params of waysToFind(typed)) {
    if (found.size >= most) break;
    const all: Params = [...params, ['_count', String(most)]];
    const bundle = await search(house, context, 'Patient', all, { strict: false });
    for (const choice of toChoices(bundle, typed)) if (!found.has(choice.id)) found.set(choice.id, choice);
  }
  return [...found.values()].slice(0, most);
}

/** What is searched for, one after the other. */
function waysToFind(typed: string): Params[] {
  if (typed === '') return [[['_sort', '-_lastUpdated']]];
  const parts = typed.split(' ');
  const dates = parts.filter(isDate);
  const words = parts.filter((part) => !isDate(part) && /[\p{L}\p{N}]/u.test(part)).slice(0, MAX_WORDS);
  const born = dates.map((date) => ['birthdate', date] as const);
  const byName = (parameter: string): Params => [
    ...words.map((word) => [parameter, escapeValue(word.slice(0, MAX_WORD))] as const),
    ...born,
    ['_sort', 'family'],
  ];
  return [
    [['identifier', escapeValue(typed)]],
    ...(words.length + born.length === 0 ? [] : [byName('name')]),
    ...(words.length === 0 ? [] : [byName('name:contains')]),
  ];
}

/** Whether there is such a day. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What has a meaning in the value of a search parameter is meant as itself. https://hl7.org/fhir/R4/search.html#escaping */
function escapeValue(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}

function toChoices(bundle: string, typed: string): PatientChoice[] {
  const { entry = [] } = JSON.parse(bundle) as { entry?: readonly { resource: Record<string, unknown> }[] };
  return entry
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType === 'Patient')
    .map((patient) => ({ id: String(patient['id']), ...toNamedPatient(patient, typed) }));
}
