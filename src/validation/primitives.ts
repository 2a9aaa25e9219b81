import type { Definitions } from '../definitions/index.ts';
import { findUnfitCharacter, tellPlace } from '../fhir/index.ts';
import { findNarrativeFault } from './narrative.ts';

/** How one primitive type (http://hl7.org/fhir/R4/datatypes.html#primitive) stands in JSON, and what it may hold. */
export interface Primitive {
  readonly json: 'string' | 'number' | 'boolean';
  /** Asked only for values of that JSON type; numbers may be `JSON.rawJSON`. */
  isValid(value: unknown): boolean;
  /** How to write a valid one. */
  readonly mend: string;
  /** What is wrong with an invalid value, where in it, and how to mend that; holds nothing of the value. */
  explain?(value: unknown): string;
}

/**
 * Strings "SHALL NOT exceed 1MB in size" (http://hl7.org/fhir/R4/datatypes.html#string). Here that goes for all types
 * but base64Binary, which also keeps patterns from running out of stack.
 */
const MAX_STRING = 1024 * 1024;
const MAX_INT = 2 ** 31 - 1;

const TEXT =
  'Give text that is more than white space, has at most 1 MB and no characters that XML does not know: no control ' +
  'characters but tab and line breaks, no U+FFFE, no U+FFFF.';
const NARRATIVE = 'Give well-formed XHTML of at most 1 MB in one <div>, with some text.';
const NOT_BLANK = /[^ \t\r\n]/;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;

/** How to write each type whose pattern decides. */
const PATTERNED: Readonly<Record<string, string>> = {
  canonical: 'Give the URL of a definition, without white space.',
  code: 'Give a code without white space at either end, and within at most single spaces.',
  id: 'Give 1 to 64 letters, digits, "-" or ".".',
  oid: 'Give an OID as urn:oid:1.2.3.',
  time: 'Give a time as hh:mm:ss, without a zone.',
  uri: 'Give a URI without white space.',
  url: 'Give a URL without white space.',
  uuid: 'Give a UUID as urn:uuid: and lower-case hexadecimal digits.',
};

const DATED: Readonly<Record<string, string>> = {
  date: 'Give a date of the calendar as YYYY, YYYY-MM or YYYY-MM-DD.',
  dateTime: 'Give a date of the calendar as YYYY, YYYY-MM, YYYY-MM-DD or, with a zone, YYYY-MM-DDThh:mm:ss+zz:zz.',
  instant: 'Give a moment with seconds and zone as YYYY-MM-DDThh:mm:ss.sss+zz:zz, on a date of the calendar.',
};

const INTEGERS: Readonly<Record<string, readonly [least: number, mend: string]>> = {
  integer: [-MAX_INT - 1, 'Give a whole number from -2147483648 to 2147483647.'],
  positiveInt: [1, 'Give a whole number from 1 to 2147483647.'],
  unsignedInt: [0, 'Give a whole number from 0 to 2147483647.'],
};

/** The check of a primitive type. Throws for a type that is none. */
export function compilePrimitive(definitions: Definitions, type: string): Primitive {
  if (type === 'boolean') return { json: 'boolean', isValid: () => true, mend: 'Give true or false, without quotes.' };
  if (type === 'decimal') return decimal(definitions);
  if (type === 'xhtml') {
    const isValid = (value: unknown): boolean => isShort(value) && findNarrativeFault(value) === undefined;
    return { json: 'string', isValid, mend: NARRATIVE, explain: explainNarrative };
  }
  if (type === 'base64Binary') return { json: 'string', isValid: isBase64, mend: 'Give base64 with its padding.' };
  if (type === 'string' || type === 'markdown') return { json: 'string', isValid: isText, mend: TEXT };
  const integer = INTEGERS[type];
  if (integer !== undefined) {
    const [least, mend] = integer;
    return { json: 'number', isValid: (value) => isIntegerFrom(least, value), mend };
  }
  const pattern = patternOf(definitions, type);
  const dated = DATED[type];
  if (dated !== undefined) {
    return {
      json: 'string',
      isValid: (value) => isShort(value) && pattern.test(value) && isRealDate(value),
      mend: dated,
    };
  }
  const mend = PATTERNED[type];
  if (mend === undefined) throw new Error(`No check is written for the primitive type ${type}`);
  return { json: 'string', isValid: (value) => isShort(value) && pattern.test(value) && isFit(value), mend };
}

function patternOf(definitions: Definitions, type: string): RegExp {
  const pattern = definitions.type(type)?.pattern;
  if (pattern === undefined) throw new Error(`The definitions have no pattern for ${type}`);
  return new RegExp(`^(?:${pattern})$`);
}

function decimal(definitions: Definitions): Primitive {
  const pattern = patternOf(definitions, 'decimal');
  return {
    json: 'number',
    isValid: (value) => (JSON.isRawJSON(value) ? pattern.test(value.rawJSON) : Number.isFinite(value)),
    mend: 'Give a decimal number.',
  };
}

/** `1.0` and `1e2`, whose text is kept, are whole numbers but no FHIR integers; `-0` is one, where there is a sign. */
function isIntegerFrom(least: number, value: unknown): boolean {
  if (JSON.isRawJSON(value)) return least < 0 && value.rawJSON === '-0';
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= MAX_INT;
}

function isShort(value: unknown): value is string {
  const { length } = value as string;
  return length > 0 && length <= MAX_STRING;
}

/**
 * Whether XML can hold the text, too. "Strings SHOULD NOT contain Unicode character points below 32", and one of white
 * space alone is no value of an attribute (http://hl7.org/fhir/R4/datatypes.html#string, xml.html): here they are refused
 * in JSON as well, so that every record can be read in either format.
 */
function isText(value: unknown): boolean {
  return isShort(value) && NOT_BLANK.test(value) && isFit(value);
}

function isFit(text: string): boolean {
  return findUnfitCharacter(text) < 0;
}

function explainNarrative(value: unknown): string {
  const fault = isShort(value) ? findNarrativeFault(value) : undefined;
  return fault === undefined ? NARRATIVE : `In the div at ${tellPlace(value as string, fault.at)}: ${fault.text}`;
}

/**
 * The published pattern takes exponential time on white space, and any pattern that walks over megabytes can outgrow the
 * stack of the regexp engine: this one only looks for the first character that does not belong. White space is that of XML.
 */
function isBase64(value: unknown): boolean {
  const text = value as string;
  const bare = NOT_BASE64.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
  const padding = bare.endsWith('==') ? 2 : bare.endsWith('=') ? 1 : 0;
  return bare.length > padding && bare.length % 4 === 0 && !NOT_BASE64.test(bare.slice(0, bare.length - padding));
}

/** The pattern has seen to form and to days up to 31; this to 30 June and to leap years. */
function isRealDate(text: string): boolean {
  if (text.length < 10) return true;
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  const month = Number(text.slice(5, 7));
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  const year = Number(text.slice(0, 4));
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
