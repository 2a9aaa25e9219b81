import { fault, suggest } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { tellableName } from '../fhir/index.ts';
import type { EntryRequest, Method } from './bundle-form.ts';
import { checkId } from './check.ts';
import { dispatch } from './dispatch.ts';
import type { House } from './house.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Where each condition means something. https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.request */
const CONDITIONS = {
  ifMatch: ['PUT', 'PATCH', 'DELETE'],
  ifNoneMatch: ['GET', 'HEAD', 'PUT'],
  ifModifiedSince: ['GET', 'HEAD'],
  ifNoneExist: ['POST'],
} as const;

/** @throws Fault 400 that names the entry */
export function parseEntry(house: House, item: unknown, path: string): EntryRequest {
  const entry = (item ?? {}) as { fullUrl?: unknown; resource?: unknown; request?: Record<string, unknown> | null };
  const { request, resource } = entry;
  if (typeof request?.method !== 'string' || typeof request.url !== 'string') {
    throw fault(400, 'required', 'entry-request', 'Each entry has a request with method and url.', `${path}.request`);
  }
  if (!METHODS.has(request.method)) {
    const text = 'The method of an entry is GET, HEAD, POST, PUT, PATCH or DELETE.';
    throw fault(400, 'not-supported', 'entry-method', text, `${path}.request.method`);
  }
  refuseUnknown(house, 'Bundle.entry', entry, path);
  refuseUnknown(house, 'Bundle.entry.request', request, `${path}.request`);
  const method = request.method as Method;
  const { form, address } = dispatch(house, method, request.url, `${path}.request.url`);
  if (address.id !== undefined) checkId(address.id);
  const fullUrl = typeof entry.fullUrl === 'string' ? checkFullUrl(entry.fullUrl, `${path}.fullUrl`) : '';
  if ('write' in form && (method === 'POST' || method === 'PUT')) {
    checkNamed(house, fullUrl, resource, `${path}.fullUrl`);
  }
  const asked = {
    method,
    address,
    path,
    ...(fullUrl === '' ? {} : { fullUrl }),
    ...(resource === undefined ? {} : { resource }),
    ...readConditions(request, method, `${path}.request`),
  };
  return 'write' in form ? { ...asked, form } : { ...asked, form };
}

/**
 * Refuses members that R4 does not have: of a condition that is misspelt nothing would be heeded, and a record written
 * that was not to be.
 * @throws Fault 400 with the place
 */
export function refuseUnknown({ definitions }: House, type: string, holder: object, path: string): void {
  const known = definitions.type(type)!.properties;
  const unknown = Object.keys(holder).find((name) => name !== 'resourceType' && !known.has(name.replace(/^_/, '')));
  if (unknown === undefined) return;
  const text = `${type} has no element ${tellableName(unknown) || 'of this name'}.${suggest(unknown, known.keys())}`;
  throw fault(400, 'structure', 'unknown-element', text, path);
}

/** https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl, invariant bdl-8 */
function checkFullUrl(fullUrl: string, path: string): string {
  if (!fullUrl.includes('/_history/')) return fullUrl;
  const text = 'A fullUrl names a record, not one of its versions. Leave out /_history and what is behind it.';
  throw fault(400, 'invalid', 'full-url-version', text, path);
}

/** "fullUrl SHALL NOT disagree with the id in the resource", and what stands before it neither with the type. */
function checkNamed({ definitions }: House, fullUrl: string, resource: unknown, path: string): void {
  const [, type = '', id] = /^https?:\/\/.*\/([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/.exec(fullUrl) ?? [];
  const own = (resource ?? {}) as { readonly resourceType?: unknown; readonly id?: unknown };
  const isOfOtherType = definitions.isResourceType(type) && own.resourceType !== undefined && own.resourceType !== type;
  const hasOtherId = id !== undefined && typeof own.id === 'string' && own.id !== id;
  if (!isOfOtherType && !hasOtherId) return;
  const text =
    'The fullUrl ends with another type or id than the resource has. Give both the same, or a urn:uuid as fullUrl.';
  throw fault(400, 'invalid', 'full-url-mismatch', text, path);
}

type Conditions = Pick<EntryRequest, keyof typeof CONDITIONS>;

function readConditions(request: Readonly<Record<string, unknown>>, method: Method, path: string): Conditions {
  const textOf = (name: keyof typeof CONDITIONS): string | undefined => {
    const text = request[name];
    if (text === undefined) return undefined;
    if (typeof text !== 'string')
      throw fault(400, 'structure', 'entry-condition', `${name} is a text.`, `${path}.${name}`);
    const methods: readonly string[] = CONDITIONS[name];
    if (methods.includes(method)) return text;
    const advice = `${name} means nothing for a ${method} entry. It belongs to ${methods.join(', ')}.`;
    throw fault(400, 'invalid', 'entry-condition', advice, `${path}.${name}`);
  };
  const [ifMatch, ifNoneMatch, since, ifNoneExist] = [
    textOf('ifMatch'),
    textOf('ifNoneMatch'),
    textOf('ifModifiedSince'),
    textOf('ifNoneExist'),
  ];
  if (method === 'PUT' && ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    const text = 'ifNoneMatch of a PUT can only be *: write it if nothing is there. Guard a version by ifMatch.';
    throw fault(400, 'value', 'bad-etag', text, `${path}.ifNoneMatch`);
  }
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: parseEtag(ifMatch, `${path}.ifMatch`) }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: ifNoneMatch.trim() }),
    ...(since === undefined ? {} : { ifModifiedSince: parseInstant(since, `${path}.ifModifiedSince`) }),
    ...(ifNoneExist === undefined ? {} : { ifNoneExist: ifNoneExist.replace(/^\?/, '') }),
  };
}

function parseInstant(text: string, path: string): number {
  const at = Date.parse(text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at)) return at;
  throw fault(400, 'value', 'bad-instant', 'ifModifiedSince is an instant, such as 2026-01-31T12:00:00Z.', path);
}

/** `W/"3"` → 3. https://hl7.org/fhir/R4/http.html#concurrency */
export function parseEtag(text: string, path: string): number {
  const match = /^\s*(?:W\/)?"([1-9]\d{0,14})"\s*$/.exec(text);
  if (match === null) throw badEtag(path);
  return Number(match[1]);
}

function badEtag(path: string): Fault {
  return fault(400, 'value', 'bad-etag', 'If-Match holds one ETag as this server gives it: W/"3".', path);
}
