import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { Fault, fault } from '../base/index.ts';
import { parseJson } from '../fhir/index.ts';

/** Bytes of one JSON body at most. */
export const MAX_JSON = 32 * 1024 * 1024;
/** Bytes of one raw Binary at most. */
export const MAX_RAW = 1024 * 1024 * 1024;

/** A sender gets this long to begin, and then has to keep up this many bytes a second on average. */
const GRACE_MS = 10_000;
const MIN_BYTES_PER_SECOND = 16 * 1024;

/** Reads a JSON body whole: within the limit, at a reasonable pace, to the letter. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  checkJsonType(request);
  const bytes = await readAll(request);
  return parseJson(bytes);
}

/** The raw body as a stream that ends with a fault when it grows too large or comes too slowly. */
export function readRaw(request: IncomingMessage): Readable {
  refuseLength(request, MAX_RAW, 'Split the content, or send it at a lower resolution.');
  const out = new PassThrough();
  guard(request, MAX_RAW, 'Split the content.', (error) => out.destroy(error));
  request.on('aborted', () => out.destroy(incomplete()));
  request.pipe(out);
  return out;
}

function readAll(request: IncomingMessage): Promise<Buffer> {
  const advice = 'Send large attachments as Binary of their own (POST [base]/Binary with their media type) and refer to them.';
  refuseLength(request, MAX_JSON, advice);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const stop = guard(request, MAX_JSON, advice, fail);
    function fail(error: Error): void {
      stop();
      request.removeListener('data', keep);
      request.pause();
      reject(error);
    }
    function keep(chunk: Buffer): void {
      chunks.push(chunk);
    }
    request.on('data', keep);
    request.once('end', () => {
      stop();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.once('aborted', () => fail(incomplete()));
    request.once('error', () => fail(incomplete()));
  });
}

/** Watches size and pace; `fail` is called once. Returns what ends the watch. */
function guard(request: IncomingMessage, limit: number, advice: string, fail: (error: Fault) => void): () => void {
  let size = 0;
  const began = Date.now();
  const timer = setInterval(() => {
    const late = Date.now() - began - GRACE_MS;
    if (late <= 0 || size >= (late / 1000) * MIN_BYTES_PER_SECOND) return;
    stop();
    fail(closing(408, 'timeout', 'body-too-slow', 'The body came too slowly, and the connection is closed. Send it again.'));
  }, 1000);
  function measure(chunk: Buffer): void {
    size += chunk.length;
    if (size <= limit) return;
    stop();
    fail(tooLarge(limit, advice));
  }
  function stop(): void {
    clearInterval(timer);
    request.removeListener('data', measure);
  }
  request.on('data', measure);
  request.once('close', stop);
  return stop;
}

/** Refuses before a byte of the body is read. */
function refuseLength(request: IncomingMessage, limit: number, advice: string): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit) throw tooLarge(limit, advice);
}

function tooLarge(limit: number, advice: string): Fault {
  return closing(413, 'too-long', 'body-too-large', `The body is larger than the limit of ${limit} bytes. ${advice}`);
}

function incomplete(): Fault {
  return closing(400, 'incomplete', 'body-incomplete', 'The connection ended before the whole body had come.');
}

/** What is left of the body will not be read, so the connection cannot be used again. */
function closing(status: number, code: string, key: string, text: string): Fault {
  return new Fault(status, { severity: 'error', code, key, text }, { connection: 'close' });
}

const JSON_TYPES = new Set(['application/fhir+json', 'application/json', 'text/json', 'application/json+fhir']);

export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

export function isJsonType(mediaType: string): boolean {
  return JSON_TYPES.has(mediaType);
}

function checkJsonType(request: IncomingMessage): void {
  const header = request.headers['content-type'] ?? '';
  const charset = /;\s*charset="?([^";\s]+)"?/i.exec(header)?.[1];
  const isUtf8 = charset === undefined || /^utf-?8$/i.test(charset);
  if (isJsonType(mediaTypeOf(request)) && isUtf8) return;
  throw fault(415, 'not-supported', 'media-type', 'The body has to be application/fhir+json in UTF-8, and Content-Type has to say so.');
}

/** The parameters of a form body, in their order. */
export async function readForm(request: IncomingMessage): Promise<[string, string][]> {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
    throw fault(415, 'not-supported', 'media-type', 'A search by POST has its parameters as application/x-www-form-urlencoded.');
  }
  return [...new URLSearchParams((await readAll(request)).toString('utf8'))];
}
