import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/base/index.ts';
import { numberOf, parseJson } from '../../src/fhir/index.ts';
import { cpuTime } from '../support/cpu-time.ts';

function parse(text: string): unknown {
  return parseJson(Buffer.from(text, 'utf8'));
}

function refusalOf(body: string | Buffer): { status: number; key: string; text: string } {
  try {
    parseJson(Buffer.from(body as string, 'utf8'));
  } catch (error) {
    const { status, issues } = error as Fault;
    return { status, key: issues[0]!.key, text: issues[0]!.text };
  }
  throw new Error('nothing was refused');
}

describe('numbers come back with the same digits', () => {
  test.each([
    '0',
    '1',
    '-1',
    '42',
    '2147483647',
    '2147483648',
    '9007199254740991',
    '1.10',
    '1.00',
    '0.0',
    '-0',
    '-0.0',
    '1E-22',
    '1e-22',
    '1e+22',
    '1E22',
    '1e5',
    '100000000000000000000',
    '123456789012345678',
    '9007199254740993',
    '-9007199254740993',
    '999999999999999999',
    '0.1',
    '0.30000000000000004',
    '3.14159265358979323846264338327950288',
    '1e-400',
    '5e-324',
    '1.7976931348623157e308',
    '1.0e0',
    '120.50',
    '-273.15',
    '0.000001',
    '0.0000001',
  ])('%s', (number) => {
    const text = `{"value":${number},"list":[${number},${number}],"deep":{"value":[{"value":${number}}]}}`;
    expect(JSON.stringify(parse(text))).toBe(text);
    expect(numberOf((parse(text) as { value: unknown }).value)).toBe(Number(number));
  });
  test('and only those that need it are kept as text', () => {
    expect(parse('{"a":1,"b":"1.10","c":0.5,"d":-7}')).toEqual({ a: 1, b: '1.10', c: 0.5, d: -7 });
    expect(JSON.isRawJSON((parse('{"a":1.10}') as { a: unknown }).a)).toBe(true);
  });
  test.each(['1e400', '-1e400', '1e200000', '9'.repeat(400)])('or are refused: %s', (number) => {
    expect(refusalOf(`{"a":\n ${number}}`)).toMatchObject({
      status: 400,
      key: 'number-too-large',
      text: expect.stringContaining('line 2, column 2'),
    });
  });
  test('numbers in strings are strings', () => {
    const text = '{"a":"1.10","b":"-0","c":"1e400","d\\"1.10":"\\"1e400"}';
    expect(JSON.stringify(parse(text))).toBe(text);
  });
});

describe('strings stay as they are', () => {
  test.each([
    '"é"',
    '"Trần"',
    '"\\u00e9"',
    '"😀"',
    '"\\ud83d\\ude00"',
    '"\\\\u0000"',
    '"\\""',
    '"\\\\"',
    '"\\\\\\""',
    '"a\\/b"',
    '"\\n\\t"',
    '"{[:,]}"',
    '"‮abc"',
    '"\u2028"',
    '"\\\\ud800"',
  ])('%s', (string) => {
    expect(parse(`{"a":${string},"b":[1.10]}`)).toMatchObject({ a: JSON.parse(string) });
  });
});

describe('malformed JSON is refused with its place', () => {
  test.each([
    ['', 'it is empty'],
    [' \n ', 'it is empty'],
    ['{', 'line 1, column 2'],
    ['{"a":}', 'line 1, column 6'],
    ['{"a":1,}', 'line 1, column 8'],
    ['[1,]', 'line 1, column 4'],
    ['{"a" 1}', 'line 1, column 6'],
    ["{'a':1}", 'line 1, column 2'],
    ['{a:1}', 'line 1, column 2'],
    ['{"a":1}}', 'line 1, column 8'],
    ['{"a":1} x', 'line 1, column 9'],
    ['{"a":1', 'line 1, column 7'],
    ['{"a":"x', 'line 1, column 8'],
    ['{\n "a": 1\n "b": 2\n}', 'line 3, column 2'],
    ['{"a":1 // no\n}', 'line 1, column 8'],
    ['/* no */ {}', 'line 1, column 1'],
    ['{"a":NaN}', 'line 1, column 6'],
    ['{"a":Infinity}', 'line 1, column 6'],
    ['{"a":undefined}', 'line 1, column 6'],
    ['{"a":nul}', 'line 1, column 9'],
    ['{"a":01}', 'line 1, column 7'],
    ['{"a":1.}', 'line 1, column 7'],
    ['{"a":.5}', 'line 1, column 6'],
    ['{"a":+1}', 'line 1, column 6'],
    ['{"a":1e}', 'line 1, column 7'],
    ['{"a":0x10}', 'line 1, column 7'],
    ['{"a":"\\x41"}', 'line 1, column 8'],
    ['{"a":"\\u12G4"}', 'line 1, column 11'],
    ['{"a":"tab\there"}', 'line 1, column 10'],
    ['{"a":"line\nbreak"}', 'line 1, column 11'],
    ['{"a":"nul\u0000here"}', 'line 1, column 10'],
    ['{"a":1:2}', 'line 1, column 7'],
    ['["a":1]', 'line 1, column 5'],
    ['{"a"}', 'line 1, column 5'],
    ['{,}', 'line 1, column 2'],
    [']', 'line 1, column 1'],
    ['<Patient xmlns="http://hl7.org/fhir"/>', 'line 1, column 1'],
    ['{"a":[1,2}', 'line 1, column 10'],
    ['\\u0061', 'line 1, column 1'],
  ])('%j', (text, where) => {
    expect(refusalOf(text)).toMatchObject({
      status: 400,
      key: 'malformed-json',
      text: expect.stringContaining(`(${where})`),
    });
  });
  test('and is never quoted', () => {
    for (const text of [
      '{"name":"Canary",}',
      '{"Canary":Canary}',
      '"Canary',
      '{"Canary" "Canary"}',
      'Canary',
      '{"Canary":1,"Canary":2}',
    ]) {
      expect(refusalOf(text).text).not.toContain('anary');
    }
  });
  test('wherever it was cut off', () => {
    const sound = '{"a":[1,-2.5e3,true,null],"b":{"c":"d\\u00e9\\n","e":[]},"f":{}}';
    expect(() => parse(sound)).not.toThrow();
    for (let length = 1; length < sound.length; length++) {
      const column = Number(/line 1, column (\d+)/.exec(refusalOf(sound.slice(0, length)).text)?.[1]);
      // A number that was cut in two ends where it still was one.
      expect([length - 1, length, length + 1]).toContain(column);
    }
  });
});

describe('what JSON leaves open is refused:', () => {
  test.each([
    ['a name twice', '{"a":1,"a":2}', 'duplicate-name'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', 'duplicate-name'],
    ['a name twice, deep inside', '{"a":[{"b":{"c":1,"d":2,"c":3}}]}', 'duplicate-name'],
    ['a name twice, beside kept numbers', '{"x":1.10,"a":1,"a":2}', 'duplicate-name'],
    ['a name twice, the first one a tree', '{"a":{"b":1,"c":2},"a":1}', 'duplicate-name'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'forbidden-name'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}', 'forbidden-name'],
    ['__proto__, deep inside', '{"a":[{"b":{"__proto__":null}}]}', 'forbidden-name'],
    ['__proto__ beside kept numbers', '{"x":1.10,"a":{"__proto__":{}}}', 'forbidden-name'],
    ['U+0000', '{"a":"b\\u0000c"}', 'nul-character'],
    ['U+0000 in a name', '{"a\\u0000":1}', 'nul-character'],
    ['a lone high surrogate', '{"a":"\\ud800"}', 'lone-surrogate'],
    ['a lone low surrogate', '{"a":"\\udc00"}', 'lone-surrogate'],
    ['two high surrogates', '{"a":"\\ud800\\ud800"}', 'lone-surrogate'],
    ['a pair the wrong way round', '{"a":"\\ude00\\ud83d"}', 'lone-surrogate'],
    ['half a pair and an escaped backslash', '{"a":"\\ud83d\\\\ude00"}', 'lone-surrogate'],
    ['half a pair in a name', '{"\\uD800":1}', 'lone-surrogate'],
    ['a byte order mark', '\ufeff{}', 'byte-order-mark'],
  ])('%s', (_what, text, key) => {
    expect(refusalOf(text)).toMatchObject({ status: 400, key });
  });
  test.each([
    ['a stray byte', [0x7b, 0x22, 0xff, 0x22, 0x7d]],
    ['latin-1', [...Buffer.from('{"a":"é"}', 'latin1')]],
    ['half a character', [...Buffer.from('{"a":"é', 'utf8')].slice(0, -1)],
    ['a surrogate as bytes', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['UTF-16', [...Buffer.from('\ufeff{"a":1}', 'utf16le')]],
  ])('bytes that are no UTF-8: %s', (_what, bytes) => {
    expect(() => parseJson(Buffer.from(bytes))).toThrow(
      expect.objectContaining({ status: 400, message: 'invalid-utf8' }),
    );
  });
  test('nothing of it reaches a prototype', () => {
    expect(() => parse('{"constructor":{"prototype":{"polluted":1}}}')).not.toThrow();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('nesting', () => {
  test.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('of 64 %s is read, of 65 refused', (_what, open, close) => {
    const nested = (levels: number): string =>
      `${open.repeat(levels - 1)}${open === '[' ? '[]' : '{}'}${close.repeat(levels - 1)}`;
    expect(JSON.stringify(parse(nested(64)))).toBe(nested(64));
    expect(refusalOf(nested(65))).toMatchObject({ status: 400, key: 'too-deep' });
  });
  test.each([5_000, 50_000, 1_000_000])('of %i levels is refused in no time', (levels) => {
    for (const text of ['['.repeat(levels), '{"a":'.repeat(levels), '{"a":['.repeat(levels / 2) + '}'.repeat(levels)]) {
      const start = cpuTime();
      expect(refusalOf(text)).toMatchObject({ status: 400, key: 'too-deep' });
      expect(cpuTime() - start).toBeLessThan(200);
    }
  });
  test('in strings does not count', () => {
    expect(parse(`{"a":"${'['.repeat(1000)}"}`)).toEqual({ a: '['.repeat(1000) });
  });
});

test('size alone is no trouble', () => {
  const text = JSON.stringify({ entry: Array.from({ length: 20_000 }, (_, n) => ({ a: `"${n}\\`, b: [n, 'é😀'] })) });
  const start = cpuTime();
  expect(JSON.stringify(parse(text))).toBe(text);
  expect(cpuTime() - start).toBeLessThan(1_000);
  // Many escapes, none of them closed.
  expect(refusalOf(`"${'\\"'.repeat(1_000_000)}`)).toMatchObject({ key: 'malformed-json' });
});
