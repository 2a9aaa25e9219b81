import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { move, sendCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#history: of a type, and of the whole server */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let reader: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  reader = await house.register('narrow', 'placer', 'system/Patient.rs system/Basic.cruds');
});
afterAll(() => house.stop());

function toLine({ request, response, fullUrl }: Json): string {
  return [request.method, fullUrl.slice(`${house.url}/fhir/`.length), response.status, response.etag].join(' ');
}

async function lines(partner: Partner, address: string): Promise<string[]> {
  const { status, body } = await partner.fetch('GET', address);
  expect(status).toBe(200);
  expect(body).toMatchObject({ resourceType: 'Bundle', type: 'history' });
  return (body.entry ?? []).map(toLine);
}

/** All pages, and how many they were. */
async function walk(partner: Partner, address: string): Promise<{ lines: string[]; pages: number }> {
  const seen: string[] = [];
  let pages = 0;
  for (let url: string | undefined = address; url !== undefined; pages++) {
    const { body }: Answer = await partner.fetch('GET', url);
    seen.push(...(body.entry ?? []).map(toLine));
    url = body.link.find(({ relation }: Json) => relation === 'next')?.url;
  }
  return { lines: seen, pages };
}

async function put(partner: Partner, type: string, id: string, more: object = {}): Promise<Json> {
  const answer = await partner.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
  expect([200, 201]).toContain(answer.status);
  return answer.body;
}

const flag = (n: number): object => ({ resourceType: 'Basic', code: { text: `n${n}` } });

describe('the history of a type', () => {
  test('has all versions of all records, newest first, and says how each came to be', async () => {
    const made = await reader.fetch('POST', '/Basic', flag(1));
    const a = `Basic/${made.body.id}`;
    await put(reader, 'Basic', 'b', flag(1));
    await put(reader, 'Basic', made.body.id, flag(2));
    await reader.fetch('DELETE', `/${a}`);
    await put(reader, 'Basic', made.body.id, flag(3));
    await reader.fetch('DELETE', '/Basic/b');
    const expected = [
      'DELETE Basic/b 204 W/"2"',
      `PUT ${a} 201 W/"4"`,
      `DELETE ${a} 204 W/"3"`,
      `PUT ${a} 200 W/"2"`,
      'PUT Basic/b 201 W/"1"',
      `POST ${a} 201 W/"1"`,
    ];
    expect(await lines(reader, '/Basic/_history')).toEqual(expected);
    const { body } = await reader.fetch('GET', '/Basic/_history');
    expect(body.total).toBe(6);
    expect(body.entry.map(({ resource }: Json) => resource?.code.text)).toEqual([
      undefined,
      'n3',
      undefined,
      'n2',
      'n1',
      'n1',
    ]);
    expect(body.entry[5].request.url).toBe('Basic');
    const checked = await home.fetch('POST', '/Bundle/$validate', body);
    expect(checked.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    // In pages it is the same, whatever their size.
    for (const count of [1, 2, 4, 5, 6, 7]) {
      const walked = await walk(reader, `/Basic/_history?_count=${count}`);
      expect(walked).toEqual({ lines: expected, pages: Math.ceil(6 / count) });
    }
  });

  test('shows a caller nothing of what others have', async () => {
    await put(home, 'Basic', 'theirs', flag(1));
    await put(home, 'Basic', 'theirs', flag(2));
    expect(await lines(home, '/Basic/_history')).toEqual(['PUT Basic/theirs 200 W/"2"', 'PUT Basic/theirs 201 W/"1"']);
    expect((await lines(reader, '/Basic/_history')).join()).not.toContain('theirs');
    expect(await lines(programme, '/Basic/_history')).toEqual([]);
  });

  test('what is everybody’s is in everybody’s, changes and all', async () => {
    const name = [{ family: 'Invented' }];
    await put(programme, 'Practitioner', 'reviewer', { name });
    await put(programme, 'Practitioner', 'reviewer', { name, active: true });
    const expected = ['PUT Practitioner/reviewer 200 W/"2"', 'PUT Practitioner/reviewer 201 W/"1"'];
    for (const partner of [home, programme]) expect(await lines(partner, '/Practitioner/_history')).toEqual(expected);
  });

  test('_since and _at mean what they mean for one record', async () => {
    const times: string[] = [];
    for (const n of [1, 2]) {
      for (const id of ['x', 'y']) {
        await new Promise((done) => setTimeout(done, 15));
        times.push((await put(home, 'Flag', id, { ...FLAG, code: { text: `n${n}` } })).meta.lastUpdated);
      }
    }
    await new Promise((done) => setTimeout(done, 15));
    await home.fetch('DELETE', '/Flag/x');
    const [x1, y1, x2, y2] = times;
    const [gone] = (await home.fetch('GET', '/Flag/x/_history?_count=1')).body.entry;
    const asked = async (query: string): Promise<string[]> =>
      (await lines(home, `/Flag/_history?${query}`)).map((line) => line.replace(/.*Flag\/(.) ... W\/"(\d)"/, '$1$2'));
    expect(await asked(`_since=${x2}`)).toEqual(['x3', 'y2', 'x2']);
    expect(await asked(`_since=${y1}&_count=2`)).toEqual(['x3', 'y2']);
    expect(await asked(`_at=${x1}`)).toEqual(['x1']);
    expect(await asked(`_at=${y1}`)).toEqual(['y1', 'x1']);
    expect(await asked(`_at=${x2}`)).toEqual(['x2', 'y1']);
    expect(await asked(`_at=${y2}`)).toEqual(['y2', 'x2']);
    expect(await asked(`_at=${gone.response.lastModified}`)).toEqual(['x3', 'y2']);
    expect(await asked('_at=2999')).toEqual(['y2']);
    expect(await asked('_at=1999')).toEqual([]);
    expect(await asked(`_at=${x2}&_since=${x2}`)).toEqual(['x2']);
  });

  test('needs the scope to search the type', async () => {
    expectOutcome(await reader.fetch('GET', '/Observation/_history'), 403, 'scope-missing');
    const reads = await house.register('reads', 'placer', 'system/Patient.r');
    expectOutcome(await reads.fetch('GET', '/Patient/_history'), 403, 'scope-missing');
    expectOutcome(await home.fetch('GET', '/Nonsense/_history'), 404, 'unknown-type');
  });
});

const FLAG = { status: 'active', code: { text: 'n1' }, subject: { display: 'Nobody' } };

describe('the history of the server', () => {
  test('has all types, those of _type, and no others than the scopes allow', async () => {
    const own = await house.register('own', 'placer', 'system/Patient.cruds system/Group.cruds system/Flag.crud');
    await put(own, 'Patient', 'p1');
    await put(own, 'Group', 'g1', { type: 'person', actual: false });
    await put(own, 'Flag', 'f1', FLAG);
    await put(own, 'Patient', 'p1', { active: true });
    const expected = ['PUT Patient/p1 200 W/"2"', 'PUT Group/g1 201 W/"1"', 'PUT Patient/p1 201 W/"1"'];
    expect(await lines(own, '/_history')).toEqual(expected);
    expect(await lines(own, '/_history?_type=Patient,Group')).toEqual(expected);
    expect(await lines(own, '/_history?_type=Group&_type=Patient')).toEqual(expected);
    expect(await lines(own, '/_history?_type=Group')).toEqual([expected[1]]);
    expectOutcome(await own.fetch('GET', '/_history?_type=Flag'), 403, 'scope-missing');
    expectOutcome(await own.fetch('GET', '/_history?_type=Patient,Nonsense'), 400, 'unknown-type');
    const strict = { prefer: 'handling=strict' };
    expect((await own.fetch('GET', '/_history?_type=Group', undefined, strict)).status).toBe(200);
    // A type's own history has no _type.
    expectOutcome(await own.fetch('GET', '/Group/_history?_type=Group', undefined, strict), 400, 'unknown-parameter');
    expect((await walk(own, '/_history?_count=1&_type=Patient,Group')).lines).toEqual(expected);
  });

  test('shows a case from the moment on that it was shared, and nothing of before', async () => {
    const before = (await programme.fetch('GET', '/_history?_since=2999')).body.meta.lastUpdated;
    await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }] });
    await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }], active: true });
    const letter = {
      resourceType: 'DocumentReference',
      status: 'current',
      author: [{ reference: 'Practitioner/author' }],
    };
    const content = [{ attachment: { url: 'https://home.example/letter' } }];
    const { id, meta } = (await home.fetch('POST', '/DocumentReference', { ...letter, content })).body;
    expect((await walk(programme, `/_history?_since=${before}`)).lines).toEqual([]);
    // The moment that a poller asks from lies before every write under way, those of the server's own jobs too.
    let poll = before;
    while (poll <= meta.lastUpdated)
      poll = (await programme.fetch('GET', `/_history?_since=${before}`)).body.meta.lastUpdated;
    const sent = await sendCase(home, {
      number: 'C-1',
      programme: 'programme',
      supportingInfo: [{ reference: `DocumentReference/${id}` }],
    });
    const seen = (await walk(programme, `/_history?_since=${poll}`)).lines;
    // Written before the poll, shared after it: a poller has it now, in the version that was shared.
    expect(seen).toContain('PUT Practitioner/author 200 W/"2"');
    expect(seen.filter((line) => line.includes('Practitioner/author'))).toHaveLength(1);
    expect(seen).toContain(`POST DocumentReference/${id} 201 W/"1"`);
    for (const ref of [...sent.refs, sent.task])
      expect(seen.filter((line) => line.includes(` ${ref} `))).not.toEqual([]);
    // Who had it all along sees it where it was written.
    expect((await walk(home, `/_history?_since=${poll}`)).lines.join()).not.toContain('Practitioner/author');

    await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }], active: false });
    expect((await move(programme, sent.task, 'accepted', 'accepted')).status).toBe(200);
    const later = (await walk(programme, `/_history?_since=${poll}&_type=Practitioner,Task`)).lines;
    expect(later.filter((line) => line.includes('Practitioner/author'))).toEqual([
      'PUT Practitioner/author 200 W/"3"',
      'PUT Practitioner/author 200 W/"2"',
    ]);
    expect(later[0]).toMatch(/^PUT Task\//);
  });
});
