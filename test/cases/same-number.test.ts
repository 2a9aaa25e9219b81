import { expect, test } from '@jest/globals';
import { sameNumberIssues } from '../../src/cases/index.ts';

const other = { serviceRequest: 'ServiceRequest/r0', placer: 'hosp', status: 'in-progress' };

test.each([
  ['an open case of the placer', other, ['same-number']],
  ['a closed one', { ...other, status: 'completed' }, []],
  ['one of another placer', { ...other, placer: 'hosp2' }, []],
])('a number that is borne by %s', (_, numbered, keys) => {
  const told = sameNumberIssues({ placer: 'hosp' }, [numbered]);
  expect(told.map(({ key }) => key)).toEqual(keys);
  expect(told.every(({ severity, text }) => severity === 'warning' && text.includes('ServiceRequest/r0'))).toBe(true);
});
