import type { CaseEventType } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { TaskKind } from '../catalogue.ts';
import { CASE_INPUT_SYSTEM, TASK_KIND_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import type { Party } from '../module.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import type { Node } from '../tree.ts';
import { withStep } from './step.ts';

/** What the server asks a party to do. */
export interface AskedStep {
  readonly kind: TaskKind;
  readonly owner: Party;
  /** `Patient/x`; absent: it is not known here. */
  readonly patient: string | undefined;
  /** `Type/id` */
  readonly focus?: string;
  /** See {@link caseInput}. */
  readonly input: readonly Node[];
  readonly notes?: Step['notes'];
}

/** The child Task that the server makes in the programme's name, the step that the engine remembers of it, and its event. */
export function makeStep(
  scene: Scene,
  { kind, owner, patient, focus, input, notes }: AskedStep,
  type: CaseEventType,
  detail: Readonly<Record<string, string>>,
): Decision {
  const { row, now } = scene;
  const id = scene.mint();
  const task = `Task/${id}`;
  const who = `Organization/${owner === 'placer' ? row.placer : row.programme}`;
  const resource = {
    resourceType: 'Task',
    id,
    partOf: [{ reference: row.task }],
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    ...(focus === undefined ? {} : { focus: { reference: focus } }),
    ...(patient === undefined ? {} : { for: { reference: patient } }),
    authoredOn: now,
    lastModified: now,
    requester: { reference: `Organization/${row.programme}` },
    owner: { reference: who },
    ...(input.length === 0 ? {} : { input }),
  };
  const step: Step = {
    task,
    kind,
    status: 'requested',
    by: 'server',
    madeAt: now,
    since: now,
    owner: who,
    ...(focus === undefined ? {} : { focus }),
    ...(notes === undefined ? {} : { notes }),
  };
  return {
    row: withStep(row, step),
    events: [caseEvent(type, row, now, task, { kind, ...detail })],
    makes: [{ resource, owner: row.programme }],
  };
}

/**
 * One input of a child Task.
 * @param type code of case-input
 * @param value `{ valueCode: 'en' }`
 */
export function caseInput(type: string, value: Node): Node {
  return { type: { coding: [{ system: CASE_INPUT_SYSTEM, code: type }] }, ...value };
}
