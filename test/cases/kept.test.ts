import { describe, expect, it, test } from '@jest/globals';
import {
  askedOtherwise,
  BUSINESS_STATUS_SYSTEM,
  CASE_NUMBER_SYSTEM,
  isServerLetter,
  keptIssues,
  reportOnCaseIssues,
} from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { report, request, row, task } from './samples.ts';

const CASE = row('in-progress', 'under-review');
const OWN = { system: CASE_NUMBER_SYSTEM, value: CASE.number };
const OTHER = { system: CASE_NUMBER_SYSTEM, value: 'SO-26-0000-0000' };

function child(changes: Record<string, unknown>): Resource {
  return { resourceType: 'Task', id: 'c1', status: 'completed', intent: 'order', ...changes };
}

function document(changes: Record<string, unknown>): Resource {
  return { resourceType: 'DocumentReference', id: 'doc', status: 'current', ...changes };
}

describe('of the case number and of where the case stands', () => {
  it.each([
    ['T0 as it is', task('in-progress', 'under-review', { groupIdentifier: OWN }), [CASE]],
    ['a part of the work with the number of its case', child({ groupIdentifier: OWN }), [CASE]],
    ['the request', request({ identifier: [OWN] }), [CASE]],
    ['a report on the case', report('final', { identifier: [OWN] }), [CASE]],
    ['a Task with numbers and a status of its own', child({
      identifier: [{ system: 'https://hospital.example/tasks', value: CASE.number }],
      businessStatus: { coding: [{ system: 'https://hospital.example/status', code: 'report-issued' }] },
    }), []],
    ['a document with a number of its own', document({ identifier: [{ system: 'https://h.example', value: '1' }] }), []],
  ] as const)('%s may be written', (_name, after, cases) => {
    expect(keptIssues(after, cases)).toEqual([]);
  }); // prettier-ignore

  it.each([
    ['a Task on no case, grouped', child({ groupIdentifier: OWN }), [], 'case-number-taken', 'Task.groupIdentifier'],
    ['a Task on no case, numbered', child({ identifier: [OWN] }), [], 'case-number-taken', 'Task.identifier'],
    ['a Task on another case', child({ groupIdentifier: OTHER }), [CASE], 'case-number-taken', 'Task.groupIdentifier'],
    ['T0, numbered anew', task('in-progress', 'under-review', { identifier: [OTHER] }), [CASE], 'case-number-taken', 'Task.identifier'],
    ['a number without value', child({ identifier: [{ system: CASE_NUMBER_SYSTEM }] }), [CASE], 'case-number-taken', 'Task.identifier'],
    ['an order', request({ requisition: OTHER }), [CASE], 'case-number-taken', 'ServiceRequest.requisition'],
    ['a report on no case', report('final', { identifier: [OWN] }), [], 'case-number-taken', 'DiagnosticReport.identifier'],
    ['a document, even on the case', document({ identifier: [OWN] }), [CASE], 'case-number-taken', 'DocumentReference.identifier'],
    ['the standing on another Task', { ...task('completed', 'report-issued'), id: 'c1' }, [CASE], 'business-status-reserved', 'Task.businessStatus'],
    ['the standing on a Task of no case', task('completed', 'report-issued'), [], 'business-status-reserved', 'Task.businessStatus'],
    ['two standings on T0', task('in-progress', undefined, { businessStatus: { coding: ['under-review', 'report-issued'].map((code) => ({ system: BUSINESS_STATUS_SYSTEM, code })) } }), [CASE], 'business-status-reserved', 'Task.businessStatus'],
  ] as const)('%s is refused', (_name, after, cases, key, expression) => {
    expect(keptIssues(after, cases)).toMatchObject([{ key, expression, severity: 'error' }]);
  }); // prettier-ignore
});

test('a letter of the server is known by its case number', () => {
  expect(isServerLetter(document({ identifier: [OWN] }))).toBe(true);
  expect(isServerLetter(document({ identifier: [{ system: 'https://h.example', value: '1' }] }))).toBe(false);
  expect(isServerLetter(document({}))).toBe(false);
});

describe('a report on a case', () => {
  const about = (reference: string): Resource => report('final', { subject: { reference } });

  it('names the patient of the case', () => {
    expect(reportOnCaseIssues(about('Patient/p1'), [request()])).toEqual([]);
    expect(reportOnCaseIssues(about('Patient/p2'), [])).toEqual([]);
  });

  it.each([
    ['another patient', about('Patient/p2')],
    ['nobody', report('final')],
    ['somebody by words only', report('final', { subject: { display: 'the patient' } })],
  ])('that names %s is refused', (_name, after) => {
    expect(reportOnCaseIssues(after, [request()])).toMatchObject([
      { key: 'report-subject', expression: 'DiagnosticReport.subject' },
    ]);
  });

  it('is made on one case alone', () => {
    expect(reportOnCaseIssues(about('Patient/p1'), [request(), request({ id: 'r2' })])).toMatchObject([
      { key: 'one-case', expression: 'DiagnosticReport.basedOn' },
    ]);
  });
});

describe('T0 written beside a record that moves the case', () => {
  const done = row('completed', 'report-issued');
  const before = task('in-progress', 'under-review');

  it.each([
    ['stays as it was', task('in-progress', 'under-review', { note: [{ text: 'Thank you.' }] })],
    ['asks for the same move', task('completed', 'report-issued')],
  ])('is written when it %s', (_name, asked) => {
    expect(askedOtherwise(done, before, asked)).toEqual([]);
  });

  it.each([
    ['another status', task('failed', 'cancelled')],
    ['another business status', task('in-progress', 'mdt-complete')],
  ])('is refused when it asks for %s', (_name, asked) => {
    expect(askedOtherwise(done, before, asked)).toMatchObject([{ key: 'illegal-move', expression: 'Task.status' }]);
  });
});
