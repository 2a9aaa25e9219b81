import { describe, expect, test } from '@jest/globals';
import { textsIn } from '../../src/pages/texts/texts-in.ts';
import { LANGUAGES } from './samples.ts';

/** Every text of a language by its path, `signIn.title`. */
function flatten(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts) as [string, string | object][]) {
    if (typeof value === 'string') found.set(path + key, value);
    else for (const [inner, text] of flatten(value, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const ENGLISH = flatten(textsIn('en'));
const SAME_EVERYWHERE = ['product', 'scopes.those'];

describe('the texts of the pages', () => {
  test.each(LANGUAGES)('%s: each says something, is trimmed and takes the same values as in English', (language) => {
    const texts = flatten(textsIn(language));
    expect([...texts.keys()].sort()).toEqual([...ENGLISH.keys()].sort());
    for (const [path, text] of texts) {
      expect({ path, text }).toEqual({ path, text: text.trim() });
      expect({ path, empty: text === '' }).toEqual({ path, empty: false });
      expect({ path, places: placesOf(text) }).toEqual({ path, places: placesOf(ENGLISH.get(path) ?? '') });
    }
  });

  test.each(['vi', 'zh'] as const)('%s: nothing was left in English', (language) => {
    const left = [...flatten(textsIn(language))].filter(([path, text]) => text === ENGLISH.get(path));
    expect(left.map(([path]) => path).filter((path) => !SAME_EVERYWHERE.includes(path))).toEqual([]);
  });

  test('Chinese is written in Chinese, Vietnamese with its accents', () => {
    const chinese = [...flatten(textsIn('zh'))].filter(([path]) => !SAME_EVERYWHERE.includes(path));
    expect(chinese.filter(([, text]) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    const vietnamese = [...flatten(textsIn('vi')).values()].join(' ');
    expect(vietnamese.normalize('NFC')).toBe(vietnamese);
  });

  test('no two types of records are called the same', () => {
    for (const language of LANGUAGES) {
      const words = Object.values(textsIn(language).records);
      expect(new Set(words).size).toBe(words.length);
    }
  });
});
