import { fault, notFound } from '../base/index.ts';
import { hasScope, permitOf, scopeFault, SHARED_TYPES } from '../access/index.ts';
import { bundleToText, issuesToOutcome, splitReference } from '../fhir/index.ts';
import type { TextEntry } from '../fhir/index.ts';
import { countHistory, countHistoryOfTypes, readHistory, readHistoryOfTypes, readRecord } from '../store/index.ts';
import type { HistoryCursor, HistoryPage, HistoryVersion } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { keysOf } from './draft.ts';
import { parseHistory } from './history-query.ts';
import type { HistoryQuery } from './history-query.ts';
import type { Context, House } from './house.ts';
import { countPermitted, historyConfined, readPermitted } from './permit-history.ts';
import { note } from './read.ts';
import { parseWanted, subsetTexts } from './subset-answer.ts';
import type { Wanted } from './subset-answer.ts';

/** Bytes of bodies on one page, about: what goes beyond comes on the next. */
const MAX_BYTES = 32 * 1024 * 1024;

type Params = readonly (readonly [name: string, value: string])[];

interface Options {
  readonly strict: boolean;
}

/** All versions of one record, newest first, by version. https://hl7.org/fhir/R4/http.html#history */
export async function historyOfInstance(
  house: House,
  context: Context,
  type: string,
  id: string,
  params: Params,
  options: Options,
): Promise<string> {
  checkType(house, context, type, 'r');
  checkId(id);
  const ref = `${type}/${id}`;
  const { query, shape } = readShape(house, [type], params, parseHistory(params, options), options);
  const before = placeOf(house, context, ref, query) as number | undefined;
  const { caller } = context;
  const lastUpdated = await house.watermark();
  const window = windowOf(query);
  const isWhole = permitOf(house, caller, type, 'r') === 'all';
  const page =
    query.count === 0
      ? onlyTotal(
          isWhole
            ? await countHistory(house.database, caller, ref, window)
            : await countPermitted(house, context, ref, window),
        )
      : isWhole
        ? await readHistory(house.database, caller, ref, window, before)
        : await readPermitted(house, context, ref, window, before);
  if (page.versions.length === 0 && !(await isThere(house, context, ref, isWhole))) throw notFound(ref);
  note(house, context, 'history', ref, undefined, 200);
  const shown = await inShape(house, before === undefined ? withTotal(page) : page, shape);
  return toBundle(house, context, ref, query, lastUpdated, shown, ({ version }) => version);
}

async function isThere(house: House, context: Context, ref: string, isWhole: boolean): Promise<boolean> {
  if (!isWhole) return (await countPermitted(house, context, ref)) > 0;
  return (await readRecord(house.database, context.caller, ref)) !== undefined;
}

/**
 * All versions of all records of a type, as this caller came to see them: what was shared with it later, from then on.
 * https://hl7.org/fhir/R4/http.html#history
 */
export async function historyOfType(
  house: House,
  context: Context,
  type: string,
  params: Params,
  options: Options,
): Promise<string> {
  checkWhole(house, context, type);
  const { query, shape } = readShape(house, [type], params, parseHistory(params, options), options);
  return historyOfTypes(house, context, type, [type], query, shape);
}

/** The same over all types of which the caller may search all records, or those of `_type`. */
export async function historyOfSystem(
  house: House,
  context: Context,
  params: Params,
  options: Options,
): Promise<string> {
  const asked = parseHistory(params, { ...options, ofSystem: true });
  const { resourceTypes } = house.definitions;
  for (const type of asked.types ?? []) checkNamed(house, context, type);
  const { caller } = context;
  const types = asked.types ?? resourceTypes.filter((type) => permitOf(house, caller, type, 's') === 'all');
  if (types.length === 0) {
    throw resourceTypes.some((type) => hasScope(house, caller, type, 's'))
      ? historyConfined('each type')
      : scopeFault(caller, '*', 's');
  }
  const { query, shape } = readShape(house, types, params, asked, options);
  return historyOfTypes(house, context, '', types, query, shape);
}

/** The shape that is asked for; what of it has no meaning here is told among the rest. */
function readShape(
  house: House,
  types: readonly string[],
  params: Params,
  query: HistoryQuery,
  options: Options,
): { readonly query: HistoryQuery; readonly shape: Wanted['shape'] } {
  // Where versions are counted alone there is nothing to be shaped.
  const asked = params.filter(([name, value]) => name === '_elements' || (name === '_summary' && value !== 'count'));
  const { shape, ignored } = parseWanted(house, types, asked, options, 'history');
  return { query: { ...query, ignored: [...query.ignored, ...ignored] }, shape };
}

async function inShape(house: House, page: HistoryPage, shape: Wanted['shape']): Promise<HistoryPage> {
  if (shape === undefined) return page;
  const whole = page.versions.filter(hasBody);
  const subsets = new Map(
    (await subsetTexts(house, whole, shape)).map((version) => [`${version.ref}/${version.version}`, version]),
  );
  return {
    ...page,
    versions: page.versions.map((version) => subsets.get(`${version.ref}/${version.version}`) ?? version),
  };
}

function hasBody(version: HistoryVersion): version is HistoryVersion & { readonly body: string } {
  return version.body !== null;
}

function checkNamed(house: House, context: Context, type: string): void {
  if (!house.definitions.isResourceType(type)) {
    const text =
      '_type names no resource type of FHIR R4. Types are written as in ServiceRequest, with commas between.';
    throw fault(400, 'value', 'unknown-type', text);
  }
  checkWhole(house, context, type);
}

/** Deletions and what records were before are among the versions: no filter is there to leave out what is not reached. */
function checkWhole(house: House, context: Context, type: string): void {
  checkType(house, context, type, 's');
  if (permitOf(house, context.caller, type, 's') !== 'all') throw historyConfined(type);
}

async function historyOfTypes(
  house: House,
  context: Context,
  path: string,
  types: readonly string[],
  query: HistoryQuery,
  shape: Wanted['shape'],
): Promise<string> {
  const from = placeOf(house, context, path, query) as HistoryCursor | undefined;
  const lists = types.map((type) => ({
    type,
    lastUpdated: keysOf(type).lastUpdated,
    shared: SHARED_TYPES.has(type),
  }));
  // Taken before the history is read: what it did not see is then later than what the page states.
  const lastUpdated = await house.watermark();
  const { caller } = context;
  const window = windowOf(query);
  const page =
    query.count === 0
      ? onlyTotal(await countHistoryOfTypes(house.database, caller, lists, window))
      : await readHistoryOfTypes(house.database, caller, lists, window, from);
  note(house, context, 'history', path === '' ? '*' : path, undefined, 200);
  const shown = await inShape(house, from === undefined ? withTotal(page) : page, shape);
  return toBundle(house, context, path, query, lastUpdated, shown, ({ seen, ref }) => [seen, ref]);
}

/** The answer to who asks how many there are: a count of everything costs more than a page, which so is not kept waiting. */
function onlyTotal(total: number): HistoryPage {
  return { versions: [], more: false, total };
}

/** A first page that holds everything has its total for nothing. */
function withTotal(page: HistoryPage): HistoryPage {
  return page.more || page.total !== undefined ? page : { ...page, total: page.versions.length };
}

function windowOf({ count, since, at }: HistoryQuery) {
  return {
    count,
    bytes: MAX_BYTES,
    ...(since === undefined ? {} : { since: since.low }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Where the page begins, as `cursorOf` said it for the page before. */
function placeOf(house: House, context: Context, path: string, query: HistoryQuery): unknown {
  const { cursor } = query;
  return cursor === undefined ? undefined : openCursor(house, context, linkTo(house, path, query), cursor);
}

function linkTo(house: House, path: string, { applied }: HistoryQuery): string {
  const asked = applied.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${house.base}/${addressOf(path)}?${asked}`;
}

function addressOf(path: string): string {
  return path === '' ? '_history' : `${path}/_history`;
}

function toBundle(
  house: House,
  context: Context,
  path: string,
  query: HistoryQuery,
  lastUpdated: string,
  { versions, more, total }: HistoryPage,
  cursorOf: (last: HistoryVersion) => unknown,
): string {
  const self = linkTo(house, path, query);
  const last = versions.at(-1);
  const links = [{ relation: 'self', url: self }];
  if (more && last !== undefined) {
    links.push({ relation: 'next', url: `${self}&_cursor=${sealCursor(house, context, self, cursorOf(last))}` });
  }
  const entries = versions.map((version) => toEntry(house, version));
  if (query.ignored.length > 0) entries.push(toRemark(query, addressOf(path)));
  return bundleToText({
    type: 'history',
    lastUpdated,
    ...(total === undefined ? {} : { total }),
    links,
    entries,
  });
}

function toEntry(house: House, { ref, version, at, method, created, body }: HistoryVersion): TextEntry {
  const status = method === 'DELETE' ? '204' : created ? '201' : '200';
  return {
    fullUrl: `${house.base}/${ref}`,
    ...(body === null ? {} : { body }),
    request: { method, url: method === 'POST' ? splitReference(ref)[0] : ref },
    response: { status, etag: `W/"${version}"`, lastModified: new Date(at).toISOString() },
  };
}

/** What was left out of a question is said in its answer: here, as the answer to the question (invariants bdl-3, bdl-4). */
function toRemark({ ignored }: HistoryQuery, url: string): TextEntry {
  return {
    fullUrl: 'urn:uuid:00000000-0000-0000-0000-000000000000',
    body: JSON.stringify(issuesToOutcome(ignored)),
    request: { method: 'GET', url },
    response: { status: '200' },
  };
}
