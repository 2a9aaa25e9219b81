import { describe, expect, test } from '@jest/globals';
import { delayAfter, parseRetryAfter } from '../../src/delivery/retry.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOW = new Date('2026-03-04T09:00:00Z');

describe('the pauses between tries', () => {
  const pauses = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];

  test.each(pauses.map((pause, n) => [n + 1, pause]))('after try %i: %i ms, a tenth more or less', (attempt, pause) => {
    expect(delayAfter(attempt, 0.5)).toBe(pause);
    expect(delayAfter(attempt, 0)).toBe(Math.round(pause * 0.9));
    expect(delayAfter(attempt, 1)).toBe(Math.round(pause * 1.1));
  });

  test('the ninth try is the last, of a handshake the fifth', () => {
    expect(delayAfter(9, 0.5)).toBeUndefined();
    expect(delayAfter(4, 0.5, 0, 'handshake')).toBe(15 * MINUTE);
    expect(delayAfter(5, 0.5, 0, 'handshake')).toBeUndefined();
  });

  test('not sooner than the receiver asks for, and a day later at most', () => {
    expect(delayAfter(1, 0.5, HOUR)).toBe(HOUR);
    expect(delayAfter(5, 0.5, MINUTE)).toBe(HOUR);
    expect(delayAfter(1, 0.5, 48 * HOUR)).toBe(24 * HOUR);
    expect(delayAfter(9, 0.5, MINUTE)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  test.each([
    ['120', 120 * SECOND],
    [' 7 ', 7 * SECOND],
    ['0', 0],
    ['Wed, 04 Mar 2026 09:10:00 GMT', 10 * MINUTE],
    ['Wed, 04 Mar 2026 08:10:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['999999999', 24 * HOUR],
    ['99999999999', 24 * HOUR],
    ['9'.repeat(400), 24 * HOUR],
    ['Wed, 04 Mar 2037 09:10:00 GMT', 24 * HOUR],
    [undefined, undefined],
  ])('%p is %p ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
