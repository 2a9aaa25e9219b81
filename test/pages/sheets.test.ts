import { describe, expect, test } from '@jest/globals';
import { renderReport, renderVerify, SHEET_LANGUAGES, STYLESHEET } from '../../src/pages/index.ts';
import { sheetTextsIn } from '../../src/pages/texts/sheet-texts-in.ts';
import { named, readHtml } from './html.ts';
import { FORM } from './samples.ts';
import { ADDRESS, DIGEST, LETTER, renderPage, renderSheets, ROOT, SIGNED, verify } from './sheet-samples.ts';

const { stylesheet } = FORM;

const textOf = (html: string): string => named(readHtml(html), 'body')[0]!.text;

const ALL = SHEET_LANGUAGES.flatMap((language) =>
  Object.entries(renderSheets(language)).map(([name, html]) => [`${name} in ${language}`, language, html] as const),
);

describe.each(ALL)('%s', (_name, language, html) => {
  const elements = readHtml(html);

  test('is one document in its language and direction, with its landmarks', () => {
    expect(named(elements, 'html')[0]!.attributes).toEqual({ lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' });
    for (const once of ['title', 'h1', 'header', 'main', 'footer']) expect(named(elements, once)).toHaveLength(1);
    expect(elements.find(({ name }) => /^h\d$/.test(name))?.name).toBe('h1');
  });

  test('loads its stylesheet and nothing else, and runs nothing', () => {
    expect(named(elements, 'link').map(({ attributes }) => attributes['href'])).toEqual([stylesheet]);
    expect(named(elements, 'script', 'style', 'img', 'iframe', 'form', 'base')).toEqual([]);
    const names = elements.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /^on|^style$|^src/i.test(name))).toEqual([]);
  });

  test('no value is missing, and each reference has its target', () => {
    expect(html).not.toMatch(/undefined|null|NaN|\[object|Invalid Date|\{\w+\}/);
    const ids = elements.flatMap(({ attributes: { id } }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements)
      if (attributes['aria-labelledby'] !== undefined) expect(ids).toContain(attributes['aria-labelledby']);
  });
});

describe('a report', () => {
  const elements = readHtml(renderPage());

  test('shows all that the letter says, as what it is', () => {
    const told = (...names: string[]) => named(elements, ...names).map(({ text }) => text);
    expect(told('h2')).toEqual(['Summary', 'Chi phí', 'Authenticity']);
    expect(told('h3')).toEqual(['Details']);
    expect(told('p')).toEqual(
      expect.arrayContaining(['The plan is confirmed.', 'Advisory only.', 'Case SO-26-7K3M-9QTX']),
    );
    expect(told('strong')).toEqual(['confirmed']);
    expect(named(elements, 'li').map(({ path, text }) => [path.includes('ol>li'), text])).toEqual([
      [true, 'One'],
      [true, 'Two'],
    ]);
    expect(told('caption', 'th', 'td')).toEqual([
      'Estimate',
      'Item',
      'Price',
      'Surgery',
      '940.00 USD',
      'Total',
      '940.00 USD',
    ]);
    expect(told('dt', 'dd')).toEqual(['Patient', 'Invented Person']);
    expect(told('title')).toEqual(['Second opinion · Invented Hospital · Consilium']);
  });

  test('a section in another language says so', () => {
    const sections = named(elements, 'section').map(({ attributes: { lang, dir } }) => [lang, dir]);
    expect(sections).toEqual([
      [undefined, undefined],
      ['vi', 'ltr'],
      [undefined, undefined],
    ]);
  });

  test('leads to the PDF and to the other languages, in their own words', () => {
    const links = named(elements, 'a').map(({ attributes, text }) => [attributes['href'], attributes['lang'], text]);
    expect(links).toEqual([
      [`${ADDRESS}/letter.pdf`, undefined, 'Open the letter (PDF)'],
      [`${ADDRESS}?lang=ar`, 'ar', 'العربية'],
      [LETTER.verification.address, undefined, LETTER.verification.address],
    ]);
    const { pdf: _pdf, ...draft } = { ...LETTER, pdf: '' };
    const bare = renderReport({
      stylesheet,
      address: ADDRESS,
      letter: draft,
      languages: ['en'],
      state: 'draft',
    });
    expect(named(readHtml(bare), 'a')).toHaveLength(1);
  });

  test.each([
    ['draft', /not issued yet/],
    ['changed', /was changed/],
  ] as const)('%s is said first', (state, words) => {
    const status = readHtml(renderPage({ state })).filter(({ attributes }) => attributes['role'] === 'status');
    expect(status.map(({ text }) => text)).toEqual([expect.stringMatching(words)]);
    expect(textOf(renderPage())).not.toMatch(words);
  });

  test('texts of others stay texts', () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u0000\u0007`;
    const sections = [
      {
        heading: hostile,
        blocks: [
          { kind: 'paragraph', runs: [{ text: hostile, bold: true }] },
          { kind: 'table', caption: hostile, head: [hostile], rows: [[hostile]] },
          { kind: 'person', name: hostile, lines: [hostile] },
          { kind: 'notice', text: hostile },
        ],
      },
    ] as const;
    const html = renderPage(
      {},
      { title: hostile, programme: { name: hostile, lines: [hostile] }, foot: hostile, sections },
    );
    expect(named(readHtml(html), 'script', 'img')).toEqual([]);
    expect(textOf(html)).toContain('<script>alert(1)</script>');
    expect(html).not.toMatch(/\p{Cc}/u);
  });

  test('is printed on A4, without what leads elsewhere', () => {
    const [, print = ''] = STYLESHEET.split('@media print');
    expect(STYLESHEET).toContain('@page { size: A4;');
    expect(print).toMatch(/\.ways[^}]*\{ display: none; \}/);
  });
});

describe('what is told of a signed document', () => {
  test('who, when, in which language, and the digest in groups', () => {
    const elements = readHtml(verify('en'));
    const said = named(elements, 'dd').map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());
    expect(said.slice(0, 3)).toEqual(['Invented Hospital', '4 March 2026, 05:06 UTC', 'العربية']);
    const [first] = elements.filter(({ attributes }) => attributes['class'] === 'digest');
    expect(first!.text.trim().split(' ')).toEqual(Array.from({ length: 8 }, (_, n) => DIGEST.slice(n * 8, n * 8 + 8)));
    expect(first!.attributes['dir']).toBe('ltr');
  });

  test.each(['current', 'superseded', 'withdrawn'] as const)('%s, in every language', (state) => {
    for (const language of SHEET_LANGUAGES) {
      const { texts } = sheetTextsIn(language);
      const status = readHtml(verify(language, { ...SIGNED, state })).filter(
        ({ attributes }) => attributes['role'] === 'status',
      );
      expect(status.map(({ text }) => text)).toEqual([`${texts.states[state]} – ${texts.stateHints[state]}`]);
    }
  });

  test('that a copied digest proves nothing, and what does, in every language', () => {
    for (const language of SHEET_LANGUAGES) {
      const { check } = sheetTextsIn(language).texts;
      const items = named(readHtml(verify(language)), 'li').map(({ text }) => text);
      expect(items).toEqual(expect.arrayContaining([check.howCompare, check.howPaper, check.howAsk]));
      expect([check.howCompare, check.howPaper].join()).toMatch(/QR|二维码/);
      expect(check.howCompare).toContain('SHA-256');
      expect(check.howPaper).toContain('/reports/');
    }
  });

  test('of one that is not known the way to check stays, and nothing else is told', () => {
    const html = renderVerify({ language: 'en', stylesheet, root: ROOT, signed: undefined });
    expect(named(readHtml(html), 'dl')).toEqual([]);
    expect(textOf(html)).toContain('consilium verify FILE.json');
    expect(named(readHtml(html), 'a').map(({ attributes }) => attributes['href'])).toEqual([ROOT]);
  });
});
