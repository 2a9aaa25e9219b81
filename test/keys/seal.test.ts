import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSealer, masterKeyId, parseMasterKey, seal, unseal } from '../../src/keys/index.ts';

const KEY = new Uint8Array(randomBytes(32));
const SECRET = Buffer.from('the secret');

describe('sealing', () => {
  test('gives back what was sealed, and never looks the same', () => {
    const sealed = [seal(KEY, SECRET, 'a'), seal(KEY, SECRET, 'a')];
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed) {
      expect(text).not.toContain(SECRET.toString('base64url'));
      expect(Buffer.from(unseal(KEY, text, 'a')).toString()).toBe('the secret');
    }
  });
  test('of nothing works too', () => expect(unseal(KEY, seal(KEY, new Uint8Array(), 'a'), 'a')).toHaveLength(0));
  test('is bound to its purpose', () => expect(() => unseal(KEY, seal(KEY, SECRET, 'a'), 'b')).toThrow());
  test('says when it was done under another key', () => {
    const another = new Uint8Array(randomBytes(32));
    expect(() => unseal(another, seal(KEY, SECRET, 'a'), 'a')).toThrow(/another MASTER_KEY/);
    expect(masterKeyId(another)).not.toBe(masterKeyId(KEY));
  });
  test.each([1, 2, 3])('notices a change in part %i', (part) => {
    const parts = seal(KEY, SECRET, 'a').split('.');
    const bytes = Buffer.from(parts[part]!, 'base64url');
    bytes[0]! ^= 1;
    parts[part] = bytes.toString('base64url');
    expect(() => unseal(KEY, parts.join('.'), 'a')).toThrow();
  });
  test('takes no shortened tag', () => {
    const parts = seal(KEY, SECRET, 'a').split('.');
    parts[3] = Buffer.from(parts[3]!, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => unseal(KEY, parts.join('.'), 'a')).toThrow(/not whole/);
  });
});

describe('a sealer', () => {
  const sealer = createSealer(KEY, 'a');

  test('opens what it sealed, and says the same differently each time', () => {
    expect(sealer.open(sealer.seal('é 1'))).toBe('é 1');
    expect(sealer.seal('x')).not.toBe(sealer.seal('x'));
  });
  test.each([
    ['another purpose', createSealer(KEY, 'b').seal('x')],
    ['another key', createSealer(new Uint8Array(randomBytes(32)), 'a').seal('x')],
    ['nobody', 'x.y'],
  ])('opens nothing of %s', (_what, sealed) => expect(sealer.open(sealed)).toBeUndefined());
});

describe('MASTER_KEY', () => {
  test.each(['hex', 'base64', 'base64url'] as const)('may be written in %s', (encoding) => {
    expect(parseMasterKey(` ${Buffer.from(KEY).toString(encoding)}\n`)).toEqual(KEY);
  });
  test.each([
    '',
    'secret',
    'x'.repeat(32),
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    `${'!'.repeat(10)}${randomBytes(32).toString('base64')}`,
  ])('is not %j', (text) => expect(parseMasterKey(text)).toMatchObject([{ key: 'master-key-shape' }]));
  test.each([
    '00'.repeat(32),
    'deadbeef'.repeat(8),
    Buffer.from('passwordpasswordpasswordpassword').toString('base64'),
  ])('is refused when it is not random: %s', (text) =>
    expect(parseMasterKey(text)).toMatchObject([{ key: 'master-key-weak' }]),
  );
});
