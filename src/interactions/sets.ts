import { fault } from '../base/index.ts';
import { hasScope } from '../access/index.ts';
import { parseStored } from '../fhir/index.ts';
import { namedSets, parseSearch } from '../search/index.ts';
import { readRecord, searchRecords } from '../store/index.ts';
import type { Answer } from '../terminology/index.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';
import { searchAs } from './permit-search.ts';
import { note } from './read.ts';
import type { Params } from './subset-answer.ts';

/** Value sets that one search may name: each may have to be read and worked out. */
const MAX_SETS = 10;
/** What `parseSearch` gives a meaning in a value. */
const MEANT = /[\\,|$]/g;

/**
 * The value sets that `:in` and `:not-in` name and that are records, worked out: by their url or as `ValueSet/id`. One
 * that the caller may not read is missing, as if it were not there. Those of R4 and of the guide are looked up by search.
 * https://hl7.org/fhir/R4/search.html#modifiers
 */
export async function gatherSets(house: House, context: Context, params: Params): Promise<ReadonlyMap<string, Answer>> {
  const sets = new Map<string, Answer>();
  const names = namedSets(params);
  if (names.length > MAX_SETS) {
    const text = `A search names at most ${MAX_SETS} value sets. Send several searches.`;
    throw fault(400, 'too-costly', 'too-many-value-sets', text);
  }
  if (!hasScope(house, context.caller, 'ValueSet', 'r')) return sets;
  const timestamp = house.clock().toISOString();
  for (const name of names) {
    const body = await findText(house, context, name);
    if (body === undefined) continue;
    sets.set(name, house.terminology.expandValueSet({ valueSet: parseStored(body), timestamp }));
  }
  return sets;
}

async function findText(house: House, context: Context, name: string): Promise<string | undefined> {
  const ref = /^ValueSet\/[A-Za-z0-9\-.]{1,64}$/.exec(name.replace(`${house.base}/`, ''))?.[0];
  if (ref === undefined) return isHeld(house, name) ? undefined : findByUrl(house, context, name);
  const record = await readRecord(house.database, context.caller, ref);
  if (typeof record?.body !== 'string') return undefined;
  if (!(await isPermitted(house, context, house.database, 'r', record))) return undefined;
  note(house, context, 'read', ref, record.version, 200);
  return record.body;
}

/** Whether search finds it by itself. */
function isHeld(house: House, url: string): boolean {
  const answer = house.terminology.expandValueSet({ url, count: 0, timestamp: house.clock().toISOString() });
  return !(Array.isArray(answer) && (answer as readonly { key: string }[])[0]?.key === 'value-set-unknown');
}

/** Of several the one that was changed last. */
async function findByUrl(house: House, context: Context, canonical: string): Promise<string | undefined> {
  const [url = '', version] = canonical.split('|');
  const escape = (text: string): string => text.replace(MEANT, '\\$&');
  const params: [string, string][] = [
    ['url', escape(url)],
    ['_sort', '-_lastUpdated'],
  ];
  if (version !== undefined) params.push(['version', escape(version)]);
  const options = { strict: true, maxCount: 1, defaultCount: 1, now: house.clock().getTime() };
  const parsed = parseSearch(house, { types: ['ValueSet'] }, params, options);
  // An empty name, or one that no index holds.
  if (!parsed.ok) return undefined;
  const asked = searchAs(house, context, house.database);
  const [found] = (await searchRecords(house.database, asked, { ...parsed.query, total: 'none' })).matches;
  if (found === undefined || !(await isPermitted(house, context, house.database, 'r', found))) return undefined;
  note(house, context, 'read', found.ref, found.version, 200);
  return found.body;
}
