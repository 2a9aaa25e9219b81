import { fault } from '../base/index.ts';
import { checkId } from './check.ts';

/** One entry of a batch or transaction, as it asks. */
export interface EntryRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly type: string;
  readonly id?: string;
  readonly query?: string;
  readonly ifMatch?: number;
  readonly ifNoneExist?: string;
  readonly fullUrl?: string;
  readonly resource?: unknown;
  /** `Bundle.entry[3]` */
  readonly path: string;
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE']);

/** @throws Fault 400 that names the entry */
export function parseEntry(item: unknown, path: string): EntryRequest {
  const entry = (item ?? {}) as { fullUrl?: unknown; resource?: unknown; request?: Record<string, unknown> | null };
  const { request } = entry;
  if (typeof request?.method !== 'string' || typeof request.url !== 'string') {
    throw fault(400, 'required', 'entry-request', 'Each entry has a request with method and url.', `${path}.request`);
  }
  if (!METHODS.has(request.method)) {
    throw fault(
      400,
      'not-supported',
      'entry-method',
      'An entry is a GET, POST, PUT or DELETE here.',
      `${path}.request.method`,
    );
  }
  const method = request.method as EntryRequest['method'];
  const [address, query] = request.url.split('?', 2) as [string, string?];
  const parts = address.split('/');
  const [type = '', id] = parts;
  const wantsId = method === 'PUT' || method === 'DELETE';
  const fits = method === 'POST' ? parts.length === 1 : wantsId ? parts.length === 2 : parts.length <= 2;
  if (!fits || (query !== undefined && (method !== 'GET' || id !== undefined))) {
    const form = method === 'POST' ? 'Type' : wantsId ? 'Type/id' : 'Type/id or Type?parameters';
    throw fault(
      400,
      'value',
      'entry-url',
      `The url of a ${method} entry is ${form}, relative to the base.`,
      `${path}.request.url`,
    );
  }
  if (id !== undefined) checkId(id);
  const { ifMatch, ifNoneExist } = request;
  return {
    method,
    type,
    path,
    ...(id === undefined ? {} : { id }),
    ...(query === undefined ? {} : { query }),
    ...(typeof entry.fullUrl === 'string' ? { fullUrl: entry.fullUrl } : {}),
    ...(entry.resource === undefined ? {} : { resource: entry.resource }),
    ...(typeof ifMatch === 'string' ? { ifMatch: parseEtag(ifMatch, `${path}.request.ifMatch`) } : {}),
    ...(typeof ifNoneExist === 'string' ? { ifNoneExist: ifNoneExist.replace(/^\?/, '') } : {}),
  };
}

/** `W/"3"` → 3. https://hl7.org/fhir/R4/http.html#concurrency */
export function parseEtag(text: string, path: string): number {
  const match = /^\s*(?:W\/)?"([1-9]\d{0,14})"\s*$/.exec(text);
  if (match === null)
    throw fault(400, 'value', 'bad-etag', 'If-Match holds one ETag as this server gives it: W/"3".', path);
  return Number(match[1]);
}
