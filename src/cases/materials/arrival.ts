import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { openSteps, withStep } from '../steps/step.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';

const MATERIAL = /^(Specimen|SupplyDelivery)\//;

/** `Type/id`s of the specimens and consignments that a Task speaks of. */
export function namedMaterials(task: Resource): string[] {
  const given = [...nodes(task.input), ...nodes(task.output)].flatMap((one) => referencesOf(one.valueReference));
  return [...new Set([...referencesOf(task.focus), ...given])].filter((ref) => MATERIAL.test(ref));
}

/**
 * The open step that a specimen or a consignment is of: the one whose Task names it; else the only one that there is, if
 * its Task names none yet.
 */
export function materialsOf(row: CaseRow, { ref }: Pick<RecordCommand, 'ref'>): Step | undefined {
  const open = openSteps({ row }, 'materials');
  const named = open.find((step) => namesOf(step).includes(ref));
  if (named !== undefined) return named;
  const [only, another] = open;
  return only === undefined || another !== undefined || namesOf(only).length > 0 ? undefined : only;
}

function namesOf({ notes }: Step): readonly string[] {
  return notes?.['named']?.split(' ') ?? [];
}

/**
 * Whether a write says that materials have come, or that they will not. A specimen has come when it was received after the
 * step was made: that the home laboratory has received it, long before, says nothing of the programme.
 */
export function arrivalOf(
  after: Resource | undefined,
  before: Resource | undefined,
  { madeAt }: Step,
): 'arrived' | 'lost' | undefined {
  if (after?.resourceType === 'SupplyDelivery') {
    if (after.status === before?.status) return undefined;
    if (after.status === 'completed') return 'arrived';
    return after.status === 'abandoned' || after.status === 'entered-in-error' ? 'lost' : undefined;
  }
  if (after?.resourceType !== 'Specimen' || after.receivedTime === before?.receivedTime) return undefined;
  return isNotBefore(text(after.receivedTime), madeAt) ? 'arrived' : undefined;
}

/** A date without a time is that whole day. */
function isNotBefore(received: string | undefined, madeAt: string): boolean {
  if (received === undefined) return false;
  if (/^\d{4}-\d{2}-\d{2}$/.test(received)) return received >= madeAt.slice(0, 10);
  return Date.parse(received) >= Date.parse(madeAt);
}

/** The step is done: its Task is completed with what has come, and the case goes on if it waits for nothing else. */
export function closeArrived(scene: Scene, decided: Decision, step: Step, come: string): Decision {
  const done: Step = { ...step, status: 'completed', since: scene.now };
  const row = withStep(decided.row, done);
  return chain(decided, {
    row,
    events: [caseEvent('materials-received', row, scene.now, step.task, { kind: step.kind, record: come })],
    changes: new Map([[step.task, (current) => completeTask(current, come, scene.now)]]),
  });
}

function completeTask(task: Resource, come: string, now: string): Resource {
  const outputs = nodes(task.output);
  const type = { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'materials', display: 'Materials that arrived' }] };
  const isTold = outputs.some(
    (one) =>
      codesIn(one.type, CASE_OUTPUT_SYSTEM).includes('materials') && referencesOf(one.valueReference).includes(come),
  );
  return {
    ...task,
    status: 'completed',
    lastModified: now,
    output: isTold ? outputs : [...outputs, { type, valueReference: { reference: come } }],
  };
}
