import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../src/base/index.ts';
import { numberOf, parseJson, parseStored } from '../../src/fhir/index.ts';
import { cpuTime } from '../support/cpu-time.ts';

function parse(text: string): unknown {
  return parseJson(Buffer.from(text, 'utf8'));
}

interface Refusal {
  readonly status: number;
  readonly key: string;
  readonly text: string;
  readonly expression?: string | undefined;
}

function refusalOf(body: string | Buffer): Refusal {
  try {
    parseJson(Buffer.from(body as string, 'utf8'));
  } catch (error) {
    const { status, issues } = error as Fault;
    const { key, text, expression } = issues[0]!;
    return { status, key, text, expression };
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
    expect(JSON.stringify(parseStored(text))).toBe(text);
    expect(numberOf((parse(text) as { value: unknown }).value)).toBe(Number(number));
  });
  test('any other, whatever stands around it, when it comes and when it is read again', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
    const part = (start: string, max: number) =>
      fc.option(
        digits(max).map((some) => start + some),
        { nil: '' },
      );
    const sign = fc.constantFrom('', '-');
    const whole = digits(20).map((some) => some.replace(/^0+(?=.)/, ''));
    const exponent = fc.tuple(fc.constantFrom('e', 'E', 'e-', 'E+'), digits(2)).map((parts) => parts.join(''));
    const number = fc
      .tuple(sign, whole, part('.', 20), fc.option(exponent, { nil: '' }))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(number, fc.constantFrom('', ' ', '\n\t'), (some, space) => {
        const text = `{"value":${space}${some}${space},"list":[${space}${some},1,${some}${space}],"last":${some}}`;
        const same = text.replace(/\s/g, '');
        expect(JSON.stringify(parse(text))).toBe(same);
        expect(JSON.stringify(parseStored(text))).toBe(same);
      }),
      { numRuns: 2000 },
    );
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
  test.each([
    ['{"a":1,}', 'comma before the closing bracket'],
    ['[1 , ]', 'comma before the closing bracket'],
    ['{"a":1 // no\n}', 'no comments'],
    ['/* no */ {}', 'no comments'],
    ['{"a":1 # no\n}', 'no comments'],
    ["{'a':1}", 'double quotes'],
    ['{"a":\'1\'}', 'double quotes'],
    ['{a:1}', 'double quotes'],
    ['{"a":NaN}', 'no NaN, Infinity'],
    ['{"a":-Infinity}', 'no NaN, Infinity'],
    ['{"a":undefined}', 'no NaN, Infinity'],
    ['{"a":True}', 'small letters'],
    ['{"a":None}', 'small letters'],
    ['{"a":01}', 'leading zeros'],
    ['{"a":-01.5}', 'leading zeros'],
    ['{"a":1} x', 'Nothing may follow'],
    ['{}{}', 'Nothing may follow'],
    ['{"a":1', 'ends too early'],
    ['{"a":"x', 'ends too early'],
    ['{"a":"x\u0000y"}', 'control characters as escapes'],
    ['{"a":"x\ny"}', 'control characters as escapes'],
    ['{"a":"\\x41"}', 'A backslash begins'],
    ['{"a":"\\\'"}', 'A backslash begins'],
    ['{"a":\ufeff1}', 'byte order mark'],
    ['', 'Send a resource'],
    ['{"a":1 "b":2}', 'Mend it'],
  ])('%j tells how to mend it', (text, advice) => {
    expect(refusalOf(text)).toMatchObject({ key: 'malformed-json', text: expect.stringContaining(advice) });
  });
  test('and is never quoted', () => {
    for (const text of [
      '{"name":"Canary",}',
      '{"Canary 1":Canary}',
      '"Canary',
      '{"Canary 1" "Canary"}',
      'Canary',
      '{"resourceType":"Canary 1",}',
      '{"Canary 1":1,"Canary 1":2}',
      '{"Canary 1":{"a":[1,}}',
    ]) {
      expect(JSON.stringify(refusalOf(text))).not.toContain('anary');
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

describe('what JSON leaves open is refused with its place:', () => {
  test.each([
    ['a name twice', '{"a":1,"a":2}', 'duplicate-name', '1:8', 'a'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', 'duplicate-name', '1:8', 'a'],
    ['a name twice, deep inside', '{"a":[{"b":{"c":1,"d":2,"c":3}}]}', 'duplicate-name', '1:25', 'a[0].b.c'],
    ['a name twice, beside kept numbers', '{"x":1.10,"a":1,\n"a":2}', 'duplicate-name', '2:1', 'a'],
    ['a name twice, the first one a tree', '{"a":{"b":1,"c":2},"a":1}', 'duplicate-name', '1:20', 'a'],
    ['a name twice, the same text in a value', '{"a":"a","b":["a","a"],"b":1}', 'duplicate-name', '1:24', 'b'],
    ['a name twice that cannot be told', '{"a":{"b c":1,"b c":2}}', 'duplicate-name', '1:15', 'a'],
    [
      'a name twice in a resource',
      '{"resourceType":"Patient","name":[{},\n{"given":["a","b"],"_given":[null,{"id":"x","id":"y"}]}]}',
      'duplicate-name',
      '2:45',
      'Patient.name[1]._given[1].id',
    ],
    ['__proto__', '{"__proto__":{"admin":true}}', 'forbidden-name', '1:2', undefined],
    ['__proto__, escaped', '{"\\u005f_proto__":1}', 'forbidden-name', '1:2', undefined],
    ['__proto__, deep inside', '{"a":[{"b":{"__proto__":null}}]}', 'forbidden-name', '1:13', 'a[0].b'],
    ['__proto__ beside kept numbers', '{"x":1.10,"a":{"__proto__":{}}}', 'forbidden-name', '1:16', 'a'],
    ['constructor', '{"constructor":{"prototype":{}}}', 'forbidden-name', '1:2', 'constructor'],
    ['constructor, deep inside', '{"a":[[{"constructor":1}]]}', 'forbidden-name', '1:9', 'a[0][0].constructor'],
    ['prototype', '{"a":{"prototype":1}}', 'forbidden-name', '1:7', 'a.prototype'],
    [
      'prototype, 64 levels deep',
      `${'['.repeat(63)}{"prototype":1}`.padEnd(141, ']'),
      'forbidden-name',
      '1:65',
      undefined,
    ],
    ['U+0000', '{"a":"b\\u0000c"}', 'nul-character', '1:8', 'a'],
    ['U+0000 in a name', '{"a\\u0000":1}', 'nul-character', '1:4', undefined],
    ['a lone high surrogate', '{"a":[0,"\\ud800"]}', 'lone-surrogate', '1:10', 'a[1]'],
    ['a lone low surrogate', '{"a":"\\udc00"}', 'lone-surrogate', '1:7', 'a'],
    ['two high surrogates', '{"a":"\\ud800\\ud800"}', 'lone-surrogate', '1:7', 'a'],
    ['a pair the wrong way round', '{"a":"\\ude00\\ud83d"}', 'lone-surrogate', '1:7', 'a'],
    ['half a pair and an escaped backslash', '{"a":"\\ud83d\\\\ude00"}', 'lone-surrogate', '1:7', 'a'],
    ['half a pair in a name', '{"\\uD800":1}', 'lone-surrogate', '1:3', undefined],
    ['a byte order mark', '\ufeff{}', 'byte-order-mark', '1:1', undefined],
    ['a huge number', '{"a":{"b":1e100000}}', 'number-too-large', '1:11', 'a.b'],
  ])('%s', (_what, text, key, where, expression) => {
    const refusal = refusalOf(text);
    expect({ ...refusal, text: placeIn(refusal.text) }).toEqual({ status: 400, key, text: where, expression });
  });

  test('names only what is a name', () => {
    expect(refusalOf('{"resourceType":"Patient","birthDate":"1","birthDate":"2"}').text).toBe(
      'An object in the body has the same member name twice: birthDate (line 1, column 43). ' +
        'Send each name once; what repeats is an array.',
    );
    expect(refusalOf('{"Max 1":1,"Max 1":2}').text).not.toContain('Max');
    expect(refusalOf('{"constructor":1}').text).toContain('"constructor"');
  });

  test('a byte order mark within a string is a character', () => {
    expect(parse('{"a":"b\ufeffc"}')).toEqual({ a: 'b\ufeffc' });
  });

  test('names that only look forbidden are names', () => {
    const text = '{"constructors":1,"Prototype":2,"proto":3,"toString":4,"a":"__proto__","b":["constructor"]}';
    expect(JSON.stringify(parse(text))).toBe(text);
  });

  const inText = (...bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from('{"a":"é\n",\n"b":["😀\ufffd'), Buffer.from(bytes), Buffer.from('"]}')]);
  test.each([
    ['a stray byte', inText(0xff)],
    ['latin-1', inText(0xe9)],
    ['a continuation', inText(0x80)],
    ['many continuations', inText(...Array.from({ length: 100 }, () => 0x80))],
    ['an overlong "/" in two bytes', inText(0xc0, 0xaf)],
    ['an overlong "/" in three', inText(0xe0, 0x80, 0xaf)],
    ['an overlong "/" in four', inText(0xf0, 0x80, 0x80, 0xaf)],
    ['an overlong NUL', inText(0xc0, 0x80)],
    ['two of three bytes', inText(0xe2, 0x82)],
    ['three of four bytes', inText(0xf0, 0x9f, 0x98)],
    ['a surrogate', inText(0xed, 0xa0, 0x80)],
    ['a pair of surrogates (CESU-8)', inText(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
    ['beyond U+10FFFF', inText(0xf4, 0x90, 0x80, 0x80)],
    ['F5', inText(0xf5, 0x80, 0x80, 0x80)],
    ['five bytes', inText(0xf8, 0x88, 0x80, 0x80, 0x80)],
    ['FE', inText(0xfe)],
  ])('bytes that are no UTF-8: %s', (_what, bytes) => {
    const refusal = refusalOf(bytes);
    expect({ ...refusal, text: placeIn(refusal.text) }).toEqual({
      status: 400,
      key: 'invalid-utf8',
      text: '3:10',
      expression: 'b[0]',
    });
  });
  test('bytes that are no UTF-8: wherever they stand', () => {
    const sound = Buffer.from('{"a":"é😀\ufffd€ and more of the kind that takes no more than one byte"}');
    for (let at = 0; at < sound.length; at++) {
      if ((sound[at]! & 0xc0) === 0x80) continue;
      const bytes = Buffer.concat([sound.subarray(0, at), Buffer.from([0xff]), sound.subarray(at)]);
      const column = sound.toString('utf8', 0, at).length + 1;
      expect([at, placeIn(refusalOf(bytes).text)]).toEqual([at, `1:${column}`]);
    }
    for (const cut of [sound.length - 1, 40, 15]) {
      expect(refusalOf(Buffer.concat([sound.subarray(0, cut), Buffer.from([0xc3])])).key).toBe('invalid-utf8');
    }
  });
  test.each([
    ['UTF-16, little end first', Buffer.from('\ufeff{"a":1}', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeff{"a":1}', 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from('{"a":1}', 'utf16le')],
    ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b])],
    ['UTF-32, little end first', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0])],
  ])('%s', (_what, bytes) => {
    expect(refusalOf(bytes)).toMatchObject({
      status: 400,
      key: 'invalid-utf8',
      text: 'The body is in UTF-16 or UTF-32, by its first bytes (line 1, column 1). Send application/fhir+json in UTF-8.',
    });
  });

  test('nothing of it reaches a prototype', () => {
    expect(() => parse('{"constructor":{"prototype":{"polluted":1}}}')).toThrow();
    expect(() => parse('{"__proto__":{"polluted":1}}')).toThrow();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

/** `line:column` in the text of a refusal. */
function placeIn(text: string): string {
  const [, line, column] = /\(line (\d+), column (\d+)\)\. \S/.exec(text) ?? [];
  return `${line}:${column}`;
}

describe('nesting', () => {
  test.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('of 64 %s is read, of 65 refused', (_what, open, close) => {
    const nested = (levels: number): string =>
      `${open.repeat(levels - 1)}${open === '[' ? '[]' : '{}'}${close.repeat(levels - 1)}`;
    expect(JSON.stringify(parse(nested(64)))).toBe(nested(64));
    const refusal = refusalOf(nested(65));
    expect(refusal).toMatchObject({ status: 400, key: 'too-deep' });
    expect(placeIn(refusal.text)).toBe(`1:${64 * open.length + 1}`);
  });
  test.each([5_000, 50_000, 1_000_000])('of %i levels is refused in no time', (levels) => {
    for (const text of ['['.repeat(levels), '{"a":'.repeat(levels), '{"a":['.repeat(levels / 2) + '}'.repeat(levels)]) {
      const start = cpuTime();
      expect(refusalOf(text)).toMatchObject({ status: 400, key: 'too-deep' });
      expect(cpuTime() - start).toBeLessThan(1000);
    }
  });
  test('in strings does not count', () => {
    expect(parse(`{"a":"${'['.repeat(1000)}"}`)).toEqual({ a: '['.repeat(1000) });
  });
});

test('an object has at most 1,000 members', () => {
  const members = (count: number): string => Array.from({ length: count }, (_, n) => `"a${n}":1`).join();
  expect(Object.keys(parseJson(Buffer.from(`{${members(1000)}}`)) as object)).toHaveLength(1000);
  const began = cpuTime();
  expect(refusalOf(`{${members(1_500_000)},"a0":1}`)).toMatchObject({ key: 'too-many-members' });
  expect(cpuTime() - began).toBeLessThan(2500);
});

test('size alone is no trouble', () => {
  const text = JSON.stringify({ entry: Array.from({ length: 20_000 }, (_, n) => ({ a: `"${n}\\`, b: [n, 'é😀'] })) });
  const start = cpuTime();
  expect(JSON.stringify(parse(text))).toBe(text);
  expect(cpuTime() - start).toBeLessThan(1_000);
  // To find out where it is wrong takes no longer.
  const items = Array.from({ length: 200_000 }, (_, n) => `{"a${n}":[1.10,"é😀"]}`).join();
  const began = cpuTime();
  expect(refusalOf(`{"b":[${items}],"b":1}`)).toMatchObject({ key: 'duplicate-name' });
  expect(refusalOf(`{"b":[${items}],}`)).toMatchObject({ key: 'malformed-json' });
  expect(refusalOf(Buffer.concat([Buffer.from('\ufffd'.repeat(2_000_000)), Buffer.from([0xff])])).key).toBe(
    'invalid-utf8',
  );
  expect(cpuTime() - began).toBeLessThan(12_000);
  // Many escapes, none of them closed.
  expect(refusalOf(`"${'\\"'.repeat(1_000_000)}`)).toMatchObject({ key: 'malformed-json' });
});
