import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareTexts } from '../../../src/cases/report/drift/compare-texts.ts';
import type { Drift } from '../../../src/cases/report/drift/drift.ts';
import { CORPUS, FROM_VIETNAMESE } from './drift-corpus.ts';
import { mutate } from './drift-mutations.ts';

type Language = 'en' | 'vi' | 'zh' | 'ar';
type Pair = readonly [original: string, from: Language, translated: string, to: Language];

const OTHERS = ['vi', 'zh', 'ar'] as const;
const PAIRS: readonly Pair[] = [
  ...CORPUS.flatMap((said) => OTHERS.map((to): Pair => [said.en, 'en', said[to], to])),
  ...FROM_VIETNAMESE.map(([vi, en]): Pair => [vi, 'vi', en, 'en']),
];

function compare([original, from, translated, to]: Pair): Drift[] {
  return compareTexts({ text: original, language: from }, { text: translated, language: to });
}

function kinds([original, from, translated, to]: Pair): string[] {
  return compare([original, from, translated, to])
    .map(({ kind }) => kind)
    .sort();
}

function turn([original, from, translated, to]: Pair): Pair {
  return [translated, to, original, from];
}

describe('translations that change nothing', () => {
  it.each(PAIRS)('%s (%s): %s (%s)', (...pair) => {
    expect(compare(pair)).toEqual([]);
    expect(compare(turn(pair))).toEqual([]);
  });

  it('are the same to each other, whichever was first', () => {
    const drifting = CORPUS.flatMap((said) =>
      OTHERS.flatMap((from) => OTHERS.map((to): Pair => [said[from], from, said[to], to])).filter(
        (pair) => compare(pair).length > 0,
      ),
    );
    expect(drifting).toEqual([]);
  });
});

/**
 * What is not found, of all the changes: a unit or a result that one side leaves out, and a rhythm that both sides name
 * elsewhere.
 */
const MISSED: readonly (readonly [original: string, translated: string])[] = [
  ['5 of 12 cores', '5针阴性'],
  ['days 1 and 8', '第1、8周'],
  ['At 24 months', 'tuần thai 24'],
  ['twice daily, i.e. 800 mg per day', 'مرتين أسبوعيًا، أي 800 ملغ في اليوم'],
];

describe('one change on one side', () => {
  const mutants = PAIRS.flatMap(([original, from, translated, to]) => [
    ...mutate(original, from).map(({ kind, text }) => ({ kind, pair: [text, from, translated, to] as Pair })),
    ...mutate(translated, to).map(({ kind, text }) => ({ kind, pair: [original, from, text, to] as Pair })),
  ]);

  it('is found wherever a number, unit, side, stage, code, date or result was changed', () => {
    const missed = mutants.filter(({ pair }) => compare(pair).length === 0);
    expect(mutants.length).toBeGreaterThan(4500);
    expect(new Set(mutants.map(({ kind }) => kind)).size).toBe(9);
    expect(missed.map(({ pair: [original, , translated] }) => [original, translated])).toEqual(
      MISSED.map(([original, translated]) => [expect.stringContaining(original), expect.stringContaining(translated)]),
    );
  });

  it('is of the same kinds, whichever text is the original', () => {
    for (const { pair } of mutants) expect(kinds(turn(pair))).toEqual(kinds(pair));
  });

  it.each([
    ['doses', 'Take 80 mg.', 'Uống 40 mg.'],
    ['units', 'Take 80 mg.', 'Uống 80 µg.'],
    ['units', 'Methotrexate 15 mg weekly.', 'Methotrexate 15 mg mỗi ngày.'],
    ['units', 'For three weeks.', 'Trong ba tháng.'],
    ['numbers', 'Exon 19 is affected.', 'Exon 20 bị ảnh hưởng.'],
    ['numbers', 'Below <5 of 9.', 'Dưới >5 của 9.'],
    ['laterality', 'The left kidney.', 'Thận phải.'],
    ['laterality', 'Bilateral masses.', 'Khối u bên trái.'],
    ['stage', 'Stage IIIB.', 'Giai đoạn IIIA.'],
    ['stage', 'Grade 3 toxicity.', 'Độc tính độ 2.'],
    ['dates', 'Seen on 4 March 2026.', 'Khám ngày 4 tháng 5 năm 2026.'],
    ['dates', 'Review in March.', 'Tái khám tháng 4.'],
    ['codes', 'EGFR L858R.', 'EGFR L861Q.'],
    ['results', 'ER+, HER2−.', 'ER+, HER2+.'],
    ['results', 'ER+, HER2−.', 'ER−, HER2+.'],
    ['results', 'ER (+), HER2 (−).', 'ER âm tính, HER2 dương tính.'],
    ['results', 'HER2-negative cancer.', 'Ung thư HER2 dương tính.'],
    ['results', 'The margins are negative.', 'Diện cắt dương tính.'],
  ])('is named: %s', (kind, en, vi) => {
    expect(kinds([en, 'en', vi, 'vi'])).toEqual([kind]);
  });

  it('tells how much is missing and added, with the values apart from the hint', () => {
    expect(compare(['Take 80 mg, then 40 mg.', 'en', 'Uống 80 mg, sau đó 20 mg.', 'vi'])).toEqual([
      {
        kind: 'doses',
        place: 'text',
        missing: 1,
        added: 1,
        hint: 'numbers with a unit of measure',
        details: { missing: ['40 mg'], added: ['20 mg'] },
      },
    ]);
  });
});

describe('results as they are written', () => {
  const same = (english: string, translated: string, to: Language): boolean =>
    kinds([english, 'en', translated, to]).length === 0;

  it('are signs in one language and words in another', () => {
    expect(same('ER+/PR+, HER2−.', 'ER dương tính, PR dương tính, HER2 âm tính.', 'vi')).toBe(true);
    expect(same('ER+/PR+, HER2−.', 'ER和PR阳性，HER2阴性。', 'zh')).toBe(true);
    expect(same('HER2 (−)', 'HER2 سلبي', 'ar')).toBe(true);
    expect(same('CD20 (++), CK7-', 'CD20 (+), CK7 (-)', 'vi')).toBe(true);
  });

  it('may be said more often, or in other words', () => {
    expect(same('ER and PR positive, HER2 negative.', 'ER dương tính, PR dương tính, HER2 âm tính.', 'vi')).toBe(true);
    expect(same('Negative for malignancy; ER positive.', 'Không có tế bào ác tính; ER dương tính.', 'vi')).toBe(true);
    expect(same('A positive response to treatment.', '治疗有效。', 'zh')).toBe(true);
    expect(same('The HER2 score is 3+.', 'Điểm HER2 là 3+.', 'vi')).toBe(true);
  });

  it('are told apart by what they are results of, as far as that is written alike', () => {
    expect(same('ER positive, HER2 negative.', 'ER阴性，HER2阳性。', 'zh')).toBe(false);
    expect(same('ER is positive and HER2 is negative.', 'ER và HER2 âm tính.', 'vi')).toBe(false);
  });
});

describe('numbers as they are written', () => {
  const same = (original: string, from: Language, translated: string, to: Language): boolean =>
    compare([original, from, translated, to]).length === 0;

  it('read thousands and decimals by the habit of the text, and in both ways where it shows none', () => {
    expect(same('1,500 mg', 'en', '1.500 mg', 'vi')).toBe(true);
    expect(same('1.234 g', 'en', '1,234 g', 'vi')).toBe(true);
    // The text writes decimals with a comma: its 1,500 is one and a half.
    expect(same('1,500 mg and 2.5 cm', 'en', '1,500 mg và 2,5 cm', 'vi')).toBe(false);
    expect(same('1.500 mg', 'en', '1,500 mg', 'zh')).toBe(false);
    expect(same('1,234.5 mg', 'en', '1.234,5 mg', 'vi')).toBe(true);
    expect(same("12'500 USD", 'en', '12 500 USD', 'vi')).toBe(true);
    expect(same('levels 5,10,15', 'en', 'mức 5, 10, 15', 'vi')).toBe(true);
    expect(same('0.125 mg', 'en', '0,125 mg', 'vi')).toBe(true);
    expect(same('0.125 mg', 'en', '0.0125 mg', 'zh')).toBe(false);
    expect(same('1½ tablets', 'en', '1,5 viên', 'vi')).toBe(true);
    expect(same('150,000 IU', 'en', '15万单位', 'zh')).toBe(true);
  });

  it('keep powers and signs apart', () => {
    expect(same('4.5 × 10⁹/L', 'en', '4,5 × 10^9/L', 'vi')).toBe(true);
    expect(same('4.5 × 10⁹/L', 'en', '4,5 × 10^12/L', 'vi')).toBe(false);
    expect(same('T-score -2.5', 'en', 'T值为-2.5', 'zh')).toBe(true);
    expect(same('T-score -2.5', 'en', 'T值为2.5', 'zh')).toBe(false);
    expect(same('3 - 5 weeks', 'en', '3周-5周', 'zh')).toBe(true);
  });

  it('know words that are no numbers, and no sides', () => {
    expect(same('One should wait; this is the right moment.', 'en', 'Nên chờ; đây là lúc thích hợp.', 'vi')).toBe(true);
    expect(same('Generally the results agree.', 'en', '一般来说，结果一致。', 'zh')).toBe(true);
    expect(same('It was left untreated for about 3 months.', 'en', '约3个月左右未治疗。', 'zh')).toBe(true);
    expect(same('Levofloxacin 500 mg.', 'en', '左氧氟沙星500毫克。', 'zh')).toBe(true);
    expect(same('He has 3 symptoms.', 'en', 'Ông có 3 triệu chứng.', 'vi')).toBe(true);
    expect(same('No one knows.', 'en', 'لا أحد يعرف.', 'ar')).toBe(true);
  });

  it('know the letter of a stage from an article', () => {
    expect(same('Stage III B disease', 'en', '第IIIB期', 'zh')).toBe(true);
    expect(same('Stage 3b disease', 'en', 'Bệnh giai đoạn IIIB', 'vi')).toBe(true);
    expect(same('After grade 3 a pause is needed.', 'en', 'Sau độ 3 cần nghỉ.', 'vi')).toBe(true);
    expect(same('Stage III (B)', 'en', 'المرحلة الثالثة (ج)', 'ar')).toBe(false);
  });

  it('are not lost in the numbering of paragraphs', () => {
    expect(same('Continue the treatment.', 'en', '1. Tiếp tục điều trị.', 'vi')).toBe(true);
    expect(same('2.5 mg', 'en', '5 mg', 'vi')).toBe(false);
  });
});

describe('any text', () => {
  const language = fc.constantFrom('en', 'vi', 'zh', 'ar');
  const piece = fc.oneof(
    fc.constantFrom(...CORPUS.flatMap(({ en, vi, zh, ar }) => [en, vi, zh, ar])),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.stringMatching(/^[\d.,٫'()x×^ /-]{1,12}(?:mg|周|ملغ|%|期|IIIB|tháng|March)?$/),
  );
  const wording = fc.record({ text: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' ')), language });

  it('is the same as itself', () => {
    fc.assert(
      fc.property(wording, (one) => expect(compareTexts(one, one)).toEqual([])),
      { numRuns: 2000 },
    );
  });

  it('differs in the same kinds in both directions, by as much', () => {
    fc.assert(
      fc.property(wording, wording, (one, other) => {
        const there = compareTexts(one, other);
        const back = compareTexts(other, one);
        const tell = ({ kind, missing, added }: Drift): string => `${kind} ${missing} ${added}`;
        expect(back.map(({ kind, missing, added }) => `${kind} ${added} ${missing}`)).toEqual(there.map(tell));
      }),
      { numRuns: 2000 },
    );
  });

  const LENGTH = 250_000;
  it.each([
    ['digits', '1'],
    ['groups', '1,234.'],
    ['numbers', '12 '],
    ['units', '5 mg '],
    ['other units', '5 cm/kg 5 mg/m2 '],
    ['words', 'hai mươi '],
    ['numerals', '一百二十'],
    ['letters', 'A1-'],
    ['one word', 'aB'],
    ['spaces', '  '],
    ['stages', 'III B '],
    ['labels', 'stage ('],
    ['dates', '1/1/2020/'],
    ['months', 'ngày 1 tháng '],
    ['Arabic', 'واحد و'],
    ['ligatures', '\ufdfa'],
    ['addresses', 'https://a'],
    ['entities', '&#65;'],
    ['sides', 'left right '],
    ['marks', '10^'],
    ['dots', '1.'],
    ['hyphens', '-1-'],
  ])('of hostile length takes no more than its length: %s', (_, unit) => {
    const text = unit.repeat(LENGTH / unit.normalize('NFKC').length);
    const other = `${text}7`;
    // What grows faster than the text does not end within the time that a test has.
    expect(compareTexts({ text, language: 'vi' }, { text: other, language: 'en' }).length).toBeLessThan(10);
  });

  it('of a megabyte is compared whole', () => {
    const { en, vi } = CORPUS[5]!;
    const times = Math.ceil(1_000_000 / en.length);
    const translated = `${`${vi}\n`.repeat(times - 1)}${vi.replace('500 mg', '600 mg')}`;
    expect(kinds([`${en}\n`.repeat(times), 'en', translated, 'vi'])).toEqual(['doses']);
  });
});
