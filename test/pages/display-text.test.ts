import { expect, test } from '@jest/globals';
import { cleanPassage, cleanText } from '../../src/pages/display-text.ts';

test('no text from outside turns its letters round', () => {
  expect(cleanPassage('Dose \u202e15\u202c mg \u202d')).toBe('Dose  15\u202c mg  ');
  expect(cleanText('Dose \u202e15\u202c mg')).toBe('Dose 15 mg');
});

test('a passage keeps its spaces, and the marks by which two directions stand side by side', () => {
  expect(cleanPassage(' a\tb\n\u2067\u0645\u2069\u0007 ')).toBe(' a\tb\n\u2067\u0645\u2069  ');
});
