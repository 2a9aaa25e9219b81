import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { sendCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';
import { waitUntil } from '../support/wait-until.ts';
import { callConsilium, makeFolder } from './consilium.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const METRICS_TOKEN = 'the-token-that-who-runs-it-has-set';
/** What nobody is ever told: the path of an endpoint, and what is sent along. */
const HIDDEN = /never-told|whsec|Bearer-of-home/;

let house: TestHouse;
let owner: Client;
let home: Partner;
let programme: Partner;
let well: Receiver;
let ill: Receiver;
let good: string;
let bad: string;
let folder: ReturnType<typeof makeFolder>;

beforeAll(async () => {
  folder = makeFolder();
  house = await startHouse({}, { METRICS_TOKEN });
  owner = new Client({ connectionString: house.database });
  await owner.connect();
  programme = await house.register('programme', 'programme', 'admin system/*.cruds');
  home = await house.register('home', 'placer', 'admin system/*.cruds');
  [well, ill] = await Promise.all([startReceiver(), startReceiver()]);
  [good, bad] = [await subscribe(well), await subscribe(ill)];
});
afterAll(async () => {
  await owner.end();
  await house.stop();
  await Promise.all([well.stop(), ill.stop()]);
  folder.remove();
});

async function subscribe({ url }: Receiver): Promise<string> {
  const created = await home.fetch('POST', '/Subscription', {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'progress of our cases',
    criteria: 'https://consilium.example/fhir/SubscriptionTopic/case-progress',
    channel: {
      type: 'rest-hook',
      endpoint: `${url}/never-told`,
      header: ['Authorization: Bearer-of-home'],
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: 'id-only' }] },
    },
  });
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  const id = String(created.body.id);
  await waitUntil(async () => (await statusOf(id)) === 'active');
  return id;
}

async function statusOf(id: string): Promise<string> {
  return String((await home.fetch('GET', `/Subscription/${id}`)).body.status);
}

async function consilium(...args: string[]): Promise<{ status: number | null; said: string; warned: string }> {
  const env = { DATABASE_URL: house.database, DATA_DIR: folder.folder };
  const { status, stdout, stderr } = await callConsilium(folder.folder, env, 'deliveries', ...args);
  expect(stdout + stderr).not.toMatch(HIDDEN);
  return { status, said: stdout, warned: stderr };
}

async function admin(
  partner: Partner,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Json }> {
  const headers = { 'content-type': 'application/json' };
  const {
    status,
    text,
    body: parsed,
  } = await partner.fetch(method, `${house.url}/admin/deliveries${path}`, body, headers);
  expect(text).not.toMatch(HIDDEN);
  return { status, body: parsed };
}

const idsAt = ({ received }: Receiver): (string | undefined)[] =>
  received.map(({ headers }) => headers['webhook-id'] as string);

describe('one endpoint works and one does not:', () => {
  beforeAll(async () => {
    ill.answer((_received, response) => void response.writeHead(500, { 'x-told': 'never-told' }).end('never-told'));
    await sendCase(home, { number: 'one', programme: 'programme' });
    await waitUntil(async () => (await admin(home, 'GET', `/${good}`)).body.delivered > 0);
    await waitUntil(async () => (await admin(home, 'GET', `/${bad}`)).body.failedTries > 0);
  });

  test('the table tells what waits and where, and what was tried last', async () => {
    const { status, said } = await consilium();
    expect(status).toBe(0);
    const [stands = '', tried = ''] = said.split('\n\n');
    const [head, ...rows] = stands.split('\n');
    expect(head).toMatch(/^ID +ORGANISATION +STATUS +TOPIC +TO +DELIVERED +WAITING +LAG +FAILED +NEXT +REASON$/);
    expect(rows).toHaveLength(2);
    const rowOf = (id: string): string | undefined => rows.find((row) => row.startsWith(id));
    expect(rowOf(good)).toMatch(new RegExp(`home +active +case-progress +${well.url} +(\\d+)/\\1 +0 +- +0 +- +-$`));
    expect(rowOf(bad)).toMatch(
      new RegExp(`home +active +case-progress +${ill.url} +0/[1-9] +[1-9] +\\d+ s +1 +(now|in \\d+ s) +http-500$`),
    );
    expect(tried).toMatch(/^TRIED +ID +MESSAGE +KIND +TRY +OUTCOME +HTTP +REASON +MS\n/);
    expect(tried).toMatch(new RegExp(`^20\\S+Z +${bad} +${bad}-1-\\d +event +1 +later +500 +http-500 +\\d+$`, 'm'));
    expect(tried).toMatch(new RegExp(`^20\\S+Z +${good} +${good}-1-\\d +event +1 +delivered +200 +- +\\d+$`, 'm'));
  });

  test('--failed, one organisation, one subscription, a moment, JSON', async () => {
    const failed = JSON.parse((await consilium('--failed', '--json')).said);
    expect(failed.deliveries).toMatchObject([
      {
        id: bad,
        organization: 'home',
        origin: ill.url,
        reason: 'http-500',
        delivered: 0,
        failedTries: 1,
        lag: expect.any(Number),
      },
    ]);
    expect(failed.attempts).toMatchObject([{ subscription: bad, outcome: 'later', status: 500, attempt: 1 }]);
    expect((await consilium('--organization', 'programme')).said).toBe('Nobody has subscribed to anything yet.\n');
    const one = JSON.parse((await consilium('--subscription', `Subscription/${good}`, '--json')).said);
    expect(one.deliveries).toMatchObject([{ id: good, waiting: 0 }]);
    expect(one.attempts.map(({ kind }: Json) => kind)).toContain('handshake');
    const later = JSON.parse((await consilium('--since', '2999-01-01T00:00:00Z', '--json')).said);
    expect([later.deliveries.length, later.attempts]).toEqual([2, []]);
    expect((await consilium('--failed', '--organization', 'programme')).said).toBe('Nothing fails.\n');
  });

  test('an administrator sees those of its own organisation', async () => {
    const { body } = await admin(home, 'GET', '?limit=1');
    const [first, second] = [good, bad].sort();
    expect(body).toMatchObject({ deliveries: [{ id: first }], next: first });
    expect((await admin(home, 'GET', `?limit=1&after=${String(first)}`)).body).toEqual({
      deliveries: [expect.objectContaining({ id: second, organization: 'home' })],
    });
    expect((await admin(home, 'GET', `/${bad}`)).body).toMatchObject({
      status: 'active',
      topic: 'case-progress',
      origin: ill.url,
      attempts: [
        { kind: 'event', outcome: 'later', reason: 'http-500' },
        { kind: 'handshake', outcome: 'delivered' },
      ],
    });
    expect(await admin(programme, 'GET', '')).toEqual({ status: 200, body: { deliveries: [] } });
    expect(await admin(programme, 'GET', `/${bad}`)).toMatchObject({ status: 404, body: { error: 'not_found' } });
    expect((await admin(programme, 'POST', `/${bad}/replay`, {})).status).toBe(404);
  });

  test('and has events sent once more, under their names', async () => {
    const before = idsAt(well).length;
    const { status, body } = await admin(home, 'POST', `/${good}/replay`, { from: 1, until: 1 });
    expect([status, body]).toMatchObject([200, { id: good, resending: { from: 1, until: 1 } }]);
    await waitUntil(() => idsAt(well).length > before);
    expect(idsAt(well).slice(before)).toEqual([`${good}-1-1`]);
    await waitUntil(async () => (await admin(home, 'GET', `/${good}`)).body.resending === undefined);
    expect((await admin(home, 'GET', `/${good}`)).body.attempts[0]).toMatchObject({
      kind: 'resend',
      outcome: 'delivered',
    });
    const wrong = await admin(home, 'POST', `/${good}/replay`, { from: 'one', until: 0, more: 1 });
    expect([wrong.status, wrong.body.issues.map(({ field, text }: Json) => [field, text])]).toEqual([
      400,
      [
        ['from', 'from has to be a number.'],
        ['until', 'until has to be 1 or more.'],
        ['more', 'more is no field here.'],
      ],
    ]);
  });

  test('what is measured is told to who has the token', async () => {
    const read = (token?: string): Promise<Response> =>
      fetch(`${house.url}/metrics`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    for (const token of [undefined, 'another', home.token]) {
      const refused = await read(token);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="metrics"']);
      expect(await refused.text()).not.toContain('consilium_');
    }
    const answer = await read(METRICS_TOKEN);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    expect(text).not.toMatch(HIDDEN);
    expect(text).toMatch(
      new RegExp(`^consilium_deliveries_waiting_events\\{origin="${ill.url}",status="active"\\} [1-9]$`, 'm'),
    );
    expect(text).toMatch(
      new RegExp(`^consilium_deliveries_attempts_total\\{origin="${ill.url}",outcome="later"\\} [1-9]$`, 'm'),
    );
    expect(text).toMatch(
      new RegExp(`^consilium_deliveries_attempts_total\\{origin="${well.url}",outcome="delivered"\\} [1-9]`, 'm'),
    );
    expect(text).toMatch(/^consilium_outbox_lag_seconds [\d.]+$/m);
  });
});

describe('sending was given up', () => {
  beforeAll(async () => {
    // As after the other tries, hours later.
    await owner.query('update subscription set attempt = 8, due_at = now() where id = $1', [`Subscription/${bad}`]);
    await waitUntil(async () => (await statusOf(bad)) === 'error');
  });

  test('is told, and once the endpoint is mended what waits is sent again', async () => {
    expect((await consilium('--failed')).said).toMatch(
      new RegExp(`^${bad} +home +error .* 0/\\d +\\d +\\d+ s +0 +- +http-500$`, 'm'),
    );
    const doctor = await callConsilium(
      folder.folder,
      { DATABASE_URL: house.database, DATA_DIR: folder.folder },
      'doctor',
      '--json',
    );
    expect(JSON.parse(doctor.stdout).findings.find(({ check }: Json) => check === 'deliveries')).toEqual({
      check: 'deliveries',
      ok: false,
      text: expect.stringMatching(/^1 of 2 given up, \d events not delivered, the oldest for \d+ s$/),
      mend: expect.stringContaining('deliveries --failed'),
    });
    const before = idsAt(ill).length;
    ill.answer((_received, response) => void response.writeHead(200).end());
    const { status, said } = await consilium('--replay', bad);
    expect([status, said]).toEqual([
      0,
      expect.stringMatching(`^${bad} is asked for a handshake, then is sent events 1 to \\d\\.\n$`),
    ]);
    await waitUntil(async () => (await statusOf(bad)) === 'active');
    await waitUntil(async () => (await admin(home, 'GET', `/${bad}`)).body.waiting === 0);
    expect(idsAt(ill).slice(before)).toEqual([
      expect.stringContaining('-handshake-'),
      expect.stringMatching(`^${bad}-1-\\d$`),
    ]);
    expect((await admin(home, 'GET', `/${bad}`)).body.reason).toBeUndefined();
    const { rows } = await owner.query(
      `select organization, client, detail from audit where interaction = 'delivery-replay' order by at`,
    );
    expect(rows).toEqual([
      { organization: 'home', client: 'home-client', detail: `Subscription/${good}: 1-1` },
      { organization: 'home', client: null, detail: `Subscription/${bad}` },
    ]);
  });

  test('what was deleted after 30 days without having arrived stands in its record, and the organisation is told', async () => {
    await owner.query(
      `update subscription set status = 'error', shown = 'error', due_at = null, delivered = 0, error = 'http-500' where id = $1`,
      [`Subscription/${bad}`],
    );
    await owner.query(`update subscription_event set at = now() - interval '31 days' where subscription = $1`, [
      `Subscription/${bad}`,
    ]);
    await owner.query(`select graphile_worker.add_job('sweep-deliveries')`);
    const told = async (): Promise<Json[]> =>
      ((await home.fetch('GET', `/Communication?_sort=-sent`)).body.entry ?? []) as Json[];
    const text = 'Events from number 1 on did not arrive within 30 days and are deleted. Nothing waits to be sent';
    await waitUntil(async () =>
      (await told()).some(({ resource }) => resource.payload[0].contentString.includes(text)),
    );
    expect((await home.fetch('GET', `/Subscription/${bad}`)).body).toMatchObject({
      status: 'error',
      error: expect.stringContaining(text),
    });
    expect((await admin(home, 'GET', `/${bad}`)).body).toMatchObject({
      status: 'error',
      reason: 'lost-from-1',
      waiting: 0,
    });
  });
});

describe('wrongly called:', () => {
  test.each([
    [['--replay', 'none'], 1, 'There is no subscription none.'],
    [['--from', '1'], 2, '--from and --until go with --replay.'],
    [['--replay', 'x', '--failed'], 2, '--replay stands alone'],
    [['--replay', 'x', '--from', '0'], 2, '--from is the number of an event'],
    [['--since', 'yesterday'], 2, '--since is a moment'],
  ])('%j', async (args, code, text) => {
    expect(await consilium(...args)).toMatchObject({ status: code, said: '', warned: expect.stringContaining(text) });
  });
});
