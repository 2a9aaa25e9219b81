import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/base/index.ts';
import type { Caller } from '../../src/base/index.ts';
import { openCursor, sealCursor } from '../../src/interactions/cursor.ts';
import { createSealer } from '../../src/keys/index.ts';

const KEY = new Uint8Array(randomBytes(32));
const START = Date.parse('2026-01-31T12:00:00Z');
const MINUTE = 60_000;

const houseAt = (minutes: number, purpose = 'cursor') => ({
  cursors: createSealer(KEY, purpose),
  clock: () => new Date(START + minutes * MINUTE),
});
const caller: Caller = { client: 'c', organization: 'o', role: 'placer', scopes: [] };
const context = (changed: Partial<Caller> = {}) => ({ caller: { ...caller, ...changed }, request: 'r' });
const PLACE = { after: ['1.10', 'Observation/1'], total: 3 };

function refusal(open: () => unknown): [number, string, string] {
  try {
    open();
  } catch (error) {
    if (error instanceof Fault) return [error.status, error.issues[0]!.key, error.issues[0]!.text];
  }
  throw new Error('it was opened');
}

test('a cursor brings its place back', () => {
  const cursor = sealCursor(houseAt(0), context(), 'asked', PLACE);
  expect(openCursor(houseAt(59), context(), 'asked', cursor)).toEqual(PLACE);
  expect(encodeURIComponent(cursor)).toBe(cursor);
});

describe('it is gone', () => {
  const cursor = sealCursor(houseAt(0), context({ user: 'Practitioner/u' }), 'asked', PLACE);
  const GONE = refusal(() => openCursor(houseAt(61), context({ user: 'Practitioner/u' }), 'asked', cursor));

  test('after an hour', () => expect(GONE.slice(0, 2)).toEqual([410, 'cursor-gone']));
  test.each([
    ['organisation', { organization: 'p', user: 'Practitioner/u' }],
    ['client', { client: 'd', user: 'Practitioner/u' }],
    ['user', { user: 'Practitioner/v' }],
    ['user, of whom there is none', {}],
  ])('for another %s, in the same words', (_what, changed) => {
    expect(refusal(() => openCursor(houseAt(1), context(changed), 'asked', cursor))).toEqual(GONE);
    // Nor does it say whether the question would have been the right one.
    expect(refusal(() => openCursor(houseAt(1), context(changed), 'other', cursor))).toEqual(GONE);
  });
});

test.each([
  ['another question', houseAt(0), 'other'],
  ['another purpose of the same key', houseAt(0, 'server key'), 'asked'],
])('it does not fit %s', (_what, house, asked) => {
  const cursor = sealCursor(houseAt(0), context(), 'asked', PLACE);
  expect(refusal(() => openCursor(house, context(), asked, cursor)).slice(0, 2)).toEqual([400, 'bad-cursor']);
});

test.each(['', 'x', 'a.b.c.d', Buffer.from(JSON.stringify(PLACE)).toString('base64url'), 'é', '....'])(
  '%j is none',
  (cursor) => {
    expect(refusal(() => openCursor(houseAt(0), context(), 'asked', cursor)).slice(0, 2)).toEqual([400, 'bad-cursor']);
  },
);
