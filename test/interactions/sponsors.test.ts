import { afterAll, beforeAll, expect, test } from '@jest/globals';
import knex from 'knex';
import { Client } from 'pg';
import { down, up } from '../../migrations/0010_sponsors.ts';
import { silentLogger } from '../../src/base/index.ts';
import { parseState } from '../../src/cases/index.ts';
import { parseStored } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { keepViews, viewerOf } from '../../src/interactions/case-sponsors.ts';
import type { CaseWork } from '../../src/interactions/case-state.ts';
import { keysOf } from '../../src/interactions/draft.ts';
import type { Change } from '../../src/interactions/draft.ts';
import type { Context } from '../../src/interactions/house.ts';
import { openDatabase, reindexSlice } from '../../src/store/index.ts';
import { matches, packet, refOf, sendCase } from '../journeys/packet.ts';
import { extract } from '../search/extract.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { coverageBy, create, sponsorCase } from '../support/sponsored.ts';

// Who sponsors a case, as its request and their Coverages change.

let house: TestHouse;
let home: Partner;
let programme: Partner;
let second: Partner;
let insurer: Partner;
let other: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  second = await house.register('second-programme', 'programme');
  insurer = await house.register('insurer', 'insurer');
  other = await house.register('other-insurer', 'insurer');
  await house.register('employer', 'employer');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await house.stop();
});

async function sees(partner: Partner, ref: string): Promise<boolean> {
  const { status } = await partner.fetch('GET', `/${ref}`);
  const searched = matches(await partner.fetch('GET', `/${ref.replace('/', '?_id=')}`));
  expect([200, 404]).toContain(status);
  expect(searched).toEqual(status === 200 ? [ref] : []);
  return status === 200;
}

async function change(partner: Partner, ref: string, more: Readonly<Record<string, unknown>>): Promise<Answer> {
  const stored = await partner.fetch('GET', `/${ref}`);
  const answer = await partner.fetch('PUT', `/${ref}`, { ...stored.body, ...more });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer;
}

async function withdrawCover(request: string): Promise<void> {
  const stored = await home.fetch('GET', `/${request}`);
  const { insurance: _, ...rest } = stored.body;
  expect((await home.fetch('PUT', `/${request}`, rest)).status).toBe(200);
}

/** All that an insurer has of a record: rows of views and of the index. */
async function rowsOf(reader: string, ref: string): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `select (select count(*) from record_view where reader = $1 and ref = $2)::int
       + (select count(*) from search_text where reader = $1 and target = $2)::int
       + (select count(*) from search_range where reader = $1 and target = $2)::int
       + (select count(*) from history where reader = $1 and ref = $2)::int as count`,
    [reader, ref],
  );
  return rows[0]!.count;
}

async function send(number: string, partner: Partner, coverages: readonly string[]) {
  const insurance = coverages.map((reference) => ({ reference }));
  return sendCase(home, { number, programme: partner.organization, request: { insurance } });
}

test('who is named as payor later sees the case from then on, and no more once the name is taken away', async () => {
  const coverage = await create(home, coverageBy(['Organization/home']));
  const sent = await send('later', programme, [coverage]);
  for (const ref of [sent.request, sent.task, coverage]) expect(await sees(insurer, ref)).toBe(false);

  const since = (await insurer.fetch('GET', '/Task?_count=1')).body.meta.lastUpdated as string;
  await change(home, coverage, { payor: [{ reference: 'Organization/insurer' }] });
  for (const ref of [sent.request, sent.task, coverage]) expect(await sees(insurer, ref)).toBe(true);
  // A poller that has passed the record itself finds what came into view.
  expect(matches(await insurer.fetch('GET', `/Task?_lastUpdated=ge${since}`))).toContain(sent.task);
  expect((await insurer.fetch('GET', `/${sent.request}/$everything`)).body.total).toBe(3);

  await change(home, coverage, { payor: [{ reference: 'Organization/other-insurer' }] });
  for (const ref of [sent.request, sent.task, coverage]) {
    expect(await sees(insurer, ref)).toBe(false);
    expect(await rowsOf('insurer', ref)).toBe(0);
    expect(await sees(other, ref)).toBe(true);
  }
  await change(home, coverage, { status: 'entered-in-error' });
  for (const ref of [sent.request, sent.task, coverage]) expect(await sees(other, ref)).toBe(false);
});

test('the request names the Coverages: one that it names no more, or never did, sponsors nothing', async () => {
  const named = await create(home, coverageBy(['Organization/insurer']));
  const aside = await create(home, coverageBy(['Organization/other-insurer'], { beneficiary: { display: 'x' } }));
  const sent = await send('named', programme, [named]);
  expect(await sees(insurer, sent.task)).toBe(true);
  expect(await sees(other, sent.task)).toBe(false);
  await change(home, sent.request, { insurance: [{ reference: aside }] });
  expect(await sees(insurer, sent.task)).toBe(false);
  expect(await sees(insurer, named)).toBe(false);
  expect(await sees(other, sent.task)).toBe(true);
  expect(await sees(other, aside)).toBe(true);
  // The Coverage of before belongs to the case; that it is changed makes no sponsor of its payor.
  await change(home, named, { network: 'north' });
  expect(await sees(insurer, sent.task)).toBe(false);
});

test('two sponsors of a case see the same, each as its own', async () => {
  const sent = await sponsorCase(home, programme, 'both', ['Organization/insurer', 'Organization/other-insurer']);
  for (const ref of [sent.request, sent.task, sent.quote, sent.claim, sent.invoice, ...sent.coverages]) {
    const [mine, theirs] = [await insurer.fetch('GET', `/${ref}`), await other.fetch('GET', `/${ref}`)];
    expect(mine.status).toBe(200);
    expect(theirs.text).toBe(mine.text);
  }
  await change(home, sent.coverages[1]!, { payor: [{ display: 'nobody here' }] });
  expect(await sees(insurer, sent.quote)).toBe(true);
  expect(await sees(other, sent.quote)).toBe(false);
});

test('a Coverage of several cases stays in view until the last that is sponsored by it lets it go', async () => {
  const coverage = await create(home, coverageBy(['Organization/insurer']));
  const one = await send('several-1', programme, [coverage]);
  const two = await send('several-2', second, [coverage]);
  expect(await sees(insurer, coverage)).toBe(true);
  await withdrawCover(one.request);
  expect(await sees(insurer, one.request)).toBe(false);
  expect(await sees(insurer, two.request)).toBe(true);
  expect(await sees(insurer, coverage)).toBe(true);
  // Changed on, it is shown as it is now.
  const changed = await change(home, coverage, { network: 'south' });
  const shown = await insurer.fetch('GET', `/${coverage}`);
  expect(shown.body).toMatchObject({ network: 'south', meta: { versionId: changed.body.meta.versionId } });
  await withdrawCover(two.request);
  expect(await sees(insurer, coverage)).toBe(false);
  expect(await rowsOf('insurer', coverage)).toBe(0);
});

test('what joins a sponsored case later, and what is changed on it, is in view at once', async () => {
  const coverage = await create(home, coverageBy(['Organization/insurer']));
  const sent = await send('joins', programme, [coverage]);
  const response = {
    resourceType: 'Claim',
    status: 'active',
    type: { coding: [{ code: 'professional' }] },
    use: 'predetermination',
    patient: { reference: sent.patient },
    created: '2026-11-02',
    provider: { reference: 'Organization/programme' },
    priority: { coding: [{ code: 'normal' }] },
    referral: { reference: sent.request },
    insurance: [{ sequence: 1, focal: true, coverage: { reference: coverage } }],
  };
  const claim = await create(programme, {
    ...response,
    diagnosis: [{ sequence: 1, diagnosisCodeableConcept: { text: 'told' } }],
  });
  expect(await sees(insurer, claim)).toBe(true);
  await change(programme, claim, { status: 'cancelled' });
  const shown = await insurer.fetch('GET', `/${claim}`);
  expect(shown.body).toMatchObject({ status: 'cancelled', meta: { versionId: '2' } });
  expect(shown.text).not.toContain('told');
  expect(matches(await insurer.fetch('GET', `/Claim?status=cancelled`))).toEqual([claim]);
  expect(matches(await insurer.fetch('GET', `/Claim?_id=${claim.split('/')[1]!}&status=active`))).toEqual([]);
  // Of its past nothing is kept for the sponsor.
  const { rows } = await owner.query(`select from history where reader = 'insurer'`);
  expect(rows).toEqual([]);
});

test('an employer, a placer or a programme that a Coverage names as payor is no sponsor', async () => {
  const payors = ['employer', 'second-programme', 'home'].map((id) => `Organization/${id}`);
  const coverage = await create(home, coverageBy(payors));
  const sent = await send('no-insurer', programme, [coverage]);
  expect(await sees(second, sent.request)).toBe(false);
  const { rows } = await owner.query<{ sponsors: string[] }>('select sponsors from cases where service_request = $1', [
    sent.request,
  ]);
  expect(rows[0]!.sponsors).toEqual([]);
});

test('an insurer’s own records are its own, beside what it is shown', async () => {
  const coverage = await create(home, coverageBy(['Organization/insurer']));
  const sent = await send('own', programme, [coverage]);
  const own = await create(insurer, coverageBy(['Organization/insurer'], { network: 'own' }));
  expect(matches(await insurer.fetch('GET', '/Coverage?_count=100'))).toEqual(expect.arrayContaining([own, coverage]));
  expect((await change(insurer, own, { network: 'own-2' })).status).toBe(200);
  expect((await insurer.fetch('GET', `/${own}/_history`)).body.total).toBe(2);
  expect(await sees(home, own)).toBe(false);
  // What it says of the case is not of the case: nobody else sees it, and it moves nothing.
  const told = await insurer.fetch('POST', '/Communication', {
    resourceType: 'Communication',
    status: 'completed',
    basedOn: [{ reference: sent.request }],
  });
  expect(told.status).toBe(201);
  const communication = `Communication/${told.body.id}`;
  expect(await sees(programme, communication)).toBe(false);
  const task = await create(insurer, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    focus: { reference: sent.request },
  });
  expect(await sees(programme, task)).toBe(false);
});

test('a step that is part of one that is not shown is shown as part of the case alone', async () => {
  const sent = await sponsorCase(home, programme, 'part', ['Organization/insurer']);
  const whole = await change(programme, sent.quote, {
    partOf: [{ reference: sent.missing }, { reference: sent.task }],
  });
  expect(whole.text).toContain(sent.missing);
  const shown = await insurer.fetch('GET', `/${sent.quote}`);
  expect(shown.body).toMatchObject({ meta: { versionId: '2' }, partOf: [{ reference: sent.task }] });
  expect(shown.body.partOf).toHaveLength(1);
  expect(matches(await insurer.fetch('GET', `/Task?part-of=${sent.missing}`))).toEqual([]);
  expect(matches(await insurer.fetch('GET', `/Task?part-of=${sent.task}`))).toEqual([sent.quote]);
});

test('a step that is addressed to a sponsor is not written by it out of the view that it has', async () => {
  const sent = await sponsorCase(home, programme, 'addressed', ['Organization/insurer']);
  await change(programme, sent.quote, { owner: { reference: 'Organization/insurer' } });
  const shown = await insurer.fetch('GET', `/${sent.quote}`);
  expect(shown.body.owner.reference).toBe('Organization/insurer');
  const written = await insurer.fetch('PUT', `/${sent.quote}`, { ...shown.body, status: 'accepted' });
  expect(written.status).toBe(403);
  const whole = await programme.fetch('GET', `/${sent.quote}`);
  expect(whole.body).toMatchObject({ status: 'requested', description: expect.any(String) });
});

test('several requests that name one Coverage, sent and changed at once, leave each case with its sponsor', async () => {
  const coverage = await create(home, coverageBy(['Organization/insurer']));
  const numbers = Array.from({ length: 6 }, (_, n) => `at-once-${n}`);
  const answers = await Promise.all(
    numbers.map((number, n) =>
      home.fetch(
        'POST',
        '',
        packet({
          number,
          programme: n % 2 === 0 ? 'programme' : 'second-programme',
          request: { insurance: [{ reference: coverage }] },
        }),
      ),
    ),
  );
  const requests = answers.map(({ status, body }) => {
    expect(status).toBe(200);
    return refOf((body.entry as { response: { location: string } }[]).at(-1)!.response.location);
  });
  for (const request of requests) expect(await sees(insurer, request)).toBe(true);
  const { rows } = await owner.query<{ cases: number }>(
    `select cardinality(cases) as cases from record_view where ref = $1 and reader = 'insurer'`,
    [coverage],
  );
  expect(rows).toEqual([{ cases: requests.length }]);
});

test('reindexing makes views, and what they are found by, what this release shows; a second run finds nothing to do', async () => {
  const sent = await sponsorCase(home, programme, 'reindexed', ['Organization/insurer']);
  const before = await insurer.fetch('GET', `/${sent.request}`);
  await owner.query(`update record_view set body = '{"note":"as an earlier release had it"}' where ref = $1`, [
    sent.request,
  ]);
  await owner.query(`insert into search_text values ('insurer', 1, 'stale', '', $1)`, [sent.request]);
  await owner.query('delete from record_view where ref = $1', [sent.invoice]);
  await owner.query(`delete from search_text where target = $1 and reader = 'insurer'`, [sent.task]);
  expect((await insurer.fetch('GET', `/${sent.invoice}`)).status).toBe(404);
  const first = await reindexAll('home');
  expect(first.removed).toBeGreaterThanOrEqual(1);
  expect(first.added).toBeGreaterThan(0);
  await reindexAll('programme');
  expect((await insurer.fetch('GET', `/${sent.request}`)).text).toBe(before.text);
  for (const ref of [sent.request, sent.task, sent.invoice]) expect(await sees(insurer, ref)).toBe(true);
  for (const organization of ['home', 'programme', 'insurer']) {
    expect(await reindexAll(organization)).toEqual({ added: 0, removed: 0 });
  }
});

/** As the command does. */
async function reindexAll(organization: string): Promise<{ added: number; removed: number }> {
  const read = (type: string, body: string) => {
    const { id, lastUpdated } = keysOf(type);
    return { ...extract(parseStored(body)), kept: [id, lastUpdated] };
  };
  const store = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
  const sum = { added: 0, removed: 0 };
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after;
    const slice = await store.transact((on) => reindexSlice(on, read, viewerOf({ extract }), organization, from));
    sum.added += slice.added;
    sum.removed += slice.removed;
    after = slice.next;
  }
  await store.close();
  return sum;
}

test('cases from before this release have their sponsors after its migration, and their views after reindexing', async () => {
  const sent = await sponsorCase(home, programme, 'before', ['Organization/insurer', 'Organization/employer']);
  const shown = await insurer.fetch('GET', `/${sent.request}`);
  const sponsorsOf = async () => (await owner.query<object>('select number, sponsors from cases order by number')).rows;
  const sponsors = await sponsorsOf();
  const db = knex({ client: 'pg', connection: house.database, pool: { min: 0, max: 1 } });
  await db.transaction((trx) => down(trx as never));
  const { rows } = await owner.query(`select from search_text where reader = 'insurer' and target = $1`, [
    sent.request,
  ]);
  expect(rows).toEqual([]);
  await db.transaction((trx) => up(trx as never));
  await db.destroy();
  expect(await sponsorsOf()).toEqual(sponsors);
  expect(await sees(insurer, sent.request)).toBe(false);
  await reindexAll('home');
  await reindexAll('programme');
  expect((await insurer.fetch('GET', `/${sent.request}`)).text).toBe(shown.text);
  for (const ref of [sent.task, sent.quote, sent.claim, ...sent.coverages]) expect(await sees(insurer, ref)).toBe(true);
});

test('a case that nobody sponsors asks the store nothing for it', async () => {
  const asked: string[] = [];
  const on = {
    query: (statement: { name?: string }) => {
      asked.push(statement.name ?? 'unnamed');
      return Promise.resolve([]);
    },
  };
  const work = workOn({ resourceType: 'ServiceRequest', status: 'active' });
  await keepViews(NOTHING_FOUND, CONTEXT, on, work);
  expect(asked).toEqual([]);
  // One that names a Coverage does; and that again nothing, once it is known that nobody is an insurer.
  work.requests.set('case', { resourceType: 'ServiceRequest', insurance: [{ reference: 'Coverage/a' }] });
  await keepViews(NOTHING_FOUND, CONTEXT, on, work);
  expect(asked).toEqual(['case_members_read']);
  // Nor does a change of another record of the case ask who sponsors it.
  await keepViews(NOTHING_FOUND, CONTEXT, on, { ...work, changes: [changeOf({ resourceType: 'Task', id: 't' })] });
  expect(asked).toEqual(['case_members_read']);
});

const CONTEXT: Context = {
  caller: { client: 'c', organization: 'home', role: 'placer', scopes: [] },
  request: 'test',
};
const NOTHING_FOUND = { extract: () => ({ text: [], range: [] }) };

function changeOf(after: Resource): Change {
  const ref = `${after.resourceType}/${after.id ?? 'r'}`;
  return { method: 'PUT', ref, after, path: after.resourceType, owner: 'home', readers: ['home', 'programme'] };
}

function workOn(request: Resource): CaseWork {
  const row = {
    id: 'case',
    number: 'SO-26-AAAA-AAAA',
    serviceRequest: 'ServiceRequest/r',
    task: 'Task/t',
    placer: 'home',
    programme: 'programme',
    status: 'requested',
    businessStatus: 'submitted',
    rules: 0,
    state: parseState('{}'),
  } as const;
  return {
    changes: [changeOf(request)],
    cases: new Map([['case', row]]),
    members: [{ caseId: 'case', ref: row.serviceRequest, anchor: true }],
    events: [],
    shared: [],
    requests: new Map([['case', request]]),
    sponsors: new Map([['case', []]]),
    timers: new Map(),
  };
}
