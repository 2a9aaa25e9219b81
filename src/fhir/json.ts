import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { findBadName, isForbiddenName, pathAt, tellableName } from './json-names.ts';
import { tellPlace } from './place.ts';
import type { Resource } from './resource.ts';
import { findSyntaxFault } from './syntax-fault.ts';
import { findInvalidUtf8, isWide } from './utf8.ts';

/** Levels of objects and arrays at most: far above any real resource, far below what a stack can hold. */
const MAX_DEPTH = 64;

/** Members of one object at most: no type of FHIR has a fifth of it, and many more would take seconds to read. */
const MAX_MEMBERS = 1000;

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
 * open and what a store could only lose or change: invalid UTF-8, a byte order mark, duplicate names, names that
 * JavaScript gives a meaning (`__proto__`), U+0000, lone surrogates, numbers beyond a double, more than 64 levels, more than 1,000 members in an object.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decodeJson(bytes);
  const scan = scanJson(text);
  let tree: unknown;
  try {
    tree = scan.exactNumbers ? JSON.parse(text, keepNumber) : JSON.parse(text);
  } catch {
    throw malformed(text);
  }
  if (countMembers(tree) !== scan.members) throw badName(text);
  return tree;
}

/**
 * A number that JavaScript may write in other digits: 16 and more of them, zeros at the end or many at the beginning, an
 * exponent, minus zero. What stands in a string may look like one: it costs time and changes nothing.
 */
const MAYBE_CHANGED = /[:,[\s](?:-?\d[\d.]{15}|-?\d+\.(?:\d*0(?!\d)|0{6})|-?\d[\d.]*[eE]|-0(?!\d))/;

/** Stored text → tree, numbers as `parseJson` has them. What is stored was checked when it came: nothing is refused. */
export function parseStored(text: string): Resource {
  // To look at each value takes five times as long as to read the text, and hardly any text has such a number.
  return (MAYBE_CHANGED.test(text) ? JSON.parse(text, keepNumber) : JSON.parse(text)) as Resource;
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

function decodeJson(bytes: Buffer): string {
  const advice = 'Send application/fhir+json in UTF-8.';
  if (isWide(bytes)) {
    const what = 'The body is in UTF-16 or UTF-32, by its first bytes';
    throw fault(400, 'structure', 'invalid-utf8', `${what} (line 1, column 1). ${advice}`);
  }
  const text = bytes.toString('utf8');
  const invalid = findInvalidUtf8(bytes);
  if (invalid !== undefined) throw refusal('invalid-utf8', text, invalid, 'The body is not valid UTF-8', advice);
  if (text.charCodeAt(0) === 0xfeff) {
    throw refusal('byte-order-mark', text, 0, 'The body begins with a byte order mark', 'Send it without.');
  }
  return text;
}

/** Members of the tree; fewer than any text has where one is named as none may be. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') members += countMembers(item);
    return members;
  }
  if (JSON.isRawJSON(value)) return 0;
  for (const name of Object.keys(value)) {
    if (isForbiddenName(name)) return -Infinity;
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
  const members = new Int32Array(MAX_DEPTH + 1);
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = scanString(text, at, scan);
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) {
        const what = `The body is nested more than ${MAX_DEPTH} levels deep`;
        throw refusal('too-deep', text, at, what, 'Send it flatter.');
      }
      members[depth] = 0;
    } else if (code === 125 || code === 93) depth -= 1;
    else if (code === 58) {
      scan.members += 1;
      // What is no JSON may close more than it opened.
      if (depth > 0 && ++members[depth]! > MAX_MEMBERS) {
        const what = `An object in the body has more than ${MAX_MEMBERS} members`;
        throw refusal('too-many-members', text, at, what, 'Leave out what FHIR does not know.');
      }
    } else if (code === 45 || (code >= 48 && code <= 57)) {
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
  if (unit === 0) {
    throw refusal('nul-character', text, at, 'A string holds U+0000, which FHIR forbids', 'Remove it.');
  }
  if (unit >= 0xd800 && unit <= 0xdfff) {
    const next = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(text.slice(at + 6, at + 12));
    if (unit > 0xdbff || next === null) {
      const what = 'A string holds half of a surrogate pair';
      throw refusal('lone-surrogate', text, at, what, 'Send whole characters.');
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
    const what = 'A number is beyond what can be computed with';
    throw refusal('number-too-large', text, start, what, 'Send a smaller one.');
  }
  if (String(value) !== source) scan.exactNumbers = true;
}

/** V8's message quotes the text, which may be a patient's: nothing of it is used. */
function malformed(text: string): Fault {
  const what = 'The body is not well-formed JSON';
  if (text.trim() === '') {
    return fault(400, 'structure', 'malformed-json', `${what} (it is empty). Send a resource.`);
  }
  const { at, advice } = findSyntaxFault(text);
  return refusal('malformed-json', text, at, what, advice);
}

/** For a text that is well-formed, and whose members are not those of its tree. */
function badName(text: string): Fault {
  const { at, name, path } = findBadName(text)!;
  if (isForbiddenName(name)) {
    const what = `A member of the body is named "${name}"`;
    return refusal('forbidden-name', text, at, what, 'No FHIR element is; remove it.', path);
  }
  const what = `An object in the body has the same member name twice: ${tellableName(name)}`.replace(/: $/, '');
  const mend = 'Send each name once; what repeats is an array.';
  return refusal('duplicate-name', text, at, what, mend, path);
}

/** What is wrong, where, and how to mend it; the path only where all names down to it can be told. */
function refusal(key: string, text: string, at: number, what: string, mend: string, path = pathAt(text, at)): Fault {
  const expression = path === '' ? undefined : path;
  return fault(400, 'structure', key, `${what} (${tellPlace(text, at)}). ${mend}`, expression);
}
