import type { Queryable } from './database.ts';

const PUT = {
  name: 'content_put',
  text: 'insert into content (hash, size, bytes) values ($1, $2, $3) on conflict do nothing',
};
const GET = { name: 'content_get', text: 'select bytes from content where hash = $1' };

/** Small bytes under their hash. Whoever knows a hash may have the bytes: only records that a caller can see name one. */
export function contentTable(on: Queryable): {
  put(hash: string, bytes: Uint8Array): Promise<void>;
  get(hash: string): Promise<Uint8Array | undefined>;
} {
  return {
    async put(hash, bytes) {
      await on.query(PUT, [hash, bytes.byteLength, bytes]);
    },
    async get(hash) {
      const [row] = await on.query<{ bytes: Uint8Array | null }>(GET, [hash]);
      return row?.bytes ?? undefined;
    },
  };
}
