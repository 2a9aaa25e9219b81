import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { float8Array, int4Array, int8Array, textArray } from '../../src/store/arrays.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

let dropDatabase: () => Promise<void>;
let database: Database;
beforeAll(async () => {
  const created = await createTestDatabase();
  dropDatabase = created.drop;
  database = openDatabase({ url: created.url, role: 'consilium_app', size: 1, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  await dropDatabase();
});

/** What PostgreSQL reads in an array, as it writes it into JSON. */
async function read(type: string, array: Buffer): Promise<unknown> {
  const text = `select to_json($1::${type}[])::text as found, coalesce(array_length($1::${type}[], 1), 0) as length`;
  const [row] = await database.query<{ found: string; length: number }>({ text }, [array]);
  const found = JSON.parse(row!.found) as unknown[];
  expect(found).toHaveLength(row!.length);
  return found;
}

describe('PostgreSQL reads what was written', () => {
  test.each([
    [[]],
    [[null]],
    [['']],
    [['a', null, '"quoted" \\ {braces}, commas', 'NULL', ' ']],
    [['Nguyễn Thị Hồng', '陈美玲', '😀', '\u0001\u007f', 'line\nbreak']],
    [['x'.repeat(100_000), 'é'.repeat(50_000)]],
    [Array.from({ length: 3000 }, (_, n) => (n % 7 === 0 ? null : `value ${n}`))],
  ])('text %#', async (values) => {
    expect(await read('text', textArray(values))).toEqual(values);
  });

  test('int4', async () => {
    const values = [0, 1, -1, null, 2_147_483_647, -2_147_483_648];
    expect(await read('int4', int4Array(values))).toEqual(values);
    expect(await read('int4', int4Array([]))).toEqual([]);
  });

  test('int8', async () => {
    const large = Number.MAX_SAFE_INTEGER;
    const values = [0, 1, -1, null, 4_294_967_295, 4_294_967_296, -4_294_967_296, -4_294_967_297, large, -large];
    expect(await read('int8', int8Array(values))).toEqual(values);
  });

  test('float8', async () => {
    const values = [0, -1.5, null, 1e-300, 1.7976931348623157e308, 1_763_596_800_000, 0.1];
    expect(await read('float8', float8Array(values))).toEqual(values);
    const text = `select $1::float8[]::text as found`;
    const [row] = await database.query<{ found: string }>({ text }, [float8Array([Infinity, -Infinity])]);
    expect(row!.found).toBe('{Infinity,-Infinity}');
  });
});
