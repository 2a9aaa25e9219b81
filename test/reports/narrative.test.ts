import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textsOf } from '../../src/reports/letter/blocks.ts';
import { readNarrative } from '../../src/reports/letter/narrative.ts';
import type { Block } from '../../src/reports/index.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { lines } from './outline.ts';

function read(markup: string): Block[] {
  return readNarrative(`<div xmlns="http://www.w3.org/1999/xhtml">${markup}</div>`, 'Section');
}

function shown(markup: string): string[] {
  return read(markup).flatMap(lines);
}

describe('readNarrative', () => {
  it.each<[string, string, string[]]>([
    ['paragraphs', '<p>One.</p><p>Two.</p>', ['One.', 'Two.']],
    ['text beside blocks', 'before<p>in</p>after', ['before', 'in', 'after']],
    ['folded white space', '<p>\n  a \t b\n</p>', ['a b']],
    ['white space that does not break', '<p>5\u00A0mg</p>', ['5\u00A0mg']],
    ['lines', '<p>one<br/>two<br/><br/>three<br/></p>', ['one\ntwo\nthree']],
    ['bold and italic', '<p>a <b>b</b> <strong>c</strong> <em>d</em>, e</p>', ['a *b c */d/, e']],
    ['headings', '<h1>One</h1><h3>Three</h3><h4>Four</h4>', ['### One', '### Three', '#### Four']],
    ['lists', '<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>', ['- a', '- b', '1. c', '2. d']],
    [
      'lists in lists',
      '<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>',
      ['- a', '- \u2003b', '- \u2003\u20031. c', '- d'],
    ],
    [
      'numbered lists in numbered lists',
      '<ol><li>a<ol><li>b</li></ol></li><li>c</li></ol>',
      ['- 1. a', '- \u20031. b', '- 2. c'],
    ],
    ['lists that do not begin with 1', '<ol start="4"><li>a</li><li value="9">b</li></ol>', ['- 4. a', '- 9. b']],
    ['lists with letters', '<ol type="a"><li>x</li><li>y</li></ol>', ['- a. x', '- b. y']],
    ['an empty item, which counts', '<ol><li>a</li><li></li><li>c</li></ol>', ['- 1. a', '- 3. c']],
    ['paragraphs in items', '<ul><li><p>a</p><p>b</p></li></ul>', ['- a\nb']],
    ['definitions', '<dl><dt>Term</dt><dd>Meaning</dd></dl>', ['*Term*', 'Meaning']],
    ['links and images', '<p>See <a href="#x">this</a> <img src="#y" alt="curve"/></p>', ['See this curve']],
    [
      'where links lead, unless their text says so',
      '<p>See <a href="https://trial.example/e19"><b>the trial</b></a>, <a href="https://trial.example/">trial.example</a> or <a href="mailto:a@b.example">a@b.example</a></p>' +
        '<ul><li><a href="http://guide.example/5">Guide</a></li></ul><table><tr><td><a href="javascript:x()">x</a></td></tr></table>',
      [
        'See *the trial *(https://trial.example/e19), trial.example or a@b.example',
        '- Guide (http://guide.example/5)',
        '| x |',
      ],
    ],
    [
      'powers and indices',
      '<p>10<sup>9</sup>/L, m<sup>-2</sup>, CD34<sup>+</sup>, H<sub>2</sub>O, 1<sup>st</sup></p>',
      ['10⁹/L, m⁻², CD34⁺, H₂O, 1st'],
    ],
    ['preformatted lines', '<pre>a  b\nc</pre>', ['a b\nc']],
    ['references and comments', '<p>&lt;5 &amp; &#181;g<!-- not this --></p>', ['<5 & µg']],
    ['nothing', '<p> </p><ul></ul><table></table><h2></h2><br/>', []],
  ])('%s', (_name, markup, said) => {
    expect(shown(markup)).toEqual(said);
  });

  it.each<[string, string, string[]]>([
    [
      'head, rows, foot',
      '<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody><tfoot><tr><td>T</td><td>3</td></tr></tfoot></table>',
      ['| A | B |', '| 1 | 2 |', '| T | 3 |'],
    ],
    [
      'rows of different length',
      '<table><tr><td>1</td></tr><tr><td>2</td><td>3</td></tr></table>',
      ['| 1 |  |', '| 2 | 3 |'],
    ],
    [
      'cells over columns and rows',
      '<table><tr><td rowspan="2">a</td><td colspan="2">b</td></tr><tr><td>c</td><td>d</td></tr></table>',
      ['| a | b |  |', '|  | c | d |'],
    ],
    ['blocks in cells', '<table><tr><td><p>a</p><ul><li>b</li></ul></td></tr></table>', ['| a\nb |']],
    ['a caption', '<table><caption>Values</caption><tr><td>1</td></tr></table>', ['*Values*', '| 1 |']],
    ['text where none belongs', '<table>x<tr>y<td>1</td></tr></table>', ['| x |  |', '| y | 1 |']],
  ])('tables: %s', (_name, markup, said) => {
    expect(shown(markup)).toEqual(said);
  });

  it('calls a table as its caption does, else as its section', () => {
    expect(read('<table><tr><td>1</td></tr></table>')).toMatchObject([{ caption: 'Section', head: [], rows: [['1']] }]);
    expect(read('<table><caption>Values</caption><tr><th>A</th></tr><tr><td>1</td></tr></table>')).toMatchObject([
      {},
      { caption: 'Values', head: ['A'], rows: [['1']] },
    ]);
  });

  it('keeps the text of what is not well-formed', () => {
    expect(readNarrative('<div><p>Dose 5 mg<p>twice', 'Section').flatMap(textsOf).join(' ')).toMatch(
      /Dose 5 mg\s+twice/,
    );
  });

  const word = fc.stringMatching(/^[a-zäđ中م]{1,6}$/u);
  const inline = fc.letrec((tie) => ({
    part: fc.oneof(
      { depthSize: 'small' },
      word,
      fc
        .tuple(fc.constantFrom('b', 'i', 'span', 'a', 'em', 'strong', 'code', 'small'), tie('parts'))
        .map(([name, text]) => `<${name}>${String(text)}</${name}>`),
      fc.constant('<br/>'),
    ),
    parts: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
  })).parts;
  const list = fc.letrec((tie) => ({
    item: fc
      .tuple(inline, fc.option(tie('list'), { nil: '' }))
      .map(([text, below]) => `<li>${text}${String(below)}</li>`),
    list: fc.array(tie('item'), { minLength: 1, maxLength: 3 }).map((items) => `<ul>${items.join('')}</ul>`),
  })).list;
  const table = fc
    .array(
      fc.array(
        fc.oneof(
          inline,
          inline.map((text) => `<p>${text}</p>`),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map(
      (rows) =>
        `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`,
    );
  const block = fc.letrec((tie) => ({
    block: fc.oneof(
      { depthSize: 'small' },
      inline.map((text) => `<p>${text}</p>`),
      inline.map((text) => `<h3>${text}</h3>`),
      inline,
      list,
      table,
      tie('div'),
    ),
    div: fc.array(tie('block'), { maxLength: 4 }).map((blocks) => `<div>${blocks.join(' ')}</div>`),
  })).div;

  it('loses nothing of any text, and adds nothing to it', () => {
    fc.assert(
      fc.property(block, (markup) => {
        const source = fold(markup.replace(/<[^<>]*>/g, ' '));
        expect(fold(read(markup).flatMap(textsOf).join(' '))).toBe(source);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('takes no more than a few times as long for narratives made to be slow', () => {
    const timeOf = (markup: string): number => {
      const began = cpuTime();
      read(markup);
      return cpuTime() - began;
    };
    const size = 200_000;
    const plain = `<p>${'word '.repeat(size / 5)}</p>`;
    timeOf(plain);
    const usual = Math.max(50, timeOf(plain));
    for (const markup of [
      '<b>'.repeat(size / 7) + '</b>'.repeat(size / 7),
      '<ul><li>'.repeat(size / 17) + '</li></ul>'.repeat(size / 17),
      '<p><br/></p>'.repeat(size / 12),
      `<p>${' '.repeat(size)}</p>`,
      `<table>${'<tr><td rowspan="99999" colspan="99999">x</td></tr>'.repeat(400)}</table>`,
      `<table><tr>${'<td colspan="50"/>'.repeat(200)}</tr>${'<tr><td/></tr>'.repeat(size / 14)}</table>`,
      '<'.repeat(size),
    ])
      expect(timeOf(markup)).toBeLessThan(20 * usual);
  });

  it('loses no cell of a row that is too long, and no item of a list that is', () => {
    const [table] = read(`<table><tr>${'<td>x</td>'.repeat(63)}<td>y</td><td/><td>z</td></tr></table>`);
    expect(table).toMatchObject({ kind: 'table', rows: [[...Array.from({ length: 63 }, () => 'x'), 'y · z']] });
    const [list] = read(`<ul><li>a<ul>${'<li>b</li>'.repeat(200_000)}</ul></li></ul>`);
    expect((list as Extract<Block, { kind: 'list' }>).items).toHaveLength(200_001);
  });
});

function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim();
}
