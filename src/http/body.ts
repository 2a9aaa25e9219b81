import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { Fault, fault } from '../base/index.ts';
import { parseJson, parseQuery } from '../fhir/index.ts';
import type { XmlCodec } from '../fhir/index.ts';
import type { PatchBody } from '../interactions/index.ts';
import { checkFormType, checkJsonType, formatOfBody, formOfPatch } from './media-type.ts';
import type { Format } from './media-type.ts';
import { watchPace } from './pace.ts';
import type { Pace } from './pace.ts';

/** Bytes of one JSON body or form at most. */
export const MAX_TEXT = 32 * 1024 * 1024;
/** Bytes of one XML body at most: reading it keeps all others waiting, for some 70 ms a megabyte. */
export const MAX_XML = 8 * 1024 * 1024;
/** Bytes of what an administrator sends at most. */
const MAX_JSON = 256 * 1024;
/** Bytes of one raw Binary at most. */
export const MAX_RAW = 1024 * 1024 * 1024;

const ADVICE_TEXT =
  'Send large attachments as Binary of their own (POST [base]/Binary with their media type) and refer to them.';
const ADVICE_JSON = 'Publish large sets of keys at an address (jwksUri).';
const ADVICE_XML =
  'It holds for application/fhir+xml: send application/fhir+json, which may be larger, or large attachments as Binary of their own.';
const ADVICE_RAW = 'Split the content, or send it at a lower resolution.';

/** How the routes read what was sent: within the limit, at a reasonable pace, to the letter. */
export interface Bodies {
  /** A body in JSON or XML, whole, that is to be stored as `type`. */
  readResource(request: IncomingMessage, type?: string): Promise<unknown>;
  /** A JSON Patch, or a Parameters resource in JSON or XML. */
  readPatch(request: IncomingMessage): Promise<PatchBody>;
  /** A small body in plain JSON. */
  readJson(request: IncomingMessage): Promise<unknown>;
  /** The parameters of a form, in their order; of `limit` bytes at most. */
  readForm(request: IncomingMessage, limit?: number): Promise<[string, string][]>;
  /** The body as a stream, which ends with a fault when it grows too large, comes too slowly, or breaks off. */
  readRaw(request: IncomingMessage): Readable;
}

export function createBodies(pace: Pace, xml: XmlCodec): Bodies {
  async function readAs(format: Format, request: IncomingMessage): Promise<unknown> {
    if (format === 'json') return parseJson(await readAll(request, pace, MAX_TEXT, ADVICE_TEXT));
    return xml.parse(await readAll(request, pace, MAX_XML, ADVICE_XML));
  }

  return {
    readResource: async (request, type) => readAs(formatOfBody(request, type), request),
    async readPatch(request) {
      const form = formOfPatch(request);
      if (form === 'json-patch') return { form, body: await readAs('json', request) };
      return { form: 'fhirpath', body: await readAs(form, request) };
    },
    async readJson(request) {
      checkJsonType(request);
      return parseJson(await readAll(request, pace, MAX_JSON, ADVICE_JSON));
    },
    async readForm(request, limit = MAX_TEXT) {
      checkFormType(request);
      return parseQuery(await readAll(request, pace, limit, ADVICE_TEXT));
    },
    readRaw: (request) => openStream(request, pace),
  };
}

function readAll(request: IncomingMessage, pace: Pace, limit: number, advice: string): Promise<Buffer> {
  refuseLength(request, limit, advice);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stopWatch = watchPace(request, pace, () => fail(tooSlow()));
    function fail(error: Fault): void {
      stopWatch();
      request.removeListener('data', keep);
      request.pause();
      reject(error);
    }
    function keep(chunk: Buffer): void {
      size += chunk.length;
      if (size > limit) fail(tooLarge(limit, advice));
      else chunks.push(chunk);
    }
    request.on('data', keep);
    request.once('end', () => {
      stopWatch();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.once('error', () => fail(incomplete()));
  });
}

function openStream(request: IncomingMessage, pace: Pace): Readable {
  refuseLength(request, MAX_RAW, ADVICE_RAW);
  const out = new PassThrough();
  let size = 0;
  const stopWatch = watchPace(
    request,
    pace,
    () => fail(tooSlow()),
    () => out.writableNeedDrain,
  );
  function fail(error: Fault): void {
    stopWatch();
    request.unpipe(out);
    request.pause();
    out.destroy(error);
  }
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_RAW) fail(tooLarge(MAX_RAW, ADVICE_RAW));
  });
  request.once('error', () => fail(incomplete()));
  // Whoever reads may give up, on a full disk say.
  out.once('close', stopWatch);
  request.pipe(out);
  return out;
}

/** Refuses before a byte of the body is read. */
function refuseLength(request: IncomingMessage, limit: number, advice: string): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit) throw tooLarge(limit, advice);
}

function tooLarge(limit: number, advice: string): Fault {
  return closing(413, 'too-long', 'body-too-large', `The body is larger than the limit of ${limit} bytes. ${advice}`);
}

function tooSlow(): Fault {
  const text = 'The body came too slowly, and the connection is closed. Send it again over a faster one.';
  return closing(408, 'timeout', 'body-too-slow', text);
}

function incomplete(): Fault {
  const text = 'The connection ended before the whole body had come. Send it again.';
  return closing(400, 'incomplete', 'body-incomplete', text);
}

/** What is left of the body will not be read, so the connection cannot be used again. */
function closing(status: number, code: string, key: string, text: string): Fault {
  return new Fault(status, fault(status, code, key, text).issues, { connection: 'close' });
}
