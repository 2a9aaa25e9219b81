import { describe, expect, test } from '@jest/globals';
import { intakeIssues, legalMoves } from '../../src/cases/index.ts';
import { listMoves } from '../../src/cases/refusal.ts';
import { request, row } from './samples.ts';

describe('the legal moves, as they are told', () => {
  test.each([
    [
      'requested',
      'submitted',
      'Legal moves: revoked as ServiceRequest.status (the case is then cancelled); entered-in-error as ServiceRequest.status.',
    ],
    [
      'in-progress',
      'under-review',
      'Legal moves: revoked as ServiceRequest.status (the case is then cancellation-requested); entered-in-error as ServiceRequest.status.',
    ],
    ['completed', 'report-issued', 'Legal moves: entered-in-error as ServiceRequest.status.'],
  ] as const)('%s: the placer is told what it writes, and not where T0 is', (status, businessStatus, text) => {
    expect(listMoves(legalMoves(row(status, businessStatus), 'placer'))).toBe(text);
  });

  test('the programme is told the statuses of the Task, and what completes it', () => {
    const told = listMoves(legalMoves(row('in-progress', 'under-review'), 'programme'));
    expect(told).toContain('on-hold (awaiting-information, awaiting-materials) by writing the Task');
    expect(told).toContain('completed (report-issued) by a final DiagnosticReport');
    expect(listMoves([])).toBe('There are no legal moves.');
  });
});

describe('a subject that leads nowhere', () => {
  const textOf = (reference: string): string => intakeIssues(request({ subject: { reference } }), 'prog')[0]!.text;

  test('is told as what it is: a name that no entry has, or no patient', () => {
    expect(textOf('urn:uuid:0198c1f0-0000-7000-8000-000000000009')).toContain('No entry has the fullUrl');
    expect(textOf('Group/g1')).not.toContain('fullUrl');
  });
});
