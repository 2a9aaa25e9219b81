import { addCanonical } from './canonical.ts';
import type { Emit, ParamKeys, Tools } from './emitter.ts';
import { addPresence, addToken } from './emit-token.ts';
import type { RowCollector } from './index-values.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';

/** See http://hl7.org/fhir/R4/search.html#reference. */
export function emitReference(place: Place, keys: ParamKeys, { relative }: Tools): Emit | undefined {
  switch (place.type) {
    case 'Reference':
      return emitReferenceElement(place.target, keys, relative);
    case 'Resource':
      return (element, rows) => {
        const { resourceType, id } = element as { resourceType?: unknown; id?: unknown };
        if (typeof resourceType === 'string' && typeof id === 'string') {
          rows.addReference(keys.value, boundKey(`${resourceType}/${id}`));
        }
      };
    case 'canonical':
    case 'uri':
    case 'url':
      return (element, rows) => {
        if (typeof element === 'string' && !element.startsWith('#')) addCanonical(keys.value, element, rows);
      };
    default:
      return undefined;
  }
}

function emitReferenceElement(target: string | undefined, keys: ParamKeys, relative: (url: string) => string): Emit {
  return (element, rows) => {
    const { reference, type, identifier } = element as { reference?: unknown; type?: unknown; identifier?: unknown };
    if (typeof reference === 'string' && reference !== '' && !reference.startsWith('#')) {
      const value = withoutVersion(relative(reference));
      if (target === undefined || referenceType(value) === target || type === target) {
        rows.addReference(keys.value, boundKey(value));
      }
    } else if (target === undefined) addPresence(keys.value, rows);
    if (identifier && isTypeOrUnsaid(type, target)) addReferenceIdentifier(identifier, keys, rows);
  };
}

/**
 * For a parameter whose references are kept under another: those that do not show by their text what they lead to, but
 * say so beside it, and those by identifier.
 */
export function emitUnshownReference({ type, target }: Place, keys: ParamKeys, { relative }: Tools): Emit | undefined {
  if (type !== 'Reference') return undefined;
  return (element, rows) => {
    const {
      reference,
      type: said,
      identifier,
    } = element as { reference?: unknown; type?: unknown; identifier?: unknown };
    if (typeof reference === 'string' && reference !== '' && !reference.startsWith('#') && said === target) {
      const value = withoutVersion(relative(reference));
      if (shownType(value) === undefined) rows.addReference(keys.value, boundKey(value));
    } else if (reference === undefined && said === target) addPresence(keys.value, rows);
    if (identifier && isTypeOrUnsaid(said, target)) addReferenceIdentifier(identifier, keys, rows);
  };
}

/** The type that a reference shows by its text: none for `urn:uuid:…` and addresses that do not end in `Type/id`. */
export function shownType(reference: string): string | undefined {
  const type = referenceType(reference);
  return type !== undefined && /^[A-Z][A-Za-z]+$/.test(type) ? type : undefined;
}

function isTypeOrUnsaid(said: unknown, target: string | undefined): boolean {
  return target === undefined || said === undefined || said === target;
}

function addReferenceIdentifier(identifier: object, keys: ParamKeys, rows: RowCollector): void {
  const { system, value } = identifier as { system?: unknown; value?: unknown };
  addToken(keys.identifier, system, value, rows);
}

/** `Patient/1/_history/2` points to `Patient/1` for a search. */
export function withoutVersion(reference: string): string {
  const at = reference.indexOf('/_history/');
  return at < 0 ? reference : reference.slice(0, at);
}

/** `Patient` of `Patient/1` and of `https://other.example/fhir/Patient/1`. */
function referenceType(reference: string): string | undefined {
  const end = reference.lastIndexOf('/');
  return end < 0 ? undefined : reference.slice(reference.lastIndexOf('/', end - 1) + 1, end);
}

/** Turns absolute URLs under `base` into `Type/id`; all others stay as they are. */
export function relativeTo(base: string | undefined): (url: string) => string {
  if (base === undefined) return (url) => url;
  const prefix = base.endsWith('/') ? base : `${base}/`;
  return (url) => (url.startsWith(prefix) ? url.slice(prefix.length) : url);
}
