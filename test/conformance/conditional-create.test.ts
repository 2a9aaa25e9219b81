import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#ccreate */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const identified = (value: string): object => ({
  resourceType: 'Patient',
  identifier: [{ system: 'http://h.example', value }],
});
const condition = (value: string): Record<string, string> => ({
  'if-none-exist': `identifier=http://h.example|${value}`,
});

test('nothing matches: it is created', async () => {
  const answer = await home.fetch('POST', '/Patient', identified('new'), condition('new'));
  expect([answer.status, answer.headers.get('etag')]).toEqual([201, 'W/"1"']);
});

test('one matches: that one is answered, unchanged', async () => {
  const first = await home.fetch('POST', '/Patient', identified('one'), condition('one'));
  const again = await home.fetch('POST', '/Patient', { ...identified('one'), active: true }, condition('one'));
  expect([again.status, again.body]).toEqual([200, first.body]);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('etag')).toBe('W/"1"');
});

test('several match: it is refused', async () => {
  for (const _ of [1, 2]) await home.fetch('POST', '/Patient', identified('two'));
  expectOutcome(
    await home.fetch('POST', '/Patient', identified('two'), condition('two')),
    412,
    'several-matches',
    'If-None-Exist',
  );
});

test('what was deleted does not match any more', async () => {
  const first = await home.fetch('POST', '/Patient', identified('del'), condition('del'));
  await home.fetch('DELETE', `/Patient/${first.body.id}`);
  expect((await home.fetch('POST', '/Patient', identified('del'), condition('del'))).status).toBe(201);
});

test('what another organisation has does not match', async () => {
  const other = await house.register('other', 'placer');
  expect((await home.fetch('POST', '/Patient', identified('both'), condition('both'))).status).toBe(201);
  expect((await other.fetch('POST', '/Patient', identified('both'), condition('both'))).status).toBe(201);
});

test('the criteria are those of a search: encoded or not, with a question mark or without', async () => {
  const first = await home.fetch('POST', '/Patient', identified('ø/1'));
  for (const query of [
    'identifier=http%3A%2F%2Fh.example%7C%C3%B8%2F1',
    '?identifier=http%3A%2F%2Fh.example%7C%C3%B8%2F1',
    Buffer.from('identifier=http://h.example|ø/1').toString('latin1'),
  ]) {
    const answer = await home.fetch('POST', '/Patient', identified('ø/1'), { 'if-none-exist': query });
    expect([answer.status, answer.body.id]).toEqual([200, first.body.id]);
  }
});

describe('criteria are refused that', () => {
  test.each([
    ['are none', '', 'criteria-empty'],
    ['ask for a page only', '_count=1', 'criteria-empty'],
    ['are not known', 'nonsense=1', 'unknown-parameter'],
    ['are not encoded', 'identifier=%ZZ', 'bad-encoding'],
    ['hold NUL', 'identifier=%00', 'bad-character'],
    ['search narratives', '_text=x', 'criteria-by-text'],
    ['search all content beside an identifier', 'identifier=x&_content=x', 'criteria-by-text'],
    ['search the words of what refers to it', '_has:Observation:patient:_text=x', 'criteria-by-text'],
    ['search the words of what it refers to', 'general-practitioner.organization._content=x', 'criteria-by-text'],
  ])('%s', async (_what, query, key) => {
    expectOutcome(await home.fetch('POST', '/Patient', identified('x'), { 'if-none-exist': query }), 400, key);
  });
  test('need the scope to search', async () => {
    const writer = await house.register('writer', 'placer', 'system/Patient.c');
    expectOutcome(await writer.fetch('POST', '/Patient', identified('x'), condition('x')), 403, 'scope-missing');
  });
});

test('criteria that look into other types need the scope to search those, too', async () => {
  const narrow = await house.register('narrow', 'placer', 'system/Patient.cruds');
  for (const criteria of [
    'organization.name=north',
    '_has:Observation:patient:code=1',
    'identifier=1&organization:below=1',
  ])
    expectOutcome(
      await narrow.fetch('POST', '/Patient', identified('1'), { 'if-none-exist': criteria }),
      403,
      'scope-missing',
    );
});

test('of many at once exactly one creates', async () => {
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => home.fetch('POST', '/Patient', identified('race'), condition('race'))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 15 }, () => 200), 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});
