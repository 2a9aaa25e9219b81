import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { move, sendCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/**
 * https://hl7.org/fhir/R4/bundle.html#Bundle.total of histories: what is counted is what the pages hold, no version of
 * another's more and none less.
 */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let stranger: Partner;
/** A moment about half-way through what was written. */
let middle: string;
let task: string;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  stranger = await house.register('stranger', 'placer');
  await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }] });
  await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }], active: true });
  for (const n of [1, 2, 3]) await put(home, 'Basic', 'b', { code: { text: `n${n}` } });
  await home.fetch('DELETE', '/Basic/b');
  await put(home, 'Basic', 'b', { code: { text: 'again' } });
  await put(stranger, 'Basic', 'theirs', { code: { text: 'n' } });
  // Everybody's, in all its versions.
  await put(programme, 'PractitionerRole', 'reviewer', { active: true });
  await put(programme, 'PractitionerRole', 'reviewer', { active: false });
  const { body } = await home.fetch('POST', '/DocumentReference', {
    resourceType: 'DocumentReference',
    status: 'current',
    author: [{ reference: 'Practitioner/author' }],
    content: [{ attachment: { url: 'https://home.example/letter' } }],
  });
  middle = body.meta.lastUpdated;
  const sent = await sendCase(home, {
    number: 'C-1',
    programme: 'programme',
    supportingInfo: [{ reference: `DocumentReference/${body.id}` }],
  });
  task = sent.task;
  await put(home, 'Practitioner', 'author', { name: [{ family: 'Invented' }], active: false });
  expect((await move(programme, task, 'accepted', 'accepted')).status).toBe(200);
  await home.fetch('DELETE', '/Basic/b');
}, 30_000);
afterAll(() => house.stop());

async function put(by: Partner, type: string, id: string, content: object): Promise<void> {
  const { status } = await by.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...content });
  expect([200, 201]).toContain(status);
}

/** How many versions all pages hold together, each of them once. */
async function countPages(partner: Partner, address: string): Promise<number> {
  const seen: string[] = [];
  for (let url: string | undefined = address; url !== undefined;) {
    const { status, body }: Answer = await partner.fetch('GET', url);
    expect(status).toBe(200);
    seen.push(...(body.entry ?? []).map(({ fullUrl, response }: Json) => `${fullUrl} ${response.etag}`));
    url = body.link.find(({ relation }: Json) => relation === 'next')?.url;
  }
  expect(new Set(seen).size).toBe(seen.length);
  return seen.length;
}

const ADDRESSES = [
  '/_history?',
  '/_history?_type=Basic,Practitioner&',
  '/Basic/_history?',
  '/Practitioner/_history?',
  '/PractitionerRole/_history?',
  '/Task/_history?',
  '/StructureDefinition/_history?',
];

describe('the number alone is that of all pages', () => {
  test.each(['_count=0', '_summary=count'])('by %s, of a type and of the server', async (asked) => {
    const totals: number[] = [];
    for (const partner of [home, programme, stranger]) {
      for (const address of ADDRESSES) {
        for (const window of ['', `_since=${middle}&`, `_at=${middle}&`, '_since=2999&']) {
          const { status, body } = await partner.fetch('GET', `${address}${window}${asked}`);
          const expected = await countPages(partner, `${address}${window}_count=7`);
          expect([address, window, status, body.total]).toEqual([address, window, 200, expected]);
          expect(body).toMatchObject({ resourceType: 'Bundle', type: 'history' });
          expect([body.entry, body.link.length]).toEqual([undefined, 1]);
          expect(body.link[0].url).toContain(asked);
          totals.push(expected);
        }
      }
    }
    expect(new Set(totals).size).toBeGreaterThan(8);
  });

  test('by both, of one record, as each of those who may see it sees it', async () => {
    const totalsOf = async (partner: Partner, ref: string, window = ''): Promise<number> => {
      const expected = await countPages(partner, `/${ref}/_history?_count=2${window}`);
      for (const asked of ['_count=0', '_summary=count']) {
        const { status, body } = await partner.fetch('GET', `/${ref}/_history?${asked}${window}`);
        expect([status, body.total, body.entry]).toEqual([200, expected, undefined]);
      }
      return expected;
    };
    expect(await totalsOf(home, 'Practitioner/author')).toBe(3);
    // It was shared as it was then.
    expect(await totalsOf(programme, 'Practitioner/author')).toBe(2);
    expect(await totalsOf(home, 'Basic/b')).toBe(6);
    expect(await totalsOf(home, 'Basic/b', `&_at=${middle}`)).toBe(1);
    expect(await totalsOf(home, 'Basic/b', `&_since=${middle}`)).toBe(1);
    expect(await totalsOf(home, 'Basic/b', '&_since=2999')).toBe(0);
    expect(await totalsOf(home, task)).toBe(await totalsOf(programme, task));
    for (const ref of ['Practitioner/author', 'Basic/never', task]) {
      expectOutcome(await stranger.fetch('GET', `/${ref}/_history?_count=0`), 404, 'not-found');
    }
  });

  test('is a valid Bundle, tells what of the question was left out, and takes what a page takes', async () => {
    const { body } = await home.fetch('GET', '/Basic/_history?_summary=count&_elements=code&_sinse=2020');
    expect(body.total).toBe(6);
    expect(body.entry).toHaveLength(1);
    expect(body.entry[0].resource.issue[0].details.text).toMatch(/_sinse.*Did you mean _since/);
    const checked = await home.fetch('POST', '/Bundle/$validate', body);
    expect(checked.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    const strict = await home.fetch('GET', '/Basic/_history?_count=0', undefined, { prefer: 'handling=strict' });
    expect(strict.body.total).toBe(6);
    const xml = await home.fetch('GET', '/Basic/_history?_count=0&_format=xml');
    expect(xml.text).toContain('<total value="6"/>');
    const entry = { request: { method: 'GET', url: 'Basic/_history?_count=0' } };
    const batch = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
    expect(batch.body.entry[0].resource.total).toBe(6);
  });

  test('needs the scope that the pages need', async () => {
    const narrow = await house.register('narrow', 'placer', 'system/Patient.rs');
    expectOutcome(await narrow.fetch('GET', '/Basic/_history?_count=0'), 403, 'scope-missing');
    expect((await narrow.fetch('GET', '/_history?_count=0')).body.total).toBe(0);
  });
});

test('a first page that is complete has its total, an empty one too; others are not counted for it', async () => {
  const totalOf = async (address: string): Promise<unknown> => (await home.fetch('GET', address)).body.total;
  expect(await totalOf('/Basic/_history')).toBe(6);
  expect(await totalOf('/Basic/_history?_count=6')).toBe(6);
  expect(await totalOf('/Basic/_history?_count=5')).toBeUndefined();
  expect(await totalOf('/Basic/_history?_since=2999')).toBe(0);
  expect(await totalOf('/Basic/b/_history?_since=2999')).toBe(0);
  // Of one record all are looked at anyhow.
  expect(await totalOf('/Basic/b/_history?_count=5')).toBe(6);
});
