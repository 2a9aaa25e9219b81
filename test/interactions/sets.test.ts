import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** Value sets that a search names: https://hl7.org/fhir/R4/search.html#modifiers (`:in`, `:not-in`) */

const SYSTEM = 'http://example.org/codes';
const URL_OF_SET = 'http://example.org/ValueSet/own';

let house: TestHouse;
let home: Partner;
let other: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  for (const partner of [home, other]) {
    for (const code of ['a', 'b', 'c']) {
      const id = `${partner.organization}-${code}`;
      const basic = { resourceType: 'Basic', id, code: { coding: [{ system: SYSTEM, code }] } };
      expect((await partner.fetch('PUT', `/Basic/${id}`, basic)).status).toBe(201);
    }
  }
  await put('own', ['a', 'b'], { url: URL_OF_SET, version: '1' });
});
afterAll(() => house.stop());

function put(id: string, codes: readonly string[], more: object): Promise<Answer> {
  const concept = codes.map((code) => ({ code }));
  const compose = { include: [{ system: SYSTEM, concept }] };
  return home.fetch('PUT', `/ValueSet/${id}`, { resourceType: 'ValueSet', id, status: 'active', compose, ...more });
}

const idsOf = ({ body }: Answer): string[] => (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
const find = (query: string): Promise<Answer> => home.fetch('GET', `/Basic?${query}`);

test.each([
  ['by its id', 'code:in=ValueSet/own', ['home-a', 'home-b']],
  ['by its url', `code:in=${URL_OF_SET}`, ['home-a', 'home-b']],
  ['by its version', `code:in=${encodeURIComponent(`${URL_OF_SET}|1`)}`, ['home-a', 'home-b']],
  ['to keep it out', 'code:not-in=ValueSet/own', ['home-c']],
])('an own one is found %s', async (_what, query, ids) => {
  expect(idsOf(await find(query))).toEqual(ids);
});

test('an own one is found by its absolute address', async () => {
  expect(idsOf(await find(`code:in=${house.url}/fhir/ValueSet/own`))).toEqual(['home-a', 'home-b']);
});

test('of several with the same url the one that was changed last counts', async () => {
  await put('older', ['c'], { url: 'http://example.org/ValueSet/twice', version: '2' });
  await put('newer', ['a'], { url: 'http://example.org/ValueSet/twice', version: '1' });
  expect(idsOf(await find('code:in=http://example.org/ValueSet/twice'))).toEqual(['home-a']);
});

test('what R4 holds is found by its url', async () => {
  const url = 'http://hl7.org/fhir/ValueSet/administrative-gender';
  await home.fetch('PUT', '/Patient/f', { resourceType: 'Patient', id: 'f', gender: 'female' });
  expect(idsOf(await home.fetch('GET', `/Patient?gender:in=${url}`))).toEqual(['f']);
});

describe('it is not known', () => {
  test.each([
    ['another organisation, by its id', 'ValueSet/own'],
    ['another organisation, by its url', URL_OF_SET],
  ])('to %s', async (_what, name) => {
    const hidden = await other.fetch('GET', `/Basic?code:in=${name}`);
    expectOutcome(hidden, 400, 'value-set-unknown');
    expect(hidden.body).toEqual((await other.fetch('GET', `/Basic?code:in=${name}x`)).body);
  });
  test('to a caller who may not read value sets', async () => {
    const narrow = await house.register('narrow', 'placer', 'system/Basic.rs');
    expectOutcome(await narrow.fetch('GET', '/Basic?code:in=ValueSet/own'), 400, 'value-set-unknown');
  });
  test.each(['ValueSet/none', 'http://example.org/ValueSet/none', 'x', 'http://example.org/,', 'http://e/|'])(
    'where it is not there: %s',
    async (name) => {
      expectOutcome(await find(`code:in=${encodeURIComponent(name)}`), 400, 'value-set-unknown');
    },
  );
});

test('one that was deleted is not known any more', async () => {
  await put('short', ['a'], { url: 'http://example.org/ValueSet/short' });
  expect(idsOf(await find('code:in=ValueSet/short'))).toEqual(['home-a']);
  await home.fetch('DELETE', '/ValueSet/short');
  expectOutcome(await find('code:in=ValueSet/short'), 400, 'value-set-unknown');
  expectOutcome(await find('code:in=http://example.org/ValueSet/short'), 400, 'value-set-unknown');
});

test('a search names ten at most', async () => {
  const names = (count: number): string => Array.from({ length: count }, (_, n) => `ValueSet/v${n}`).join();
  expectOutcome(await find(`code:in=${names(11)}`), 400, 'too-many-value-sets');
  expectOutcome(await find(`code:in=${names(10)}`), 400, 'value-set-unknown');
});
