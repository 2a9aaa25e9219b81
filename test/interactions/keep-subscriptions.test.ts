import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../src/base/index.ts';
import { listSubscriptions } from '../../src/store/index.ts';
import type { Json } from '../support/house.ts';
import { plainSubscription, topicSubscription } from '../support/notified.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';
import { openInside } from './inside.ts';
import type { Inside } from './inside.ts';

/** Who may register what: decided when a Subscription is written, on a server as it is in production. */

let inside: Inside;
beforeAll(async () => {
  inside = await openInside({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://opinions.example',
    MASTER_KEY: TEST_MASTER_KEY,
  });
});
afterAll(() => inside.stop());

const client: Caller = { client: 'c', organization: 'home', role: 'placer', scopes: ['system/*.cruds'] };
const ENDPOINT = 'https://ehr.example/hook';
const made = topicSubscription('case-progress', { endpoint: ENDPOINT });

async function post(resource: Json, caller = client) {
  return inside.ask(caller, 'POST', 'Subscription', resource);
}

/** How many are kept beside their records. */
async function rows(): Promise<number> {
  return (await listSubscriptions(inside.house.database, 'home', { limit: 100 })).length;
}

describe('is refused', () => {
  test('to a person, whatever the scopes: nobody is signed in when it is sent', async () => {
    const person: Caller = { ...client, user: 'Practitioner/p', scopes: ['user/*.cruds'] };
    const { status, keys, text } = await post(made, person);
    expect([status, keys]).toEqual([403, ['subscription-of-person']]);
    expect(text).toContain('stream of events');
    // To read it is another thing, and to stop it as well.
    const { body } = await post(made);
    expect((await inside.ask(person, 'GET', `Subscription/${body.id}`)).status).toBe(200);
    const asked = await inside.ask(person, 'PUT', `Subscription/${body.id}`, { ...body, status: 'requested' });
    expect(asked.keys).toEqual(['subscription-of-person']);
    expect((await inside.ask(person, 'DELETE', `Subscription/${body.id}`)).status).toBe(204);
  });

  test.each([
    ['case-progress', ['system/Subscription.cruds', 'system/DiagnosticReport.rs'], 'Task'],
    ['report-issued', ['system/Subscription.cruds', 'system/Task.rs'], 'DiagnosticReport'],
    ['appointment', ['system/Subscription.cruds', 'system/Task.rs'], 'Appointment'],
    ['case-progress', ['system/Subscription.cruds', 'system/Task.cud'], 'Task'],
    ['case-progress', ['system/Subscription.cruds', 'user/Task.rs'], 'Task'],
  ])('to who may not read what %s is about, with %j', async (topic, scopes, type) => {
    const { status, keys, text } = await post(topicSubscription(topic, { endpoint: ENDPOINT }), { ...client, scopes });
    expect([status, keys]).toEqual([403, ['scope-missing']]);
    expect(text).toContain(type);
  });

  test('to who may not write Subscriptions, and for plain criteria about what may not be read', async () => {
    expect((await post(made, { ...client, scopes: ['system/Subscription.rs', 'system/Task.rs'] })).keys).toEqual([
      'scope-missing',
    ]);
    const scopes = ['system/Subscription.cruds', 'system/Task.rs'];
    expect((await post(plainSubscription('Task?status=requested', ENDPOINT), { ...client, scopes })).status).toBe(201);
    expect((await post(plainSubscription('Patient?gender=female', ENDPOINT), { ...client, scopes })).keys).toEqual([
      'scope-missing',
    ]);
  });

  test.each([
    'http://ehr.example/hook',
    'https://127.0.0.1/hook',
    'https://10.1.2.3/hook',
    'https://192.168.0.1/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/hook',
    'https://[::ffff:10.0.0.1]/hook',
    'https://2130706433/hook',
    'https://0x7f.1/hook',
    'ftp://ehr.example/hook',
  ])('at %s, which is not reached', async (endpoint) => {
    const { status, keys } = await post(topicSubscription('case-progress', { endpoint }));
    expect([status, keys]).toEqual([422, ['subscription-endpoint']]);
  });

  test.each([
    ['active', 'subscription-status'],
    ['error', 'subscription-status'],
  ])('with the status %s, which is the server’s to give', async (status, key) => {
    const answer = await post({ ...made, status });
    expect([answer.status, answer.keys]).toEqual([422, [key]]);
    expect(answer.text).toContain('requested');
  });

  test('with an end that has passed', async () => {
    const answer = await post({ ...made, end: '2020-01-01T00:00:00Z' });
    expect([answer.status, answer.keys]).toEqual([422, ['subscription-end']]);
  });

  test('with all faults at once', async () => {
    const wrong = topicSubscription('case-progres', { endpoint: ENDPOINT, more: undefined });
    wrong.channel = { ...wrong.channel, header: ['Host: elsewhere'], payload: 'text/plain' };
    const { status, keys, text } = await post(wrong);
    expect(status).toBe(422);
    expect(keys).toEqual(expect.arrayContaining(['subscription-topic', 'subscription-header', 'subscription-payload']));
    expect(text).not.toContain('elsewhere');
  });
});

describe('is kept with its record', () => {
  test('or neither: what is refused beside it is not registered', async () => {
    const before = await rows();
    const bundle = [
      { resource: made, request: { method: 'POST', url: 'Subscription' } },
      { resource: { ...made, status: 'active' }, request: { method: 'POST', url: 'Subscription' } },
    ];
    await expect(inside.transact(client, bundle)).rejects.toThrow();
    expect(await rows()).toBe(before);
    const [{ status } = { status: 0 }] = await inside.transact(client, bundle.slice(0, 1));
    expect([status, await rows()]).toEqual([201, before + 1]);
  });

  test('as a Bundle leaves it, which may write and delete it', async () => {
    const put = { resource: { ...made, id: 'once' }, request: { method: 'PUT', url: 'Subscription/once' } };
    const gone = { request: { method: 'DELETE', url: 'Subscription/once' } };
    const before = await rows();
    await inside.transact(client, [put]);
    expect(await rows()).toBe(before + 1);
    await inside.transact(client, [gone]);
    expect(await rows()).toBe(before);
    await inside.transact(client, [put]);
    expect(await rows()).toBe(before + 1);
  });

  test('by PATCH, by a conditional update and a conditional delete as well', async () => {
    const { body } = await post(topicSubscription('report-issued', { endpoint: `${ENDPOINT}/conditional` }));
    const where = `Subscription?url=${ENDPOINT}/conditional`;
    const updated = await inside.ask(client, 'PUT', where, { ...body, status: 'off' });
    expect([updated.status, updated.body.status]).toEqual([200, 'off']);
    expect((await inside.ask(client, 'PUT', where, { ...body, status: 'active' })).keys).toEqual([
      'subscription-status',
    ]);
    const before = await rows();
    expect((await inside.ask(client, 'DELETE', where)).status).toBe(204);
    expect(await rows()).toBe(before - 1);
  });
});
