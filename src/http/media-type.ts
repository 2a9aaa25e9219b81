import type { IncomingMessage } from 'node:http';
import { fault } from '../base/index.ts';

/** Characters of a Content-Type at most: what is longer is none, and costly to find out about. */
const MAX_LENGTH = 256;

const JSON_TYPES = new Set(['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir']);
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
/** https://www.rfc-editor.org/rfc/rfc9110#name-media-type */
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(\\s*;\\s*${TOKEN}=(${TOKEN}|"[\\x20-\\x7e]*"))*$`);

export function mediaTypeOf(request: IncomingMessage): string {
  return headerText(request).split(';', 1)[0]!.trim().toLowerCase();
}

export function isJsonType(mediaType: string): boolean {
  return JSON_TYPES.has(mediaType);
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

/** Refuses (415) all but JSON in UTF-8. https://hl7.org/fhir/R4/http.html#mime-type */
export function checkJsonType(request: IncomingMessage): void {
  checkNotEncoded(request);
  const charset = /;\s*charset="?([^";\s]+)"?/i.exec(headerText(request))?.[1];
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset);
  if (isJsonType(mediaTypeOf(request)) && isUtf8) return;
  const text = 'The body has to be application/fhir+json in UTF-8, and Content-Type has to say so.';
  throw fault(415, 'not-supported', 'media-type', text);
}

/** Refuses (415) all but a form. */
export function checkFormType(request: IncomingMessage): void {
  checkNotEncoded(request);
  if (mediaTypeOf(request) === 'application/x-www-form-urlencoded') return;
  const text =
    'A search by POST has its parameters as application/x-www-form-urlencoded, and Content-Type has to say so.';
  throw fault(415, 'not-supported', 'media-type', text);
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
