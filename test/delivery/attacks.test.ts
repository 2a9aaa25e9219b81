import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { addClient, requestToken } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { generateKey } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { move, reason, sendCase } from '../journeys/packet.ts';
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
import { sponsorCase } from '../support/sponsored.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What somebody might try who registers Subscriptions: to learn what is not theirs, or to lose what is another's. */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let payer: Partner;
let stranger: Partner;
let receiver: Receiver;
let owner: Client;
/** A Subscription that is told of all cases. */
let witness: string;
/** The same by plain criteria, which are numbered by themselves. */
let plainWitness: string;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  payer = await house.register('payer', 'insurer');
  stranger = await house.register('stranger', 'placer');
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
async function subscribe(partner: Asking, resource: Json): Promise<string> {
  const created = await partner.fetch('POST', '/Subscription', resource);
  expect([created.status, created.status === 201 ? '' : created.text]).toEqual([201, '']);
  const ref = `Subscription/${created.body.id}`;
  expect(await waitUntil(() => isActive(ref))).toBe(true);
  return ref;
}

type Asking = Pick<Partner, 'fetch'>;

async function isActive(ref: string): Promise<boolean> {
  const { rows } = await owner.query('select from subscription where id = $1 and status = $2', [ref, 'active']);
  return rows.length > 0;
}

/** Another client of an organisation. */
async function admit(organization: string, id: string, scope: string): Promise<Asking> {
  const office = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
  const { privateJwk, publicJwk } = await generateKey('ES384');
  const client = { id, organization, name: id, scope, jwks: { keys: [publicJwk] } };
  await addClient({ database: office, clock: systemClock }, client);
  await office.close();
  const asked = { clientId: id, privateJwk, scope, tokenUrl: `${house.url}/auth/token`, now: new Date() };
  const { body } = await requestToken(asked);
  const token = String(body['access_token']);
  return { fetch: (...request) => send(`${house.url}/fhir`, token, ...request) };
}

async function totalOf(ref: string): Promise<number> {
  const { rows } = await owner.query('select events from subscription where id = $1', [ref]);
  return Number(rows[0].events);
}

/** Once an event that comes later has got its number, all that happened before has been numbered, or is nobody's. */
async function untilNumbered(): Promise<void> {
  const before = [await totalOf(witness), await totalOf(plainWitness)] as const;
  await newCase();
  expect(await waitUntil(async () => (await totalOf(witness)) > before[0])).toBe(true);
  expect(await waitUntil(async () => (await totalOf(plainWitness)) > before[1])).toBe(true);
}

function hook(name: string): string {
  return `${receiver.url}/${name}`;
}

let cases = 0;
async function newCase() {
  return sendCase(home, { number: `attack-${++cases}`, programme: 'programme' });
}

describe('who pays', () => {
  test('does not learn by filters what its view does not show', async () => {
    const performerType = { coding: [{ system: 'http://snomed.info/sct', code: '394593009' }] };
    const filters = [
      'specialty=394593009',
      'specialty=http://snomed.info/sct%7C394593009',
      'organization=Organization/other-payer',
    ];
    const refs: string[] = [];
    for (const [at, filter] of filters.entries())
      refs.push(
        await subscribe(
          payer,
          topicSubscription('case-progress', {
            endpoint: hook(`oracle-${at}`),
            filters: [`Task?${filter}`],
            content: 'empty',
          }),
        ),
      );
    const all = await subscribe(payer, topicSubscription('case-progress', { endpoint: hook('all') }));
    await house.register('other-payer', 'insurer');
    const sent = await sponsorCase(home, programme, 'oracle', ['Organization/payer', 'Organization/other-payer']);
    const { body } = await home.fetch('GET', `/${sent.request}`);
    const changed = await home.fetch('PUT', `/${sent.request}`, { ...body, performerType });
    expect([changed.status, changed.text]).toEqual([200, expect.anything()]);
    const moved = await move(programme, sent.task, 'rejected', 'declined', reason('no-capacity'));
    expect([moved.status, moved.status === 200 ? '' : moved.text]).toEqual([200, '']);
    await untilNumbered();
    // Without these filters it is told.
    expect(await totalOf(all)).toBeGreaterThan(0);
    for (const ref of refs) expect(await totalOf(ref)).toBe(0);
  });

  test('is told by plain criteria of what it is shown, and by nothing else', async () => {
    const told = await subscribe(payer, plainSubscription('Task?status:not=draft', hook('payer-plain')));
    const hidden = await subscribe(
      payer,
      plainSubscription('ServiceRequest?performer-type:missing=true', hook('payer-hidden')),
    );
    const condition = await subscribe(
      payer,
      plainSubscription('Condition?code:missing=false', hook('payer-condition')),
    );
    const sent = await sponsorCase(home, programme, 'plain', ['Organization/payer']);
    expect((await payer.fetch('GET', `/${sent.task}`)).status).toBe(200);
    await untilNumbered();
    expect(await totalOf(told)).toBeGreaterThan(0);
    expect(await totalOf(condition)).toBe(0);
    // What it is not shown is missing for it in every request, whatever stands there.
    expect(await totalOf(hidden)).toBe(1);
  });
});

describe('the directory', () => {
  test('is everybody’s: who asks by plain criteria is told of it', async () => {
    const ref = await subscribe(stranger, plainSubscription('HealthcareService?active=true', hook('directory')));
    await untilNumbered();
    const made = await programme.fetch('POST', '/HealthcareService', {
      resourceType: 'HealthcareService',
      active: true,
      name: 'Tumour board',
    });
    expect(made.status).toBe(201);
    await untilNumbered();
    expect(await totalOf(ref)).toBe(1);
  });
});

describe('a Subscription that is deleted and made again under its id', () => {
  test('does not use names of messages twice', async () => {
    const ref = await subscribe(home, topicSubscription('case-progress', { endpoint: hook('again') }));
    const { body } = await home.fetch('GET', `/${ref}`);
    await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/again').length === 1)).toBe(true);
    expect((await home.fetch('DELETE', `/${ref}`)).status).toBe(204);
    const back = await home.fetch('PUT', `/${ref}`, { ...body, status: 'requested' });
    expect([back.status, back.text]).toEqual([201, expect.anything()]);
    expect(await waitUntil(() => isActive(ref))).toBe(true);
    await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/again').length === 2)).toBe(true);
    const names = receiver.received
      .filter(({ path }) => path === '/again')
      .map(({ headers }) => String(headers['webhook-id']));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('another client of the organisation', () => {
  test('that takes a Subscription over is sent what it may see itself, and nothing of what waits', async () => {
    const narrow = await admit(
      'home',
      'narrow',
      'system/Subscription.cruds system/DiagnosticReport.rs system/Task.rs?status=completed',
    );
    receiver.answer(
      (received, response) =>
        void response.writeHead(received.path === '/taken' && !received.body.includes('handshake') ? 500 : 200).end(),
    );
    const ref = await subscribe(
      home,
      topicSubscription('case-progress', { endpoint: hook('taken'), content: 'full-resource' }),
    );
    const secret = (await home.fetch('POST', `/${ref}/$signing-secret`)).body.parameter[0].part[0].valueString;
    await newCase();
    expect(await waitUntil(async () => (await totalOf(ref)) > 0)).toBe(true);
    const refused: Answer = await narrow.fetch('POST', `/${ref}/$signing-secret`);
    expect(refused.status).toBe(403);
    const { body } = await narrow.fetch('GET', `/${ref}`);
    const put = await narrow.fetch('PUT', `/${ref}`, {
      ...body,
      status: 'requested',
      channel: { ...body.channel, endpoint: hook('thief') },
    });
    expect([put.status, put.text]).toEqual([200, expect.anything()]);
    expect(await waitUntil(() => notifiedAt(receiver, '/thief').length > 1)).toBe(true);
    for (const { events, records } of notifiedAt(receiver, '/thief')) {
      expect(records).toEqual([]);
      expect(events.every(({ focus }) => focus === undefined)).toBe(true);
    }
    const shown = await narrow.fetch('POST', `/${ref}/$signing-secret`);
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain(secret);
    receiver.answer((_received, response) => void response.writeHead(200).end());
    expect(readNotified((await narrow.fetch('GET', `/${ref}/$events`)).body).records).toEqual([]);
  });
});

describe('a Subscription that waits, and asks for something else', () => {
  const failAt = (name: string): void =>
    receiver.answer(
      (received, response) =>
        void response.writeHead(received.path === `/${name}` && !received.body.includes('handshake') ? 500 : 200).end(),
    );
  const goWell = (): void => receiver.answer((_received, response) => void response.writeHead(200).end());

  test('is told by number alone of what it asked for before, under its new topic', async () => {
    failAt('before');
    const made = topicSubscription('case-progress', { endpoint: hook('before'), content: 'full-resource' });
    const ref = await subscribe(home, made);
    await newCase();
    expect(await waitUntil(async () => (await attemptsOf(ref)) > 1)).toBe(true);
    goWell();
    const next = topicSubscription('information-requested', { endpoint: hook('after'), content: 'full-resource' });
    const put = await home.fetch('PUT', `/${ref}`, { ...next, id: ref.split('/')[1] });
    expect([put.status, put.text]).toEqual([200, expect.anything()]);
    expect(await waitUntil(() => eventsAt(receiver, '/after').length > 0)).toBe(true);
    for (const { topic, events, records } of notifiedAt(receiver, '/after')) {
      expect([topic, records]).toEqual([`${TOPIC}/information-requested`, []]);
      expect(events.every(({ focus }) => focus === undefined)).toBe(true);
    }
    const { events } = readNotified((await home.fetch('GET', `/${ref}/$events`)).body);
    expect(events.map(({ number, focus }) => [number, focus])).toEqual([[1, undefined]]);
  });

  test('by plain criteria: nothing of what met the former ones is put anywhere', async () => {
    failAt('former/Task');
    const ref = await subscribe(
      home,
      plainSubscription('Task?status=requested', hook('former'), 'application/fhir+json'),
    );
    receiver.answer(
      (received, response) => void response.writeHead(received.path.startsWith('/former') ? 500 : 200).end(),
    );
    await newCase();
    expect(await waitUntil(async () => (await attemptsOf(ref)) > 1)).toBe(true);
    goWell();
    const next = plainSubscription('Task?status=completed', hook('latter'), 'application/fhir+json');
    expect((await home.fetch('PUT', `/${ref}`, { ...next, id: ref.split('/')[1] })).status).toBe(200);
    expect(
      await waitUntil(async () => {
        const { rows } = await owner.query('select events = delivered as through from subscription where id = $1', [
          ref,
        ]);
        return rows[0].through as boolean;
      }),
    ).toBe(true);
    expect(receiver.received.filter(({ path }) => path.startsWith('/latter'))).toEqual([]);
  });
});

test('what happens while its client is not let in is kept, and told once somebody asks for it', async () => {
  const away = await house.register('away', 'placer');
  const ref = await subscribe(away, topicSubscription('case-progress', { endpoint: hook('locked-out') }));
  const sent = await sendCase(away, { number: 'while-away', programme: 'programme' });
  expect(await waitUntil(() => eventsAt(receiver, '/locked-out').length === 1)).toBe(true);
  const letIn = (date: string): Promise<unknown> =>
    owner.query(`update client set disabled_at = ${date} where id = 'away-client'`);
  await letIn('now()');
  try {
    expect((await move(programme, sent.task, 'received', 'service-confirmation')).status).toBe(200);
    expect(await waitUntil(async () => (await totalOf(ref)) === 2)).toBe(true);
  } finally {
    await letIn('null');
  }
  const { body } = await away.fetch('GET', `/${ref}`);
  expect((await away.fetch('PUT', `/${ref}`, { ...body, status: 'requested' })).status).toBe(200);
  expect(await waitUntil(() => eventsAt(receiver, '/locked-out').length === 2)).toBe(true);
  expect(eventsAt(receiver, '/locked-out').map(({ number, focus }) => [number, focus])).toEqual([
    [1, sent.task],
    [2, sent.task],
  ]);
});

test('what waits for one’s criteria is nobody else’s: topics are told meanwhile', async () => {
  await subscribe(home, plainSubscription('Task?status=requested', hook('held-up')));
  await owner.query('begin');
  try {
    // As long as criteria are being matched.
    await owner.query(`select pg_advisory_xact_lock(hashtextextended('numbering delivery-records', 0))`);
    await newCase();
    const before = eventsAt(receiver, '/witness').length;
    await newCase();
    expect(await waitUntil(() => eventsAt(receiver, '/witness').length > before)).toBe(true);
    expect(receiver.received.filter(({ path }) => path === '/held-up')).toEqual([]);
  } finally {
    await owner.query('rollback');
  }
  expect(await waitUntil(() => receiver.received.some(({ path }) => path === '/held-up'))).toBe(true);
});

test('one organisation does not have everybody wait for its Subscriptions', async () => {
  const many = await house.register('many', 'placer');
  const made = { ...topicSubscription('case-progress', { endpoint: hook('many') }), status: 'requested' };
  const { body } = await many.fetch('POST', '/Subscription', made);
  await owner.query(
    `insert into subscription (id, organization, client, scopes, channel, asks, origin, plan, status, shown, max_count, created_at)
     select 'Subscription/many' || n, organization, client, scopes, channel, asks, origin, plan, 'error', 'error', max_count, created_at
     from subscription, generate_series(1, 499) n where id = $1`,
    [`Subscription/${body.id}`],
  );
  const refused = await many.fetch('POST', '/Subscription', made);
  expectOutcome(refused, 422, 'subscription-too-many');
  // What is there already may be changed, and one may take the place of another.
  expect((await many.fetch('PUT', `/Subscription/${body.id}`, { ...body, status: 'requested' })).status).toBe(200);
  await owner.query(`update subscription set status = 'off', shown = 'off' where id = 'Subscription/many1'`);
  expect((await many.fetch('POST', '/Subscription', made)).status).toBe(201);
});

test('what a subscriber proves itself by stands in its Subscription alone', async () => {
  const made = topicSubscription('case-progress', {
    endpoint: `${hook('canary')}?key=zqquery`,
    content: 'full-resource',
  });
  receiver.answer((received, response) => {
    const isEvent = received.path.startsWith('/canary') && !received.body.includes('handshake');
    response.writeHead(isEvent ? 404 : 200, { 'x-told': 'zqanswer' }).end('zqanswer');
  });
  const ref = await subscribe(home, {
    ...made,
    channel: { ...made.channel, header: ['Authorization: Bearer zqheader'] },
  });
  await newCase();
  expect(await waitUntil(async () => (await attemptsOf(ref)) > 1)).toBe(true);
  await owner.query(`update subscription set attempt = 8, due_at = now() where id = $1`, [ref]);
  const told = async (): Promise<Answer> => home.fetch('GET', '/Communication?category:text=delivery-failed');
  expect(await waitUntil(async () => (await told()).body.total > 0)).toBe(true);
  const places = [
    (await told()).text,
    (await home.fetch('GET', `/${ref}/$status`)).text,
    (await home.fetch('GET', `/${ref}/$events`)).text,
    (await home.fetch('GET', '/AuditEvent?_count=200')).text,
    ...(await stored('audit')),
    ...(await stored('outbox')),
    ...(await stored('delivery_attempt')),
    ...(await stored('delivery_origin')),
    ...(await stored('subscription_secret')),
  ];
  for (const canary of ['zqheader', 'zqquery', 'zqanswer', 'whsec_'])
    expect([canary, places.filter((text) => text.includes(canary))]).toEqual([canary, []]);
  receiver.answer((_received, response) => void response.writeHead(200).end());
});

async function attemptsOf(ref: string): Promise<number> {
  return (await owner.query('select from delivery_attempt where subscription = $1', [ref])).rows.length;
}

async function stored(table: string): Promise<string[]> {
  const { rows } = await owner.query<{ text: string }>(`select t::text as text from ${table} t`);
  return rows.map(({ text }) => text);
}

test('an organisation does not register the token endpoint of another for a server of its own', async () => {
  const keeper = await admit('home', 'keeper', 'admin');
  const ehr = { baseUrl: 'https://fhir.home.example/r4', clientId: 'c' };
  const put = (tokenUrl: string) =>
    keeper.fetch(
      'PUT',
      `${house.url}/admin/organization/ehr`,
      { ...ehr, tokenUrl },
      { 'content-type': 'application/json' },
    );
  const refused = await put('https://fhir.other.example/token');
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('another host')]);
  expect((await put('https://fhir.home.example/token')).status).toBe(200);
});

test('hooks of another organisation that fail at the same address are not in one’s way', async () => {
  const rude = await house.register('rude', 'placer');
  receiver.answer(({ path }, response) => {
    if (path.startsWith('/rude/gone')) response.socket?.destroy();
    else response.writeHead(path.startsWith('/rude') ? 503 : 200).end();
  });
  // Each fails several times: more often than an origin may before it is left alone.
  for (let n = 0; n < 4; n++)
    for (const name of ['busy', 'gone'])
      await rude.fetch(
        'POST',
        '/Subscription',
        topicSubscription('case-progress', { endpoint: hook(`rude/${name}${n}`) }),
      );
  const failed = async (): Promise<number> =>
    (await owner.query(`select from delivery_attempt where organization = 'rude' and outcome = 'later'`)).rows.length;
  expect(await waitUntil(async () => (await failed()) >= 8)).toBe(true);
  const before = eventsAt(receiver, '/witness').length;
  await newCase();
  expect(await waitUntil(() => eventsAt(receiver, '/witness').length > before)).toBe(true);
  receiver.answer((_received, response) => void response.writeHead(200).end());
});

test('this server is not made to write to itself', async () => {
  const header = [`Authorization: Bearer ${home.token}`];
  const { port } = new URL(house.url);
  for (const host of ['127.0.0.1', 'localhost', 'localhost.', '127.0.0.2']) {
    const made = plainSubscription('Basic?code:missing=false', `http://${host}:${port}/fhir`, 'application/fhir+json');
    const refused = await home.fetch('POST', '/Subscription', { ...made, channel: { ...made.channel, header } });
    expect([host, refused.status]).toEqual([host, 422]);
    expectOutcome(refused, 422, 'subscription-endpoint');
  }
});
