import { addCanonical } from './canonical.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { RowCollector } from './index-values.ts';
import { normaliseString } from './normalise-string.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';

const STRINGS = new Set(['string', 'markdown', 'code', 'id', 'uri', 'url', 'canonical']);
const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

/** See http://hl7.org/fhir/R4/search.html#string. */
export function emitString({ type }: Place, keys: ParamKeys): Emit | undefined {
  const parts = PARTS[type];
  if (parts !== undefined) {
    return (element, rows) => {
      for (const part of parts) {
        const value = (element as Record<string, unknown>)[part];
        if (Array.isArray(value)) for (const item of value) addString(keys.value, item, rows);
        else addString(keys.value, value, rows);
      }
    };
  }
  return STRINGS.has(type) ? (element, rows) => addString(keys.value, element, rows) : undefined;
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
