import type { IncomingMessage } from 'node:http';
import { Fault, fault } from '../base/index.ts';

/** The two ways of writing a resource. */
export type Format = 'json' | 'xml';

/** The names under which each format is known, the proper one first. https://hl7.org/fhir/R4/http.html#mime-type */
export const NAMES: Readonly<Record<Format, readonly string[]>> = {
  json: ['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir'],
  xml: ['application/fhir+xml', 'application/xml', 'text/xml', 'application/xml+fhir'],
};

/** Characters of a Content-Type at most: what is longer is none, and costly to find out about. */
const MAX_LENGTH = 256;

const FORMATS = new Map(
  (['json', 'xml'] as const).flatMap((format) => NAMES[format].map((name) => [name, format] as const)),
);
/** What bytes of a Binary may well be, such as a CDA document. */
const OF_BYTES = new Set(['application/xml', 'text/xml']);
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
/** https://www.rfc-editor.org/rfc/rfc9110#name-media-type */
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(\\s*;\\s*${TOKEN}=(${TOKEN}|"[\\x20-\\x7e]*"))*$`);

/**
 * The format that a media type names, without its parameters and in lower case. For a Binary (`type`) plain XML names
 * its bytes, not the resource around them.
 */
export function formatOfType(mediaType: string, type?: string): Format | undefined {
  return type === 'Binary' && OF_BYTES.has(mediaType) ? undefined : FORMATS.get(mediaType);
}

export function mediaTypeOf(request: IncomingMessage): string {
  return splitType(headerText(request))[0];
}

/** `Text/HTML; Level=1` → text/html, level=1. */
export function splitType(text: string): [name: string, ...parameters: string[]] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  return [name, ...parameters];
}

/** `fhirVersion` may name another release: https://hl7.org/fhir/R4/versioning.html#mt-version */
export function isR4(parameters: readonly string[]): boolean {
  return parameters.every(
    (parameter) => !parameter.startsWith('fhirversion=') || /^fhirversion="?4\.0(\.1)?"?$/.test(parameter),
  );
}

/** Whether a text can be sent as Content-Type. */
export function isMediaType(text: string): boolean {
  return text.length < MAX_LENGTH && MEDIA_TYPE.test(text);
}

/** The media type of bytes that are kept as they are, with its parameters: a text without its charset is lost. */
export function typeOfBytes(request: IncomingMessage): string {
  checkNotEncoded(request);
  const text = headerText(request)
    .trim()
    .replace(/\s*;\s*/g, '; ');
  if (text === '') return 'application/octet-stream';
  if (isMediaType(text)) return text;
  throw fault(415, 'not-supported', 'media-type', 'Content-Type has to be a media type, such as application/pdf.');
}

/**
 * The format of the resource in the body, which is to be stored as `type`. Refuses (415) all but JSON and XML, of R4 and
 * in UTF-8. https://hl7.org/fhir/R4/http.html#mime-type
 */
export function formatOfBody(request: IncomingMessage, type?: string): Format {
  checkNotEncoded(request);
  const [name, ...parameters] = splitType(headerText(request));
  const format = formatOfType(name, type);
  if (format !== undefined && isR4(parameters) && isUtf8(parameters)) return format;
  const text =
    'The body has to be application/fhir+json or application/fhir+xml, of FHIR R4 and in UTF-8, and Content-Type has to say so.';
  throw fault(415, 'not-supported', 'media-type', text);
}

const JSON_PATCH = 'application/json-patch+json';
/** What a patch may be sent as. https://www.rfc-editor.org/rfc/rfc5789#section-3.1 */
export const ACCEPT_PATCH = [JSON_PATCH, NAMES.json[0], NAMES.xml[0]].join(', ');

/**
 * The form of a patch: JSON Patch, or a Parameters resource (FHIRPath Patch) in one of the formats. Refuses (415) all else.
 * https://hl7.org/fhir/R4/http.html#patch
 */
export function formOfPatch(request: IncomingMessage): Format | 'json-patch' {
  checkNotEncoded(request);
  const [name, ...parameters] = splitType(headerText(request));
  const form = name === JSON_PATCH ? 'json-patch' : formatOfType(name);
  if (form !== undefined && isR4(parameters) && isUtf8(parameters)) return form;
  const text = `A patch is JSON Patch (${JSON_PATCH}) or a Parameters resource (${NAMES.json[0]}, ${NAMES.xml[0]}), and Content-Type has to say so.`;
  const { issues } = fault(415, 'not-supported', 'media-type', text);
  throw new Fault(415, issues, { 'accept-patch': ACCEPT_PATCH });
}

/** Refuses (415) all but a form. */
export function checkFormType(request: IncomingMessage): void {
  checkNotEncoded(request);
  if (mediaTypeOf(request) === 'application/x-www-form-urlencoded') return;
  const text =
    'A search by POST has its parameters as application/x-www-form-urlencoded, and Content-Type has to say so.';
  throw fault(415, 'not-supported', 'media-type', text);
}

/** Refuses (415) all but plain JSON. */
export function checkJsonType(request: IncomingMessage): void {
  checkNotEncoded(request);
  const [name, ...parameters] = splitType(headerText(request));
  if (name === 'application/json' && isUtf8(parameters)) return;
  const text = 'The body has to be application/json in UTF-8, and Content-Type has to say so.';
  throw fault(415, 'not-supported', 'media-type', text);
}

/** Of two charsets one reader would take the first, another the second. */
function isUtf8(parameters: readonly string[]): boolean {
  const [charset, ...more] = parameters.filter((parameter) => parameter.startsWith('charset='));
  return charset === undefined || (more.length === 0 && /^charset="?utf-?8"?$/.test(charset));
}

/** Nothing is unpacked here: a few bytes could become gigabytes. */
function checkNotEncoded(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  throw fault(415, 'not-supported', 'content-encoding', 'Send the body as it is, without Content-Encoding.');
}

function headerText(request: IncomingMessage): string {
  const text = request.headers['content-type'] ?? '';
  if (text.length <= MAX_LENGTH) return text;
  throw fault(415, 'not-supported', 'media-type', `Content-Type has ${MAX_LENGTH} characters at most.`);
}
