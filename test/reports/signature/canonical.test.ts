import { describe, expect, test } from '@jest/globals';
import { parseJson, parseStored } from '../../../src/fhir/index.ts';
import { documentDigest } from '../../../src/reports/index.ts';
import { canonicalDocument, canonicalJson } from '../../../src/reports/signature/canonical.ts';
import { documentText, makeGateway, signedText } from './samples.ts';

describe('the canonical text', () => {
  // https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2 and 3.2.4
  const EXAMPLE = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  test('is that of the example of RFC 8785', () => {
    const expected = '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":';
    expect(canonicalJson(JSON.parse(EXAMPLE))).toBe(expected + String.raw`"€$\u000f\nA'B\"\\\\\"/"}`);
  });

  // https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3: by UTF-16 code units, not by code points.
  test('has its members in the order of RFC 8785', () => {
    const members = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const values = [...canonicalJson(members).matchAll(/:"([^"]+)"/g)].map(([, value]) => value);
    expect(values).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // https://www.rfc-editor.org/rfc/rfc8785#appendix-B, by the bits of the double.
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555554', '333333333.33333325'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('of the number %s is %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });
  test.each([['7fffffffffffffff'], ['7ff0000000000000']])('of the number %s there is none', (bits) => {
    expect(() => canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toThrow();
  });
  test('of half a surrogate pair there is none', () => expect(() => canonicalJson(['\ud800'])).toThrow());

  test('takes numbers that were kept as written by their value', () => {
    const kept = parseStored('{"b":[940.00,1E2],"a":0.10}');
    expect(JSON.stringify(kept)).toBe('{"b":[940.00,1E2],"a":0.10}');
    expect(canonicalJson(kept)).toBe('{"a":0.1,"b":[940,100]}');
  });

  test('of a document leaves out what a copy elsewhere has otherwise', async () => {
    const { signer } = await makeGateway();
    const signed = parseJson(Buffer.from(await signedText(signer))) as { resourceType: string };
    expect(canonicalDocument(signed)).toBe(canonicalDocument(parseStored(documentText())));
  });
});

describe('the digest of a document', () => {
  const digest = (text: string): string => documentDigest(parseStored(text));
  const text = documentText();

  test('leaves out the entry of its letter, which shows the digest', () => {
    const bundle = parseStored(text);
    const entries = bundle['entry'] as unknown[];
    expect(documentDigest({ ...bundle, entry: entries.slice(0, -1) })).toBe(digest(text));
    expect(documentDigest({ ...bundle, entry: entries.slice(0, -2) })).not.toBe(digest(text));
  });
  test('is of what is said and of its order', () => {
    expect(digest(text)).toMatch(/^[0-9a-f]{64}$/);
    expect(digest(text.replace('right upper lobe', 'left upper lobe'))).not.toBe(digest(text));
    const bundle = parseStored(text);
    const [first, second, ...others] = bundle['entry'] as unknown[];
    expect(documentDigest({ ...bundle, entry: [second, first, ...others] })).not.toBe(digest(text));
  });
  test('is not of the Bundle around it', () => {
    expect(digest(text.replace('2026-03-02T08:15:00Z', '2026-03-02T08:15:01Z'))).toBe(digest(text));
  });
});
