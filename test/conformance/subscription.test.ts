import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Client } from 'pg';
import { addClient, requestToken } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { generateKey } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { move, opinion, sendCase } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { send, startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import {
  eventsAt,
  notifiedAt,
  plainSubscription,
  readNotified,
  TOPIC,
  topicSubscription,
} from '../support/notified.ts';
import { expectOutcome } from '../support/outcome.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';
import { waitUntil } from '../support/wait-until.ts';

/**
 * Subscriptions as an integrator sees them: http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ and
 * https://hl7.org/fhir/R4/subscription.html
 */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let other: Partner;
let receiver: Receiver;
let owner: Client;
/** A Subscription that is told of all cases. */
let witness: string;
/** The same by plain criteria, which are numbered by themselves. */
let plainWitness: string;
/** How far the clock by which deliveries go has been set forward, in ms. */
let ahead = 0;

beforeAll(async () => {
  house = await startHouse({ clock: () => new Date(Date.now() + ahead) });
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  other = await house.register('other', 'placer');
  receiver = await startReceiver();
  owner = new Client({ connectionString: house.database });
  await owner.connect();
  witness = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('witness') }));
  plainWitness = await subscribe(home, plainSubscription('ServiceRequest?status=active', hook('plain-witness')));
}, 60_000);
afterAll(async () => {
  await owner.end();
  await receiver.stop();
  await house.stop();
});

/** Registers it, waits until it is active, and gives its `Subscription/x`. */
async function subscribe(partner: Partner, resource: Json): Promise<string> {
  const created = await partner.fetch('POST', '/Subscription', resource);
  expect([created.status, created.status === 201 ? '' : created.text]).toEqual([201, '']);
  const ref = `Subscription/${created.body.id}`;
  expect(await waitUntil(() => isActive(partner, ref))).toBe(true);
  return ref;
}

async function isActive(partner: Partner, ref: string): Promise<boolean> {
  return (await partner.fetch('GET', `/${ref}`)).body.status === 'active';
}

async function statusOf(partner: Partner, ref: string) {
  const { body } = await partner.fetch('GET', `/${ref}/$status`);
  return readNotified(body);
}

/** Once the events of another have got their numbers, all that happened before has been numbered, or is nobody's. */
async function untilNumbered(): Promise<void> {
  const totals = async (): Promise<number[]> =>
    Promise.all([witness, plainWitness].map(async (one) => (await statusOf(home, one)).total));
  const before = await totals();
  await newCase();
  expect(await waitUntil(async () => (await totals()).every((total, n) => total > before[n]!))).toBe(true);
}

function hook(name: string): string {
  return `${receiver.url}/${name}`;
}

let cases = 0;
async function newCase(): Promise<SentCase> {
  return sendCase(home, { number: `s-${++cases}`, programme: 'programme' });
}

/** Moves a case on, so that there is an event. */
async function advance(sent: SentCase, businessStatus = 'service-confirmation'): Promise<void> {
  const answer = await move(programme, sent.task, 'received', businessStatus);
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
}

function parameters(values: Readonly<Record<string, Json>>): Json {
  return { resourceType: 'Parameters', parameter: Object.entries(values).map(([name, value]) => ({ name, ...value })) };
}

test('the CapabilityStatement names the guide, the topics and the operations', async () => {
  const { body } = await home.fetch('GET', '/metadata');
  expect(body.instantiates).toContain(
    'http://hl7.org/fhir/uv/subscriptions-backport/CapabilityStatement/backport-subscription-server-r4',
  );
  const told = body.rest[0].resource.find(({ type }: Json) => type === 'Subscription');
  expect(told.extension.map(({ valueCanonical }: Json) => valueCanonical)).toEqual(
    ['case-progress', 'information-requested', 'report-issued', 'report-amended', 'appointment', 'clock-warning'].map(
      (name) => `${TOPIC}/${name}`,
    ),
  );
  for (const { valueCanonical } of told.extension) expect(told.documentation).toContain(valueCanonical);
  expect(told.supportedProfile).toContain(
    'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription',
  );
  expect(told.operation.map(({ name }: Json) => name)).toEqual(
    expect.arrayContaining(['status', 'events', 'resend', 'signing-secret', 'rotate-secret']),
  );
});

describe('what has happened', () => {
  let ref: string;
  let sent: SentCase;
  beforeAll(async () => {
    ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('story') }));
    sent = await newCase();
    await advance(sent);
    expect(await waitUntil(() => eventsAt(receiver, '/story').length === 2)).toBe(true);
  });

  test('$status tells of one, of all, of some', async () => {
    const one = await home.fetch('GET', `/${ref}/$status`);
    expect(one.body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 1 });
    expect(readNotified(one.body)).toMatchObject({
      type: 'query-status',
      status: 'active',
      topic: `${TOPIC}/case-progress`,
      total: 2,
      events: [],
    });
    const idOf = ref.split('/')[1]!;
    const totals = async (query: string): Promise<number> =>
      (await home.fetch('GET', `/Subscription/$status${query}`)).body.total;
    expect(await totals('')).toBeGreaterThan(0);
    expect(await totals(`?id=${idOf}`)).toBe(1);
    expect(await totals(`?id=${idOf}&id=nobody`)).toBe(1);
    expect(await totals(`?id=${idOf}&status=error&status=off`)).toBe(0);
    const body = parameters({ id: { valueId: idOf }, status: { valueCode: 'active' } });
    expect((await home.fetch('POST', '/Subscription/$status', body)).body.total).toBe(1);
    // Of one Subscription they mean nothing.
    expect((await home.fetch('GET', `/${ref}/$status?status=off`)).body.total).toBe(1);
    expectOutcome(await home.fetch('GET', `/${ref}/$status?colour=red`), 400, 'unknown-parameter');
  });

  test('$events tells them again by their numbers, as they are now', async () => {
    const all = await home.fetch('GET', `/${ref}/$events`);
    expect(all.body).toMatchObject({ resourceType: 'Bundle', type: 'history' });
    const told = readNotified(all.body);
    expect(told).toMatchObject({ type: 'query-event', status: 'active', total: 2, remarks: [] });
    expect(told.events).toEqual(eventsAt(receiver, '/story'));
    expect(told.events.map(({ number, focus }) => [number, focus])).toEqual([
      [1, sent.task],
      [2, sent.task],
    ]);
    expect(told.records).toEqual([{ ref: sent.task, resource: undefined }]);
    const body = parameters({
      eventsSinceNumber: { valueString: '2' },
      eventsUntilNumber: { valueString: '99' },
      content: { valueCode: 'full-resource' },
    });
    const last = readNotified((await home.fetch('POST', `/${ref}/$events`, body)).body);
    expect(last.events.map(({ number }) => number)).toEqual([2]);
    expect(last.records[0]!.resource).toEqual((await home.fetch('GET', `/${sent.task}`)).body);
    const bare = readNotified((await home.fetch('GET', `/${ref}/$events?content=empty`)).body);
    expect([bare.events.map(({ focus }) => focus), bare.records]).toEqual([[undefined, undefined], []]);
    const beyond = readNotified((await home.fetch('GET', `/${ref}/$events?eventsSinceNumber=3`)).body);
    expect([beyond.total, beyond.events, beyond.remarks]).toEqual([2, [], []]);
    for (const query of [
      'eventsSinceNumber=0',
      'eventsUntilNumber=x',
      'content=all',
      'eventsSinceNumber=2&eventsUntilNumber=1',
    ])
      expectOutcome(await home.fetch('GET', `/${ref}/$events?${query}`), 400, 'bad-parameter');
    const xml = await home.fetch('GET', `/${ref}/$events`, undefined, { accept: 'application/fhir+xml' });
    expect([xml.status, xml.text.includes('<Bundle')]).toEqual([200, true]);
  });

  test('what a notification holds is valid R4', async () => {
    for (const bundle of [
      (await home.fetch('GET', `/${ref}/$events?content=full-resource`)).body,
      (await home.fetch('GET', `/${ref}/$status`)).body,
      ...receiver.received.filter(({ path }) => path === '/story').map(({ body }) => JSON.parse(body)),
    ]) {
      const answer = await home.fetch('POST', '/Bundle/$validate', bundle);
      const errors = answer.body.issue.filter(({ severity }: Json) => severity === 'error' || severity === 'fatal');
      expect(errors).toEqual([]);
    }
  });

  test('$resend sends them again, with the same numbers', async () => {
    const before = notifiedAt(receiver, '/story').length;
    const answer = await home.fetch('POST', `/${ref}/$resend`, parameters({ from: { valuePositiveInt: 1 } }));
    expect([answer.status, answer.body.issue[0].details.text]).toEqual([
      200,
      expect.stringContaining('Events 1 to 2 are sent again'),
    ]);
    expect(await waitUntil(() => notifiedAt(receiver, '/story').length > before)).toBe(true);
    const again = notifiedAt(receiver, '/story').at(-1)!;
    expect([again.type, again.events.map(({ number }) => number)]).toEqual(['event-notification', [1, 2]]);
    expect((await statusOf(home, ref)).total).toBe(2);
    expectOutcome(await home.fetch('POST', `/${ref}/$resend`), 400, 'parameter-missing');
    const wrong = parameters({ from: { valuePositiveInt: 2 }, until: { valuePositiveInt: 1 } });
    expectOutcome(await home.fetch('POST', `/${ref}/$resend`, wrong), 400, 'bad-parameter');
    const none = parameters({ from: { valuePositiveInt: 0 } });
    expectOutcome(await home.fetch('POST', `/${ref}/$resend`, none), 400, 'parameter-type');
    const late = parameters({ from: { valuePositiveInt: 7 } });
    expectOutcome(await home.fetch('POST', `/${ref}/$resend`, late), 422, 'subscription-events-gone');
  });

  test('what is gone, and what is more than goes into one answer, is said', async () => {
    // Thirty days go by, and there was much before.
    const far = await subscribe(
      home,
      topicSubscription('case-progress', { endpoint: hook('far'), filters: [`Task?case=${sent.task}`] }),
    );
    await owner.query(
      `insert into subscription_event (subscription, number, at, kind, focus, case_id)
       select $1, n, now(), 'case-moved', $2, null from generate_series(41, 160) n`,
      [far, sent.task],
    );
    await owner.query(`update subscription set events = 160, delivered = 160 where id = $1`, [far]);
    const told = readNotified((await home.fetch('GET', `/${far}/$events`)).body);
    expect([told.events.length, told.events[0]!.number, told.events.at(-1)!.number]).toEqual([100, 41, 140]);
    expect(told.remarks).toEqual([
      'Events 1 to 40 are kept no more, after 30 days. Read the records themselves.',
      '100 events are told at a time. Ask for the next with eventsSinceNumber=141.',
    ]);
    const gone = readNotified((await home.fetch('GET', `/${far}/$events?eventsUntilNumber=12`)).body);
    expect([gone.events, gone.remarks.length]).toEqual([[], 1]);
    const resent = await home.fetch(
      'POST',
      `/${far}/$resend`,
      parameters({ from: { valuePositiveInt: 30 }, until: { valuePositiveInt: 42 } }),
    );
    expect(resent.body.issue[0].details.text).toContain('Events 41 to 42 are sent again');
    expect(await waitUntil(() => eventsAt(receiver, '/far').length === 2)).toBe(true);
    const lost = parameters({ from: { valuePositiveInt: 1 }, until: { valuePositiveInt: 40 } });
    expectOutcome(await home.fetch('POST', `/${far}/$resend`, lost), 422, 'subscription-events-gone');
  });
});

/** Another client of an organisation, with a token. */
async function secondClient(
  organization: string,
  id: string,
  scope: string,
): Promise<(method: string, path: string, body?: unknown) => Promise<Answer>> {
  const database = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
  const { privateJwk, publicJwk } = await generateKey('ES384');
  await addClient({ database, clock: systemClock }, { id, organization, name: id, scope, jwks: { keys: [publicJwk] } });
  await database.close();
  const asked = { clientId: id, privateJwk, scope, tokenUrl: `${house.url}/auth/token`, now: new Date() };
  const { body } = await requestToken(asked);
  return (method, path, content) => send(`${house.url}/fhir`, String(body['access_token']), method, path, content);
}

describe('secrets', () => {
  const secretsIn = (answer: Answer): string[] =>
    answer.body.parameter.map(({ part }: Json) => part.find(({ name }: Json) => name === 'value').valueString);
  const verifies = (secret: string, at: number): boolean => {
    const { body, headers } = receiver.received.filter(({ path }) => path === '/signed')[at]!;
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };

  test('are told to the client that registered it, and rotated with an overlap', async () => {
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('signed') }));
    const shown = await home.fetch('POST', `/${ref}/$signing-secret`);
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const [first] = secretsIn(shown);
    expect([first!.startsWith('whsec_'), verifies(first!, 0)]).toEqual([true, true]);

    const rotated = await home.fetch('POST', `/${ref}/$rotate-secret`);
    expect([rotated.status, rotated.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const [second, former] = secretsIn(rotated);
    expect([former, second === first]).toEqual([first, false]);
    const [fresh, old] = rotated.body.parameter.map(({ part }: Json) => part.map(({ name }: Json) => name));
    expect([fresh, old]).toEqual([
      ['value', 'from'],
      ['value', 'from', 'until'],
    ]);
    const sent = await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/signed').length === 1)).toBe(true);
    expect([verifies(first!, 1), verifies(second!, 1)]).toEqual([true, true]);

    const atOnce = await home.fetch('POST', `/${ref}/$rotate-secret`, parameters({ overlap: { valueUnsignedInt: 0 } }));
    const third = secretsIn(atOnce);
    expect(third).toHaveLength(1);
    await advance(sent);
    expect(await waitUntil(() => eventsAt(receiver, '/signed').length === 2)).toBe(true);
    expect([first!, second!, third[0]!].map((secret) => verifies(secret, 2))).toEqual([false, false, true]);

    const long = parameters({ overlap: { valueUnsignedInt: 169 } });
    expectOutcome(await home.fetch('POST', `/${ref}/$rotate-secret`, long), 400, 'bad-parameter');
    expect((await home.fetch('GET', `/${ref}/$signing-secret`)).status).toBe(404);
    const colleague = await secondClient('home', 'colleague', 'system/Subscription.cruds system/Task.rs');
    expect((await colleague('GET', `/${ref}`)).status).toBe(200);
    expect((await colleague('GET', `/${ref}/$events`)).status).toBe(200);
    for (const operation of ['$signing-secret', '$rotate-secret'])
      expectOutcome(await colleague('POST', `/${ref}/${operation}`), 403, 'subscription-of-client');
    const reader = await secondClient('home', 'reader', 'system/Subscription.rs');
    for (const operation of ['$signing-secret', '$rotate-secret', '$resend'])
      expectOutcome(await reader('POST', `/${ref}/${operation}`), 403, 'scope-missing');
    // Of what happened only as much as this one may see.
    const seen = readNotified((await reader('GET', `/${ref}/$events?content=full-resource`)).body);
    expect([seen.events.map(({ number, focus }) => [number, focus]), seen.records]).toEqual([
      [
        [1, undefined],
        [2, undefined],
      ],
      [],
    ]);
    const acts = async (): Promise<string[]> => {
      const { rows } = await owner.query<{ interaction: string }>(
        `select interaction from audit where ref = $1 and status = 200 and interaction like 'subscription-%secret' order by at, interaction`,
        [ref],
      );
      return rows.map(({ interaction }) => interaction);
    };
    await waitUntil(async () => (await acts()).length === 3);
    expect((await acts()).sort()).toEqual([
      'subscription-rotate-secret',
      'subscription-rotate-secret',
      'subscription-signing-secret',
    ]);
  });

  test('are not told in a Bundle, whose answer may be kept', async () => {
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('bundled') }));
    for (const type of ['batch', 'transaction']) {
      const entry = [{ request: { method: 'POST', url: `${ref}/$signing-secret` } }];
      const answer = await home.fetch('POST', '', { resourceType: 'Bundle', type, entry });
      expect([answer.text.includes('operation-alone'), answer.text.includes('whsec_')]).toEqual([true, false]);
    }
  });
});

const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

describe('the life of a Subscription', () => {
  test('written back as it was read it stays what it is; elsewhere it goes on with the next number', async () => {
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('here') }));
    const sent = await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/here').length === 1)).toBe(true);
    const read = (await home.fetch('GET', `/${ref}`)).body;
    const same = await home.fetch('PUT', `/${ref}`, { ...read, reason: 'told otherwise' });
    expect([same.status, same.body.status]).toEqual([200, 'active']);
    await advance(sent);
    expect(await waitUntil(() => eventsAt(receiver, '/here').length === 2)).toBe(true);

    const moved = { ...read, channel: { ...read.channel, endpoint: hook('there') } };
    const refused = await home.fetch('PUT', `/${ref}`, moved);
    expectOutcome(refused, 422, 'subscription-status', 'Subscription.status');
    expect(refused.text).toContain('Send the status requested');
    expect((await home.fetch('PUT', `/${ref}`, { ...moved, status: 'requested' })).status).toBe(200);
    expect(await waitUntil(() => isActive(home, ref))).toBe(true);
    await advance(sent, 'completeness-check');
    expect(await waitUntil(() => eventsAt(receiver, '/there').length === 1)).toBe(true);
    expect(notifiedAt(receiver, '/there').map(({ type, total }) => [type, total])).toEqual([
      ['handshake', 2],
      ['event-notification', 3],
    ]);
    expect(eventsAt(receiver, '/there')[0]!.number).toBe(3);
    expect(eventsAt(receiver, '/here').map(({ number }) => number)).toEqual([1, 2]);
    const events = readNotified((await home.fetch('GET', `/${ref}/$events`)).body);
    expect(events.events.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('it is told of what is committed from then on, and of nothing before, whatever is open meanwhile', async () => {
    await newCase();
    await owner.query('begin');
    try {
      // Under way when it begins, and of an earlier transaction than what had happened by then.
      await owner.query(
        `insert into outbox (at, readers, organization, kind, ref, version, event)
          select at, readers, organization, kind, ref, version, event from outbox where kind = 'case-submitted' order by position limit 1`,
      );
      const before = await newCase();
      await subscribe(home, topicSubscription('case-progress', { endpoint: hook('begins') }));
      const after = await newCase();
      await owner.query('commit');
      expect(await waitUntil(() => eventsAt(receiver, '/begins').length === 2)).toBe(true);
      await untilNumbered();
      expect(await waitUntil(() => eventsAt(receiver, '/begins').length === 3)).toBe(true);
      const focuses = eventsAt(receiver, '/begins').map(({ focus }) => focus);
      expect([focuses[1], focuses.includes(before.task)]).toEqual([after.task, false]);
    } finally {
      await owner.query('rollback');
    }
  });

  test('off stops it, requested lets it go on; deleted it is gone with all that was kept of it', async () => {
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('stops') }));
    const set = (value: string): Promise<Answer> =>
      home.fetch('PATCH', `/${ref}`, [{ op: 'replace', path: '/status', value }], JSON_PATCH);
    expect((await set('off')).body.status).toBe('off');
    await untilNumbered();
    expect(await statusOf(home, ref)).toMatchObject({ status: 'off', total: 0 });
    expectOutcome(
      await home.fetch('POST', `/${ref}/$resend`, parameters({ from: { valuePositiveInt: 1 } })),
      422,
      'subscription-not-active',
    );
    expectOutcome(await set('active'), 422, 'subscription-status');
    expect((await set('requested')).status).toBe(200);
    expect(await waitUntil(() => isActive(home, ref))).toBe(true);
    await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/stops').length === 1)).toBe(true);
    expect(eventsAt(receiver, '/stops')[0]!.number).toBe(1);

    expect((await home.fetch('DELETE', `/${ref}`)).status).toBe(204);
    for (const operation of ['$status', '$events'])
      expect((await home.fetch('GET', `/${ref}/${operation}`)).status).toBe(410);
    const { rows } = await owner.query('select from subscription_event where subscription = $1', [ref]);
    expect(rows).toHaveLength(0);
    await untilNumbered();
    expect(notifiedAt(receiver, '/stops').map(({ type }) => type)).toEqual([
      'handshake',
      'handshake',
      'event-notification',
    ]);
  });

  test('it is one entry among others: of a transaction, a batch, a conditional create', async () => {
    const made = topicSubscription('case-progress', { endpoint: hook('entry') });
    const entry = [
      { resource: made, request: { method: 'POST', url: 'Subscription', ifNoneExist: `url=${hook('entry')}` } },
      { resource: { resourceType: 'Basic', code: { text: 'beside it' } }, request: { method: 'POST', url: 'Basic' } },
    ];
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const first = await home.fetch('POST', '', bundle);
    expect(first.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['201', '201']);
    const again = await home.fetch('POST', '', { ...bundle, type: 'batch' });
    expect(again.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['200', '201']);
    const id = (await home.fetch('GET', `/Subscription?url=${hook('entry')}`)).body.entry[0].resource.id;
    expect(await waitUntil(() => isActive(home, `Subscription/${id}`))).toBe(true);
    expect(notifiedAt(receiver, '/entry').map(({ type }) => type)).toEqual(['handshake']);
  });

  test('when its end has come it is off, whether something happens or not', async () => {
    const end = new Date(Date.now() + ahead + 3_600_000).toISOString();
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('ends'), more: { end } }));
    ahead += 3_601_000;
    expect(await waitUntil(async () => (await home.fetch('GET', `/${ref}`)).body.status === 'off')).toBe(true);
    expect(await statusOf(home, ref)).toMatchObject({ status: 'off' });
    expect(notifiedAt(receiver, '/ends').map(({ type }) => type)).toEqual(['handshake']);
  });

  test('another organisation finds it nowhere', async () => {
    for (const path of ['', '/_history', '/_history/1', '/$status', '/$events', '/$meta'])
      expect([path, (await other.fetch('GET', `/${witness}${path}`)).status]).toEqual([path, 404]);
    for (const operation of ['$status', '$events', '$signing-secret', '$rotate-secret'])
      expectOutcome(await other.fetch('POST', `/${witness}/${operation}`), 404, 'not-found');
    const again = parameters({ from: { valuePositiveInt: 1 } });
    expectOutcome(await other.fetch('POST', `/${witness}/$resend`, again), 404, 'not-found');
    const id = witness.split('/')[1]!;
    expect((await other.fetch('GET', `/Subscription/$status?id=${id}`)).body.total).toBe(0);
    expect((await other.fetch('GET', '/Subscription/$status')).body.total).toBe(0);
    expect((await other.fetch('GET', '/Subscription')).body.total).toBe(0);
    expect((await other.fetch('DELETE', `/${witness}`)).status).toBe(404);
    const stolen = { ...topicSubscription('case-progress', { endpoint: hook('stolen') }), id };
    expect((await other.fetch('PUT', `/${witness}`, stolen)).status).toBe(409);
    expect((await statusOf(home, witness)).status).toBe('active');
  });
});

test('a request that names a Subscription does not show its headers to the programme', async () => {
  const made = topicSubscription('case-progress', { endpoint: hook('named') });
  const ref = await subscribe(home, {
    ...made,
    channel: { ...made.channel, header: ['Authorization: Bearer zqheader'] },
  });
  const naming = await sendCase(home, {
    number: 'names-it',
    programme: 'programme',
    supportingInfo: [{ reference: ref }],
  });
  // While an older transaction is open, who subscribes is told of what was committed just before, too.
  const isTold = (): boolean => eventsAt(receiver, '/witness').some(({ focus }) => focus === naming.task);
  expect(await waitUntil(isTold)).toBe(true);
  const answer = await programme.fetch('GET', `/${ref}`);
  expect([answer.status, answer.text.includes('zqheader')]).toEqual([404, false]);
  expect((await programme.fetch('GET', `/Subscription?_id=${ref.split('/')[1]}`)).body.total).toBe(0);
});

describe('what is sent', () => {
  test('full-resource: the record as it is, a large one by its reference; empty: nothing of it', async () => {
    await subscribe(home, topicSubscription('case-progress', { endpoint: hook('full'), content: 'full-resource' }));
    await subscribe(home, topicSubscription('case-progress', { endpoint: hook('empty'), content: 'empty' }));
    const sent = await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/full').length === 1)).toBe(true);
    const [small] = notifiedAt(receiver, '/full').slice(-1);
    expect(small!.records[0]!.resource).toEqual((await home.fetch('GET', `/${sent.task}`)).body);
    const note = [{ text: 'x'.repeat(20_000) }];
    await move(programme, sent.task, 'received', 'service-confirmation', { note });
    expect(await waitUntil(() => eventsAt(receiver, '/full').length === 2)).toBe(true);
    const [large] = notifiedAt(receiver, '/full').slice(-1);
    expect([large!.events[0]!.focus, large!.records]).toEqual([sent.task, [{ ref: sent.task, resource: undefined }]]);
    expect(await waitUntil(() => eventsAt(receiver, '/empty').length === 2)).toBe(true);
    for (const { events, records, topic } of notifiedAt(receiver, '/empty')) {
      expect([records, topic, events.map(({ focus }) => focus).filter((focus) => focus !== undefined)]).toEqual([
        [],
        undefined,
        [],
      ]);
    }
    expect(receiver.received.filter(({ path, body }) => path === '/empty' && body.includes('Task/'))).toEqual([]);
  });

  test('as many events in one message as it takes; a message that is repeated is the same', async () => {
    await subscribe(home, topicSubscription('case-progress', { endpoint: hook('counted'), maxCount: 2 }));
    receiver.answer(({ path }, response) => void response.writeHead(path === '/counted' ? 500 : 200).end());
    const sent = await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/counted').length > 0)).toBe(true);
    for (const step of ['service-confirmation', 'completeness-check', 'awaiting-information', 'completeness-check'])
      await advance(sent, step);
    await untilNumbered();
    receiver.answer((_received, response) => void response.writeHead(200).end());
    ahead += 60_000;
    const numbers = () =>
      notifiedAt(receiver, '/counted')
        .filter(({ type }) => type === 'event-notification')
        .map(({ events }) => events.map(({ number }) => number).join());
    expect(await waitUntil(() => numbers().at(-1)?.endsWith('6') === true)).toBe(true);
    expect([...new Set(numbers())]).toEqual(['1', '2,3', '4,5', '6']);
    const ids = receiver.received
      .filter(({ path, body }) => path === '/counted' && body.includes('event-number'))
      .map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(4);
  });

  test('what it may see when it is sent, and not when it happened: an event without focus fills the place', async () => {
    const narrow = await house.register('narrow', 'placer');
    const ref = await subscribe(
      narrow,
      topicSubscription('case-progress', { endpoint: hook('narrow'), content: 'full-resource' }),
    );
    const down = (path: string): void =>
      receiver.answer((received, response) => void response.writeHead(received.path === path ? 500 : 200).end());
    down('/narrow');
    const sent = await sendCase(narrow, { number: 'narrowed', programme: 'programme' });
    expect(await waitUntil(() => eventsAt(receiver, '/narrow').length > 0)).toBe(true);
    await owner.query(
      `update client set scope = 'system/Subscription.cruds system/Patient.rs' where id = 'narrow-client'`,
    );
    receiver.answer((_received, response) => void response.writeHead(200).end());
    ahead += 60_000;
    expect(await waitUntil(() => eventsAt(receiver, '/narrow').length > 1)).toBe(true);
    const last = notifiedAt(receiver, '/narrow').at(-1)!;
    expect([last.events.map(({ number, focus }) => [number, focus]), last.records]).toEqual([[[1, undefined]], []]);

    // What it is not to see is not told of any more; and who is not let in is sent nothing.
    await owner.query(`update client set scope = 'system/*.cruds' where id = 'narrow-client'`);
    down('/narrow');
    await advance(sent);
    expect(await waitUntil(() => eventsAt(receiver, '/narrow').some(({ number }) => number === 2))).toBe(true);
    await owner.query(`update client set disabled_at = now() where id = 'narrow-client'`);
    const before = notifiedAt(receiver, '/narrow').length;
    ahead += 60_000;
    const failed = async (): Promise<boolean> => {
      const { rows } = await owner.query<{ status: string }>('select status from subscription where id = $1', [ref]);
      return rows[0]!.status === 'error';
    };
    expect(await waitUntil(failed)).toBe(true);
    expect(notifiedAt(receiver, '/narrow')).toHaveLength(before);
    receiver.answer((_received, response) => void response.writeHead(200).end());
  });

  test('a client with a filter in its scopes is told of what that lets pass alone', async () => {
    const granular = await house.register(
      'granular',
      'programme',
      'system/Subscription.cruds system/Task.rs?status=received system/Task.u system/ServiceRequest.rs',
    );
    await subscribe(granular, topicSubscription('case-progress', { endpoint: hook('granular') }));
    const sent = await sendCase(home, { number: 'granular', programme: 'granular' });
    const task = (await home.fetch('GET', `/${sent.task}`)).body;
    await untilNumbered();
    expect(eventsAt(receiver, '/granular')).toEqual([]);
    await owner.query(`update client set scope = 'system/*.cruds' where id = 'granular-client'`);
    const all = await secondClient('granular', 'granular-all', 'system/*.cruds');
    const code = {
      coding: [
        { system: 'https://consilium.example/fhir/CodeSystem/case-business-status', code: 'service-confirmation' },
      ],
    };
    const moved = await all('PUT', `/${sent.task}`, { ...task, status: 'received', businessStatus: code });
    expect(moved.status).toBe(200);
    expect(await waitUntil(() => eventsAt(receiver, '/granular').length === 1)).toBe(true);
    expect(eventsAt(receiver, '/granular')[0]).toMatchObject({ number: 1, focus: sent.task });
  });
});

describe('plain criteria of R4', () => {
  test('with a payload the record is put below the endpoint; without, only a word that there is something', async () => {
    const made = plainSubscription('Task?status=requested', hook('fhir'), 'application/fhir+json');
    const ref = await subscribe(programme, made);
    await subscribe(home, {
      ...plainSubscription('DiagnosticReport?status=final', hook('word')),
      extension: [{ url: 'https://consilium.example/fhir/StructureDefinition/subscription-echo', valueBoolean: false }],
    });
    const sent = await newCase();
    const at = (path: string) => receiver.received.filter((one) => one.path.startsWith(path));
    expect(await waitUntil(() => at('/fhir').length === 1)).toBe(true);
    expect(at('/fhir')[0]).toMatchObject({ method: 'PUT', path: `/fhir/${sent.task}` });
    expect(JSON.parse(at('/fhir')[0]!.body)).toEqual((await programme.fetch('GET', `/${sent.task}`)).body);
    await advance(sent);
    await untilNumbered();
    expect(await waitUntil(() => at('/fhir').length === 2)).toBe(true);
    const told = readNotified((await programme.fetch('GET', `/${ref}/$events`)).body);
    expect([told.topic, told.events.map(({ number }) => number)]).toEqual([undefined, [1, 2]]);

    await move(programme, sent.task, 'accepted', 'accepted');
    await move(programme, sent.task, 'in-progress', 'under-review');
    expect((await programme.fetch('POST', '/DiagnosticReport', opinion(sent))).status).toBe(201);
    expect(await waitUntil(() => at('/word').length === 1)).toBe(true);
    await untilNumbered();
    expect(at('/word').map(({ method, body, headers }) => [method, body, headers['content-type']])).toEqual([
      ['POST', '', undefined],
    ]);
  });
});
