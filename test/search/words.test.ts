import { describe, expect, it } from '@jest/globals';
import { compileWordReader } from '../../src/search/index.ts';
import { narrativeText } from '../../src/search/narrative-text.ts';
import { askedWords, indexedWords, lexemePrefix } from '../../src/search/words.ts';
import { definitions } from '../definitions/r4.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { onlyCondition, refused } from './parse.ts';

/** Whether an index of `text` has all words that are asked for. */
function holds(text: string, asked: string): boolean {
  const index = new Set(indexedWords(text));
  return askedWords(asked).every((word) => index.has(word));
}

describe('words', () => {
  it.each([
    ['Liver metastases, T2N1M0.', ['liver', 'metastases', 't2n1m0']],
    ['C50.9 COVID-19', ['c50', '9', 'covid', '19']],
    ["O'Brien", ['o', 'brien']],
    ['Nguyễn Thị Đào', ['nguyen', 'thi', 'dao']],
    ['Straße Łódź', ['strasse', 'lodz']],
    ['Karzi\u00adnom', ['karzinom']],
    ['  *** ', []],
    ['πνεύμονας', ['πνευμονασ']],
    ['рак лёгкого', ['рак', 'легкого']],
  ])('of %s', (text, words) => {
    expect(indexedWords(text)).toEqual(words);
    expect(askedWords(text)).toEqual(words);
  });

  it('are the same composed and decomposed', () => {
    const text = 'Nguyễn Thị Đào Ångström';
    expect(indexedWords(text.normalize('NFD'))).toEqual(indexedWords(text.normalize('NFC')));
  });

  it.each([
    ['患者患有肺癌晚期', '肺癌'],
    ['患者患有肺癌晚期', '癌'],
    ['患者患有肺癌晚期', '肺癌晚期'],
    ['ผู้ป่วยเป็นมะเร็งปอด', 'มะเร็ง'],
    ['肺がんのステージ', 'ステージ'],
    ['폐암이 의심된다', '폐암'],
    ['HER2陽性', 'her2 陽性'],
    ['𠮷野家', '𠮷'],
  ])('in %s hold %s, though nothing parts them', (text, asked) => {
    expect(holds(text, asked)).toBe(true);
  });

  it.each([
    ['患者患有肺癌', '胃癌'],
    ['患者患有肺癌', '癌肺'],
    ['liver', 'live'],
    ['HER2陽性', '陰性'],
  ])('in %s do not hold %s', (text, asked) => {
    expect(holds(text, asked)).toBe(false);
  });

  it('are cut after 64 characters, on both sides alike', () => {
    const long = 'a'.repeat(100);
    expect(indexedWords(long)).toEqual(['a'.repeat(64)]);
    expect(askedWords(`${long}é`)).toEqual(['a'.repeat(64)]);
    expect(indexedWords('𝛼'.normalize('NFC') + 'б'.repeat(100))[0]).toHaveLength(64);
  });
});

describe('a lexeme', () => {
  it('never changes, for it is stored, and is another for each reader, type and scope', () => {
    const prefixes = [
      lexemePrefix('home', 'Patient', '_text'),
      lexemePrefix('home', 'Patient', '_content'),
      lexemePrefix('home', 'Observation', '_text'),
      lexemePrefix('*', 'Patient', '_text'),
    ];
    expect(prefixes[0]).toBe('18rx93j:');
    expect(new Set(prefixes).size).toBe(4);
    // It is put into a tsquery between quotes.
    for (const prefix of prefixes) expect(prefix).toMatch(/^[0-9a-z]+:$/);
  });
});

describe('the text of a narrative', () => {
  it.each([
    ['<div><p>One</p><p>two</p></div>', ['one', 'two']],
    ['<div>one<br/>two<hr />three</div>', ['one', 'two', 'three']],
    ['<div><b>T</b>umour of the <span class="x>y">liv</span>er</div>', ['tumour', 'of', 'the', 'liver']],
    ['<div>caf&#233; M&#xfc;ller A&amp;B &lt;b&gt; x&nbsp;y</div>', ['cafe', 'muller', 'a', 'b', 'b', 'x', 'y']],
    ['<div>a<!-- hidden <p> -->b</div>', ['ab']],
    ['<div>&#1114112;x</div>', ['x']],
  ])('of %s', (div, words) => {
    expect(indexedWords(narrativeText(div))).toEqual(words);
  });

  it('is read in a time that grows with its length, whatever it holds', () => {
    const begun = cpuTime();
    for (const piece of ['<a "', '<!-', '<!--', '&#1', '<a b="', "<a b='x", '<', '"']) {
      narrativeText(piece.repeat(200_000 / piece.length));
    }
    expect(cpuTime() - begun).toBeLessThan(1000);
  });
});

describe('the words of a resource', () => {
  const read = compileWordReader(definitions);
  const condition = {
    resourceType: 'Condition',
    id: 'hidden1',
    text: { status: 'generated', div: '<div>Metastases in the <b>liver</b></div>' },
    contained: [{ resourceType: 'Practitioner', id: 'p', name: [{ family: 'Contained' }] }],
    extension: [{ url: 'http://hidden2', valueString: 'Extended' }],
    code: { coding: [{ system: 'http://hidden3', code: 'C22.0', display: 'Hepatocellular' }], text: 'Carcinoma' },
    subject: { reference: 'Patient/hidden4', display: 'Jane' },
    onsetDateTime: '2021-03-04',
    note: [{ text: 'Seen *twice*' }],
  };

  it('_text are those of its own narrative', () => {
    expect(read(condition)._text).toEqual(['metastases', 'in', 'the', 'liver']);
  });

  it('_content are those of its texts, codes and narratives, in whatever depth, and of nothing else', () => {
    expect([...read(condition)._content].sort()).toEqual(
      'generated contained extended c22 0 hepatocellular carcinoma jane seen twice metastases in the liver'
        .split(' ')
        .sort(),
    );
  });

  it('leave out base64, and numbers with their text kept', () => {
    const observation = `{"resourceType":"DocumentReference","content":[{"attachment":{"title":"Letter","data":"aGlkZGVu","size":12}}]}`;
    expect(read(JSON.parse(observation))._content).toEqual(['letter']);
    const exact = { resourceType: 'Observation', valueQuantity: { value: JSON.rawJSON('1.10'), unit: 'kg' } };
    expect(read(exact)._content).toEqual(['kg']);
  });

  it('of sections and of resources in a Bundle are content', () => {
    const composition = { resourceType: 'Composition', section: [{ text: { div: '<div>Sectioned</div>' } }] };
    expect(read(composition)).toEqual({ _text: [], _content: ['sectioned'] });
    const bundle = { resourceType: 'Bundle', entry: [{ resource: composition }] };
    expect(read(bundle)).toEqual({ _text: [], _content: ['sectioned'] });
  });

  it('are bounded, and a long narrative does not keep out the elements', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `w${n}`).join(' ');
    const words = read({ resourceType: 'Patient', text: { div: `<div>${many}</div>` }, name: [{ family: 'Last' }] });
    expect(words._text).toHaveLength(2000);
    expect(words._content).toHaveLength(2000);
    expect(words._content[0]).toBe('last');
  });

  it('of a text of many MB are made in a bounded time', () => {
    const long = 'a <b>b</b> 肺'.repeat(1_000_000);
    const begun = cpuTime();
    read({ resourceType: 'Patient', text: { div: long }, name: [{ family: long, given: [long, long] }] });
    const section = Array.from({ length: 300_000 }, () => ({ text: { div: '<p>b</p>'.repeat(20) } }));
    read({ resourceType: 'Composition', section });
    read({ resourceType: 'Patient', name: [{ given: Array.from({ length: 300_000 }, () => 'x') }] });
    expect(cpuTime() - begun).toBeLessThan(4000);
  });

  it('come out of what is no FHIR without an error', () => {
    for (const value of [null, 'x', 1, [null, [['x']], {}]]) {
      expect(read({ resourceType: 'Patient', text: value, name: value, contained: value })._text).toEqual([]);
    }
  });
});

describe('words asked for', () => {
  const wanted = (value: string): unknown => print((onlyCondition('Condition', '_text', value) as never)['wanted']);
  function print(one: { op: string; word?: string; of?: never[] }): unknown {
    return one.op === 'word' ? one.word : { [one.op]: one.of!.map(print) };
  }

  it.each([
    ['Liver', 'liver'],
    ['bone metastases', { all: ['bone', 'metastases'] }],
    ['(bone OR liver) and metastases', { all: [{ any: ['bone', 'liver'] }, 'metastases'] }],
    ['bone or liver metastases', { any: ['bone', { all: ['liver', 'metastases'] }] }],
    ['bone,liver', { any: ['bone', 'liver'] }],
    ['(bone,liver),skin', { any: [{ any: ['bone', 'liver'] }, 'skin'] }],
    ['"bone metastases, late" x', { all: [{ all: ['bone', 'metastases', 'late'] }, 'x'] }],
    ['bone\\,liver', { all: ['bone', 'liver'] }],
    ['"a \\" b"', { all: ['a', 'b'] }],
    ['bone & liver', { all: ['bone', 'liver'] }],
    ['((bone))', 'bone'],
    ['"or"', 'or'],
    ['bad', 'bad'],
    ['肺癌', '肺癌'],
    ['肺癌症', { all: ['肺癌', '癌症'] }],
    ["x'y | !z:* <->", { all: [{ all: ['x', 'y'] }, 'z'] }],
  ])('%s', (value, expected) => {
    expect(wanted(value)).toEqual(expected);
  });

  it.each([
    ['***', 'no-words'],
    ['()', 'bad-words'],
    ['(bone', 'bad-words'],
    ['bone)', 'bad-words'],
    ['bone or', 'bad-words'],
    ['and bone', 'bad-words'],
    ['"bone', 'bad-words'],
    ['bone,', 'bad-words'],
    [`${'('.repeat(11)}x${')'.repeat(11)}`, 'bad-words'],
    ['bone NOT liver', 'words-not'],
    ['x '.repeat(201), 'too-many-words'],
  ])('%s is refused', (value, key) => {
    expect(refused('Condition', new URLSearchParams([['_content', value]]).toString())).toEqual([key]);
  });

  it('are read in a bounded time', () => {
    const begun = cpuTime();
    for (const piece of ['(', '"', '\\', 'a ', '"a\\', '肺', ')('])
      refused('Condition', `_text=${piece.repeat(40_000)}`);
    expect(cpuTime() - begun).toBeLessThan(2000);
  });
});
