import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { createMessageSigner, createSecretShelf, openWebhookKeys, rotateWebhookKey } from '../../src/delivery/index.ts';
import type { SecretShelf } from '../../src/delivery/index.ts';
import { showSecret } from '../../src/keys/index.ts';
import { openDatabase, saveSubscription } from '../../src/store/index.ts';
import type { Database, SecretOwner } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const masterKey = randomBytes(32);
const HOUR = 3_600_000;
let now = new Date();
const clock = (): Date => now;
const pass = (ms: number): void => void (now = new Date(now.getTime() + ms));

let created: Awaited<ReturnType<typeof createTestDatabase>>;
const databases: Database[] = [];
let owner: Database;
let requests: Database;
let jobs: Database;
beforeAll(async () => {
  created = await createTestDatabase();
  const options = { url: created.url, size: 3, logger: silentLogger };
  owner = openDatabase(options);
  requests = openDatabase({ ...options, role: 'consilium_app' });
  jobs = openDatabase({ ...options, role: 'consilium_worker' });
  databases.push(owner, requests, jobs);
  for (const id of ['home', 'clinic']) {
    await owner.query({ text: `insert into organization (id, name, role) values ($1, $1, 'placer')` }, [id]);
  }
});
afterAll(async () => {
  for (const database of databases) await database.close();
  await created.drop();
});

async function subscribe({ subscription, organization }: SecretOwner): Promise<void> {
  const asked = { channel: 'rest-hook', asks: 'Task', origin: 'https://ehr.example', plan: '{}', maxCount: 1 } as const;
  const whose = { id: subscription, organization, client: 'c', scopes: [] };
  const row = { ...whose, ...asked, status: 'requested', endsAt: undefined, heartbeat: undefined } as const;
  await saveSubscription(requests, row, now.toISOString());
}

let number = 0;
let subject: SecretOwner;
beforeEach(async () => {
  now = new Date();
  subject = { subscription: `Subscription/s${++number}`, organization: 'home' };
  await subscribe(subject);
});

function openShelf(database: Database, key: Uint8Array = masterKey): SecretShelf {
  return createSecretShelf({ database, masterKey: key, clock });
}

async function shown(shelf: SecretShelf, of = subject): Promise<string[]> {
  return (await shelf.secretsOf(of)).map(showSecret);
}

describe('the secrets of a subscription', () => {
  test('one is made at the first use, whoever is first, and stays', async () => {
    const shelves = [openShelf(jobs), openShelf(requests), openShelf(jobs), openShelf(requests)];
    const found = await Promise.all(shelves.map((shelf) => shown(shelf)));
    expect(found[0]).toHaveLength(1);
    expect(new Set(found.flat()).size).toBe(1);
    pass(10_000 * HOUR);
    expect(await shown(openShelf(jobs))).toEqual(found[0]);
    expect(await openShelf(requests).show(subject)).toEqual([{ secret: found[0]![0], from: expect.any(Date) }]);
  });

  test('a new one signs at once, and the former one beside it for a day', async () => {
    const [asked, sends] = [openShelf(requests), openShelf(jobs)];
    const [former] = await shown(asked);
    expect(await shown(sends)).toEqual([former]);
    const { secret, formerUntil } = await asked.rotate(subject);
    expect(formerUntil).toEqual(new Date(now.getTime() + 24 * HOUR));
    // The process that was asked knows, others read it anew after seconds.
    expect(await shown(asked)).toEqual([secret, former]);
    expect(await asked.show(subject)).toEqual([
      { secret, from: now },
      { secret: former, from: expect.any(Date), until: formerUntil },
    ]);
    expect(await shown(sends)).toEqual([former]);
    pass(3_000);
    expect(await shown(sends)).toEqual([secret, former]);
    pass(24 * HOUR);
    expect(await shown(asked)).toEqual([secret]);
    expect(await shown(sends)).toEqual([secret]);
  });

  test('what expires while it is held signs no more', async () => {
    const shelf = openShelf(jobs);
    const { secret } = await shelf.rotate(subject);
    await shelf.rotate(subject);
    pass(24 * HOUR - 1);
    expect(await shown(shelf)).toContain(secret);
    pass(1);
    expect(await shown(shelf)).toHaveLength(1);
  });

  test('three sign at once at most, and what one was told before the last lasts no longer for it', async () => {
    const shelf = openShelf(requests);
    const first = await shelf.rotate(subject);
    pass(23 * HOUR);
    const told = [first.secret];
    for (let n = 0; n < 4; n++) told.unshift((await shelf.rotate(subject)).secret);
    expect(await shown(shelf)).toEqual(told.slice(0, 3));
    pass(24 * HOUR);
    expect(await shown(shelf)).toEqual(told.slice(0, 1));
  });

  test('what somebody else may have signs no more', async () => {
    const shelf = openShelf(requests);
    await shelf.rotate(subject);
    const { secret, formerUntil } = await shelf.rotate(subject, { overlapHours: 0 });
    expect(formerUntil).toEqual(now);
    expect(await shown(shelf)).toEqual([secret]);
    const rows = await owner.query({ text: 'select 1 from subscription_secret where subscription = $1' }, [
      subject.subscription,
    ]);
    expect(rows).toHaveLength(1);
  });

  test('another organisation sees none of them, and makes none', async () => {
    const [own] = await shown(openShelf(requests));
    const strangers = { ...subject, organization: 'clinic' };
    for (const database of [requests, jobs]) {
      await expect(openShelf(database).secretsOf(strangers)).rejects.toThrow('There is no Subscription');
      await expect(openShelf(database).rotate(strangers)).rejects.toThrow('There is no Subscription');
    }
    // Whatever a statement asks for, the database shows each its own.
    const rows = await requests.query(
      { text: `select 1 from subscription_secret where (select set_config('app.org', 'clinic', true)) is not null` },
      [],
    );
    expect(rows).toEqual([]);
    expect(await shown(openShelf(requests))).toEqual([own]);
  });

  test('a sealed one is of use to nobody else', async () => {
    await openShelf(jobs).secretsOf(subject);
    await expect(openShelf(jobs, randomBytes(32)).secretsOf(subject)).rejects.toThrow('another MASTER_KEY');
    const other = { ...subject, subscription: `${subject.subscription}x` };
    await expect(openShelf(jobs).secretsOf(other)).rejects.toThrow();
  });

  test('a failure is not remembered', async () => {
    const shelf = openShelf(jobs);
    const later = { subscription: `Subscription/later${number}`, organization: 'home' };
    await expect(shelf.secretsOf(later)).rejects.toThrow();
    await subscribe(later);
    expect(await shelf.secretsOf(later)).toHaveLength(1);
  });
});

describe('the keys of the server', () => {
  const open = (database: Database, key: Uint8Array = masterKey) =>
    openWebhookKeys({ database, masterKey: key, clock });

  test('one is made at the first start, of however many processes, and stays', async () => {
    const opened = await Promise.all([requests, owner, requests, owner].map((database) => open(database)));
    const sets = await Promise.all(opened.map((keys) => keys.published()));
    expect(sets[0]!.keys).toHaveLength(1);
    for (const set of sets) expect(set).toEqual(sets[0]);
    expect(sets[0]!.keys[0]).toMatchObject({
      kty: 'OKP',
      crv: 'Ed25519',
      whpk: expect.stringMatching(/^whpk_/),
    });
    expect(JSON.stringify(sets)).not.toContain('"d"');
    pass(10_000 * HOUR);
    expect(await (await open(requests)).published()).toEqual(sets[0]);
  });

  test('the former one signs and is published beside the new one for a day', async () => {
    const keys = await open(requests);
    const [former] = (await keys.published()).keys;
    const rotated = await rotateWebhookKey({ database: owner, masterKey, clock, compromised: false });
    expect(rotated.former).toBe(former!.kid);
    pass(3_000);
    expect((await keys.published()).keys.map(({ kid }) => kid)).toEqual([rotated.kid, former!.kid]);
    expect(await keys.signing()).toHaveLength(2);
    pass(24 * HOUR);
    expect((await keys.published()).keys.map(({ kid }) => kid)).toEqual([rotated.kid]);
    expect(await keys.signing()).toHaveLength(1);
    // At the next one, what has retired is forgotten.
    await rotateWebhookKey({ database: owner, masterKey, clock, compromised: false });
    const rows = await owner.query<{ kid: string }>({ text: 'select kid from webhook_key where sealed is null' }, []);
    expect(rows).toEqual([{ kid: former!.kid }]);
  });

  test('what somebody else may have neither signs nor is published', async () => {
    await rotateWebhookKey({ database: owner, masterKey, clock, compromised: false });
    const { kid } = await rotateWebhookKey({ database: owner, masterKey, clock, compromised: true });
    const keys = await open(requests);
    expect((await keys.published()).keys.map((key) => key.kid)).toEqual([kid]);
    expect(await keys.signing()).toHaveLength(1);
    const sealed = await owner.query<{ kid: string }>(
      { text: 'select kid from webhook_key where sealed is not null' },
      [],
    );
    expect(sealed).toEqual([{ kid }]);
  });

  test('another MASTER_KEY opens none and makes none', async () => {
    const before = await owner.query({ text: 'select kid from webhook_key order by kid' }, []);
    await expect(open(requests, randomBytes(32))).rejects.toThrow('another MASTER_KEY');
    const rotation = { database: owner, masterKey: randomBytes(32), clock, compromised: true };
    await expect(rotateWebhookKey(rotation)).rejects.toThrow('another MASTER_KEY');
    expect(await owner.query({ text: 'select kid from webhook_key order by kid' }, [])).toEqual(before);
  });

  test('what came of them is in the audit trail, without a key', async () => {
    const acts = await owner.query<{ interaction: string; detail: string }>(
      { text: `select interaction, detail from audit where detail like 'webhook key %'` },
      [],
    );
    expect(acts.filter(({ interaction }) => interaction === 'key-add')).toHaveLength(1);
    expect(acts.filter(({ interaction }) => interaction === 'key-rotate')).toHaveLength(4);
    for (const { detail } of acts) expect(detail).toMatch(/^webhook key ([\w-]{43} → )?[\w-]{43}( compromised)?$/);
  });
});

test('a message is signed with all of them, and taken by who has one', async () => {
  const shelf = openShelf(jobs);
  const keys = await openWebhookKeys({ database: requests, masterKey, clock });
  const [former] = await shown(shelf);
  const { secret } = await shelf.rotate(subject);
  const sign = createMessageSigner(shelf, keys);
  const body = '{"resourceType":"Bundle"}';
  const headers = await sign(subject, { id: 's1-1-2', at: now, body });
  expect(Object.keys(headers)).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
  for (const one of [former!, secret]) expect(new Webhook(one).verify(body, { ...headers })).toEqual(JSON.parse(body));
  const [jwk] = (await keys.published()).keys;
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature = '' } = headers;
  const proofs = signature.split(' ').filter((part) => part.startsWith('v1a,'));
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  expect(proofs.map((proof) => verify(null, content, publicKey, Buffer.from(proof.slice(4), 'base64')))).toEqual([
    true,
  ]);
  // The same message once more, later: the same id at another time, with another signature.
  pass(5_000);
  const again = await sign(subject, { id: 's1-1-2', at: now, body });
  expect(again['webhook-id']).toBe('s1-1-2');
  expect(again['webhook-signature']).not.toBe(signature);
  expect(new Webhook(secret).verify(body, { ...again })).toEqual(JSON.parse(body));
});
