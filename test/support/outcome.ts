import { expect } from '@jest/globals';
import type { Answer } from './house.ts';

/** What an answer that refuses has to be, whoever gave it: an OperationOutcome that programs and people can read. */
export function expectOutcome(
  answer: Pick<Answer, 'status' | 'headers' | 'body'>,
  status: number,
  key: string,
  expression?: string,
): void {
  expect({ status: answer.status, keys: keysOf(answer) }).toEqual({ status, keys: expect.arrayContaining([key]) });
  expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(answer.body.resourceType).toBe('OperationOutcome');
  for (const issue of answer.body.issue) {
    expect(issue).toMatchObject({
      severity: expect.stringMatching(/^(fatal|error|warning|information)$/),
      code: expect.stringMatching(/^[a-z-]+$/),
      details: {
        coding: [{ system: 'https://consilium.example/fhir/CodeSystem/issue-key', code: expect.any(String) }],
        text: expect.stringMatching(/^\S.{15,}[.?)]$/s),
      },
    });
  }
  if (expression !== undefined) {
    expect(answer.body.issue.flatMap((issue: { expression?: string[] }) => issue.expression ?? [])).toContain(
      expression,
    );
  }
}

function keysOf(answer: Pick<Answer, 'body'>): string[] {
  const issues: { details: { coding: { code: string }[] } }[] = answer.body?.issue ?? [];
  return issues.map((issue) => issue.details.coding[0]!.code);
}
