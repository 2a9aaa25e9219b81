import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addOrganization, addPerson, createSignIn, disablePerson } from '../../src/auth/index.ts';
import { verifyPassword } from '../../src/auth/passwords.ts';
import type { SignIn, SignInRequest } from '../../src/auth/index.ts';
import { fault, silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { putRecord } from './records.ts';

const PASSWORD = 'correct horse battery staple';
const MINUTE = 60_000;
/** The same password at a hundredth of a millisecond: there are many attempts here. */
const CHEAP = 'scrypt$4$8$1$AAAAAAAAAAAAAAAAAAAAAA$JDF3kHQmpHgCiBsUlWl7Ox7HUI3IK2yGrCvfS7EgU3w';
const verify: typeof verifyPassword = async (password, encoded) =>
  (await verifyPassword(password, encoded ?? CHEAP)) && encoded !== null;

let url: string;
let drop: () => Promise<void>;
/** Two processes. */
let databases: Database[];
let owner: pg.Client;
let now: number;
let here: SignIn;
let there: SignIn;
const ids = new Map<string, string>();
const clock = () => new Date(now);
const ask = (request: Partial<SignInRequest> = {}): SignInRequest => ({
  login: 'an.tran',
  password: PASSWORD,
  ...request,
});
const wrong = { problem: 'wrong' };

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase());
  databases = [1, 2].map(() => openDatabase({ url, role: 'consilium_app', size: 4, logger: silentLogger }));
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  now = Date.parse('2026-01-05T08:00:00Z');
  const [database] = databases as [Database];
  [here, there] = databases.map((each) => createSignIn({ database: each, clock, verify })) as [SignIn, SignIn];
  const registry = { database, clock };
  await addOrganization(registry, { id: 'north', name: 'North', role: 'placer' });
  await addOrganization(registry, { id: 'south', name: 'South', role: 'programme' });
  await putRecord(owner, 'north', 'Practitioner/an');
  const person = { organization: 'north', name: 'An Tran', fhirUser: 'Practitioner/an' };
  for (const [login, more] of [
    ['an.tran', { password: PASSWORD }],
    ['gone', { password: PASSWORD }],
    ['upstream', { subject: 'an-at-home' }],
  ] as const) {
    ids.set(login, (await addPerson(registry, { ...person, login, ...more })).id);
  }
  await owner.query('update person set password = $1 where password is not null', [CHEAP]);
  await disablePerson(registry, ids.get('gone')!);
});
beforeEach(async () => {
  // Beyond all that was counted.
  now += 3 * 60 * MINUTE;
  await owner.query('truncate audit');
});
afterAll(async () => {
  await owner.end();
  for (const database of databases) await database.close();
  await drop();
});

async function trail(): Promise<unknown[]> {
  const columns = 'interaction, organization, client, person, status, detail';
  return (await owner.query(`select ${columns} from audit order by at, request`)).rows;
}

test('the right password lets in, however the login is typed', async () => {
  for (const login of ['an.tran', ' An.Tran ', 'ＡＮ.tran']) {
    expect(await here(ask({ login, organization: 'north' }))).toMatchObject({
      person: { id: ids.get('an.tran'), organization: 'north', role: 'placer', fhirUser: 'Practitioner/an' },
    });
  }
});

test('57 a login that is not known takes as long as one that is', async () => {
  const [database] = databases as [Database];
  const signIn = createSignIn({ database, clock });
  const began = performance.now();
  expect(await signIn(ask({ login: 'nobody-knows' }))).toEqual(wrong);
  // A password that is compared takes at least a tenth of a second of any machine; an answer without, some milliseconds.
  expect(performance.now() - began).toBeGreaterThan(100);
});

test('whatever is wrong has one and the same answer, and a line in the audit that repeats nothing', async () => {
  expect(await here(ask({ password: 'Correct horse battery staple', client: 'app' }))).toEqual(wrong);
  expect(await here(ask({ login: 'nobody-knows' }))).toEqual(wrong);
  expect(await here(ask({ login: 'gone' }))).toEqual(wrong);
  expect(await here(ask({ login: 'upstream' }))).toEqual(wrong);
  expect(await here(ask({ organization: 'south', password: 'no' }))).toEqual(wrong);
  expect(await here(ask({ login: 'gone', organization: 'south' }))).toEqual(wrong);
  // Who knows the password may know that much; it counts as a failure all the same.
  expect(await here(ask({ organization: 'south' }))).toEqual({ problem: 'elsewhere' });
  expect(await here(ask({ login: '\0' }))).toEqual(wrong);
  expect(await here(ask({ login: '', password: '' }))).toEqual(wrong);
  await here(ask({ organization: 'north', client: 'app' }));
  const line = { interaction: 'sign-in', organization: null, client: null, person: null, status: 401, detail: null };
  const lines = await trail();
  expect(lines).toHaveLength(10);
  for (const expected of [
    { ...line, client: 'app' },
    line,
    { ...line, organization: 'south' },
    { ...line, organization: 'north', client: 'app', person: 'Practitioner/an', status: 200 },
  ]) {
    expect(lines).toContainEqual(expected);
  }
  const kept = await owner.query(
    'select row_to_json(a)::text as row from sign_in_attempt a union all select row_to_json(b)::text from audit b',
  );
  expect(kept.rows.filter(({ row }) => /nobody-knows|horse|an\.tran/.test(String(row)))).toEqual([]);
});

test('57 after five attempts a login waits, longer each time, known or not, on all processes', async () => {
  const logins = ['an.tran', 'nobody-knows'];
  const waits: number[][] = [];
  for (const login of logins) {
    const began = now;
    const guess = { login, password: 'a guess that is wrong' };
    for (let attempt = 0; attempt < 5; attempt++) expect(await [here, there][attempt % 2]!(ask(guess))).toEqual(wrong);
    const told: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      // Not even the right password helps, and asking again does not prolong it.
      for (const signIn of [here, there]) {
        const answer = await signIn(ask({ login }));
        expect(answer).toMatchObject({ problem: 'throttled' });
        if (signIn === here && 'retryAfterSeconds' in answer) told.push(answer.retryAfterSeconds);
      }
      now += told.at(-1)! * 1000 + 1;
      expect(await there(ask(guess))).toEqual(wrong);
    }
    waits.push(told);
    now = began;
  }
  expect(waits[0]).toEqual([30, 60, 120, 240, 480, 900, 900]);
  expect(waits[1]).toEqual(waits[0]);
  expect((await trail()).filter((row) => (row as { status: number }).status === 429)).toHaveLength(28);
});

test('57 the right password begins the count anew, and so does an hour', async () => {
  const guess = ask({ password: 'a guess that is wrong' });
  for (let attempt = 0; attempt < 4; attempt++) await here(guess);
  expect(await here(ask())).toHaveProperty('person');
  for (let attempt = 0; attempt < 5; attempt++) expect(await here(guess)).toEqual(wrong);
  expect(await here(ask())).toHaveProperty('problem', 'throttled');
  now += 61 * MINUTE;
  for (let attempt = 0; attempt < 5; attempt++) expect(await here(guess)).toEqual(wrong);
  expect(await here(guess)).toHaveProperty('problem', 'throttled');
});

test('57 many attempts at once gain nothing', async () => {
  const guesses = Array.from({ length: 30 }, (_, n) =>
    [here, there][n % 2]!(ask({ password: `a guess, number ${n}` })),
  );
  const answers = await Promise.all(guesses);
  expect(answers.filter((answer) => 'problem' in answer && answer.problem === 'wrong')).toHaveLength(5);
  expect(answers.filter((answer) => 'problem' in answer && answer.problem === 'throttled')).toHaveLength(25);
});

test('57 an address has fifty failures in a quarter of an hour; whoever comes in does not count', async () => {
  const address = '::ffff:203.0.113.7';
  for (let n = 0; n < 3; n++) expect(await here(ask({ address }))).toHaveProperty('person');
  // As if it had been tried forty-nine times.
  await owner.query('update sign_in_attempt set failures = 49 where failures = 0');
  expect(await here(ask({ login: 'one-more', address: '203.0.113.7' }))).toEqual(wrong);
  const answer = await there(ask({ address }));
  expect(answer).toMatchObject({ problem: 'throttled', retryAfterSeconds: 15 * 60 - (now % (15 * MINUTE)) / 1000 });
  expect(await there(ask({ address: '203.0.113.8' }))).toHaveProperty('person');
  now += 15 * MINUTE;
  expect(await there(ask({ address }))).toHaveProperty('person');
});

test('57 an address of IPv6 is its whole network', async () => {
  await here(ask({ login: 'one', address: '2001:db8:1:2::1' }));
  await here(ask({ login: 'two', address: '2001:0db8:0001:0002:ffff:1:2:3' }));
  await here(ask({ login: 'three', address: '2001:db8:1:3::1' }));
  await here(ask({ login: 'four', address: '2001:db8::1' }));
  const { rows } = await owner.query('select failures from sign_in_attempt where since = $1 order by failures desc', [
    clock(),
  ]);
  // Four logins and three networks, one of them twice.
  expect(rows.map(({ failures }) => failures as number)).toEqual([2, 1, 1, 1, 1, 1, 1]);
});

test('59 nobody is let in without a line in the audit', async () => {
  const [database] = databases as [Database];
  const away = fault(503, 'transient', 'database-away', 'The database is not to be reached.');
  const broken: Database = {
    ...database,
    query: (statement, values) =>
      statement.name === 'audit-identity' ? Promise.reject(away) : database.query(statement, values),
  };
  await expect(createSignIn({ database: broken, clock, verify })(ask())).rejects.toBe(away);
});
