import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { buildHouse } from '../../src/app.ts';
import { silentLogger } from '../../src/base/index.ts';
import { NO_RULES } from '../../src/cases/index.ts';
import type { ProgrammeRules } from '../../src/cases/index.ts';
import type { Span } from '../../src/cases/programme/rules.ts';
import { loadConfig } from '../../src/config.ts';
import type { House } from '../../src/interactions/index.ts';
import { renewCaseTimers, runCaseTimer } from '../../src/jobs/case-timers.ts';
import { followTimer, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { move, reason, sendCase } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Timers of cases: one job each, made with the change itself, done once, lost never. */

const DAY = 86_400_000;
const SECOND = 1000;
/** Seconds before its breach that a case of those who are hasty has its warning: nobody is warned who comes later. */
const WARNED = 6;

let server: TestHouse;
let home: Partner;
let calm: Partner;
let owner: Client;
let jobs: Database;
/** Rooms of the test's own, for clocks of its own. */
let house: House;
let folder: string;
/** Its time is running while the others are tested. */
let timely: SentCase;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startHouse();
  endings.push(() => server.stop());
  home = await server.register('home', 'placer');
  calm = await server.register('calm', 'programme');
  await server.register('hasty', 'programme');
  owner = new Client({ connectionString: server.database });
  await owner.connect();
  endings.push(() => owner.end());
  // Gives seven days and warns a day before; the other some seconds.
  await giveRules('calm', { amount: 7, unit: 'days' }, { amount: 1, unit: 'days' });
  await giveRules('hasty', { amount: (WARNED + 2) / 3600, unit: 'hours' }, { amount: WARNED / 3600, unit: 'hours' });
  timely = await sendCase(home, { number: 'hasty-1', programme: 'hasty' });
  folder = await mkdtemp(join(tmpdir(), 'consilium-timers-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  jobs = openDatabase({ url: server.database, size: 2, logger: silentLogger });
  const requests = openDatabase({ url: server.database, role: 'consilium_app', size: 4, logger: silentLogger });
  const settings = { DATABASE_URL: server.database, DATA_DIR: folder, MASTER_KEY: TEST_MASTER_KEY, PORT: '1' };
  const built = await buildHouse(loadConfig(settings), requests, silentLogger);
  house = built.house;
  endings.push(
    () => jobs.close(),
    () => requests.close(),
    () => built.close(),
  );
});

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function giveRules(programme: string, turnaround: Span, warn: Span): Promise<void> {
  const rules: ProgrammeRules = {
    ...NO_RULES,
    programme,
    services: NO_RULES.services.map((service) => ({ ...service, turnaround: { ...turnaround, from: 'submission' } })),
    clock: { pausedBy: ['home'], warn },
  };
  await owner.query('insert into programme_rules (organization, revision, rules) values ($1, 1, $2)', [
    programme,
    JSON.stringify(rules),
  ]);
}

interface Timed {
  readonly case: string;
  readonly programme: string;
  readonly task: string;
  readonly timerAt: Date | null;
  readonly dueAt: string;
}

async function timedCase({ task }: { readonly task: string }): Promise<Timed> {
  const { rows } = await owner.query<Timed>(
    `select id as "case", programme, task, timer_at as "timerAt", state::json->>'dueAt' as "dueAt" from cases where task = $1`,
    [task],
  );
  return rows[0]!;
}

interface Job {
  readonly id: string;
  readonly runAt: Date;
  readonly payload: unknown;
}

async function jobsOf(id: string): Promise<Job[]> {
  const { rows } = await owner.query<Job>(
    `select id, run_at as "runAt", payload from graphile_worker._private_jobs where key = 'case-timer ' || $1`,
    [id],
  );
  return rows;
}

/** What the clock has said of a case, in order. */
async function toldOf(id: string): Promise<{ kind: string; at: Date }[]> {
  const { rows } = await owner.query<{ kind: string; at: Date }>(
    `select kind, at from case_event where case_id = $1 and kind in ('due-soon', 'overdue') order by position`,
    [id],
  );
  return rows;
}

function at(time: number): House {
  return { ...house, clock: () => new Date(time) };
}

test('a case has one job, at its next timer; it moves with the case and goes when the case is closed', async () => {
  const sent = await sendCase(home, { number: 'calm-1', programme: 'calm' });
  const opened = await timedCase(sent);
  const warning = new Date(Date.parse(opened.dueAt) - DAY);
  expect(opened.timerAt).toEqual(warning);
  const [first, ...others] = await jobsOf(opened.case);
  expect(others).toEqual([]);
  expect(first!.runAt).toEqual(warning);
  expect(first!.payload).toEqual({ case: opened.case, programme: 'calm', task: sent.task });

  expect((await move(calm, sent.task, 'received', 'completeness-check')).status).toBe(200);
  expect(await jobsOf(opened.case)).toEqual([first]);

  const declined = await move(calm, sent.task, 'rejected', 'declined', reason('no-capacity'));
  expect(declined.status).toBe(200);
  expect(await jobsOf(opened.case)).toEqual([]);
  expect((await timedCase(sent)).timerAt).toBeNull();
});

test('what is cut off before its end was not done, and its job stays for the next try', async () => {
  const timed = await timedCase(await sendCase(home, { number: 'calm-cut', programme: 'calm' }));
  const before = await jobsOf(timed.case);
  const { database } = house;
  const cut: House = {
    ...at(Date.parse(timed.dueAt) + SECOND),
    database: {
      ...database,
      transact: (work) =>
        database.transact(async (on) => {
          await work(on);
          throw new Error('cut off');
        }),
    },
  };
  await expect(runCaseTimer(cut, jobs, timed, before[0]!.id)).rejects.toThrow('cut off');
  expect(await toldOf(timed.case)).toEqual([]);
  expect(await jobsOf(timed.case)).toEqual(before);
  expect(await timedCase(timed)).toEqual(timed);
});

test('two workers at once do what is due once, and so does one after the other', async () => {
  const timed = await timedCase(await sendCase(home, { number: 'calm-2', programme: 'calm' }));
  const [job] = await jobsOf(timed.case);
  const late = at(Date.parse(timed.dueAt) + SECOND);
  await Promise.all([runCaseTimer(late, jobs, timed, job!.id), runCaseTimer(late, jobs, timed, job!.id)]);
  await runCaseTimer(late, jobs, timed, job!.id);
  expect((await toldOf(timed.case)).map(({ kind }) => kind)).toEqual(['overdue']);
});

test('a clock that jumps ahead and back has nothing said twice, and nothing lost', async () => {
  const timed = await timedCase(await sendCase(home, { number: 'calm-3', programme: 'calm' }));
  const due = Date.parse(timed.dueAt);
  const tell = async (time: number): Promise<string[]> => {
    const [job] = await jobsOf(timed.case);
    await runCaseTimer(at(time), jobs, timed, job?.id ?? '0');
    return (await toldOf(timed.case)).map(({ kind }) => kind);
  };
  expect(await tell(due - 8 * DAY)).toEqual([]);
  expect(await tell(due - DAY / 2)).toEqual(['due-soon']);
  expect(await tell(due - 6 * DAY)).toEqual(['due-soon']);
  // Set back, it does not say by how much: the job waits for the time by the clock of the database.
  expect((await jobsOf(timed.case))[0]!.runAt).toEqual(new Date(due));
  expect(await tell(due + DAY)).toEqual(['due-soon', 'overdue']);
  expect(await tell(due - DAY / 2)).toEqual(['due-soon', 'overdue']);
  expect(await jobsOf(timed.case)).toEqual([]);
});

test('a job that comes too early by the clock of the server comes again, within a minute', async () => {
  const timed = await timedCase(await sendCase(home, { number: 'calm-4', programme: 'calm' }));
  const [job] = await jobsOf(timed.case);
  /** After how long at least and at most it comes again, where the report is due now by the clock of the database, and has time left by the other. */
  const waits = async (left: number): Promise<[number, number]> => {
    const before = Date.now();
    const from = new Date(before - 7 * DAY).toISOString();
    await owner.query(
      `update cases set timer_at = $2, state = (state::jsonb || jsonb_build_object('dueAt', $3::text,
        'done', '["warned"]'::jsonb, 'ledger', jsonb_build_array(jsonb_build_object('holder', 'programme', 'from', $4::text))))::text
        where id = $1`,
      [timed.case, new Date(before), new Date(before).toISOString(), from],
    );
    await runCaseTimer(at(before - left), jobs, timed, job!.id);
    const [after, runAt] = [Date.now(), (await jobsOf(timed.case))[0]!.runAt.getTime()];
    return [runAt - after, runAt - before];
  };
  for (const [left, wait] of [
    [20 * SECOND, 20 * SECOND],
    [1, SECOND],
    [DAY, 60 * SECOND],
  ] as const) {
    const [least, most] = await waits(left);
    expect(least).toBeLessThanOrEqual(wait);
    expect(most).toBeGreaterThanOrEqual(wait);
  }
  expect(await toldOf(timed.case)).toEqual([]);
  // Of no use to a job in whose place another was put.
  await owner.query('update graphile_worker._private_jobs set key = null where id = $1', [job!.id]);
  await followTimer(jobs, timed.case, job!.id, new Date().toISOString());
  expect(await jobsOf(timed.case)).toEqual([]);
});

/** As if the timer had been due this long, with its job in this state. */
async function overdue(timed: Timed, seconds: number, change: string): Promise<void> {
  await owner.query(`update cases set timer_at = now() - make_interval(secs => $2) where id = $1`, [
    timed.case,
    seconds,
  ]);
  await owner.query(
    change.replace('JOB', `graphile_worker._private_jobs`).replace('THIS', `key = 'case-timer ${timed.case}'`),
  );
}

const LOST = [
  ['lost-1', 'was never made', 'delete from JOB where THIS'],
  [
    'lost-2',
    'died with its process',
    `update JOB set locked_at = now() - interval '2 minutes', locked_by = 'dead', attempts = 1 where THIS`,
  ],
  ['lost-3', 'was given up', "update JOB set attempts = max_attempts, run_at = now() + interval '1 day' where THIS"],
] as const;

test.each(LOST)('%s: a timer whose job %s gets a new one', async (number, _what, change) => {
  const timed = await timedCase(await sendCase(home, { number, programme: 'calm' }));
  const warning = timed.timerAt!;
  await overdue(timed, 120, change);
  await renewCaseTimers(house, jobs);
  // The server has done it: there was nothing to do yet by its clock, and the job is where it belongs.
  const isBack = async (): Promise<boolean> => (await jobsOf(timed.case))[0]?.runAt.getTime() === warning.getTime();
  expect(await waitUntil(isBack)).toBe(true);
  expect((await jobsOf(timed.case))[0]!.payload).toEqual({ case: timed.case, programme: 'calm', task: timed.task });
  expect((await timedCase(timed)).timerAt).toEqual(warning);
});

const KEPT = [
  ['kept-1', 'is a moment late', 30, `delete from JOB where THIS`],
  ['kept-2', 'is being done', 120, `update JOB set locked_at = now(), locked_by = 'busy', attempts = 1 where THIS`],
  ['kept-3', 'is tried again later', 120, `update JOB set attempts = 3, run_at = now() + interval '1 hour' where THIS`],
] as const;

test.each(KEPT)('%s: a timer whose job %s is let be', async (number, _what, seconds, change) => {
  const timed = await timedCase(await sendCase(home, { number, programme: 'calm' }));
  await overdue(timed, seconds, change);
  const before = await jobsOf(timed.case);
  await renewCaseTimers(house, jobs);
  expect(await jobsOf(timed.case)).toEqual(before);
});

test('warning and breach are told when they are due, once each', async () => {
  const { case: id, dueAt } = await timedCase(timely);
  expect(await waitUntil(async () => (await toldOf(id)).some(({ kind }) => kind === 'overdue'))).toBe(true);
  const told = await toldOf(id);
  expect(told.map(({ kind }) => kind)).toEqual(['due-soon', 'overdue']);
  // The warning may come as late as the breach, neither too early.
  const lateness = told.map((one, n) => one.at.getTime() - (Date.parse(dueAt) - (1 - n) * WARNED * SECOND));
  for (const late of lateness) expect(late).toBeGreaterThanOrEqual(0);
  // Nothing more is due, and nothing waits for it.
  expect(await waitUntil(async () => (await jobsOf(id)).length === 0)).toBe(true);
  expect((await timedCase(timely)).timerAt).toBeNull();
});

test('the role of the jobs sees cases that have a timer, whosever they are, and no others', async () => {
  await owner.query('begin; grant select on cases to consilium_worker; set local role consilium_worker');
  const { rows } = await owner.query<{ timed: number; others: number }>(
    'select count(timer_at)::int as timed, (count(*) - count(timer_at))::int as others from cases',
  );
  await owner.query('rollback');
  expect(rows[0]!.timed).toBeGreaterThan(0);
  expect(rows[0]!.others).toBe(0);
});
