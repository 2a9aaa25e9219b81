import { fault, notFound } from '../base/index.ts';
import { bundleToText } from '../fhir/index.ts';
import type { TextEntry } from '../fhir/index.ts';
import { dateInterval } from '../search/index.ts';
import { readHistory, readRecord } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { note } from './read.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 500;
/** Bytes of bodies on one page, about: what goes beyond comes on the next. */
const MAX_BYTES = 32 * 1024 * 1024;

/** All versions of one record, newest first, by version. https://hl7.org/fhir/R4/http.html#history */
export async function historyOfInstance(
  house: House,
  context: Context,
  type: string,
  id: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  checkType(house, context, type, 'r');
  checkId(id);
  const ref = `${type}/${id}`;
  const count = wholeNumber(query._count, '_count', DEFAULT_COUNT, MAX_COUNT);
  const before = wholeNumber(query._before, '_before', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const since = sinceOf(query._since);
  if (query._at !== undefined) {
    throw fault(400, 'not-supported', 'parameter-not-supported', '_at is not supported; _since is.');
  }
  const { organization } = context.caller;
  const lastUpdated = await house.watermark();
  const found = await readHistory(house.database, organization, ref, {
    before,
    since: since?.low ?? 0,
    count,
    bytes: MAX_BYTES,
  });
  if (
    found.length === 0 &&
    (since === undefined || (await readRecord(house.database, organization, ref)) === undefined)
  ) {
    throw notFound(ref);
  }
  note(house, context, 'history', ref, undefined, 200);
  const entries = found.map((version): TextEntry => {
    const status = version.method === 'DELETE' ? '204' : version.version === 1 ? '201' : '200';
    return {
      fullUrl: `${house.base}/${ref}`,
      ...(version.body === null ? {} : { body: version.body }),
      request: { method: version.method, url: version.method === 'POST' ? type : ref },
      response: { status, etag: `W/"${version.version}"`, lastModified: new Date(version.at).toISOString() },
    };
  });
  const from = query._since === undefined ? '' : `&_since=${encodeURIComponent(query._since)}`;
  const format = query._format === undefined ? '' : `&_format=${encodeURIComponent(query._format)}`;
  const self = `${house.base}/${ref}/_history?_count=${count}${from}${format}`;
  const last = found.at(-1);
  const links = [{ relation: 'self', url: self }];
  if (last !== undefined && last.of > found.length)
    links.push({ relation: 'next', url: `${self}&_before=${last.version}` });
  return bundleToText({ type: 'history', lastUpdated, links, entries });
}

/** Versions from this moment on: an instant, or a whole day and so on. */
function sinceOf(text: string | undefined): { readonly low: number } | undefined {
  if (text === undefined) return undefined;
  const interval = dateInterval(text);
  if (interval === undefined)
    throw fault(400, 'value', 'bad-parameter', '_since is an instant, such as 2026-01-31T12:00:00Z.');
  return interval;
}

function wholeNumber(text: string | undefined, name: string, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,15}$/.test(text)) throw fault(400, 'value', 'bad-parameter', `${name} is a whole number from 1 on.`);
  return Math.min(Number(text), most);
}
