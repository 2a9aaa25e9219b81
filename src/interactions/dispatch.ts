import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import type { Address, Form, Method, WriteForm } from './bundle-form.ts';
import { READ_FORMS } from './bundle-reads.ts';
import type { House } from './house.ts';
import { unknownOperation } from './offered.ts';

/*
 * Which interaction an entry of a Bundle asks for: by its method and its url, as the routes do it for requests.
 * https://hl7.org/fhir/R4/bundle.html#transaction
 */

const WRITE_FORMS: readonly WriteForm[] = [
  { method: 'POST', path: '{type}', write: 'create' },
  { method: 'PUT', path: '{type}/{id}', write: 'update' },
  { method: 'PUT', path: '{type}', write: 'update' },
  { method: 'PATCH', path: '{type}/{id}', write: 'patch' },
  { method: 'PATCH', path: '{type}', write: 'patch' },
  { method: 'DELETE', path: '{type}/{id}', write: 'delete' },
  { method: 'DELETE', path: '{type}', write: 'delete' },
];

/** All that entries can ask for. What is written out comes before what has a place for anything. */
export const FORMS: readonly Form[] = [...READ_FORMS, ...WRITE_FORMS].sort(
  (a, b) => placesIn(a.path) - placesIn(b.path),
);

const PARTS = new Map(FORMS.map((form) => [form, split(form.path)]));

function split(path: string): string[] {
  return path === '' ? [] : path.split('/');
}

/** What can be asked of this server, and not by an entry: why, and what to do. */
export const NO_FORMS: Readonly<Record<string, string>> = {
  'POST ': 'A Bundle in a Bundle is not processed. Put the entries of the inner one into the outer one.',
  'GET Subscription/$stream': 'A stream goes on, and an entry is answered once. Open it as a request of its own.',
};

/** @throws Fault 400 where the url is none of an entry, 404 where it asks for what is not offered */
export function dispatch(
  { base }: House,
  method: Method,
  url: string,
  place: string,
): { readonly form: Form; readonly address: Address } {
  const [path, query] = splitUrl(base, url, place);
  const segments = split(path).map(decode);
  const sought = method === 'HEAD' ? 'GET' : method;
  const others = new Set<string>();
  for (const form of FORMS) {
    const found = match(PARTS.get(form)!, segments);
    if (found === undefined) continue;
    if (form.method !== sought) {
      others.add(form.method);
      continue;
    }
    if (query !== undefined && 'write' in form && (form.write === 'create' || found.id !== undefined)) {
      const text = `The url of a ${method} entry is ${form.path}, relative to the base, without parameters.`;
      throw fault(400, 'value', 'entry-url', text, place);
    }
    return { form, address: { ...found, ...(query === undefined ? {} : { query }) } };
  }
  throw refuseUrl(method, path, segments, [...others], place);
}

/**
 * Path and query, relative to the base; own absolute addresses and those that begin with a slash are meant so, too. A
 * slash at the end means nothing, as in a request.
 */
function splitUrl(base: string, url: string, place: string): [path: string, query: string | undefined] {
  const mark = url.indexOf('?');
  const [address, query] = mark < 0 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
  const trim = (path: string): string => path.replace(/^\//, '').replace(/\/$/, '');
  const { pathname } = new URL(base);
  for (const own of [base, pathname]) {
    if (address === own || address.startsWith(`${own}/`)) return [trim(address.slice(own.length)), query];
  }
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(address)) {
    const text = 'The url of an entry is relative to the base of this server, such as Patient/1.';
    throw fault(400, 'value', 'entry-url', text, place);
  }
  return [trim(address), query];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function match(parts: readonly string[], segments: readonly string[]): Omit<Address, 'query'> | undefined {
  if (parts.length !== segments.length) return undefined;
  const found: { type: string; id?: string; vid?: string; member?: string } = { type: '' };
  for (const [n, part] of parts.entries()) {
    const segment = segments[n]!;
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
      if (n === 0 && /^[A-Z]/.test(part)) found.type = part;
    } else if (/^[_$]|^$/.test(segment)) {
      return undefined;
    } else {
      found[part.slice(1, -1) as 'type' | 'id' | 'vid' | 'member'] = segment;
    }
  }
  return found;
}

function placesIn(path: string): number {
  return path.split('{').length;
}

function refuseUrl(
  method: Method,
  path: string,
  segments: readonly string[],
  others: readonly string[],
  place: string,
): Fault {
  const reason = NO_FORMS[`${method} ${path}`];
  if (reason !== undefined) return fault(400, 'not-supported', 'entry-url', reason, place);
  if (others.length > 0) {
    const text = `What stands at this url takes ${[...new Set(others)].join(', ')} entries, not ${method}.`;
    return fault(400, 'value', 'entry-url', text, place);
  }
  const operation = segments.find((segment) => segment.startsWith('$'));
  if (operation !== undefined) return unknownOperation(operation, place);
  if (segments.some((segment) => segment.startsWith('_'))) {
    const text = 'This interaction is not offered. What is stands in /fhir/metadata.';
    return fault(404, 'not-supported', 'unknown-operation', text, place);
  }
  const forms = new Set(FORMS.filter((form) => form.method === method).map((form) => form.path));
  const text = `The url of a ${method} entry is relative to the base, and one of ${[...forms].join(', ')}.`;
  return fault(400, 'value', 'entry-url', text, place);
}
