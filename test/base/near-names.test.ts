import { describe, expect, test } from '@jest/globals';
import { nearNames, suggest } from '../../src/base/index.ts';

describe('near names', () => {
  test.each<[string, string[], string[]]>([
    ['birthdate', ['_birthDate', 'birthDate'], ['birthDate', '_birthDate']],
    ['prioritty', ['status', 'priority', 'intent'], ['priority']],
    ['ident', ['identifier', 'intent'], ['identifier', 'intent']],
    ['colour', ['status', 'subject'], []],
    ['a', ['b', 'c', 'd', 'e'], ['b', 'c', 'd']],
  ])('of %s among %j', (name, names, near) => {
    expect(nearNames(name, names)).toEqual(near);
  });

  test('are offered as a question, or not at all', () => {
    expect(suggest('clint list', ['client list', 'token'])).toBe(' Did you mean client list?');
    expect(suggest('x-ray', ['token', 'organization'])).toBe('');
  });
});
