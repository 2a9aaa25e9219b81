import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseRow } from './case.ts';
import type { TaskKind } from './catalogue.ts';
import { TASK_KIND_SYSTEM, TASK_KINDS } from './catalogue.ts';
import type { RecordCommand } from './module.ts';
import { businessStatusOf } from './records.ts';
import { illegalMove, refusal } from './refusal.ts';
import { isInSections } from './report/composition.ts';
import type { ReportStatus } from './report-status.ts';
import { isReportStatus } from './report-status.ts';
import type { StepCommand } from './steps/step.ts';
import { codesIn, nodes, referencesOf, text } from './tree.ts';

/** What a write means to the case. */
export type Command =
  /** T0 is written. */
  | {
      readonly kind: 'move';
      readonly status: unknown;
      readonly businessStatus: string | undefined;
      readonly reasoned: boolean;
      readonly stored: Resource;
      readonly after: Resource;
    }
  /** The ServiceRequest is written: changed, withdrawn, said to be sent in error, or closed after the report. */
  | {
      readonly kind: 'amend' | 'revoke' | 'retract' | 'close';
      readonly before: Resource;
      readonly after: Resource;
    }
  /** A DiagnosticReport on the case is written. */
  | {
      readonly kind: 'report';
      readonly report: string;
      readonly from: ReportStatus | 'none';
      readonly to: ReportStatus;
      readonly hasContent: boolean;
      readonly hasAttester: boolean;
      /** Absent for a new one. */
      readonly before?: Resource;
      readonly after: Resource;
    }
  | StepCommand
  | RecordCommand
  /** Time has passed: what is due is done. */
  | { readonly kind: 'tick' };

export interface Change {
  /** The stored version; absent for a create. */
  readonly before?: Resource;
  /** The version to be written; its id is minted already. */
  readonly after: Resource;
}

/** Reads a write as a command to the case; undefined for records that do not move it. */
export function commandOf(change: Change, row: CaseRow): Command | undefined | Issue[] {
  const reference = `${change.after.resourceType}/${change.after.id ?? ''}`;
  if (reference === row.task) return moveCommand(change);
  if (reference === row.serviceRequest) return requestCommand(change, row);
  if (change.after.resourceType === 'Task') return taskCommand(change, reference, row);
  if (change.after.resourceType === 'DiagnosticReport') {
    const command = reportCommand(change, reference, row);
    if (command !== undefined) return command;
  }
  if (UNTOLD.has(change.after.resourceType)) return undefined;
  return { kind: 'record', ref: reference, ...change };
}

/** What others of these are written for tells of them. */
const UNTOLD: ReadonlySet<string> = new Set(['Binary', 'Provenance', 'Task']);

function taskCommand(change: Change, task: string, row: CaseRow): StepCommand | undefined | Issue[] {
  const { after } = change;
  const kind = kindOf(after) ?? row.state.steps.find((step) => step.task === task)?.kind;
  if (kind === undefined) return refuseRivalTask(after, row);
  return { kind: 'step', step: kind, task, ...change };
}

/** The kind of step that a Task says it is. */
export function kindOf(task: Resource): TaskKind | undefined {
  const [kind] = codesIn(task.code, TASK_KIND_SYSTEM);
  if (kind !== undefined) return TASK_KINDS.find((one) => one === kind);
  return codesIn(task.code, 'http://hl7.org/fhir/CodeSystem/task-code').includes('abort') ? 'abort' : undefined;
}

function moveCommand({ before, after }: Change): Command {
  return {
    kind: 'move',
    status: after.status,
    businessStatus: businessStatusOf(after),
    reasoned: nodes(after.statusReason).length > 0,
    stored: before ?? after,
    after,
  };
}

const REQUEST_COMMANDS: ReadonlyMap<unknown, 'revoke' | 'retract' | 'close'> = new Map([
  ['revoked', 'revoke'],
  ['entered-in-error', 'retract'],
  ['completed', 'close'],
]);

function requestCommand({ before, after }: Change, row: CaseRow): Command | Issue[] {
  const stored = before ?? after;
  if (stored.status === after.status) return { kind: 'amend', before: stored, after };
  const kind = REQUEST_COMMANDS.get(after.status);
  if (kind === undefined) {
    return [illegalMove(row, 'placer', 'This change of the request status', 'ServiceRequest.status')];
  }
  return { kind, before: stored, after };
}

/** There is one fulfilment Task for a request, T0; all others are its parts. */
function refuseRivalTask(task: Resource, row: CaseRow): undefined | Issue[] {
  const onRequest = [...referencesOf(task.basedOn), ...referencesOf(task.focus)].includes(row.serviceRequest);
  const fulfils = codesIn(task.code, 'http://hl7.org/fhir/CodeSystem/task-code').includes('fulfill');
  if (!onRequest || !fulfils || referencesOf(task.partOf).includes(row.task)) return undefined;
  return [
    refusal(
      'business-rule',
      'one-task',
      `The request already has its Task, ${row.task}. Write that one, or make this one a part of it (Task.partOf).`,
      'Task.focus',
    ),
  ];
}

function reportCommand({ before, after }: Change, report: string, row: CaseRow): Command | undefined | Issue[] {
  const isOnCase = referencesOf(after.basedOn).includes(row.serviceRequest);
  const wasOnCase = before !== undefined && referencesOf(before.basedOn).includes(row.serviceRequest);
  if (wasOnCase && !isOnCase) {
    return [
      refusal(
        'business-rule',
        'based-on-fixed',
        `A report stays on its case: keep ${row.serviceRequest} in basedOn.`,
        'DiagnosticReport.basedOn',
      ),
    ];
  }
  if (!isOnCase) return undefined;
  if (!isReportStatus(after.status)) {
    return [
      refusal('business-rule', 'report-status', 'A report on a case has a known status.', 'DiagnosticReport.status'),
    ];
  }
  return {
    kind: 'report',
    report,
    from: wasOnCase && isReportStatus(before.status) ? before.status : 'none',
    to: after.status,
    hasContent: text(after.conclusion) !== undefined || nodes(after.presentedForm).length > 0 || isInSections(after),
    hasAttester: nodes(after.performer).length + nodes(after.resultsInterpreter).length > 0,
    ...(before === undefined ? {} : { before }),
    after,
  };
}
