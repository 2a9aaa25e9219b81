import { isUtf8 } from 'node:buffer';
import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import type { Resource } from './resource.ts';
import { findSyntaxFault } from './syntax-fault.ts';

/** Levels of objects and arrays at most: far above any real resource, far below what a stack can hold. */
const MAX_DEPTH = 64;

const QUOTE = 34;

interface Scan {
  /** Object members in the text; fewer in the parsed tree means that a name stood twice. */
  members: number;
  /** Some number would come back with other digits (1.10, 1e-7, 18-digit integers). */
  exactNumbers: boolean;
  /** Where the next backslash stands, so that each is looked for once. */
  nextEscape: number;
}

/**
 * JSON text → tree, to the letter. A number whose text JavaScript would change stands in the tree as `JSON.rawJSON(text)`,
 * so that `JSON.stringify` writes it as it came. Refuses (400, as a thrown Fault that says where) what RFC 8259 leaves
 * open and what a store could only lose or change: invalid UTF-8, a byte order mark, duplicate names, `__proto__`,
 * U+0000, lone surrogates, numbers beyond a double, more than 64 levels.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes))
    throw refusal('invalid-utf8', 'The body is not valid UTF-8. Send application/fhir+json in UTF-8.');
  const text = bytes.toString('utf8');
  if (text.charCodeAt(0) === 0xfeff)
    throw refusal('byte-order-mark', 'The body begins with a byte order mark. Send it without.');
  const scan = scanJson(text);
  let tree: unknown;
  try {
    tree = scan.exactNumbers ? JSON.parse(text, keepNumber) : JSON.parse(text);
  } catch {
    throw malformed(text);
  }
  if (countMembers(tree) !== scan.members) {
    throw refusal('duplicate-name', 'An object in the body has the same member name twice. Send each name once.');
  }
  return tree;
}

/** Stored text → tree, numbers as `parseJson` has them. What is stored was checked when it came: nothing is refused. */
export function parseStored(text: string): Resource {
  return JSON.parse(text, keepNumber) as Resource;
}

/** A number's value, whether it stands in a tree as a number or as kept text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : undefined;
}

function keepNumber(_name: string, value: unknown, context: { source?: string }): unknown {
  const { source } = context;
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') members += countMembers(item);
    return members;
  }
  if (JSON.isRawJSON(value)) return 0;
  for (const name of Object.keys(value)) {
    if (name === '__proto__')
      throw refusal('forbidden-name', 'A member of the body is named "__proto__". No FHIR element is; remove it.');
    members += 1;
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'object') members += countMembers(item);
  }
  return members;
}

/** One pass over the text for what JSON.parse neither refuses nor keeps. Leaves plain syntax errors to JSON.parse. */
function scanJson(text: string): Scan {
  const scan: Scan = { members: 0, exactNumbers: false, nextEscape: nextEscape(text, 0) };
  const { length } = text;
  let depth = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = scanString(text, at, scan);
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) {
        throw refusal(
          'too-deep',
          `The body is nested more than ${MAX_DEPTH} levels deep (${place(text, at)}). Send it flatter.`,
        );
      }
    } else if (code === 125 || code === 93) depth -= 1;
    else if (code === 58) scan.members += 1;
    else if (code === 45 || (code >= 48 && code <= 57)) {
      const start = at;
      while (at + 1 < length && isNumberPart(text.charCodeAt(at + 1))) at += 1;
      if (at - start >= 15 || !isPlainInteger(text, start, at)) checkNumber(text, start, at + 1, scan);
    }
  }
  return scan;
}

/** Returns the position of the closing quote. */
function scanString(text: string, open: number, scan: Scan): number {
  let at = open + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) return text.length;
    const escape = scan.nextEscape;
    if (escape > close) return close;
    at = text.charCodeAt(escape + 1) === 117 ? checkEscape(text, escape) : escape + 2;
    scan.nextEscape = nextEscape(text, at);
  }
}

function nextEscape(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at < 0 ? Infinity : at;
}

/** Checks `\uXXXX` at `at`; returns the position after it (after both halves of a pair). */
function checkEscape(text: string, at: number): number {
  const unit = Number.parseInt(text.slice(at + 2, at + 6), 16);
  if (unit === 0)
    throw refusal('nul-character', `A string holds U+0000 (${place(text, at)}), which FHIR forbids. Remove it.`);
  if (unit >= 0xd800 && unit <= 0xdfff) {
    const next = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(text.slice(at + 6, at + 12));
    if (unit > 0xdbff || next === null) {
      throw refusal(
        'lone-surrogate',
        `A string holds half of a surrogate pair (${place(text, at)}). Send whole characters.`,
      );
    }
    return at + 12;
  }
  return at + 6;
}

function isNumberPart(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46 || code === 101 || code === 69 || code === 43 || code === 45;
}

function isPlainInteger(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) === 45) return false;
  for (let at = start + 1; at <= end; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function checkNumber(text: string, start: number, end: number, scan: Scan): void {
  const source = text.slice(start, end);
  const value = Number(source);
  if (!Number.isFinite(value) && !Number.isNaN(value)) {
    throw refusal(
      'number-too-large',
      `A number is beyond what can be computed with (${place(text, start)}). Send a smaller one.`,
    );
  }
  if (String(value) !== source) scan.exactNumbers = true;
}

/** V8's message quotes the text, which may be a patient's: nothing of it is used. */
function malformed(text: string): Fault {
  const where = text.trim() === '' ? 'it is empty' : place(text, findSyntaxFault(text));
  return refusal('malformed-json', `The body is not well-formed JSON (${where}). Mend it and send it again.`);
}

function place(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}, column ${at - before.lastIndexOf('\n')}`;
}

function refusal(key: string, text: string): Fault {
  return fault(400, 'structure', key, text);
}
