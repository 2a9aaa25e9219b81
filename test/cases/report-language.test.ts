import { expect, test } from '@jest/globals';
import type { CaseRow } from '../../src/cases/index.ts';
import { NO_RULES } from '../../src/cases/index.ts';
import { report, row } from './samples.ts';
import { decided, write } from './steps/asked.ts';

const RULES = { ...NO_RULES, programme: 'prog', languages: { ...NO_RULES.languages, report: 'zh' } };
const here: CaseRow = { ...row('in-progress', 'under-review'), rules: 1 };

function told(at: CaseRow, language: Record<string, unknown>): string[] {
  const { remarks = [] } = decided(write(at, 'programme', report('final', language), undefined, { rules: RULES }));
  return remarks.map(({ key }) => key);
}

test.each([
  ['of the programme', { language: 'zh-CN' }, []],
  ['that is not said', {}, []],
  ['of its file', { language: 'en', presentedForm: [{ contentType: 'application/pdf', language: 'zh' }] }, []],
  ['of another', { language: 'vi' }, ['report-language']],
])('a report in the language %s', (_, language, keys) => {
  expect(told(here, language)).toEqual(keys);
  expect(told({ ...here, rules: 0 }, language)).toEqual([]);
});
