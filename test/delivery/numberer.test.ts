import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { addClient } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import type { Caller } from '../../src/base/index.ts';
import { LANES } from '../../src/delivery/lanes.ts';
import type { MatchTerms } from '../../src/delivery/match.ts';
import { createNumberer } from '../../src/delivery/number.ts';
import { generateKey } from '../../src/keys/index.ts';
import { beginNumbering, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { openInside } from '../interactions/inside.ts';
import type { Inside } from '../interactions/inside.ts';
import type { Json } from '../support/house.ts';
import { plainSubscription } from '../support/notified.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What happens to Subscriptions while events are being given their numbers. */

const HOME: Caller = { client: 'ehr', organization: 'home', role: 'placer', scopes: ['system/*.cruds'] };
const [, RECORDS] = LANES;
const PUT = 'application/fhir+json';

let inside: Inside;
let worker: Database;
let owner: Client;
/** Called before it is asked which records meet criteria. */
let beforeMatching: () => Promise<unknown>;
let number: (terms?: MatchTerms) => Promise<number>;
let numberer: ReturnType<typeof createNumberer>;

beforeAll(async () => {
  inside = await openInside({ OUTBOUND_ALLOWED_HOSTS: 'receiver.example' });
  const { database } = inside.house;
  const { publicJwk } = await generateKey('ES384');
  await addClient(
    { database, clock: systemClock },
    {
      id: 'ehr',
      organization: 'home',
      name: 'EHR',
      kind: 'service',
      scope: 'system/*.cruds',
      jwks: { keys: [publicJwk] },
    },
  );
  worker = openDatabase({ url: inside.url, role: 'consilium_worker', size: 3, logger: silentLogger });
  owner = new Client({ connectionString: inside.url });
  await owner.connect();
  await beginNumbering(worker);
});
afterAll(async () => {
  await owner.end();
  await worker.close();
  await inside.stop();
});

beforeEach(async () => {
  await owner.query('delete from subscription');
  beforeMatching = () => Promise.resolve();
  const { database } = inside.house;
  const slowed: Database = {
    ...database,
    async query(statement, values) {
      await beforeMatching();
      return database.query(statement, values);
    },
  };
  const open = (terms?: MatchTerms): typeof numberer =>
    createNumberer(
      {
        house: { ...inside.house, database: slowed },
        worker,
        onGivenUp: () => undefined,
        ...(terms === undefined ? {} : { terms }),
      },
      RECORDS,
    );
  numberer = open();
  number = async (terms) => {
    if (terms !== undefined) numberer = open(terms);
    const taken = await numberer();
    return taken === 'busy' ? 0 : taken.count;
  };
  // What tests before it have left.
  await numberUntil(0);
});

/** Until there is nothing more; transactions of other tests hold some of it back for a while. */
async function numberUntil(least: number): Promise<void> {
  let all = 0;
  await waitUntil(async () => {
    const count = await number();
    all += count;
    return count === 0 && all >= least;
  }, 5);
}

async function subscribe(id: string, criteria: string): Promise<void> {
  const resource = { ...plainSubscription(criteria, `https://receiver.example/${id}`, PUT), id };
  const made = await inside.ask(HOME, 'PUT', `Subscription/${id}`, resource);
  expect([made.keys, made.status < 300]).toEqual([[], true]);
  await owner.query(
    `update subscription set status = 'active', shown = 'active', since = coalesce(since, pg_current_snapshot()) where id = $1`,
    [`Subscription/${id}`],
  );
}

async function addPatient(): Promise<string> {
  const made = await inside.ask(HOME, 'POST', 'Patient', { resourceType: 'Patient', active: true });
  return `Patient/${made.body.id}`;
}

async function told(id: string): Promise<Json[]> {
  const { rows } = await owner.query(`select focus from subscription_event where subscription = $1 order by number`, [
    `Subscription/${id}`,
  ]);
  return rows.map(({ focus }: Json) => focus);
}

test('one that asks for something else meanwhile is told by what it asks for now', async () => {
  await subscribe('changes', 'Patient?active=true');
  await subscribe('stays', 'Patient?active=true');
  const patient = await addPatient();
  let count = 0;
  beforeMatching = async () => {
    if (count++ === 0) await subscribe('changes', 'Observation?status=final');
  };
  await numberUntil(1);
  expect(count).toBeGreaterThan(0);
  expect([await told('changes'), await told('stays')]).toEqual([[], [patient]]);
});

test('one that goes elsewhere meanwhile loses nothing', async () => {
  await subscribe('moves', 'Patient?active=true');
  const patient = await addPatient();
  let count = 0;
  beforeMatching = async () => {
    if (count++ === 0) await subscribe('moves', 'Patient?active=true&active=true,false');
  };
  await numberUntil(1);
  expect(await told('moves')).toEqual([patient]);
});

test('one that is made again under its id meanwhile is not told of what happened before', async () => {
  await subscribe('again', 'Patient?active=true');
  await addPatient();
  let count = 0;
  beforeMatching = async () => {
    if (count++ > 0) return;
    expect((await inside.ask(HOME, 'DELETE', 'Subscription/again')).status).toBe(204);
    await subscribe('again', 'Patient?active=true');
  };
  await numberUntil(1);
  expect(await told('again')).toEqual([]);
  const later = await addPatient();
  await numberUntil(1);
  expect(await told('again')).toEqual([later]);
});

test('whose criteria take too long twice is given up, said so, and told nothing more; others go on', async () => {
  await subscribe('slow', 'Patient?active=true');
  const before = await addPatient();
  await numberUntil(1);
  const after = await addPatient();
  let asked = 0;
  beforeMatching = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const statusOf = async (): Promise<Json> =>
    (await owner.query('select status, error, since from subscription')).rows[0];
  await number({ organizationMs: 50, roundMs: 60_000 });
  await waitUntil(async () => asked > 0 || (await number()) > 0);
  // The database may have stood still by itself: once is not enough.
  expect([asked, await statusOf()]).toMatchObject([1, { status: 'active' }]);
  await waitUntil(async () => {
    await number();
    return (await statusOf()).status === 'error';
  });
  expect(await statusOf()).toEqual({ status: 'error', error: 'criteria-too-slow', since: null });
  beforeMatching = () => Promise.resolve();
  await subscribe('well', 'Patient?active=true');
  const next = await addPatient();
  await numberUntil(1);
  expect([await told('slow'), await told('well')]).toEqual([[before], [next]]);
  expect(after).not.toBe(next);
});
