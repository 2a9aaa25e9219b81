import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where small bytes lie; the store gives it. */
export interface SmallContent {
  put(hash: string, bytes: Uint8Array): Promise<void>;
  get(hash: string): Promise<Uint8Array | undefined>;
}

export interface Content {
  /** SHA-256, hex. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

export interface ContentStore {
  /** Keeps the bytes of a stream; when it resolves they are safe on disk. Rejects with what the stream rejects with. */
  put(bytes: Readable): Promise<Content>;
  /** A stream of the bytes, or undefined if there are none under that hash. */
  get(hash: string): Promise<Readable | undefined>;
}

/** Up to this many bytes lie in PostgreSQL, where they are backed up with the records. */
const SMALL = 256 * 1024;

export function createContentStore(folder: string, small: SmallContent): ContentStore {
  async function put(bytes: Readable): Promise<Content> {
    const head: Buffer[] = [];
    let size = 0;
    const source = bytes.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
    for (;;) {
      const next = await source.next();
      if (next.done === true) {
        const whole = Buffer.concat(head);
        const hash = createHash('sha256').update(whole).digest('hex');
        await small.put(hash, whole);
        return { hash, size };
      }
      head.push(next.value);
      size += next.value.length;
      if (size > SMALL) return putFile(head, source);
    }
  }

  async function putFile(head: readonly Buffer[], rest: AsyncIterableIterator<Buffer>): Promise<Content> {
    const incoming = join(folder, 'incoming');
    await mkdir(incoming, { recursive: true });
    const temporary = join(incoming, randomUUID());
    const digest = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        digest.update(chunk);
        size += chunk.length;
        done(null, chunk);
      },
    });
    async function* all(): AsyncGenerator<Buffer> {
      yield* head;
      yield* rest;
    }
    try {
      await pipeline(
        Readable.from(all(), { objectMode: false }),
        measure,
        createWriteStream(temporary, { flush: true }),
      );
      const hash = digest.digest('hex');
      await settle(temporary, hash);
      return { hash, size };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Gives a finished file its name. The folder is flushed too: a name that is lost in a crash is bytes lost. */
  async function settle(temporary: string, hash: string): Promise<void> {
    const home = join(folder, hash.slice(0, 2));
    await mkdir(home, { recursive: true });
    await link(temporary, join(home, hash)).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      await rename(temporary, join(home, hash));
    });
    for (const path of [home, folder]) {
      const handle = await open(path, 'r');
      await handle.sync().finally(() => handle.close());
    }
  }

  async function get(hash: string): Promise<Readable | undefined> {
    const bytes = await small.get(hash);
    if (bytes !== undefined) return Readable.from([bytes], { objectMode: false });
    const path = join(folder, hash.slice(0, 2), hash);
    const found = await stat(path).catch(() => undefined);
    return found === undefined ? undefined : createReadStream(path);
  }

  return { put, get };
}
