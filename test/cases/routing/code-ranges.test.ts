import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, nat, property, tuple } from 'fast-check';
import { compileRanges, parseRange, plainCode } from '../../../src/cases/routing/code-ranges.ts';

describe('codes', () => {
  it.each([
    ['C50.911', 'C50911'],
    ['c18', 'C18'],
    ['M90.7*', 'M907'],
    ['A18.0†', 'A180'],
    ['C4A.9', 'C4A9'],
    ['O9A.1', 'O9A1'],
    ['18.9', undefined],
    ['C1', undefined],
    ['CC1', undefined],
    ['C50.9111111', undefined],
    ['', undefined],
  ])('%s is %s', (code, plain) => expect(plainCode(code)).toBe(plain));

  it.each(['', 'C20-', '-C20', 'C20-C18', 'C18-C19-C20', 'cancer', '93761005'])('%s is no range', (range) =>
    expect(parseRange(range)).toBeUndefined(),
  );

  it.each(['C50', 'C50-C50.9', 'C50.9-C50'])('%s is one', (range) => expect(parseRange(range)).toBeDefined());
});

describe('a lookup', () => {
  it('gives what is around a code, the narrowest first', () => {
    const find = compileRanges(
      ['C00-C97', 'C50-C50.9', 'C50', 'C50.1', 'C51-C58'].map((text) => ({ ...parseRange(text)!, value: text })),
    );
    expect(find('C501')).toEqual(['C50.1', 'C50-C50.9', 'C50', 'C00-C97']);
    expect(find('C519')).toEqual(['C51-C58', 'C00-C97']);
    expect(find('C59')).toEqual(['C00-C97']);
    expect(find('C98')).toEqual([]);
    expect(find('B99')).toEqual([]);
    expect(compileRanges([])('C50')).toEqual([]);
  });

  it('finds all and only the ranges around a code, whatever they are', () => {
    const code = tuple(constantFrom('A', 'B'), nat(99)).map(([letter, n]) => `${letter}${String(n).padStart(2, '0')}`);
    const range = tuple(code, code).map(([a, b]) => (a <= b ? `${a}-${b}` : `${b}-${a}`));
    assert(
      property(array(range, { maxLength: 12 }), code, (texts, asked) => {
        const ranges = texts.map((text, value) => ({ ...parseRange(text)!, value }));
        const around = ranges.filter(({ from, to }) => from <= asked && asked <= to).map(({ value }) => value);
        expect(compileRanges(ranges)(asked).sort((a, b) => a - b)).toEqual(around);
      }),
    );
  });
});
