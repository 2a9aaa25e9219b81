import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { paramKey } from '../../src/search/index.ts';
import { matches, packet, sendCase, SYSTEM, workUntilReview, opinion } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let insurer: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  insurer = await house.register('insurer', 'insurer');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await house.stop();
});

async function create(partner: Partner, resource: Record<string, unknown>): Promise<string> {
  const answer = await partner.fetch('POST', `/${String(resource['resourceType'])}`, resource);
  if (answer.status !== 201) throw new Error(answer.text);
  return `${String(resource['resourceType'])}/${answer.body.id}`;
}

async function sees(partner: Partner, ref: string): Promise<boolean> {
  const { status } = await partner.fetch('GET', `/${ref}`);
  expect([200, 404]).toContain(status);
  return status === 200;
}

async function membersOf(sent: SentCase): Promise<string[]> {
  const { rows } = await owner.query<{ ref: string }>(
    `select m.ref from case_member m join cases c on c.id = m.case_id where c.service_request = $1 order by m.ref`,
    [sent.request],
  );
  return rows.map((row) => row.ref);
}

/** All index rows of a record: each reader has to have the same but for when it came to see it, and nobody else any. */
async function indexOf(ref: string): Promise<Map<string, string[]>> {
  const { rows } = await owner.query<{ reader: string; entry: string }>(
    `select reader, concat_ws('|', 'text', param, value, detail) as entry from search_text where target = $1
     union all select reader, concat_ws('|', 'range', param, unit, low, high) from search_range
       where target = $1 and param <> $2 order by 1, 2`,
    [ref, paramKey(ref.slice(0, ref.indexOf('/')), '_lastUpdated')],
  );
  const found = new Map<string, string[]>();
  for (const { reader, entry } of rows) found.set(reader, [...(found.get(reader) ?? []), entry]);
  return found;
}

test('the record is the packet with all that it names, and the Task; the patient’s other records stay unseen', async () => {
  const document = { resourceType: 'DocumentReference', status: 'current' };
  const bytes = await create(home, { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVsbG8=' });
  const deep = await create(home, { resourceType: 'Practitioner', name: [{ family: 'Invented' }] });
  const attached = await create(home, {
    ...document,
    author: [{ reference: deep }],
    content: [{ attachment: { url: bytes, contentType: 'text/plain' } }],
  });
  const sponsored = await create(insurer, {
    resourceType: 'Coverage',
    status: 'active',
    beneficiary: { display: 'x' },
    payor: [{ display: 'x' }],
  });
  const sent = await sendCase(home, {
    number: 'record',
    programme: 'programme',
    supportingInfo: [{ reference: attached }],
  });
  const unnamed = await create(home, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'private' },
    subject: { reference: sent.patient },
  });
  expect(await membersOf(sent)).toEqual(
    [...sent.refs, sent.task, attached, bytes, deep, 'Organization/home', 'Organization/programme'].sort(),
  );
  for (const ref of [...sent.refs, sent.task, attached, bytes, deep]) {
    expect({ ref, sees: await sees(programme, ref) }).toEqual({ ref, sees: true });
    expect({ ref, sees: await sees(insurer, ref) }).toEqual({ ref, sees: false });
  }
  expect(await sees(programme, unnamed)).toBe(false);
  expect(await sees(programme, sponsored)).toBe(false);
  expect(matches(await programme.fetch('GET', `/Observation?subject=${sent.patient}`))).toEqual(
    [...sent.refs.slice(2, 5)].sort(),
  );
  expect(matches(await programme.fetch('GET', `/Patient?_has:Observation:subject:code:text=private`))).toEqual([]);
});

test('another patient’s record that the packet names does not join, nor what stands behind it', async () => {
  const stranger = await create(home, { resourceType: 'Patient', name: [{ family: 'Other' }] });
  const others = await create(home, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'of another patient' },
    subject: { reference: stranger },
  });
  const sent = await sendCase(home, {
    number: 'compartment',
    programme: 'programme',
    supportingInfo: [{ reference: others }],
  });
  expect(await membersOf(sent)).not.toEqual(expect.arrayContaining([others]));
  expect(await sees(programme, others)).toBe(false);
  expect(await sees(programme, stranger)).toBe(false);
});

test('a record of a third organisation is named but never joined', async () => {
  const published = await create(programme, { resourceType: 'PractitionerRole', active: true });
  const third = await house.register('third-programme', 'programme');
  const reviewer = await create(third, { resourceType: 'PractitionerRole', active: true });
  const sent = await sendCase(home, {
    number: 'third-party',
    programme: 'programme',
    request: { requester: { reference: reviewer }, performer: [{ reference: 'Organization/programme' }] },
  });
  expect(await membersOf(sent)).not.toEqual(expect.arrayContaining([reviewer]));
  expect(await sees(third, sent.request)).toBe(false);
  expect(await sees(home, published)).toBe(true);
});

test('what is made on the case later joins it: answers to a question, results of the report, both ways', async () => {
  const sent = await sendCase(home, { number: 'later', programme: 'programme' });
  const question = await create(programme, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { text: 'Send the slides' },
    partOf: [{ reference: sent.task }],
    owner: { reference: 'Organization/home' },
  });
  expect(await sees(home, question)).toBe(true);
  const asked = await home.fetch('GET', `/${question}`);
  const slides = await create(home, {
    resourceType: 'DocumentReference',
    status: 'current',
    content: [{ attachment: { title: 'Slides' } }],
  });
  expect(await sees(programme, slides)).toBe(false);
  const answered = await home.fetch('PUT', `/${question}`, {
    ...asked.body,
    status: 'completed',
    output: [{ type: { text: 'slides' }, valueReference: { reference: slides } }],
  });
  expect(answered.status).toBe(200);
  expect(await sees(programme, slides)).toBe(true);
  expect(
    matches(await programme.fetch('GET', `/DocumentReference?_id=${slides.split('/')[1]}&status=current`)),
  ).toEqual([slides]);

  await workUntilReview(programme, sent.task);
  const finding = await create(programme, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Concordance' },
  });
  expect(await sees(home, finding)).toBe(false);
  const report = await programme.fetch(
    'POST',
    '/DiagnosticReport',
    opinion(sent, { result: [{ reference: finding }] }),
  );
  expect(report.status).toBe(201);
  expect(await sees(home, finding)).toBe(true);
  expect(await membersOf(sent)).toEqual(
    expect.arrayContaining([question, slides, finding, `DiagnosticReport/${report.body.id}`]),
  );
});

test('a shared record keeps the index rows of both right: later words are found by both, earlier ones by none', async () => {
  const sent = await sendCase(home, { number: 'index', programme: 'programme' });
  const [patient] = sent.refs;
  const before = await indexOf(patient!);
  expect([...before.keys()].sort()).toEqual(['home', 'programme']);
  expect(before.get('home')).toEqual(before.get('programme'));
  const stored = await home.fetch('GET', `/${patient!}`);
  const renamed = await home.fetch('PUT', `/${patient!}`, {
    ...stored.body,
    name: [{ family: 'Renamed' }],
    birthDate: '1971-03-04',
  });
  expect(renamed.status).toBe(200);
  for (const partner of [home, programme]) {
    expect(matches(await partner.fetch('GET', '/Patient?family=Renamed'))).toEqual([patient]);
    expect(matches(await partner.fetch('GET', '/Patient?family=Family-index'))).toEqual([]);
    expect(matches(await partner.fetch('GET', '/Patient?birthdate=1971-03-04'))).toEqual([patient]);
    expect(
      matches(await partner.fetch('GET', `/Patient?birthdate=1970-01-02&identifier=${SYSTEM}|index-patient`)),
    ).toEqual([]);
  }
  const after = await indexOf(patient!);
  expect([...after.keys()].sort()).toEqual(['home', 'programme']);
  expect(after.get('home')).toEqual(after.get('programme'));
});

test('a record shared while it is being updated or deleted is found as it stands', async () => {
  for (let round = 0; round < 15; round++) {
    const number = `share-race-${round}`;
    const draft = await home.fetch('POST', '', packet({ number, programme: 'programme', status: 'draft' }), {
      prefer: 'return=representation',
    });
    const entries = draft.body.entry as { resource: { id: string; resourceType: string } }[];
    const patient = entries[0]!.resource;
    const request = entries.at(-1)!.resource;
    const letter = entries[9]!.resource;
    const [updated, sent, deleted] = await Promise.all([
      home.fetch('PUT', `/Patient/${patient.id}`, { ...patient, name: [{ family: `Raced-${round}` }] }),
      home.fetch('PUT', `/ServiceRequest/${request.id}`, { ...request, status: 'active' }),
      home.fetch('DELETE', `/DocumentReference/${letter.id}`),
    ]);
    expect(updated.status).toBe(200);
    const index = await indexOf(`Patient/${patient.id}`);
    if (sent.status === 200) {
      expect({ round, deleted: deleted.status }).toEqual({ round, deleted: 409 });
      expect(index.get('home')).toEqual(index.get('programme'));
      expect(matches(await programme.fetch('GET', `/Patient?family=Raced-${round}`))).toEqual([
        `Patient/${patient.id}`,
      ]);
    } else {
      // The letter went first: the case hangs on it.
      expect({ round, sent: sent.status, deleted: deleted.status }).toEqual({ round, sent: 422, deleted: 204 });
      expect([...index.keys()]).toEqual(['home']);
    }
  }
});

test('what was written long ago and is shared now is news to the programme, and none to its owner', async () => {
  const draft = await home.fetch('POST', '', packet({ number: 'news', programme: 'programme', status: 'draft' }), {
    prefer: 'return=representation',
  });
  const entries = draft.body.entry as { resource: { id: string; resourceType: string } }[];
  const patient = `Patient/${entries[0]!.resource.id}`;
  const request = entries.at(-1)!.resource;
  const since = async (partner: Partner) => {
    const { body } = await partner.fetch('GET', '/Patient?_count=1');
    return `/Patient?_lastUpdated=ge${String(body.meta.lastUpdated)}`;
  };
  let [programmes, homes] = ['', ''];
  // A page says to ask again from when on something was still being written.
  const isOld = async (): Promise<boolean> => {
    [programmes, homes] = [await since(programme), await since(home)];
    return !matches(await home.fetch('GET', homes)).includes(patient);
  };
  expect(await waitUntil(isOld)).toBe(true);
  expect(matches(await programme.fetch('GET', programmes))).not.toContain(patient);
  const sent = await home.fetch('PUT', `/ServiceRequest/${request.id}`, { ...request, status: 'active' });
  expect(sent.status).toBe(200);
  expect(matches(await programme.fetch('GET', programmes))).toContain(patient);
  expect(matches(await home.fetch('GET', homes))).not.toContain(patient);
});

describe('a reference shares nothing but what its writer owns', () => {
  test('the placer names a record of the programme: working on the case does not open it to the placer', async () => {
    const note = await create(programme, { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVsbG8=' });
    const sent = await sendCase(home, {
      number: 'peek',
      programme: 'programme',
      request: { extension: [{ url: 'https://example.org/peek', valueReference: { reference: note } }] },
    });
    await workUntilReview(programme, sent.task);
    expect(await sees(home, note)).toBe(false);
  });

  test('the programme names records of the placer in the Task: what the placer does next does not share them', async () => {
    const sent = await sendCase(home, { number: 'pry', programme: 'programme' });
    const secret = await create(home, {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'not sent' },
      subject: { reference: sent.patient },
    });
    const task = (await programme.fetch('GET', `/${sent.task}`)).body;
    const pried = await programme.fetch('PUT', `/${sent.task}`, {
      ...task,
      input: [{ type: { text: 'x' }, valueReference: { reference: secret } }],
    });
    expect(pried.status).toBe(200);
    await create(home, { resourceType: 'Communication', status: 'completed', about: [{ reference: sent.task }] });
    expect(await sees(programme, secret)).toBe(false);
  });

  test.each([
    [
      'an absolute subject',
      (stranger: string) => ({
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'x' },
        subject: { reference: `${house.url}/fhir/${stranger}` },
      }),
    ],
    [
      'one of several subjects',
      (stranger: string) => ({ resourceType: 'Account', status: 'active', subject: [{ reference: stranger }] }),
    ],
    [
      'a target',
      (stranger: string) => ({
        resourceType: 'Provenance',
        recorded: '2026-01-01T00:00:00Z',
        target: [{ reference: stranger }],
        agent: [{ who: { display: 'x' } }],
      }),
    ],
  ])('another patient’s record stays out, told by %s', async (what, build) => {
    const stranger = await create(home, { resourceType: 'Patient', name: [{ family: 'Stranger' }] });
    const theirs = await create(home, build(stranger));
    await sendCase(home, {
      number: `stranger-${what.replaceAll(' ', '-')}`,
      programme: 'programme',
      supportingInfo: [{ reference: theirs }],
    });
    expect(await sees(programme, theirs)).toBe(false);
    expect(await sees(programme, stranger)).toBe(false);
  });
});

test('what is shared is not its past: earlier versions stay with their owner', async () => {
  const reused = await create(home, { resourceType: 'Observation', status: 'final', code: { text: 'HIV positive' } });
  const current = {
    resourceType: 'Observation',
    id: reused.split('/')[1],
    status: 'final',
    code: { text: 'haemoglobin' },
  };
  expect((await home.fetch('PUT', `/${reused}`, current)).status).toBe(200);
  await sendCase(home, { number: 'past', programme: 'programme', supportingInfo: [{ reference: reused }] });
  const history = async (partner: Partner) =>
    ((await partner.fetch('GET', `/${reused}/_history`)).body.entry as unknown[]).length;
  expect(await history(home)).toBe(2);
  expect(await history(programme)).toBe(1);
  expect((await programme.fetch('GET', `/${reused}/_history/1`)).status).toBe(404);
  expect((await programme.fetch('GET', `/${reused}/_history/2`)).status).toBe(200);
  expect((await home.fetch('PUT', `/${reused}`, current)).status).toBe(200);
  expect([await history(home), await history(programme)]).toEqual([3, 2]);
});

test('a report that names its request by the server’s own address is on the case', async () => {
  const sent = await sendCase(home, { number: 'absolute', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const report = opinion(sent);
  const posted = await programme.fetch('POST', '/DiagnosticReport', {
    ...report,
    basedOn: [{ reference: `${house.url}/fhir/${sent.request}` }],
  });
  expect(posted.status).toBe(201);
  expect((await home.fetch('GET', `/${sent.task}`)).body.status).toBe('completed');
});

describe('a programme with cases of two placers keeps them apart', () => {
  let other: Partner;
  let mine: SentCase;
  let theirs: SentCase;
  beforeAll(async () => {
    other = await house.register('other', 'placer');
    mine = await sendCase(home, { number: 'apart-home', programme: 'programme' });
    theirs = await sendCase(other, { number: 'apart-other', programme: 'programme' });
    await workUntilReview(programme, mine.task);
    await workUntilReview(programme, theirs.task);
  });

  test.each([
    ['basedOn', () => ({ basedOn: [{ reference: theirs.request }] })],
    ['focus', () => ({ focus: { reference: theirs.request } })],
    ['partOf', () => ({ partOf: [{ reference: theirs.task }] })],
  ])('Task T0 is not put on another case by %s, neither by PUT nor by PATCH', async (name, change) => {
    const { body } = await programme.fetch('GET', `/${mine.task}`);
    const put = await programme.fetch('PUT', `/${mine.task}`, { ...body, ...change() });
    expectOutcome(put, 422, 'one-case');
    const patch = JSON.stringify(
      Object.entries(change()).map(([key, value]) => ({ op: 'add', path: `/${key}`, value })),
    );
    const headers = { 'content-type': 'application/json-patch+json' };
    const patched = await programme.fetch('PATCH', `/${mine.task}`, patch, headers);
    expectOutcome(patched, 422, 'one-case');
    expect([name, await sees(other, mine.task)]).toEqual([name, false]);
    expect((await programme.fetch('GET', `/${mine.task}`)).body).toEqual(body);
  });

  test('no record is made on both', async () => {
    const about = [{ reference: mine.task }, { reference: theirs.task }];
    const message = { resourceType: 'Communication', status: 'completed', about };
    expectOutcome(await programme.fetch('POST', '/Communication', message), 422, 'one-case');
    const note = await create(programme, { ...message, about: [about[0]] });
    const moved = { ...message, id: note.split('/')[1] };
    expectOutcome(await programme.fetch('PUT', `/${note}`, moved), 422, 'one-case');
    expect(await sees(other, note)).toBe(false);
  });

  test('what belongs to one of them is not shared by naming it on the other', async () => {
    const bytes = await create(programme, { resourceType: 'Binary', contentType: 'text/plain', data: 'aGVsbG8=' });
    const media = await create(programme, {
      resourceType: 'Media',
      status: 'completed',
      basedOn: [{ reference: theirs.request }],
      content: { contentType: 'text/plain', url: bytes },
    });
    expect([await sees(other, media), await sees(other, bytes)]).toEqual([true, true]);
    const report = await create(programme, {
      ...opinion(mine, { status: 'partial' }),
      media: [{ link: { reference: media } }],
      presentedForm: [{ contentType: 'text/plain', url: bytes }],
    });
    expect(await sees(home, report)).toBe(true);
    expect([await sees(home, media), await sees(home, bytes)]).toEqual([false, false]);
  });
});
