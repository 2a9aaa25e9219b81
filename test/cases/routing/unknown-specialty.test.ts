import { expect, test } from '@jest/globals';
import { unknownSpecialtyIssues } from '../../../src/cases/index.ts';
import { request } from '../samples.ts';

const KNOWN = new Map([['394593009', 'Medical oncology']]);

function keysOf(...codings: readonly object[]): string[] {
  const performerType = { coding: codings };
  return unknownSpecialtyIssues(request({ performerType }), KNOWN).map(({ key, severity }) => `${severity} ${key}`);
}

const sct = (code: string): object => ({ system: 'http://snomed.info/sct', code });

test('only a SNOMED code beside which none of the guide stands is told of', () => {
  expect(keysOf(sct('123456'))).toEqual(['warning specialty-unknown']);
  expect(keysOf(sct('394593009'))).toEqual([]);
  expect(keysOf(sct('123456'), sct('394593009'))).toEqual([]);
  expect(keysOf({ system: 'https://hospital.example/wards', code: 'W1' })).toEqual([]);
  expect(unknownSpecialtyIssues(request(), KNOWN)).toEqual([]);
});
