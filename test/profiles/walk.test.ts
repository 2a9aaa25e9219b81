import { describe, expect, it } from '@jest/globals';
import type { Issue } from '../../src/base/index.ts';
import { faults, readFaulty, validExamples } from './guide.ts';
import type { Fault } from './guide.ts';
import { validate } from './validator.ts';

describe("the server's validator", () => {
  it.each(validExamples.map((example) => [example.id, example] as const))('takes %s', (_, example) => {
    const issues = validate(example, { profiles: example.meta.profile });
    expect(issues.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });

  it.each(faults.map((fault) => [fault.file, fault] as const))('finds the fault of %s', (_, fault) => {
    const issues = validate(readFaulty(fault), { profiles: [fault.profile] });
    expect({ found: issues, isFound: issues.some((issue) => isExpected(issue, fault)) }).toMatchObject({
      isFound: true,
    });
  });
});

/** Constraints are told by their key; for the other rules the place and how grave it is have to be right. */
function isExpected({ severity, key, expression }: Issue, { expects }: Fault): boolean {
  if (severity !== expects.severity) return false;
  if (expects.rule.includes('-')) return key === expects.rule;
  const place = expression ?? '';
  return (
    place === expects.expression ||
    (/^[.[]/.test(place.slice(expects.expression.length)) && place.startsWith(expects.expression))
  );
}
