import { describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { fault } from '../../src/base/index.ts';
import { matchAll, TooSlow } from '../../src/delivery/match.ts';
import type { Matching } from '../../src/delivery/match.ts';

/** Long beside what is quick here, and short beside what never ends. */
const TERMS = { organizationMs: 1000, roundMs: 60_000 };
const never = (): Promise<void> => new Promise(() => undefined);

function matching(id: string, find: () => Promise<void>): Matching {
  return { id, organization: id.split('/')[0]!, find };
}

async function slowOnes(all: readonly Matching[], terms = TERMS): Promise<readonly string[]> {
  try {
    await matchAll(all, terms);
    return [];
  } catch (error) {
    if (error instanceof TooSlow) return error.ids;
    throw error;
  }
}

describe('who asks for what takes long', () => {
  test('is named, with what it asks for behind that; others are not', async () => {
    const done: string[] = [];
    const quick = (id: string): Matching => matching(id, () => Promise.resolve(void done.push(id)));
    const all = [
      quick('evil/1'),
      matching('evil/2', never),
      quick('evil/3'),
      matching('worse/1', never),
      ...['a/1', 'b/1', 'c/1', 'a/2'].map(quick),
    ];
    expect([...(await slowOnes(all))].sort()).toEqual(['evil/2', 'evil/3', 'worse/1']);
    expect(done.sort()).toEqual(['a/1', 'a/2', 'b/1', 'c/1', 'evil/1']);
  });

  test('many small ones count together', async () => {
    const all = Array.from({ length: 12 }, (_, n) => matching(`many/${n}`, () => pause(300)));
    const slow = await slowOnes(all, { ...TERMS, organizationMs: 2000 });
    expect([slow.length > 0, slow.includes('many/0'), slow.at(-1)]).toEqual([true, false, 'many/11']);
  });

  test('where nobody alone takes too long, but all together, the longest is named: the next round gets further', async () => {
    const all = [matching('a/1', () => pause(100)), matching('b/1', () => pause(20)), matching('c/1', never)];
    expect(await slowOnes(all, { organizationMs: 60_000, roundMs: 1000 })).toEqual(['c/1']);
  });
});

test('what the database cannot answer is named by itself', async () => {
  const refused = (): Promise<void> => Promise.reject(fault(504, 'too-costly', 'took-too-long', 'Too long.'));
  const overflow = (): Promise<void> => Promise.reject(Object.assign(new Error('out of range'), { code: '22003' }));
  const all = [matching('a/1', refused), matching('a/2', () => pause(1)), matching('a/3', overflow)];
  expect(await slowOnes(all)).toEqual(['a/1', 'a/3']);
});

test('that it cannot be asked is nobody’s fault', async () => {
  const away = fault(503, 'transient', 'store-away', 'Away.');
  await expect(matchAll([matching('a/1', () => Promise.reject(away))], TERMS)).rejects.toBe(away);
});
