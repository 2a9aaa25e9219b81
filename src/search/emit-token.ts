import type { Emit, ParamKeys } from './emitter.ts';
import { addString } from './emit-string.ts';
import { escapePart } from './split-value.ts';
import type { RowCollector } from './index-values.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';

const PRIMITIVES = new Set(['code', 'string', 'id', 'uri', 'url', 'canonical', 'oid', 'uuid', 'boolean']);

const COMPLEX: Readonly<Record<string, (element: unknown, keys: ParamKeys, rows: RowCollector) => void>> = {
  Coding: addCoding,
  CodeableConcept: addConcept,
  Identifier: addIdentifier,
  ContactPoint: addContactPoint,
};

/** See http://hl7.org/fhir/R4/search.html#token. */
export function emitToken({ type }: Place, keys: ParamKeys): Emit | undefined {
  const add = COMPLEX[type];
  if (add !== undefined) return (element, rows) => add(element, keys, rows);
  if (type === 'string') return (element, rows) => addToken(keys.value, undefined, foldCase(element), rows);
  return PRIMITIVES.has(type) ? (element, rows) => addToken(keys.value, undefined, element, rows) : undefined;
}

/** Tokens on strings are not case sensitive; all others are, since they may be. */
function foldCase(element: unknown): unknown {
  return typeof element === 'string' ? element.toLowerCase() : element;
}

function addCoding(element: unknown, keys: ParamKeys, rows: RowCollector): void {
  const { system, code, display } = element as { system?: unknown; code?: unknown; display?: unknown };
  addToken(keys.value, system, code, rows);
  addString(keys.text, display, rows);
}

function addConcept(element: unknown, keys: ParamKeys, rows: RowCollector): void {
  const { coding, text } = element as { coding?: unknown; text?: unknown };
  if (Array.isArray(coding) && coding.length > 0) {
    for (const item of coding) if (item) addCoding(item, keys, rows);
  } else addPresence(keys.value, rows);
  addString(keys.text, text, rows);
}

function addIdentifier(element: unknown, keys: ParamKeys, rows: RowCollector): void {
  const { system, value, type } = element as {
    system?: unknown;
    value?: unknown;
    type?: { text?: unknown; coding?: unknown };
  };
  addToken(keys.value, system, value, rows);
  if (!type) return;
  addString(keys.text, type.text, rows);
  if (typeof value === 'string' && Array.isArray(type.coding)) addTyped(keys.ofType, type.coding, value, rows);
}

function addTyped(param: number, codings: readonly unknown[], value: string, rows: RowCollector): void {
  for (const coding of codings) {
    const { system, code } = (coding ?? {}) as { system?: unknown; code?: unknown };
    if (typeof system === 'string' && typeof code === 'string') {
      rows.addText(param, typedIdentifier(system, code, value), '');
    }
  }
}

/** An identifier with its type, as rows have it for `:of-type`. */
export function typedIdentifier(system: string, code: string, value: string): string {
  return boundKey(`${escapePart(system)}|${escapePart(code)}|${escapePart(value)}`);
}

function addContactPoint(element: unknown, keys: ParamKeys, rows: RowCollector): void {
  addToken(keys.value, undefined, (element as { value?: unknown }).value, rows);
}

export function addToken(param: number, system: unknown, code: unknown, rows: RowCollector): void {
  const detail = typeof system === 'string' ? boundKey(system) : '';
  if (typeof code === 'string') rows.addText(param, boundKey(code), detail);
  else if (typeof code === 'boolean') rows.addText(param, String(code), '');
  // `system|` asks for any code, none too.
  else if (code === undefined) rows.addText(param, '', detail);
}

/** An element that is there but has no value of its own to look for: it must not count as `:missing`. */
export function addPresence(param: number, rows: RowCollector): void {
  rows.addText(param, '', '');
}
