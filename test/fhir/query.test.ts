import { expect, test } from '@jest/globals';
import { parseQuery } from '../../src/fhir/index.ts';

test.each([
  ['', []],
  [
    'a=1&a=2',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['a', [['a', '']]],
  ['a=', [['a', '']]],
  ['&&a=1&', [['a', '1']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=b+c%2Bd', [['a', 'b c+d']]],
  ['identifier=http%3A%2F%2Fh%7C1', [['identifier', 'http://h|1']]],
  ['name=Tr%E1%BA%A7n', [['name', 'Trần']]],
  ['name=Trần', [['name', 'Trần']]],
  ['name%3Aexact=x', [['name:exact', 'x']]],
])('%j', (query, pairs) => {
  expect(parseQuery(query)).toEqual(pairs);
  expect(parseQuery(Buffer.from(query))).toEqual(pairs);
});

test.each(['a=%', 'a=%G1', 'a=%FF', 'a=%ED%A0%80', '%C0%AF=b', 'a=1&b=%e1%bb'])('%j is refused', (query) => {
  expect(() => parseQuery(query)).toThrow(expect.objectContaining({ status: 400, message: 'bad-encoding' }));
});

test('bytes that are no UTF-8 are refused', () => {
  expect(() => parseQuery(Buffer.from('a=é', 'latin1'))).toThrow(expect.objectContaining({ status: 400 }));
});
