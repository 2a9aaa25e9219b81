import { addCanonical } from './canonical.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { RowCollector } from './index-values.ts';
import { normaliseString } from './normalise-string.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';

const STRINGS = new Set(['string', 'markdown', 'code', 'id', 'uri', 'url', 'canonical']);
const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

/** See http://hl7.org/fhir/R4/search.html#string. */
export function emitString(place: Place, keys: ParamKeys): Emit | undefined {
  const { type } = place;
  if (type === 'HumanName') return emitName(keys);
  if (hasFamilyNames([place])) return (element, rows) => addFamily(keys, element, rows);
  const parts = PARTS[type];
  if (parts !== undefined) return (element, rows) => addParts(keys, parts, element, rows);
  return STRINGS.has(type) ? (element, rows) => addString(keys.value, element, rows) : undefined;
}

function addParts(keys: ParamKeys, parts: readonly string[], element: unknown, rows: RowCollector): void {
  for (const part of parts) {
    const value = (element as Record<string, unknown>)[part];
    if (Array.isArray(value)) for (const item of value) addString(keys.value, item, rows);
    else addString(keys.value, value, rows);
  }
}

function emitName(keys: ParamKeys): Emit {
  return (element, rows) => {
    addFamily(keys, (element as { family?: unknown }).family, rows);
    addParts(keys, PARTS['HumanName']!, element, rows);
  };
}

/** Whether family names are among what a parameter looks at: their parts are found, too. */
export function hasFamilyNames(places: readonly Place[]): boolean {
  return places.some(({ type, property }) => type === 'HumanName' || property?.path === 'HumanName.family');
}

const NEXT_WORD = /[ -]+(?=[^ -])/g;

/** `Carreno Quinones` is found as `Quinones`, too: http://hl7.org/fhir/R4/search.html#string. */
function addFamily(keys: ParamKeys, family: unknown, rows: RowCollector): void {
  addString(keys.value, family, rows);
  if (typeof family !== 'string') return;
  const whole = normaliseString(family);
  for (const { index, 0: gap } of whole.matchAll(NEXT_WORD)) {
    if (index > 0) rows.addText(keys.parts, boundKey(whole.slice(index + gap.length)), '');
  }
}

/** See http://hl7.org/fhir/R4/search.html#uri. */
export function emitUri({ type }: Place, keys: ParamKeys): Emit | undefined {
  if (!STRINGS.has(type) && type !== 'oid' && type !== 'uuid') return undefined;
  if (type === 'canonical') {
    return (element, rows) => {
      if (typeof element === 'string') addCanonical(keys.value, element, rows);
    };
  }
  return (element, rows) => {
    if (typeof element === 'string') rows.addText(keys.value, boundKey(element), '');
  };
}

/** A string as it is compared, with the original beside it. */
export function addString(param: number, text: unknown, rows: RowCollector): void {
  if (typeof text !== 'string') return;
  const value = normaliseString(text);
  if (value !== '') rows.addText(param, boundKey(value), boundKey(text));
}
