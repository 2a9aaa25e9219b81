import { NO_RULES } from '../../../src/cases/programme/no-rules.ts';
import type { Calendar, ProgrammeRules, ServiceRules, Span } from '../../../src/cases/programme/rules.ts';
import type { CaseRow } from '../../../src/cases/case.ts';
import type { CaseState } from '../../../src/cases/state.ts';
import type { BusinessStatus, Standing, TaskStatus } from '../../../src/cases/states.ts';
import { row } from '../samples.ts';

export const SUBMITTED = '2026-06-01T07:00:00.000Z';

/** Rules with one service, `multidisciplinary-opinion`, and its turn-around. */
export function rulesWith(
  calendar: Calendar,
  turnaround: Required<ServiceRules>['turnaround'] | undefined,
  changes: Partial<ProgrammeRules> = {},
): ProgrammeRules {
  const [service] = NO_RULES.services;
  const timed = turnaround === undefined ? {} : { turnaround };
  return {
    ...NO_RULES,
    calendar,
    services: [{ ...service!, code: 'multidisciplinary-opinion', ...timed }],
    ...changes,
  };
}

export function days(
  amount: number,
  from: 'submission' | 'complete' = 'submission',
): Required<ServiceRules>['turnaround'] {
  return { amount, unit: 'days', from };
}

export function businessDays(amount: number): Span & { readonly from: 'submission' } {
  return { amount, unit: 'business-days', from: 'submission' };
}

export function stateWith(changes: Partial<CaseState> = {}): CaseState {
  return {
    service: 'multidisciplinary-opinion',
    steps: [],
    ledger: [{ holder: 'programme', from: SUBMITTED }],
    done: [],
    overrides: [],
    reports: [],
    facts: {},
    ...changes,
  };
}

export function caseAt(status: TaskStatus, businessStatus: BusinessStatus, state: Partial<CaseState> = {}): CaseRow {
  return { ...row(status, businessStatus), state: stateWith(state) };
}

export function moveTo(before: CaseRow, { status, businessStatus }: Standing): CaseRow {
  return { ...before, status, businessStatus };
}

export const WORKING: Standing = { status: 'in-progress', businessStatus: 'under-review' };
export const ASKING: Standing = { status: 'on-hold', businessStatus: 'awaiting-information' };
export const SLIDES: Standing = { status: 'on-hold', businessStatus: 'awaiting-materials' };
export const ISSUED: Standing = { status: 'completed', businessStatus: 'report-issued' };
