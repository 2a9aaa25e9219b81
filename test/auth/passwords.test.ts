import { describe, expect, test } from '@jest/globals';
import { checkPassword, hashPassword, makePassword, verifyPassword } from '../../src/auth/passwords.ts';

const PASSWORD = 'correct horse battery staple';

test('a password is stored with its own salt and what it costs, and is told from others', async () => {
  const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
  expect(first).toMatch(/^scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(second).not.toBe(first);
  expect(await verifyPassword(PASSWORD, first)).toBe(true);
  expect(await verifyPassword(`${PASSWORD} `, first)).toBe(false);
  expect(await verifyPassword(PASSWORD.toUpperCase(), first)).toBe(false);
});

test('what is stored under a former cost still counts', async () => {
  // scrypt of PASSWORD with N=1024, r=8, p=1 and a salt of zeros, by another program (Python's hashlib).
  const former = 'scrypt$10$8$1$AAAAAAAAAAAAAAAAAAAAAA$u5ZMvjK7XcTUD1inpyUcc3gqsS0uCWtVMsQ9-RZ8OWk';
  expect(await verifyPassword(PASSWORD, former)).toBe(true);
  expect(await verifyPassword('correct horse battery stable', former)).toBe(false);
});

test('what cannot be read is an error and never a match', async () => {
  for (const stored of ['', 'scrypt$10$8$1$AAAA$AAAA', PASSWORD]) {
    await expect(verifyPassword(PASSWORD, stored)).rejects.toThrow('cannot be read');
  }
});

test('however a keyboard composes it, a password is the same', async () => {
  const composed = 'mật khẩu Ångström ½';
  expect(composed.normalize('NFD')).not.toBe(composed);
  expect(await verifyPassword(composed.normalize('NFD'), await hashPassword(composed))).toBe(true);
});

test('57 where there is no password, none comes to it, and it takes as long', async () => {
  const encoded = await hashPassword(PASSWORD);
  const time = async (password: string, stored: string | null): Promise<number> => {
    // Computed by threads of the process, and by the clock on the wall others who use this machine would count, too.
    const began = process.cpuUsage();
    expect(await verifyPassword(password, stored)).toBe(false);
    const { user, system } = process.cpuUsage(began);
    return user + system;
  };
  const wrong = await time('something else', encoded);
  const nobody = await time('something else', null);
  const empty = await time('', null);
  const long = await time('x'.repeat(60_000), encoded);
  for (const other of [nobody, empty, long]) {
    // What is left out would be a hundred times quicker, or slower.
    expect(other).toBeGreaterThan(wrong / 10);
    expect(other).toBeLessThan(wrong * 10);
  }
});

test('more than fifty who wait are sent away, and the others have their turn', async () => {
  const cheap = 'scrypt$14$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const asked = Array.from({ length: 60 }, () => verifyPassword(PASSWORD, cheap));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(52);
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(refused?.reason).toMatchObject({ status: 503, message: 'sign-in-busy', headers: { 'retry-after': '5' } });
  expect(await verifyPassword(PASSWORD, cheap)).toBe(false);
});

describe('to have is', () => {
  test.each([
    ['twelve characters', 'abcdef ghijk', undefined],
    ['eleven characters', 'abcdef ghij', 'password-length'],
    ['256 characters', 'abcdefgh'.repeat(32), undefined],
    ['257 characters', `${'abcdefgh'.repeat(32)}i`, 'password-length'],
    ['twelve characters beyond the first plane', '😀😁😂🤣😃😄😅😆😉😊😋😎', undefined],
    ['eleven of them, in 22 units', '😀😁😂🤣😃😄😅😆😉😊😋', 'password-length'],
    ['the login', 'An.Tran@north', 'password-login'],
    ['the login with more around it', 'xx an.tran@north xx', 'password-login'],
    ['one character again and again', 'aaaaaaaaaaaaaaaa', 'password-weak'],
  ])('%s', (_what, password, key) => {
    expect(checkPassword(password, 'an.tran@north').map((issue) => issue.key)).toEqual(key === undefined ? [] : [key]);
  });
});

test('one that is made can be had, and is never the same', () => {
  const made = Array.from({ length: 100 }, makePassword);
  expect(new Set(made).size).toBe(100);
  for (const password of made) {
    expect(password).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(checkPassword(password, 'an.tran')).toEqual([]);
  }
});
