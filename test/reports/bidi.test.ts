import { describe, expect, test } from '@jest/globals';
import { levelsOf } from '../../src/reports/pdf/bidi.ts';

/** The levels of the part of a right-to-left paragraph that is this. */
function levelsIn(text: string, part: string): number[] {
  const start = text.indexOf(part);
  return [...levelsOf(text, true).slice(start, start + part.length)];
}

describe('in Arabic', () => {
  test.each(['2027-01-14', '2027-01'])('a date runs as it is written: %s', (date) => {
    const levels = levelsIn(`الفحص بتاريخ ${date}، والركبة اليسرى`, date);
    expect(new Set(levels)).toEqual(new Set([2]));
  });

  test.each(['10-20', '2027-01-14-7', '12027-01'])('what only looks like one goes by the algorithm: %s', (text) => {
    expect(levelsIn(`الجرعة ${text} ملغم`, text)).toContain(1);
  });
});
