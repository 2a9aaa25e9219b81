import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { disableClient } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { issues, move, sendCase } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { focusOfEvent, openReader, toldBy } from '../support/event-reader.ts';
import type { EventReader } from '../support/event-reader.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { sponsorCase } from '../support/sponsored.ts';
import { waitUntil } from '../support/wait-until.ts';

const TOPIC = 'https://consilium.example/fhir/SubscriptionTopic';
const APP = 'https://screen.example';

let house: TestHouse;
let home: Partner;
let other: Partner;
let programme: Partner;
const readers: EventReader[] = [];
beforeAll(async () => {
  house = await startHouse({}, { CORS_ORIGINS: APP });
  programme = await house.register('programme', 'programme');
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
});
afterAll(async () => {
  for (const reader of readers) await reader.leave();
  await house.stop();
});

async function listen(
  by: Partner,
  query: string,
  headers: Readonly<Record<string, string>> = {},
  url = house.url,
): Promise<EventReader> {
  const reader = await openReader(`${url}/fhir/Subscription/$stream?${query}`, by.token, headers);
  readers.push(reader);
  return reader;
}

describe('a stream of events', () => {
  let sent: SentCase;
  let seen: EventReader;

  test('begins with a handshake, and is neither kept nor compressed on the way', async () => {
    seen = await listen(home, 'topic=case-progress,report-issued', { 'accept-encoding': 'gzip', origin: APP });
    expect(seen.status).toBe(200);
    expect(seen.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(seen.headers.get('cache-control')).toBe('no-store');
    expect(seen.headers.get('x-accel-buffering')).toBe('no');
    expect(seen.headers.get('content-encoding')).toBeNull();
    expect(seen.headers.get('access-control-allow-origin')).toBe(APP);
    await waitUntil(() => seen.read.length > 1);
    const shaken = seen.read.find(({ event }) => event === 'handshake')!;
    expect(shaken.id).toMatch(/^\S+$/);
    expect(toldBy(shaken.body)).toMatchObject({
      subscription: { reference: expect.stringMatching(/\/fhir\/Subscription\/[0-9a-f-]{36}$/) },
      type: 'handshake',
      status: 'active',
      'events-since-subscription-start': '0',
    });
  });

  test('tells those whose case it is what happens, in order, and nobody else', async () => {
    const worked = await listen(programme, `topic=${encodeURIComponent(`${TOPIC}/case-progress`)}`);
    const strangers = await listen(other, 'topic=case-progress');
    sent = await sendCase(home, { number: 'streamed', programme: 'programme' });
    await move(programme, sent.task, 'accepted', 'accepted');
    await move(programme, sent.task, 'in-progress', 'under-review');
    const own = await sendCase(other, { number: 'own', programme: 'programme' });

    await Promise.all([seen.until(3), worked.until(4), strangers.until(1)]);
    const [ours, theirs] = [sent.task, own.task];
    expect(seen.events().map(focusOfEvent)).toEqual([
      ['1', ours],
      ['2', ours],
      ['3', ours],
    ]);
    expect(worked.events().map((one) => focusOfEvent(one)[1])).toEqual([ours, ours, ours, theirs]);
    expect(strangers.events().map(focusOfEvent)).toEqual([['1', theirs]]);
    expect(toldBy(seen.events()[0])).toMatchObject({
      topic: `${TOPIC}/case-progress`,
      type: 'event-notification',
      'events-since-subscription-start': '1',
    });
    await worked.leave();
    await strangers.leave();
  });

  test('goes on behind the last id with what was missed, and with that alone', async () => {
    const id = seen.lastId();
    const [number] = focusOfEvent(seen.events().at(-1));
    await seen.leave();
    const missed = await sendCase(home, { number: 'missed', programme: 'programme' });
    await move(programme, missed.task, 'accepted', 'accepted');

    const again = await listen(home, 'topic=case-progress,report-issued', { 'last-event-id': id });
    await again.until(2);
    await move(programme, missed.task, 'in-progress', 'under-review');
    await again.until(3);
    expect(again.events().map(focusOfEvent)).toEqual(
      [1, 2, 3].map((more) => [String(Number(number) + more), missed.task]),
    );
    const elsewhere = await listen(home, `topic=case-progress&after=${encodeURIComponent(again.lastId())}`);
    await waitUntil(() => elsewhere.read.length > 1);
    expect(elsewhere.events()).toEqual([]);
    expect(toldBy(elsewhere.read[1]!.body)['subscription']).toEqual(toldBy(again.read[1]!.body)['subscription']);
    await again.leave();
    await elsewhere.leave();
  });

  test('goes on in another process, and ends with a word when that stops', async () => {
    const second = await house.startSecond();
    const before = await listen(home, 'topic=case-progress');
    await waitUntil(() => before.read.length > 1);
    const id = before.lastId();
    await before.leave();
    const meanwhile = await sendCase(home, { number: 'meanwhile', programme: 'programme' });
    const after = await listen(home, 'topic=case-progress', { 'last-event-id': id }, second.url);
    await after.until(1);
    // What is committed in the first is told by the second.
    await move(programme, meanwhile.task, 'accepted', 'accepted');
    await after.until(2);
    expect(after.events().map(focusOfEvent)).toEqual([
      ['1', meanwhile.task],
      ['2', meanwhile.task],
    ]);
    await second.stop();
    await waitUntil(() => after.isOver());
    expect(after.isOver()).toBe(true);
    const last = after.read.at(-1)!;
    expect([last.event, last.body.issue[0].details.coding[0].code]).toEqual(['end', 'stream-stopping']);
  });

  test('tells of one case where that is asked for, with the record as it is', async () => {
    const reader = await listen(programme, `topic=case-progress&case=${sent.task}&content=full-resource`);
    const another = await sendCase(home, { number: 'another', programme: 'programme' });
    await move(programme, sent.task, 'in-progress', 'mdt-scheduled');
    await reader.until(1);
    const [bundle, ...rest] = reader.events();
    expect([focusOfEvent(bundle)[1], rest]).toEqual([sent.task, []]);
    expect(another.task).not.toBe(sent.task);
    const [, entry] = bundle!.entry as { resource: { id: string; businessStatus: object } }[];
    expect([`Task/${entry!.resource.id}`, JSON.stringify(entry!.resource.businessStatus)]).toEqual([
      sent.task,
      expect.stringContaining('mdt-scheduled'),
    ]);
    await reader.leave();
  });
});

test('an insurer is told of the cases that it pays for, and of these alone', async () => {
  const insurer = await house.register('insurer', 'insurer');
  const [reader, all] = [await listen(insurer, 'topic=case-progress'), await listen(home, 'topic=case-progress')];
  const unpaid = await sendCase(home, { number: 'unpaid', programme: 'programme' });
  const paid = await sponsorCase(home, programme, 'paid', ['Organization/insurer']);
  await move(programme, paid.task, 'received', 'awaiting-coverage');
  await all.until(3);
  await reader.until(all.events().length - 1);
  expect(all.events().map((one) => focusOfEvent(one)[1])).toEqual(expect.arrayContaining([unpaid.task, paid.task]));
  expect([...new Set(reader.events().map((one) => focusOfEvent(one)[1]))]).toEqual([paid.task]);
  await reader.leave();
  await all.leave();
});

describe('a stream is not opened', () => {
  test('for what is asked wrongly', async () => {
    const cases = [
      ['', 'subscription-topic'],
      ['topic=case-progres', 'subscription-topic'],
      ['topic=Task%3Fstatus%3Dcompleted', 'subscription-topic'],
      ['topic=appointment&patient=x%20y', 'subscription-filter'],
      ['topic=appointment&content=all', 'subscription-payload'],
      ['topic=appointment&pateint=x', 'unknown-parameter'],
      ['topic=appointment&after=me', 'bad-cursor'],
    ] as const;
    for (const [query, key] of cases) {
      expectOutcome(await home.fetch('GET', `/Subscription/$stream?${query}`), 400, key);
    }
    const said = issues(await home.fetch('GET', '/Subscription/$stream?topic=case-progres'));
    expect(said[0]!.text).toContain('case-progress');
    const json = await home.fetch('GET', '/Subscription/$stream?topic=appointment', undefined, {
      accept: 'application/fhir+json',
    });
    expectOutcome(json, 406, 'not-acceptable');
  });

  test('with the id of another organisation, nor without a token', async () => {
    const reader = await listen(home, 'topic=case-progress');
    await waitUntil(() => reader.read.length > 1);
    const headers = { 'last-event-id': reader.lastId() };
    await reader.leave();
    const answer = await other.fetch('GET', '/Subscription/$stream?topic=case-progress', undefined, headers);
    expectOutcome(answer, 410, 'cursor-gone');
    const bare = await fetch(`${house.url}/fhir/Subscription/$stream?topic=case-progress`);
    await bare.text();
    expect(bare.status).toBe(401);
  });

  test('for who may not read what it is about', async () => {
    const narrow = await house.register('narrow', 'placer', 'system/Patient.rs');
    expectOutcome(await narrow.fetch('GET', '/Subscription/$stream?topic=case-progress'), 403, 'scope-missing');
  });

  test('by HEAD, which tells what it would be', async () => {
    const head = await home.fetch('HEAD', '/Subscription/$stream?topic=case-progress');
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
  });
});

test('a stream ends as soon as its client is disabled', async () => {
  const guest = await house.register('guest', 'placer');
  const reader = await listen(guest, 'topic=case-progress');
  const database = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
  await disableClient({ database, clock: systemClock }, guest.client);
  await database.close();
  await waitUntil(() => reader.isOver());
  expect(reader.isOver()).toBe(true);
  const last = reader.read.at(-1)!;
  expect([last.event, last.body.issue[0].details.coding[0].code]).toEqual(['end', 'token-revoked']);
});
