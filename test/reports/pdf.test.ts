import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Block, Letter } from '../../src/reports/letter/model.ts';
import { renderLetter } from '../../src/reports/index.ts';
import type { LetterFonts } from '../../src/reports/index.ts';
import { FONTS, LANGUAGES, letterIn, mixedLetter } from './letters.ts';
import {
  acrossPages,
  actualTexts,
  bare,
  copied,
  folded,
  glyphByGlyph,
  leavesOf,
  openPdf,
  stretches,
  textsOf,
} from './pdf-text.ts';
import type { Leaf } from './pdf-text.ts';

const ONLY_LATIN: LetterFonts = (name) => (name.startsWith('latin') ? FONTS(name) : undefined);

/** A letter of these blocks alone. */
function letterOf(blocks: readonly Block[], changes: Partial<Letter> = {}): Letter {
  const { verification: _none, ...letter } = letterIn('en');
  return { ...letter, sections: [{ heading: 'Text', blocks }], ...changes };
}

function paragraphs(...texts: string[]): Block[] {
  return texts.map((text) => ({ kind: 'paragraph', runs: [{ text }] }));
}

/** What the tagged pieces say, glyph by glyph and as copied, each beside what was wanted. */
async function readBack(letter: Letter, fonts = FONTS): Promise<{ wanted: Leaf[]; said: Leaf[]; copy: Leaf[] }> {
  const pdf = await openPdf(await renderLetter(letter, fonts));
  const wanted = textsOf(letter);
  return {
    wanted,
    said: acrossPages(await leavesOf(pdf, glyphByGlyph), wanted),
    copy: acrossPages(await leavesOf(pdf, copied), wanted),
  };
}

async function textOf(letter: Letter, fonts = FONTS): Promise<string> {
  const { said } = await readBack(letter, fonts);
  return folded(said.map(({ text }) => text).join(' '));
}

describe('the text of a letter', () => {
  const LETTERS = [
    ...LANGUAGES.map((language) => [language, letterIn(language, 3)] as const),
    ['mixed', mixedLetter()] as const,
  ];

  it.each(LETTERS)('in %s comes out as it went in, block by block in the order of the tags', async (_name, letter) => {
    const { wanted, said, copy } = await readBack(letter);
    expect(said.map(({ role, text }) => [role, folded(text)])).toEqual(
      wanted.map(({ role, text }) => [role, folded(text)]),
    );
    // A line's end stands for a blank or for nothing, which copying cannot tell.
    expect(copy.map(({ role, text }) => [role, bare(text)])).toEqual(
      wanted.map(({ role, text }) => [role, bare(text)]),
    );
  });

  it.each(LETTERS)(
    'in %s says of each right-to-left stretch what its glyphs say from right to left',
    async (_name, letter) => {
      const bytes = await renderLetter(letter, FONTS);
      const found = await stretches(await openPdf(bytes));
      expect(actualTexts(bytes).map(folded)).toEqual(found.map(folded));
      expect(found.length > 0).toBe(JSON.stringify(letter).search(/[\u0600-\u06FF]/) >= 0);
    },
  );

  it('of English and Vietnamese is copied with its blanks, line ends as blanks', async () => {
    for (const language of ['en', 'vi'] as const) {
      const letter = letterIn(language, 2);
      const sections = letter.sections.map((section) => ({
        ...section,
        blocks: section.blocks.filter(({ kind }) => kind !== 'fields'),
      }));
      const { wanted, copy } = await readBack({ ...letter, sections });
      // Long words, e.g. the digest, are parted.
      const comparable = wanted.map((leaf, index) => [folded(leaf.text), folded(copy[index]!.text)] as const);
      for (const [want, got] of comparable.filter(([want]) => !/\S{40}/.test(want))) expect(got).toBe(want);
    }
  });

  const ALPHABETS: Readonly<Record<string, string>> = {
    en: 'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789.,;:()[]<>%/-+=≥≤→µα°²×“”’–—',
    vi: 'aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĐƯỞ0123,.()',
    zh: '肺腺癌右上叶病灶切除术后化疗分期患者意见，。；：？！（）《》“”、—…0123456789cTNMmgα≥①',
    ar: 'ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئپچگیکًٌٍَُِّْـ،؛؟0123456789٠١٢٣٩()[]<>./%-+abcTNM«»لالله',
  };

  /** Arabic accents without a letter of theirs before them. */
  const STRAY = /(?<![\u0620-\u064A\u0671-\u06D3\u064B-\u0652])[\u064B-\u0652]+/g;

  /** On the lam of a lam with alef, which are one glyph: its accent comes behind both unless a reader asks what it stands for. */
  const INNER = /(?<=ل)[\u064B-\u0652]+(?=[اأإآ])/g;

  /** A digit of the one kind in a number of the other, which nobody writes: it is drawn in its place, but pdfjs copies it elsewhere. */
  const MIXED = /(?<=[\u0660-\u0669][^\p{L}\s]*)[0-9]|(?<=[0-9][^\p{L}\s]*)[\u0660-\u0669]/gu;

  it.each(Object.entries(ALPHABETS))(
    'made at random of the letters of %s comes out as it went in',
    async (language, letters) => {
      const word = fc
        .array(fc.constantFrom(...Array.from(letters)), { minLength: 1, maxLength: 9 })
        .map((own) => own.join('').replaceAll(STRAY, '').replaceAll(INNER, '').replaceAll(MIXED, ''))
        .filter((own) => own !== '');
      const text = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(' ').normalize('NFC'));
      const written = fc.array(text, { minLength: 8, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(written, async (texts) => {
          const { wanted, said, copy } = await readBack(letterOf(paragraphs(...texts), { language }));
          expect(said.map((leaf) => folded(leaf.text))).toEqual(wanted.map((leaf) => folded(leaf.text)));
          expect(copy.map((leaf) => bare(leaf.text))).toEqual(wanted.map((leaf) => bare(leaf.text)));
        }),
        // The same texts each time: what a reader makes of the rarest of them is no fault of a letter.
        { numRuns: 12, seed: 20261122 },
      );
    },
  );

  it('tells letters apart that share their form, in one letter and from one to the next', async () => {
    const texts = ['بيت ميل', 'بیت میل', 'بيت بیت ميل', 'أً ا إِ أُ'];
    for (const order of [texts, [...texts].reverse()]) {
      const { wanted, said } = await readBack(letterOf(paragraphs(...order), { language: 'ar' }));
      expect(said.map(({ text }) => folded(text))).toEqual(wanted.map(({ text }) => folded(text)));
    }
  });

  it('keeps Arabic letters from joining where it says so, and follows marks of direction without showing them', async () => {
    const { said } = await readBack(
      letterOf(paragraphs('می\u200Cخواهم \u2067(abc\u2069 \u202Eabc'), { language: 'fa' }),
    );
    expect(folded(said.at(-1)!.text)).toBe('میخواهم (abc abc');
  });
});

interface Drawn {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly base: number;
}

/** The pieces of the first page below its letterhead, in the order of drawing. */
async function drawn(letter: Letter): Promise<Drawn[]> {
  const page = await (await openPdf(await renderLetter(letter, FONTS))).getPage(1);
  const { items } = await page.getTextContent({ disableNormalization: true });
  return items.flatMap((item) => {
    if (!('str' in item) || item.str.trim() === '') return [];
    const [left, base] = [Number(item.transform[4]), Number(item.transform[5])];
    return base > 740 || base < 60 ? [] : [{ text: item.str, left, right: left + item.width, base }];
  });
}

const PAGE = { left: 56, right: 595.28 - 56 };

describe('a right-to-left letter', () => {
  it('begins its lines at the right margin and reads on to the left, numbers and Latin from left to right', async () => {
    const text = 'الجرعة (سيسبلاتين) 75 mg/m² كل 21 يوماً';
    const [, , ...pieces] = await drawn(letterOf(paragraphs(text), { language: 'ar', title: 'T' }));
    expect(pieces.map((one) => folded(one.text))).toEqual(
      expect.arrayContaining(['الجرعة', '(', 'سيسبلاتين', ')', '75', 'mg/m2', 'كل', '21']),
    );
    expect(pieces[0]!.right).toBeCloseTo(PAGE.right, 0);
    const places = pieces.filter(({ text: one }) => !/^\s*\p{M}+$/u.test(one)).map(({ left }) => left);
    expect(places).toEqual([...places].sort((one, other) => other - one));
  });

  it('leaves a telephone number and a date in their order', async () => {
    const pieces = await drawn(letterOf(paragraphs('+84 00 1234 5678'), { language: 'ar', title: 'T' }));
    expect(pieces.at(-1)!.text).toBe('+84 00 1234 5678');
    expect(pieces.at(-1)!.right).toBeCloseTo(PAGE.right, 0);
  });

  it('has labels, numbers of lists and first columns on the right', async () => {
    const blocks: Block[] = [
      { kind: 'fields', rows: [['اسم', 'قيمة']] },
      { kind: 'list', numbered: true, items: [[{ text: 'بند' }]] },
      { kind: 'table', caption: 'c', head: ['أول', 'ثان'], rows: [['ثالث', '12']], amounts: [1] },
    ];
    const pieces = await drawn(letterOf(blocks, { language: 'ar' }));
    const at = (text: string): Drawn => pieces.find((one) => one.text.trim() === text)!;
    expect(at('اسم').left).toBeGreaterThan(at('قيمة').right);
    expect(at('1').left).toBeGreaterThan(at('بند').right);
    expect(at('أول').left).toBeGreaterThan(at('ثان').right);
    // Amounts stand below each other by their last digit, which is on the right in Arabic, too.
    expect(at('12').right).toBeCloseTo(at('ثان').right, 0);
  });

  it('joins its letters: a word is narrower than its letters are one by one', async () => {
    const pieces = await drawn(letterOf(paragraphs('ببببب', 'ب ب ب ب ب'), { language: 'ar' }));
    const [joined, apart] = pieces.slice(-2).map(({ left, right }) => right - left);
    expect(joined).toBeLessThan(apart! * 0.7);
  });
});

describe('a Chinese letter', () => {
  it('begins no line with a closing mark and ends none with an opening one', async () => {
    const text = '病灶（右肺），“阳性”；'.repeat(60);
    for (let shift = 0; shift < 6; shift++) {
      const pieces = await drawn(letterOf(paragraphs('肺'.repeat(shift) + text), { language: 'zh' }));
      const lines = pieces.slice(2).filter(({ text: one }) => one.length > 20);
      expect(lines.length).toBeGreaterThan(10);
      for (const { text: line, right } of lines) {
        expect(line).not.toMatch(/^[）”，；]|[（“]$/);
        expect(right).toBeLessThanOrEqual(PAGE.right + 1);
      }
    }
  });
});

describe('a table', () => {
  const long = { kind: 'table', caption: 'Prices', head: ['Item', 'Amount'], amounts: [1] } as const;

  it('repeats its head on each page, tags it once, and keeps rows whole', async () => {
    const rows = Array.from({ length: 80 }, (_, index) => [`Row ${index + 1}. ${'word '.repeat(30)}`, `${index}.00`]);
    const letter = letterOf([{ ...long, rows, foot: ['Total', '80.00'] }]);
    const { wanted, said } = await readBack(letter);
    expect(said.map(({ role, text }) => [role, folded(text)])).toEqual(
      wanted.map(({ role, text }) => [role, folded(text)]),
    );
    const pdf = await openPdf(await renderLetter(letter, FONTS));
    expect(pdf.numPages).toBeGreaterThan(3);
    for (let number = 1; number <= pdf.numPages; number++) {
      const { items } = await (await pdf.getPage(number)).getTextContent();
      const texts = items.map((item) => ('str' in item ? item.str : ''));
      expect(texts.filter((text) => text === 'Item')).toHaveLength(1);
      expect(texts.filter((text) => text === 'Amount')).toHaveLength(1);
    }
  });

  it('goes on with a row that no page has room for', async () => {
    const text = Array.from({ length: 700 }, (_, index) => `w${index}`).join(' ');
    const four = { kind: 'table', caption: 'c', head: ['A', 'B', 'C', 'D'], rows: [[text, text, 'x', text]] } as const;
    const pdf = await openPdf(await renderLetter(letterOf([four]), FONTS));
    const cells = (await leavesOf(pdf, glyphByGlyph)).map((page) => page.filter(({ role }) => role === 'TD'));
    const first = cells.map((page) => page[0]?.text ?? '').join('');
    expect(pdf.numPages).toBeGreaterThan(1);
    expect(folded(first)).toBe(text);
  });

  it('puts amounts at the end of their cells and folds columns that no page has room for', async () => {
    const pieces = await drawn(
      letterOf([
        {
          ...long,
          rows: [
            ['Stay', '1.00'],
            ['Operation', '18,400.00'],
          ],
        },
      ]),
    );
    const [one, other] = ['1.00', '18,400.00'].map((text) => pieces.find((piece) => piece.text === text)!);
    expect(one!.right).toBeCloseTo(other!.right, 1);
    expect(other!.right).toBeCloseTo(PAGE.right - 5, 0);
    const names = Array.from({ length: 30 }, (_, index) => `C${index}`);
    const text = await textOf(letterOf([{ kind: 'table', caption: 'c', head: names, rows: [names] }]));
    expect(text).toContain(`C6 ${names.slice(7).join(' · ')} C0`);
  });
});

describe('a letter as a file', () => {
  it('is tagged in its language, each section in its own, with a bookmark for each', async () => {
    const letter = mixedLetter();
    const pdf = await openPdf(await renderLetter(letter, FONTS));
    const headings = [...letter.sections.map(({ heading }) => heading), letter.verification!.heading];
    expect((await pdf.getOutline()).map(({ title }) => title)).toEqual(headings);
    const trees = await Promise.all(
      Array.from({ length: pdf.numPages }, async (_, index) => (await pdf.getPage(index + 1)).getStructTree()),
    );
    for (const language of ['vi', 'zh', 'ar']) expect(JSON.stringify(trees)).toContain(`"lang":"${language}"`);
    for (const role of [
      'Document',
      'H1',
      'Sect',
      'H2',
      'H3',
      'P',
      'L',
      'LI',
      'Lbl',
      'LBody',
      'Table',
      'TR',
      'TH',
      'TD',
    ])
      expect(JSON.stringify(trees)).toContain(`"role":"${role}"`);
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({
      Title: letter.title,
      Author: letter.programme.name,
      Keywords: `sha-256:${letter.verification!.digest}`,
      Language: 'en',
      CreationDate: 'D:20260302011500Z',
    });
  });

  it('shows the address as a QR code with room around it, and says so to who cannot see it', async () => {
    const letter = letterIn('en');
    const pdf = await openPdf(await renderLetter(letter, FONTS));
    const page = await pdf.getPage(pdf.numPages);
    const { heading, address } = letter.verification!;
    expect(JSON.stringify(await page.getStructTree())).toContain(JSON.stringify(`${heading}: ${address}`));
    const { fnArray, argsArray } = await page.getOperatorList();
    const paths = fnArray.flatMap((operator, index) => {
      const box = operator === OPS.constructPath ? (argsArray[index] as [number, unknown, ArrayLike<number>])[2] : [];
      return [Array.from(box)];
    });
    const code = paths.find(([left = 0, top = 0, right = 0, bottom = 0]) => {
      const [wide, tall] = [right - left, bottom - top];
      return wide > 70 && Math.abs(wide - tall) < 1;
    });
    // Four modules of white on each side of the code, which is 108 points wide with them.
    expect(code![0]!).toBeGreaterThan(PAGE.left + 8);
    expect(code![2]!).toBeLessThan(PAGE.left + 100);
  });

  it('leaves the code never alone on the last page, and shows the digest in groups', async () => {
    const { verification, sections } = letterIn('en');
    const [about] = sections.slice(-1);
    const alone: number[] = [];
    for (let lines = 20; lines < 50; lines += 2) {
      const filler = paragraphs(Array.from({ length: lines }, (_, index) => `Line ${index}`).join('\n'));
      const letter = { ...letterOf(filler), verification: verification! };
      const bytes = await renderLetter({ ...letter, sections: [...letter.sections, about!] }, FONTS);
      const pages = await leavesOf(await openPdf(bytes), glyphByGlyph);
      const last = folded(
        pages
          .at(-1)!
          .map(({ text }) => text)
          .join(' '),
      );
      expect(last).toContain(folded(verification!.digest.replace(/.{8}(?=.)/g, '$& ')));
      if (!last.includes(folded(about!.heading))) alone.push(lines);
    }
    expect(alone).toEqual([]);
  });

  it('is the same bytes for the same letter, whatever was made before it', async () => {
    const first = await renderLetter(mixedLetter(), FONTS);
    await renderLetter(letterIn('ar'), FONTS);
    expect(Buffer.compare(first, await renderLetter(mixedLetter(), FONTS))).toBe(0);
    const { verification, ...letter } = mixedLetter();
    const other = { ...letter, verification: { ...verification!, digest: '0'.repeat(64) } };
    expect(Buffer.compare(first, await renderLetter(other, FONTS))).not.toBe(0);
  });

  it('asks for the fonts that it needs alone', async () => {
    const asked = new Set<string>();
    const asking: LetterFonts = (name) => {
      asked.add(name);
      return FONTS(name);
    };
    await renderLetter(letterOf(paragraphs('Plain text, Đà Nẵng')), asking);
    expect([...asked].sort()).toEqual(['latin-bold', 'latin-regular']);
  });

  it('parts no paragraph so that one line of it stands alone', async () => {
    for (let lines = 30; lines < 48; lines++) {
      const filler = Array.from({ length: lines }, (_, index) => `Line ${index}`);
      const letter = letterOf(
        paragraphs(filler.join('\n'), Array.from({ length: 4 }, (_, index) => `n${index}`).join('\n')),
      );
      const pages = await leavesOf(await openPdf(await renderLetter(letter, FONTS)), glyphByGlyph);
      const counts = pages.map((page) =>
        page.map(({ text }) => text.split(/(?=n\d)/).filter((one) => /^n\d/.test(one)).length),
      );
      expect(counts.flat()).not.toContain(1);
    }
  });
});

describe('what no font shows', () => {
  it('stands as a mark, announced in the section where it is', async () => {
    const letter = letterOf(paragraphs('fine'));
    const text = await textOf({
      ...letter,
      sections: [...letter.sections, { heading: 'Hebrew', blocks: paragraphs('שלום ok') }],
    });
    expect(text).toContain(`fine Hebrew ${folded(letter.undrawable)} \uFFFD\uFFFD\uFFFD\uFFFD ok`);
  });

  it('is a sign of its own where any font has it, else spelled', async () => {
    const letter = letterOf(paragraphs('Dose ≥ 5, ≤ 2 → stop ☐'));
    expect(await textOf(letter)).toContain('Dose ≥ 5, ≤ 2 → stop [ ]');
    expect(await textOf(letter, ONLY_LATIN)).toContain('Dose >= 5, <= 2 -> stop [ ]');
  });

  it('is refused without a Latin font', async () => {
    await expect(renderLetter(letterOf([]), () => undefined)).rejects.toThrow(RangeError);
  });
});

describe('a letter of hostile size', () => {
  const shortened = letterOf([]).shortened;

  it.each<[string, Block[]]>([
    ['a text', paragraphs('word '.repeat(200_000))],
    ['a word', paragraphs('x'.repeat(900_000))],
    ['Arabic without a blank', paragraphs('ب'.repeat(300_000))],
    ['paragraphs', paragraphs(...Array.from({ length: 5000 }, () => 'x?'))],
    ['a list', [{ kind: 'list', numbered: true, items: Array.from({ length: 5000 }, () => [{ text: 'x' }]) }]],
    [
      'a table',
      [{ kind: 'table', caption: 'c', head: ['A', 'B'], rows: Array.from({ length: 5000 }, () => ['x', 'y']) }],
    ],
    ['a cell', [{ kind: 'table', caption: 'c', head: ['A', 'B'], rows: [['x '.repeat(300_000), 'y']] }]],
    ['fields', [{ kind: 'fields', rows: [['a'.repeat(300_000), 'b'.repeat(300_000)]] }]],
    ['a person', [{ kind: 'person', name: 'N'.repeat(300_000), lines: ['x '.repeat(300_000)] }]],
    ['a notice', [{ kind: 'notice', text: 'x '.repeat(300_000) }]],
    ['a heading', [{ kind: 'heading', level: 3, text: 'x '.repeat(300_000) }]],
    ['runs', [{ kind: 'paragraph', runs: Array.from({ length: 100_000 }, () => ({ text: 'ab ' })) }]],
  ])('is cut in %s and says so', async (_name, blocks) => {
    const pdf = await openPdf(await renderLetter(letterOf(blocks), FONTS));
    const said = (await leavesOf(pdf, glyphByGlyph)).flat().map(({ text }) => text);
    expect(folded(said.join(''))).toContain(folded(shortened));
    expect(pdf.numPages).toBeLessThan(60);
  });
});
