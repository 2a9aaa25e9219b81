import { expect, test } from '@jest/globals';
import { createAllowance } from '../../src/http/allowance.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

function open() {
  let now = start;
  const limits = { windowMs: 1000, ofSender: 2, ofUnknown: 3, clock: () => new Date(now) };
  return { allowance: createAllowance(limits), wait: (ms: number) => (now += ms) };
}

test('each sender has so many in a window, and again in the next', () => {
  const { allowance, wait } = open();
  const take = (sender: string) => allowance.take(sender);
  expect(['a', 'a', 'a', 'b', 'a'].map(take)).toEqual([true, true, false, true, false]);
  wait(999);
  expect(take('a')).toBe(false);
  wait(1);
  expect(take('a')).toBe(true);
});

test('those who cannot be told apart share theirs, and so do those beyond a limit', () => {
  const { allowance } = open();
  expect([1, 2, 3, 4].map(() => allowance.take(undefined))).toEqual([true, true, true, false]);
  const { allowance: full } = open();
  for (let n = 0; n < 10_000; n++) expect(full.take(`sender ${n}`)).toBe(true);
  expect(['x', 'y', 'z', 'x'].map((sender) => full.take(sender))).toEqual([true, true, true, false]);
  expect(full.take('sender 1')).toBe(true);
});
