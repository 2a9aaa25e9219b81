import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { paramKey } from '../../src/search/index.ts';
import { openDatabase, writeRecords } from '../../src/store/index.ts';
import { matches, packet, refOf } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { waitUntil } from '../support/wait-until.ts';

let house: TestHouse;
let second: { readonly url: string; stop(): Promise<void> };
let home: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
  second = await house.startSecond();
  home = await house.register('home', 'placer');
  await house.register('programme', 'programme');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await house.stop();
});

const TIMES = Array.from({ length: 32 }, (_, n) => n);

function patient(value: string): Record<string, unknown> {
  return { resourceType: 'Patient', identifier: [{ system: 'urn:race', value }] };
}

function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The same call at either of two servers on one database. */
function at(n: number, path: string): string {
  return n % 2 === 0 ? path : `${second.url}/fhir${path}`;
}

async function versionsOf(ref: string): Promise<{ version: number; at: Date; body: string }[]> {
  const { rows } = await owner.query<{ version: string; at: Date; body: string }>(
    `select version, last_updated as at, body from record where ref = $1
     union all select version, last_updated, body from record_version where ref = $1 order by version`,
    [ref],
  );
  return rows.map((row) => ({ ...row, version: Number(row.version) }));
}

test('32 identical conditional creates at once, ten times: one record each', async () => {
  for (let round = 0; round < 10; round++) {
    const value = `create-${round}`;
    const answers = await Promise.all(
      TIMES.map(() =>
        home.fetch('POST', '/Patient', patient(value), { 'if-none-exist': `identifier=urn:race|${value}` }),
      ),
    );
    expect(statuses(answers)).toEqual({ 200: 31, 201: 1 });
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(matches(await home.fetch('GET', `/Patient?identifier=urn:race|${value}`))).toHaveLength(1);
  }
}, 60_000);

test('the same across two servers on one database', async () => {
  for (let round = 0; round < 5; round++) {
    const value = `servers-${round}`;
    const answers = await Promise.all(
      TIMES.map((n) =>
        home.fetch('POST', at(n, '/Patient'), patient(value), { 'if-none-exist': `identifier=urn:race|${value}` }),
      ),
    );
    expect(statuses(answers)).toEqual({ 200: 31, 201: 1 });
    expect(matches(await home.fetch('GET', `/Patient?identifier=urn:race|${value}`))).toHaveLength(1);
  }
}, 60_000);

test('the same within transactions: a case sent 8 times at once to two servers is one case', async () => {
  for (let round = 0; round < 3; round++) {
    const number = `case-${round}`;
    const answers = await Promise.all(
      TIMES.slice(0, 8).map((n) =>
        home.fetch('POST', n % 2 === 0 ? '' : `${second.url}/fhir`, packet({ number, programme: 'programme' })),
      ),
    );
    expect(statuses(answers)).toEqual({ 200: 8 });
    const requests = new Set(answers.map((answer) => refOf(answer.body.entry.at(-1).response.location)));
    expect(requests.size).toBe(1);
    const [request] = requests;
    expect(matches(await home.fetch('GET', `/Task?based-on=${request!}`))).toHaveLength(1);
    for (const type of ['Patient', 'Condition', 'Procedure', 'DocumentReference']) {
      const name = { Patient: 'patient', Condition: 'condition', Procedure: 'procedure', DocumentReference: 'letter' }[
        type
      ]!;
      const found = await home.fetch('GET', `/${type}?identifier=https://home.example/ids|${number}-${name}`);
      expect(matches(found)).toHaveLength(1);
    }
  }
}, 60_000);

test('the same criteria alone and within transactions exclude each other', async () => {
  const answers = await Promise.all(
    TIMES.map((n) => {
      const criteria = 'identifier=urn:race|mixed';
      if (n % 2 === 0)
        return home.fetch('POST', at(n / 2, '/Patient'), patient('mixed'), { 'if-none-exist': criteria });
      const entry = [
        { resource: patient('mixed'), request: { method: 'POST', url: 'Patient', ifNoneExist: criteria } },
      ];
      return home.fetch('POST', n % 4 === 1 ? '' : `${second.url}/fhir`, {
        resourceType: 'Bundle',
        type: 'transaction',
        entry,
      });
    }),
  );
  expect(answers.every((answer) => answer.status < 300)).toBe(true);
  expect(matches(await home.fetch('GET', '/Patient?identifier=urn:race|mixed'))).toHaveLength(1);
});

test('32 updates with the same If-Match: one wins, the others are told', async () => {
  const created = await home.fetch('POST', '/Patient', patient('if-match'));
  const { id } = created.body;
  const answers = await Promise.all(
    TIMES.map((n) =>
      home.fetch('PUT', at(n, `/Patient/${id}`), { ...patient('if-match'), id }, { 'if-match': 'W/"1"' }),
    ),
  );
  expect(statuses(answers)).toEqual({ 200: 1, 412: 31 });
  expect(await versionsOf(`Patient/${id}`)).toHaveLength(2);
});

test('the same inside transactions', async () => {
  const created = await home.fetch('POST', '/Patient', patient('if-match-inside'));
  const { id } = created.body;
  const entry = [
    {
      resource: { ...patient('if-match-inside'), id },
      request: { method: 'PUT', url: `Patient/${id}`, ifMatch: 'W/"1"' },
    },
    { resource: { resourceType: 'Basic', code: { text: 'beside' } }, request: { method: 'POST', url: 'Basic' } },
  ];
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  const answers = await Promise.all(
    TIMES.map((n) => home.fetch('POST', n % 2 === 0 ? '' : `${second.url}/fhir`, bundle)),
  );
  expect(statuses(answers)).toEqual({ 200: 1, 412: 31 });
  // Who lost left nothing behind.
  expect((await home.fetch('GET', '/Basic')).body.total).toBe(1);
});

test('32 updates without If-Match: all stand one after the other, times growing, body and index at one', async () => {
  const created = await home.fetch('POST', '/Patient', patient('last-wins'));
  const { id } = created.body;
  const ref = `Patient/${id}`;
  const answers = await Promise.all(
    TIMES.map((n) => home.fetch('PUT', at(n, `/${ref}`), { ...patient('last-wins'), id, name: [{ family: `F${n}` }] })),
  );
  expect(statuses(answers)).toEqual({ 200: 32 });
  expect(answers.map((answer) => Number(answer.body.meta.versionId)).sort((a, b) => a - b)).toEqual(
    TIMES.map((n) => n + 2),
  );
  const versions = await versionsOf(ref);
  expect(versions.map((row) => row.version)).toEqual([...TIMES.map((n) => n + 1), 33]);
  for (const [n, row] of versions.entries()) {
    const { meta } = JSON.parse(row.body) as { meta: { versionId: string; lastUpdated: string } };
    expect(meta).toMatchObject({ versionId: String(n + 1), lastUpdated: row.at.toISOString() });
    if (n > 0) expect(row.at.getTime()).toBeGreaterThan(versions[n - 1]!.at.getTime());
  }
  const last = versions.at(-1)!;
  const { rows } = await owner.query<{ low: number; high: number }>(
    'select low, high from search_range where target = $1 and low = $2',
    [ref, last.at.getTime()],
  );
  expect(rows).toEqual([{ low: last.at.getTime(), high: last.at.getTime() + 1 }]);
  expect(matches(await home.fetch('GET', `/Patient?_id=${id}&_lastUpdated=${last.at.toISOString()}`))).toEqual([ref]);
  const { body: current } = await home.fetch('GET', `/${ref}`);
  const names = await Promise.all(TIMES.map((n) => home.fetch('GET', `/Patient?family:exact=F${n}`)));
  expect(names.flatMap((answer) => matches(answer))).toEqual([ref]);
  expect(current.meta.versionId).toBe('33');

  const history = await home.fetch('GET', `/${ref}/_history?_count=50`);
  const order = (history.body.entry as { resource: { meta: { versionId: string } } }[]).map((entry) =>
    Number(entry.resource.meta.versionId),
  );
  expect(order).toEqual([33, ...TIMES.map((n) => n + 1).reverse()]);
});

test('32 PUTs that would make the same new id: one makes it, the others follow', async () => {
  const answers = await Promise.all(
    TIMES.map((n) => home.fetch('PUT', at(n, '/Patient/chosen-by-all'), { ...patient('chosen'), id: 'chosen-by-all' })),
  );
  expect(statuses(answers)).toEqual({ 200: 31, 201: 1 });
  expect((await versionsOf('Patient/chosen-by-all')).map((row) => row.version)).toEqual([...TIMES.map((n) => n + 1)]);
});

test('the same inside transactions', async () => {
  const entry = [
    {
      resource: { ...patient('inside'), id: 'chosen-inside' },
      request: { method: 'PUT', url: 'Patient/chosen-inside' },
    },
  ];
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  const answers = await Promise.all(
    TIMES.map((n) => home.fetch('POST', n % 2 === 0 ? '' : `${second.url}/fhir`, bundle)),
  );
  expect(statuses(answers)).toEqual({ 200: 32 });
  expect(await versionsOf('Patient/chosen-inside')).toHaveLength(32);
});

test('deletes and updates of one record at once: every version is one of them, and no answer is a 5xx', async () => {
  const created = await home.fetch('POST', '/Patient', patient('deleted'));
  const { id } = created.body;
  const answers = await Promise.all(
    TIMES.map((n) =>
      n % 4 === 0
        ? home.fetch('DELETE', at(n, `/Patient/${id}`))
        : home.fetch('PUT', at(n, `/Patient/${id}`), { ...patient('deleted'), id }),
    ),
  );
  expect(answers.filter((answer) => answer.status >= 300).map((answer) => answer.text)).toEqual([]);
  const versions = await versionsOf(`Patient/${id}`);
  expect(versions.map((row) => row.version)).toEqual(versions.map((_, n) => n + 1));
});

test('transactions that update A and B, and B and A, 50 pairs at once: all succeed', async () => {
  const ids = await Promise.all(
    ['A', 'B'].map(async (name) => (await home.fetch('POST', '/Patient', patient(name))).body.id as string),
  );
  const bundle = (order: readonly string[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: order.map((id) => ({
      resource: { ...patient('pair'), id },
      request: { method: 'PUT', url: `Patient/${id}` },
    })),
  });
  const pairs = Array.from({ length: 50 }, (_, n) => n);
  const answers = await Promise.all(
    pairs.flatMap((n) => [
      home.fetch('POST', '', bundle(ids)),
      home.fetch('POST', n % 2 === 0 ? '' : `${second.url}/fhir`, bundle([...ids].reverse())),
    ]),
  );
  expect(statuses(answers)).toEqual({ 200: 100 });
  for (const id of ids) expect(await versionsOf(`Patient/${id}`)).toHaveLength(101);
}, 60_000);

test('transactions that create A and B by PUT, and B and A: all succeed', async () => {
  const bundle = (order: readonly string[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: order.map((id) => ({
      resource: { ...patient('new-pair'), id },
      request: { method: 'PUT', url: `Patient/${id}` },
    })),
  });
  for (let round = 0; round < 10; round++) {
    const ids = [`pair-${round}-a`, `pair-${round}-b`];
    const answers = await Promise.all(
      [0, 1, 2, 3].map((n) => home.fetch('POST', '', bundle(n % 2 === 0 ? ids : [...ids].reverse()))),
    );
    expect(statuses(answers)).toEqual({ 200: 4 });
  }
}, 60_000);

test('more cases at once than there are connections: none waits for a connection that another of them holds', async () => {
  // By now what the server remembers of its programmes is too old, and all of them ask.
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const answers = await Promise.all(
    TIMES.map((n) => home.fetch('POST', '', packet({ number: `many-${n}`, programme: 'programme' }))),
  );
  expect(statuses(answers)).toEqual({ 200: 32 });
});

test('a transaction that has to run again names what another one made meanwhile', async () => {
  const store = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
  try {
    // Held by somebody else: the id that the first bundle is going to write.
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let held: Promise<void> | undefined;
    await new Promise<void>((resolve) => {
      held = store.transact(async (on) => {
        await writeRecords(on, { request: 'test', organization: 'home', client: 'test', interaction: 'create' }, [
          {
            ref: 'Basic/contended',
            type: 'Basic',
            version: 1,
            owner: 'home',
            readers: ['home'],
            method: 'PUT',
            body: {
              head: '{"resourceType":"Basic","id":"contended","meta":{"versionId":"1","lastUpdated":"',
              tail: '"},"code":{"text":"x"}}',
            },
            index: { text: [], range: [] },
            keys: { id: paramKey('Basic', '_id'), lastUpdated: paramKey('Basic', '_lastUpdated') },
          },
        ]);
        resolve();
        await gate;
      });
    });
    const conditional = {
      fullUrl: 'urn:uuid:7b8b2a6e-0000-4000-8000-000000000001',
      resource: patient('meanwhile'),
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:race|meanwhile' },
    };
    const observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: conditional.fullUrl },
    };
    const bundle = (...more: object[]) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [conditional, ...more],
    });
    const untilWaiting = async (count: number): Promise<void> => {
      const text = `select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      expect(await waitUntil(async () => (await owner.query(text)).rowCount! >= count)).toBe(true);
    };
    const first = home.fetch(
      'POST',
      '',
      bundle(
        { resource: observation, request: { method: 'POST', url: 'Observation' } },
        {
          resource: { resourceType: 'Basic', id: 'contended', code: { text: 'y' } },
          request: { method: 'PUT', url: 'Basic/contended' },
        },
      ),
    );
    await untilWaiting(1);
    // Waits for the first one's condition, and creates as soon as that one has to start again.
    const other = home.fetch('POST', `${second.url}/fhir`, bundle());
    await untilWaiting(2);
    letGo();
    await held;
    expect(statuses(await Promise.all([first, other]))).toEqual({ 200: 2 });
    const [made] = matches(await home.fetch('GET', '/Patient?identifier=urn:race|meanwhile'));
    const answer = await first;
    const stored = await home.fetch('GET', `/${refOf(answer.body.entry[1].response.location)}`);
    expect(stored.body.subject.reference).toBe(made);
    expect((await home.fetch('GET', '/Basic/contended')).body.meta.versionId).toBe('2');
  } finally {
    await store.close();
  }
});

const AS_JSON_PATCH = { 'content-type': 'application/json-patch+json' };

function where(value: string): string {
  return `?identifier=${encodeURIComponent(`urn:race|${value}`)}`;
}

test('32 conditional updates of what is not there, at two servers: one creates, the others follow', async () => {
  for (let round = 0; round < 5; round++) {
    const value = `update-${round}`;
    const answers = await Promise.all(
      TIMES.map((n) => home.fetch('PUT', at(n, `/Patient${where(value)}`), patient(value))),
    );
    expect(statuses(answers)).toEqual({ 200: 31, 201: 1 });
    const found = matches(await home.fetch('GET', `/Patient${where(value)}`));
    expect(found).toHaveLength(1);
    expect((await versionsOf(found[0]!)).map((row) => row.version)).toEqual(TIMES.map((n) => n + 1));
  }
}, 60_000);

test('conditional updates and creates under the same criteria exclude each other', async () => {
  const answers = await Promise.all(
    TIMES.map((n) =>
      n % 2 === 0
        ? home.fetch('PUT', at(n / 2, `/Patient${where('either')}`), patient('either'))
        : home.fetch('POST', at((n - 1) / 2, '/Patient'), patient('either'), {
            'if-none-exist': 'identifier=urn:race|either',
          }),
    ),
  );
  const { 201: made, ...others } = statuses(answers);
  expect([made, others]).toEqual([1, { 200: 31 }]);
  expect(matches(await home.fetch('GET', `/Patient${where('either')}`))).toHaveLength(1);
});

test('conditional updates and deletes of one record: each meets what stands, and none brings back what was deleted', async () => {
  await home.fetch('POST', '/Patient', patient('coming'));
  const answers = await Promise.all(
    TIMES.map((n) =>
      n % 4 === 0
        ? home.fetch('DELETE', at(n / 4, `/Patient${where('coming')}`))
        : home.fetch('PUT', at(n, `/Patient${where('coming')}`), patient('coming')),
    ),
  );
  expect(answers.filter(({ status }) => status >= 300).map(({ text }) => text)).toEqual([]);
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string);
  expect(new Set(made).size).toBe(made.length);
  // A record that was deleted stays deleted: its versions end there.
  for (const id of made) {
    const { rows } = await owner.query<{ deleted: boolean }>(
      `select version, deleted from record where ref = $1
       union all select version, deleted from record_version where ref = $1 order by version`,
      [`Patient/${id}`],
    );
    expect(rows.slice(0, -1).filter(({ deleted }) => deleted)).toEqual([]);
  }
  expect(matches(await home.fetch('GET', `/Patient${where('coming')}`)).length).toBeLessThanOrEqual(1);
}, 60_000);

test('a conditional update does not write over what does not meet its criteria any more', async () => {
  for (let round = 0; round < 10; round++) {
    const value = `moves-${round}`;
    const { id } = (await home.fetch('POST', '/Patient', patient(value))).body;
    const [moved, updated] = await Promise.all([
      home.fetch('PUT', `/Patient/${id}`, { ...patient(`moved-${round}`), id }),
      home.fetch('PUT', at(1, `/Patient${where(value)}`), { ...patient(value), active: true }),
    ]);
    expect(moved.status).toBe(200);
    // Either it came first, and was written over, or it found nothing, and made a record of its own.
    const stands = (await home.fetch('GET', `/Patient/${id}`)).body;
    expect(stands.identifier[0].value).toBe(`moved-${round}`);
    expect([updated.status, updated.body.id === id]).toEqual(
      stands.meta.versionId === '3' ? [200, true] : [201, false],
    );
  }
}, 60_000);

test('32 conditional deletes at two servers: it is deleted once', async () => {
  const { id } = (await home.fetch('POST', '/Patient', patient('ends'))).body;
  const answers = await Promise.all(TIMES.map((n) => home.fetch('DELETE', at(n, `/Patient${where('ends')}`))));
  expect(statuses(answers)).toEqual({ 204: 32 });
  expect(answers.filter(({ headers }) => headers.get('etag') === 'W/"2"')).toHaveLength(1);
  expect(await versionsOf(`Patient/${id}`)).toHaveLength(2);
});

test.each([
  ['JSON Patch', (n: number) => [{ op: 'add', path: '/name/-', value: { family: `F${n}` } }]],
  [
    'FHIRPath Patch',
    (n: number) => ({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'add' },
            { name: 'path', valueString: 'Patient' },
            { name: 'name', valueString: 'name' },
            { name: 'value', valueHumanName: { family: `F${n}` } },
          ],
        },
      ],
    }),
  ],
])(
  '32 patches at two servers, as %s: none is lost',
  async (_what, body) => {
    const { id } = (await home.fetch('POST', '/Patient', { ...patient('patched'), name: [{ family: 'F' }] })).body;
    const answers = await Promise.all(
      TIMES.map((n) => {
        const sent = body(n);
        const headers = Array.isArray(sent) ? AS_JSON_PATCH : {};
        return home.fetch('PATCH', at(n, `/Patient/${id}`), JSON.stringify(sent), {
          'content-type': 'application/fhir+json',
          ...headers,
        });
      }),
    );
    expect(statuses(answers)).toEqual({ 200: 32 });
    const versions = await versionsOf(`Patient/${id}`);
    expect(versions.map((row) => row.version)).toEqual([...TIMES.map((n) => n + 1), 33]);
    const families = (text: string): string[] =>
      (JSON.parse(text) as { name: { family: string }[] }).name.map(({ family }) => family);
    // Each version is the one before it and one name more.
    for (const [n, { body: text }] of versions.entries()) {
      expect(families(text).slice(0, -1)).toEqual(n === 0 ? [] : families(versions[n - 1]!.body));
    }
    expect(new Set(families(versions.at(-1)!.body)).size).toBe(33);
  },
  60_000,
);

test('patches, updates and conditional patches of one record: each patch is of the version before its own', async () => {
  const start = { ...patient('mixed-patch'), name: [{ family: 'F' }] };
  const { id } = (await home.fetch('POST', '/Patient', start)).body;
  const operations = JSON.stringify([{ op: 'add', path: '/name/-', value: { family: 'P' } }]);
  const answers = await Promise.all(
    TIMES.map((n) =>
      n % 4 === 0
        ? home.fetch('PUT', at(n / 4, `/Patient/${id}`), { ...start, id })
        : home.fetch('PATCH', at(n, n % 4 === 1 ? `/Patient/${id}` : `/Patient${where('mixed-patch')}`), operations, {
            ...AS_JSON_PATCH,
          }),
    ),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  // What others overtake again and again is told so.
  expect(refused.filter(({ status }) => status !== 409).map(({ text }) => text)).toEqual([]);
  const versions = await versionsOf(`Patient/${id}`);
  expect(versions).toHaveLength(1 + answers.length - refused.length);
  const lengths = versions.map(({ body }) => (JSON.parse(body) as { name: unknown[] }).name.length);
  expect(lengths.every((length, n) => n === 0 || length === 1 || length === lengths[n - 1]! + 1)).toBe(true);
}, 60_000);

test('32 patches with the same If-Match, and 32 that test the same value: one wins', async () => {
  const { id } = (await home.fetch('POST', '/Patient', { ...patient('guarded'), gender: 'unknown' })).body;
  const replace = { op: 'replace', path: '/gender', value: 'other' };
  const matched = await Promise.all(
    TIMES.map((n) =>
      home.fetch('PATCH', at(n, `/Patient/${id}`), JSON.stringify([replace]), {
        ...AS_JSON_PATCH,
        'if-match': 'W/"1"',
      }),
    ),
  );
  expect(statuses(matched)).toEqual({ 200: 1, 412: 31 });
  const operations = JSON.stringify([
    { op: 'test', path: '/gender', value: 'other' },
    { ...replace, value: 'female' },
  ]);
  const tested = await Promise.all(
    TIMES.map((n) => home.fetch('PATCH', at(n, `/Patient/${id}`), operations, AS_JSON_PATCH)),
  );
  expect(statuses(tested)).toEqual({ 200: 1, 409: 31 });
  expect(await versionsOf(`Patient/${id}`)).toHaveLength(3);
});
