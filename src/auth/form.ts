import type { IncomingMessage } from 'node:http';

/** Bytes of a form at most; real ones have two thousand or so. */
const BYTES_MOST = 64 * 1024;

/** Why a body was not read. */
export type FormRefusal = 'too-large' | 'not-a-form';

/** Reads an application/x-www-form-urlencoded body, repeats kept. */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams | FormRefusal> {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return 'not-a-form';
  const text = await readBody(req);
  return text === undefined ? 'too-large' : new URLSearchParams(text);
}

/** The body as text; undefined when it is too large. */
export async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BYTES_MOST) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
