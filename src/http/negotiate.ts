import { fault } from '../base/index.ts';
import { formatOfType, isR4, NAMES, splitType } from './media-type.ts';
import type { Format } from './media-type.ts';

/** What `_format` may say beside the names of the media types. https://hl7.org/fhir/R4/http.html#parameters */
const SHORT_NAMES: ReadonlyMap<string, Format> = new Map([
  ['json', 'json'],
  ['xml', 'xml'],
]);
const ANY = ['*/*', 'application/*'];

/** One range of Accept, its name in lower case. */
interface Range {
  readonly name: string;
  /** From 0 (not wanted) to 1. */
  readonly quality: number;
}

/** How much Accept wants a format, and by which range. */
interface Weight {
  readonly quality: number;
  /** Named itself, rather than by a wildcard. */
  readonly isNamed: boolean;
  /** Where the range stands in Accept. */
  readonly place: number;
}

/**
 * The format to answer in, by `_format` or else by Accept; among equals the one of the request's body, then JSON.
 * Refuses (406) what cannot be answered. https://hl7.org/fhir/R4/http.html#mime-type
 */
export function chooseFormat(accept: string | undefined, asked: string | undefined, body?: Format): Format {
  const format = asked === undefined ? formatByAccept(accept, body) : formatByName(asked, body);
  if (format !== undefined) return format;
  const text =
    'Answers are given as application/fhir+json or application/fhir+xml, in FHIR R4: ask for one in Accept or _format.';
  throw fault(406, 'not-supported', 'not-acceptable', text);
}

/** The same for a refusal, which has to be told in some format: what cannot be answered is passed over. */
export function chooseLeniently(accept: string | undefined, asked: string | undefined, body?: Format): Format {
  const named = asked === undefined ? undefined : formatByName(asked, body);
  return named ?? formatByAccept(accept, body) ?? 'json';
}

/**
 * In which format a Binary is asked for as a resource, by name; undefined: its bytes are wanted.
 * https://hl7.org/fhir/R4/binary.html#rest
 */
export function chooseResource(accept: string | undefined, asked: string | undefined): Format | undefined {
  if (asked !== undefined) return formatByName(asked, undefined);
  const named = parseAccept(accept ?? '').filter(({ name }) => formatOfType(name, 'Binary') !== undefined);
  return heaviest(named, undefined);
}

function formatByName(asked: string, body: Format | undefined): Format | undefined {
  const [text, ...parameters] = splitType(asked);
  if (!isR4(parameters)) return undefined;
  // A plus sign in an address stands for a blank.
  const name = text.replaceAll(' ', '+');
  return ANY.includes(name) ? (body ?? 'json') : (SHORT_NAMES.get(name) ?? formatOfType(name));
}

function formatByAccept(accept = '', body?: Format): Format | undefined {
  // Most say no more than this, and need not be weighed.
  if (accept === '*/*' || accept.trim() === '') return body ?? 'json';
  return formatOfType(accept) ?? heaviest(parseAccept(accept), body);
}

function heaviest(ranges: readonly Range[], body: Format | undefined): Format | undefined {
  const json = weigh(ranges, 'json');
  const xml = weigh(ranges, 'xml');
  if (json === undefined || xml === undefined) return json === undefined ? xml && 'xml' : 'json';
  const difference = json.quality - xml.quality || Number(json.isNamed) - Number(xml.isNamed) || xml.place - json.place;
  if (difference === 0) return body ?? 'json';
  return difference > 0 ? 'json' : 'xml';
}

/** Undefined: not wanted. */
function weigh(ranges: readonly Range[], format: Format): Weight | undefined {
  const [proper, ...others] = NAMES[format].map((name) => weighName(ranges, name));
  // What is said of the proper name stands above what wildcards say of the other names for the same.
  const told = others.filter((other) => proper?.isNamed !== true || other?.isNamed === true);
  return [proper, ...told]
    .filter((weight) => weight !== undefined && weight.quality > 0)
    .sort((a, b) => b!.quality - a!.quality || Number(b!.isNamed) - Number(a!.isNamed) || a!.place - b!.place)[0];
}

/** The most specific range decides: https://www.rfc-editor.org/rfc/rfc9110#field.accept */
function weighName(ranges: readonly Range[], name: string): Weight | undefined {
  for (const wider of [name, name.replace(/\/.*/, '/*'), '*/*']) {
    const place = ranges.findIndex((range) => range.name === wider);
    if (place >= 0) return { quality: ranges[place]!.quality, isNamed: wider === name, place };
  }
  return undefined;
}

function parseAccept(accept: string): Range[] {
  return accept
    .split(',')
    .map(splitType)
    .filter(([name, ...parameters]) => name !== '' && isR4(parameters))
    .map(([name, ...parameters]) => ({ name, quality: qualityOf(parameters) }));
}

/** What is no number from 0 to 1 is no wish. */
function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (text === undefined) return 1;
  const quality = /^[01](\.\d*)?$/.test(text) ? Number(text) : 0;
  return quality <= 1 ? quality : 0;
}
