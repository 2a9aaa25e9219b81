import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseEvent, CaseRow } from './case.ts';
import { caseEvent } from './case.ts';
import { SERVICE_SYSTEM } from './catalogue.ts';
import { openLedger } from './clock/ledger.ts';
import { intakeIssues } from './intake.ts';
import { buildTask, keepRequest } from './records.ts';
import { codesIn } from './tree.ts';

export interface OpenInput {
  /** The sent request; its id is minted already. */
  readonly serviceRequest: Resource;
  /** Ids of organisations. */
  readonly placer: string;
  readonly programme: string;
  /** Instant. */
  readonly now: string;
  /** `case`: UUID; `task`: logical id of T0; `number`: see `caseNumber`. */
  /** Revision of the programme's rules; 0: it has given none. */
  readonly rules: number;
  readonly ids: { readonly case: string; readonly task: string; readonly number: string };
}

export interface OpenedCase {
  readonly case: CaseRow;
  /** The request with its case number. */
  readonly serviceRequest: Resource;
  /** T0 */
  readonly task: Resource;
  readonly events: readonly CaseEvent[];
}

/** Opens the case of a sent request, or says all that stands against it. */
export function openCase(input: OpenInput): OpenedCase | Issue[] {
  const { serviceRequest, placer, programme, now, ids, rules } = input;
  const issues = intakeIssues(serviceRequest, programme);
  if (issues.length > 0) return issues;
  const row: CaseRow = {
    id: ids.case,
    number: ids.number,
    serviceRequest: `ServiceRequest/${serviceRequest.id ?? ''}`,
    task: `Task/${ids.task}`,
    placer,
    programme,
    status: 'requested',
    businessStatus: 'submitted',
    rules,
    state: {
      service: codesIn(serviceRequest.code, SERVICE_SYSTEM)[0] ?? '',
      steps: [],
      ledger: openLedger(now, 'programme'),
      done: [],
      overrides: [],
      reports: [],
      facts: {},
    },
  };
  return {
    case: row,
    serviceRequest: keepRequest(row)(serviceRequest),
    task: buildTask(row, serviceRequest, now),
    events: [caseEvent('case-submitted', row, now, row.serviceRequest)],
  };
}
