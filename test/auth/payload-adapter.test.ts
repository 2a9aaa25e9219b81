import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Adapter } from 'oidc-provider';
import { createPayloadAdapter } from '../../src/auth/payload-adapter.ts';
import { silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const masterKey = new Uint8Array(randomBytes(32));
let now = Date.now();
const clock = (): Date => new Date(now);
let created: Awaited<ReturnType<typeof createTestDatabase>>;
let databases: Database[];
/** The same kind of payload, as two processes have it. */
let codes: [Adapter, Adapter];
let sessions: Adapter;
beforeAll(async () => {
  created = await createTestDatabase();
  databases = [1, 2].map(() =>
    openDatabase({ url: created.url, role: 'consilium_app', size: 6, logger: silentLogger }),
  );
  const [first, second] = databases as [Database, Database];
  codes = [
    createPayloadAdapter('AuthorizationCode', { database: first, masterKey, clock }),
    createPayloadAdapter('AuthorizationCode', { database: second, masterKey, clock }),
  ];
  sessions = createPayloadAdapter('Session', { database: first, masterKey, clock });
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await created.drop();
});

test('what one process keeps another finds, until it expires', async () => {
  const payload = { jti: 'code-1', clientId: 'app', exp: Math.floor(now / 1000) + 60 };
  await codes[0].upsert('code-1', payload, 60);
  expect(await codes[1].find('code-1')).toEqual(payload);
  expect(await codes[1].find('code-2')).toBeUndefined();
  expect(await sessions.find('code-1')).toBeUndefined();
  now += 60_000;
  expect(await codes[1].find('code-1')).toBeUndefined();
});

test('a session is found by its uid as well', async () => {
  await sessions.upsert('session-id', { jti: 'session-id', uid: 'session-uid', accountId: 'a' }, 60);
  expect(await sessions.findByUid('session-uid')).toMatchObject({ jti: 'session-id' });
  await sessions.upsert('session-id', { jti: 'session-id', uid: 'session-uid', accountId: 'b' }, 60);
  expect(await sessions.find('session-id')).toMatchObject({ accountId: 'b' });
  await sessions.destroy('session-id');
  expect(await sessions.findByUid('session-uid')).toBeUndefined();
});

test('a code is consumed once, also by twenty at once on two processes', async () => {
  await codes[0].upsert('code-3', { jti: 'code-3', grantId: 'grant' }, 60);
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => codes[index % 2 === 0 ? 0 : 1].consume('code-3')),
  );
  expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
  const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as Error] : []));
  expect(new Set(refused.map((error) => error.message))).toEqual(new Set(['invalid_grant']));
  // Who was second shows that somebody else has it: the code went with all that hangs on its grant.
  expect(await codes[1].find('code-3')).toBeUndefined();
});

test('what was consumed says so, and hangs on nothing that it would take along', async () => {
  await codes[0].upsert('code-6', { jti: 'code-6' }, 60);
  await codes[0].consume('code-6');
  expect(await codes[1].find('code-6')).toMatchObject({ consumed: expect.any(Number) });
  await expect(Promise.resolve(codes[1].consume('code-6'))).rejects.toThrow('invalid_grant');
  await expect(Promise.resolve(codes[1].consume('never there'))).rejects.toThrow('invalid_grant');
});

test('with a grant goes all that hangs on it', async () => {
  await codes[0].upsert('code-4', { jti: 'code-4', grantId: 'grant-4' }, 60);
  await codes[0].upsert('code-5', { jti: 'code-5', grantId: 'grant-5' }, 60);
  await sessions.revokeByGrantId('grant-4');
  expect(await codes[0].find('code-4')).toBeUndefined();
  expect(await codes[0].find('code-5')).toBeDefined();
});

test('neither codes nor what they carry lie in the database in clear', async () => {
  await codes[0].upsert(
    'canary-code',
    { jti: 'canary-code', grantId: 'canary-grant', uid: 'canary-uid', accountId: 'canary-person' },
    60,
  );
  const rows = await databases[0]!.query({ text: 'select * from oidc_payload' }, []);
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain('canary');
});
