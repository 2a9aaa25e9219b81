import { describe, expect, test } from '@jest/globals';
import { chooseLanguage, readLanguage } from '../../src/pages/index.ts';

describe('the language of a page', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['vi', 'vi'],
    ['vi, zh, en', 'vi'],
    ['zh;q=0.5, vi;q=0.5', 'zh'],
    ['vi;q=0', 'en'],
    ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
    ['zh-CN,zh;q=0.9', 'zh'],
    ['zh-Hans-SG', 'zh'],
    ['zh-TW', 'zh'],
    ['zh-Hant-HK;q=0.5,en;q=0.4', 'zh'],
    ['EN-gb, VI;q=0.9', 'en'],
    ['fr-FR, de;q=0.9, vi;q=0.3, en;q=0.2', 'vi'],
    ['en;q=0.2, zh;q=0.8, vi;q=0.5', 'zh'],
    ['fr, de', 'en'],
    ['fr, *;q=0.1', 'en'],
    ['en;q=0, *', 'vi'],
    ['en;q=0, vi;q=0, *;q=0.5', 'zh'],
    ['vi;q=0, en;q=0.1', 'en'],
    ['vi;q=2, zh;q=0.1', 'zh'],
    ['vi;q=abc, zh;q=0.100', 'zh'],
    ['vi;q=0.001', 'vi'],
    ['vi ; q=0.4 , en ; q=0.3', 'vi'],
    ['vietnamese', 'en'],
    ['__proto__, constructor', 'en'],
    [',;,;q=,=;=', 'en'],
  ] as const)('%j gives %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  test('a header without end is read to a limit', () => {
    expect(chooseLanguage(`${'fr,'.repeat(100_000)}vi`)).toBe('en');
  });
});

test.each([
  ['vi', 'vi'],
  ['zh-Hant-TW', 'zh'],
  ['fr-CA fr EN-gb vi', 'en'],
  ['fr', undefined],
  ['', undefined],
  ['__proto__ constructor', undefined],
])('a list of wishes: %s → %s', (tags, language) => {
  expect(readLanguage(tags)).toBe(language);
});
