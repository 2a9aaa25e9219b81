import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../fhir/index.ts';
import type { CaseRow } from './case.ts';
import {
  BUSINESS_STATUS_NAMES,
  BUSINESS_STATUS_SYSTEM,
  CASE_NUMBER_SYSTEM,
  CASE_OUTPUT_SYSTEM,
  SERVICE_SYSTEM,
  SERVICES,
  STATUS_REASON_SYSTEM,
  STATUS_REASONS,
} from './catalogue.ts';
import { IDENTIFIER_TYPE_SYSTEM } from './intake.ts';
import type { Node } from './tree.ts';
import { codesIn, nodes, referencesOf } from './tree.ts';

type Numbers = Pick<CaseRow, 'number' | 'programme'>;

/**
 * The request as the server keeps it: with the case number (FILL), whatever the placer sent for it, and with the
 * programme as performer where the placer left that to the server.
 */
export function keepRequest(row: Numbers): (current: Resource) => Resource {
  const fill = {
    type: { coding: [{ system: IDENTIFIER_TYPE_SYSTEM, code: 'FILL', display: 'Filler Identifier' }] },
    system: CASE_NUMBER_SYSTEM,
    value: row.number,
    assigner: { reference: `Organization/${row.programme}` },
  };
  return (current) => ({
    ...current,
    identifier: [...nodes(current.identifier).filter((one) => one.system !== CASE_NUMBER_SYSTEM), fill],
    performer: current.performer ?? [{ reference: `Organization/${row.programme}` }],
  });
}

/** T0 of a new case. */
export function buildTask(row: CaseRow, request: Resource, now: string): Resource {
  return {
    resourceType: 'Task',
    id: row.task.slice('Task/'.length),
    basedOn: [{ reference: row.serviceRequest }],
    groupIdentifier: { system: CASE_NUMBER_SYSTEM, value: row.number },
    status: row.status,
    businessStatus: businessStatusConcept(row),
    intent: 'order',
    ...(request.priority === undefined ? {} : { priority: request.priority }),
    code: {
      coding: [
        { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill', display: 'Fulfill the focal request' },
      ],
    },
    focus: { reference: row.serviceRequest },
    for: request.subject,
    authoredOn: now,
    lastModified: now,
    // The request says who there asked for it; the case is the organisation's that sent it.
    requester: { reference: `Organization/${row.placer}` },
    owner: { reference: `Organization/${row.programme}` },
  };
}

/** What ties T0 to its case; a write to T0 cannot change it. */
const FIXED = ['basedOn', 'groupIdentifier', 'intent', 'code', 'focus', 'for', 'authoredOn', 'requester', 'owner'];

/** The elements that a write to T0 gives otherwise than they are kept. */
export function keptElements(stored: Resource, after: Resource): string[] {
  return FIXED.filter((name) => after[name] !== undefined && !isDeepStrictEqual(after[name], stored[name]));
}

/** T0 as its owner wrote it, with all that ties it to its case as it was, and the issued report among its outputs. */
export function keepTask(row: CaseRow, stored: Resource, now: string): (current: Resource) => Resource {
  return (current) => {
    const kept: Resource = { ...current, lastModified: now };
    for (const name of FIXED) {
      if (stored[name] === undefined) delete kept[name];
      else kept[name] = stored[name];
    }
    const reported = withReports(kept, row);
    return row.state.confirmed === true ? withService(reported, row) : reported;
  };
}

/** T0 moved because of a write to another record. */
export function moveTask(row: CaseRow, now: string, reason?: string): (current: Resource) => Resource {
  return (current) =>
    withReport(
      {
        ...current,
        status: row.status,
        ...(reason === undefined ? {} : { statusReason: statusReasonConcept(reason) }),
        businessStatus: businessStatusConcept(row),
        lastModified: now,
      },
      row.report,
    );
}

/** T0 as it shows where the case stands, and when its report is due (`restriction.period.end`). */
export function showStanding(row: CaseRow, now: string): (current: Resource) => Resource {
  return (current) => {
    const shows = current.status === row.status && businessStatusOf(current) === row.businessStatus;
    const stood: Resource = shows
      ? current
      : { ...current, status: row.status, businessStatus: businessStatusConcept(row), lastModified: now };
    return withDue(stood, row.state.dueAt);
  };
}

function withDue(task: Resource, dueAt: string | undefined): Resource {
  const [restriction = {}] = nodes(task.restriction);
  const [period = {}] = nodes(restriction.period);
  if (period.end === dueAt) return task;
  const { restriction: _restriction, ...rest } = task;
  const { period: _period, ...others } = restriction;
  const { end: _end, ...begun } = period;
  const due = dueAt === undefined ? begun : { ...begun, end: dueAt };
  const next = Object.keys(due).length === 0 ? others : { ...others, period: due };
  return Object.keys(next).length === 0 ? rest : { ...rest, restriction: next };
}

/** T0 with one more report among its outputs. */
export function addReport(report: string): (current: Resource) => Resource {
  return (current) => withReport(current, report);
}

/** T0 with the service in force among its outputs: the one that was confirmed, and no other. */
export function showService(row: CaseRow): (current: Resource) => Resource {
  return (current) => withService(current, row);
}

/** It keeps its place, so that what came out of the case stays in order. */
function withService(task: Resource, { state: { service, confirmed } }: CaseRow): Resource {
  const { output, ...rest } = task;
  const all = nodes(output);
  const at = all.findIndex(isOfService);
  const others = all.filter((one) => !isOfService(one));
  const outputs =
    confirmed === true ? others.toSpliced(at < 0 ? others.length : at, 0, serviceOutput(service)) : others;
  return outputs.length === 0 ? rest : { ...rest, output: outputs };
}

function isOfService({ type }: Node): boolean {
  return codesIn(type, CASE_OUTPUT_SYSTEM).includes('service');
}

function serviceOutput(code: string): Node {
  const display = SERVICES.find((one) => one.code === code)?.display;
  return {
    type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'service', display: 'Confirmed service' }] },
    valueCodeableConcept: {
      coding: [{ system: SERVICE_SYSTEM, code, ...(display === undefined ? {} : { display }) }],
    },
  };
}

function withReports(task: Resource, { report, state }: CaseRow): Resource {
  return [...(report === undefined ? [] : [report]), ...state.reports].reduce(withReport, task);
}

function withReport(task: Resource, report: string | undefined): Resource {
  if (report === undefined) return task;
  const outputs = nodes(task.output);
  if (outputs.some((output) => referencesOf(output.valueReference).includes(report))) return task;
  const type = { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'report', display: 'Second-opinion report' }] };
  return { ...task, output: [...outputs, { type, valueReference: { reference: report } }] };
}

function businessStatusConcept(row: CaseRow): unknown {
  const code = row.businessStatus;
  return { coding: [{ system: BUSINESS_STATUS_SYSTEM, code, display: BUSINESS_STATUS_NAMES[code] }] };
}

export function statusReasonConcept(code: string): unknown {
  return { coding: [{ system: STATUS_REASON_SYSTEM, code, display: STATUS_REASONS.get(code) }] };
}

/** The case's business status that a Task claims, if it has one. */
export function businessStatusOf(task: Resource): string | undefined {
  return codesIn(task.businessStatus, BUSINESS_STATUS_SYSTEM)[0];
}

/** The coded reason of a Task's status, if it has one of the guide's. */
export function statusReasonOf(task: Resource): string | undefined {
  return codesIn(task.statusReason, STATUS_REASON_SYSTEM).find((code) => STATUS_REASONS.has(code));
}
