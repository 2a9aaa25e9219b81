import { expect, test } from '@jest/globals';
import { NO_RULES } from '../../../src/cases/index.ts';
import type { ProgrammeRules } from '../../../src/cases/index.ts';
import { missingPrice } from '../../../src/cases/payment/price.ts';
import { row } from '../samples.ts';

test.each<[ProgrammeRules['steps'], RegExp]>([
  [undefined, /as valueMoney; or agree on it before with a Task offer or quote\.$/],
  [['offer', 'review'], /as valueMoney; or agree on it before with a Task offer\.$/],
  [['review'], /as valueMoney\.$/],
])('a price that is missing can be agreed on by the steps that there are: %p', (steps, end) => {
  const { steps: _all, ...others } = NO_RULES;
  const rules = { ...others, ...(steps === undefined ? {} : { steps }) };
  expect(missingPrice({ row: row('received', 'completeness-check'), rules }).text).toMatch(end);
});
