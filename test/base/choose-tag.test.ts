import { expect, test } from '@jest/globals';
import { chooseTag, findTag } from '../../src/base/index.ts';

/** https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4 */

test.each([
  [undefined, undefined],
  ['fr', undefined],
  ['ar', 'ar'],
  ['ar-EG;q=0.8, en;q=0.7', 'ar'],
  ['zh-Hant', 'zh-Hant'],
  ['zh-TW', 'zh-Hans'],
  ['en;q=0.1, zh;q=0.2', 'zh-Hans'],
  ['fr, *;q=0.1', 'zh-Hans'],
  ['zh;q=0, *', 'ar'],
])('%j of a report in three languages gives %s', (header, tag) => {
  expect(chooseTag(header, ['zh-Hans', 'zh-Hant', 'ar'])).toBe(tag);
});

test.each([
  ['VI', 'vi'],
  ['en-GB', 'en'],
  ['en-US', 'en'],
  ['e', undefined],
  ['', undefined],
])('%s is found as %s', (wanted, tag) => {
  expect(findTag(wanted, ['vi', 'en'])).toBe(tag);
});
