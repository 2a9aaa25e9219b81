import { Readable } from 'node:stream';
import { fault, notFound } from '../base/index.ts';
import type { Content } from '../content/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { House } from './house.ts';
import type { Answered } from './read.ts';

/**
 * A Binary's bytes do not stay in its text: `data` is taken out and kept as content.
 * https://hl7.org/fhir/R4/binary.html
 */
export async function takeBytes(house: House, resource: Resource): Promise<{ resource: Resource; content?: Content }> {
  if (resource.resourceType !== 'Binary' || typeof resource.data !== 'string') return { resource };
  const { data, ...rest } = resource as Resource & { data: string };
  const bytes = Buffer.from(data, 'base64');
  return { resource: rest, content: await house.content.put(Readable.from([bytes], { objectMode: false })) };
}

/** The bytes of a Binary as a stream, for an answer in their own media type. */
export async function openBytes(house: House, found: Answered): Promise<{ contentType: string; bytes: Readable }> {
  const { contentType } = JSON.parse(found.body) as { contentType?: string };
  const bytes =
    found.contentHash === null ? Readable.from([], { objectMode: false }) : await house.content.get(found.contentHash);
  if (bytes === undefined) throw notFound(`The content of ${found.ref}`);
  return { contentType: contentType ?? 'application/octet-stream', bytes };
}

/** More bytes than this are only answered raw: base64 in a resource would have to stand in memory as a whole. */
const MAX_INLINE = 32 * 1024 * 1024;

/** The Binary as a resource, with its bytes as base64 in `data`. */
export async function withData(house: House, found: Answered): Promise<string> {
  if (found.contentHash === null) return found.body;
  const { bytes } = await openBytes(house, found);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_INLINE) {
      throw fault(
        406,
        'too-long',
        'binary-too-large',
        'This content is too large to be sent inside the resource. Read it with its own media type in Accept.',
      );
    }
    chunks.push(Buffer.from(chunk));
  }
  return `${found.body.slice(0, -1)},"data":"${Buffer.concat(chunks).toString('base64')}"}`;
}
