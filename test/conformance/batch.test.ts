import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#transaction: batch */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const batch = (...entry: unknown[]): object => ({ resourceType: 'Bundle', type: 'batch', entry });
const create = (resource: Json, more: object = {}): object => ({
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
});

test('each entry stands for itself, in their order', async () => {
  await home.fetch('PUT', '/Patient/b1', { resourceType: 'Patient', id: 'b1' });
  const answer = await home.fetch(
    'POST',
    '',
    batch(
      create({ resourceType: 'Patient', active: true }),
      create({ resourceType: 'Patient', nick: 'x' }),
      { request: { method: 'GET', url: 'Patient/b1' } },
      { request: { method: 'GET', url: 'Patient/never' } },
      { request: { method: 'GET', url: 'Patient?_id=b1' } },
      {
        resource: { resourceType: 'Patient', id: 'b1', active: true },
        request: { method: 'PUT', url: 'Patient/b1', ifMatch: 'W/"1"' },
      },
      {
        resource: { resourceType: 'Patient', id: 'b1' },
        request: { method: 'PUT', url: 'Patient/b1', ifMatch: 'W/"1"' },
      },
      { request: { method: 'DELETE', url: 'Patient/b1' } },
      { request: { method: 'BREW', url: 'Coffee' } },
      { request: { method: 'GET', url: 'Nonsense' } },
      {},
    ),
  );
  expect([answer.status, answer.body.type]).toEqual([200, 'batch-response']);
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual([
    '201',
    '422',
    '200',
    '404',
    '200',
    '200',
    '412',
    '204',
    '400',
    '404',
    '400',
  ]);
  for (const { response } of answer.body.entry) {
    expect(response.outcome?.resourceType).toBe(Number(response.status) < 400 ? undefined : 'OperationOutcome');
  }
  expect(answer.body.entry[2].resource.id).toBe('b1');
  expect(answer.body.entry[4].resource.type).toBe('searchset');
  expect(answer.body.entry[1].response.outcome.issue[0].expression).toEqual(['Patient.nick']);
});

test('what fails changes nothing, what does not stays', async () => {
  const named = (value: string): Json => ({ resourceType: 'Patient', identifier: [{ system: 'http://h', value }] });
  await home.fetch('POST', '', batch(create(named('stays')), create({ ...named('fails'), nick: 'x' })));
  for (const [value, total] of [
    ['stays', 1],
    ['fails', 0],
  ]) {
    expect((await home.fetch('GET', `/Patient?identifier=http://h|${value}&_summary=count`)).body.total).toBe(total);
  }
});

test('a conditional create in it is one', async () => {
  const entry = create(
    { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'once' }] },
    { ifNoneExist: 'identifier=http://h|once' },
  );
  const answer = await home.fetch('POST', '', batch(entry, entry));
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['201', '200']);
});

test('scopes hold for each entry', async () => {
  const reader = await house.register('reader', 'placer', 'system/Patient.rs');
  const answer = await reader.fetch(
    'POST',
    '',
    batch(create({ resourceType: 'Patient' }), { request: { method: 'GET', url: 'Patient?_count=1' } }),
  );
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['403', '200']);
});

test('a query in it that is not percent-encoded is refused, not searched for', async () => {
  const answer = await home.fetch('POST', '', batch({ request: { method: 'GET', url: 'Patient?name=%FF' } }));
  expect(answer.body.entry[0].response.status.slice(0, 3)).toBe('400');
});

test.each(['collection', 'document', 'message', 'searchset', 'nonsense', undefined])(
  'a Bundle of type %s is refused',
  async (type) => {
    expectOutcome(
      await home.fetch('POST', '', { resourceType: 'Bundle', type, entry: [] }),
      400,
      'bundle-type',
      'Bundle.type',
    );
  },
);

test('what is refused in it is audited, with what was asked for', async () => {
  const partner = await house.register('audited', 'placer', 'system/Patient.rs');
  await partner.fetch(
    'POST',
    '',
    batch(create({ resourceType: 'Patient' }), { request: { method: 'GET', url: 'Patient/never' } }, {}),
  );
  const client = new Client({ connectionString: house.database });
  await client.connect();
  try {
    const rows = async (): Promise<unknown[]> => {
      const text = `select status, detail from audit where organization = 'audited' and interaction = 'batch' order by status`;
      return (await client.query({ text, rowMode: 'array' })).rows;
    };
    for (let attempt = 0; attempt < 50 && (await rows()).length < 3; attempt++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(await rows()).toEqual([
      [400, 'entry-request'],
      [403, 'scope-missing'],
      [404, 'not-found'],
    ]);
  } finally {
    await client.end();
  }
});
