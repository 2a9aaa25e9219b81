import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseEventType } from '../case.ts';
import { caseEvent } from '../case.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { arrivalOf, closeArrived, materialsOf, namedMaterials } from '../materials/arrival.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { notYourMove, refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes } from '../tree.ts';
import { addressIssues } from './address.ts';
import { noteStep, stepEvent } from './note.ts';
import type { StepCommand, StepRules } from './step.ts';
import { isOpenStep, withStep } from './step.ts';

/**
 * Slides or other materials travel to the programme. While they do, a case that was accepted waits for them; it goes on
 * when the delivery or the specimen says that they are there, or the programme says so of the Task.
 */
export const materials: StepRules = {
  kind: 'materials',
  makers: ['programme', 'placer'],
  movers: ['programme', 'placer'],
  during: ['requested', 'received', 'accepted', 'in-progress', 'on-hold'],
  wanted: (_scene, { after }) => ({ refs: namedMaterials(after) }),
  decide: decideMaterials,
  record: { types: ['Specimen', 'SupplyDelivery'], decide: decideDelivery },
};

function decideMaterials(scene: Scene, command: StepCommand, made: Step, before: Step | undefined): Decision | Issue[] {
  const issues =
    made.status === before?.status ? [] : [...addressIssues(scene, made), ...arrivalIssues(scene, command, made)];
  if (issues.length > 0) return issues;
  const named = namedMaterials(command.after);
  const { notes: _notes, ...rest } = made;
  // What is under way is kept with the step: a delivery that is written later finds it without reading the Task.
  const step: Step = named.length === 0 ? rest : { ...rest, notes: { named: named.join(' ') } };
  const here: Scene = { ...scene, row: withStep(scene.row, step) };
  const noted = noteStep(here, step, before, materialsEvent(step, before));
  return isOpenStep(step) ? settleArrival(here, step, named, noted) : noted;
}

function materialsEvent(step: Step, before: Step | undefined): CaseEventType {
  if (before === undefined && isOpenStep(step)) return 'materials-expected';
  if (step.status === 'completed' && before?.status !== 'completed') return 'materials-received';
  return stepEvent(before, step);
}

/** What was named only after it had come is there. */
function settleArrival(scene: Scene, step: Step, named: readonly string[], decided: Decision): Decision {
  const come = named.find((ref) => arrivalOf(scene.records.get(ref), undefined, step) === 'arrived');
  return come === undefined ? decided : closeArrived(scene, decided, step, come);
}

/** What has come is said by whom it came to, and what it was. */
function arrivalIssues(scene: Scene, { after }: StepCommand, { status }: Step): Issue[] {
  if (status !== 'completed') return [];
  if (partyOf(scene) !== 'programme') {
    return [
      notYourMove(
        'Saying that materials have arrived',
        'the programme',
        'Set the SupplyDelivery to completed when the courier has delivered.',
        'Task.status',
      ),
    ];
  }
  if (nodes(after.output).some(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('materials'))) return [];
  const text = `Say what arrived: a Task.output of type materials (${CASE_OUTPUT_SYSTEM}), as a reference to the Specimen or SupplyDelivery, or in words.`;
  return [refusal('required', 'materials-output', text, 'Task.output')];
}

function decideDelivery(scene: Scene, command: RecordCommand): Decision | undefined {
  const step = materialsOf(scene.row, command);
  if (step === undefined) return undefined;
  const noted: Decision = {
    row: scene.row,
    events: [
      caseEvent(command.before === undefined ? 'record-added' : 'record-corrected', scene.row, scene.now, command.ref, {
        kind: step.kind,
      }),
    ],
  };
  const arrival = arrivalOf(command.after, command.before, step);
  if (arrival === 'arrived') return closeArrived(scene, noted, step, command.ref);
  if (arrival === undefined) return noted;
  const { row, now } = scene;
  const lost = caseEvent('materials-lost', row, now, step.task, { kind: step.kind, record: command.ref });
  return { ...noted, events: [...noted.events, lost], remarks: [lostRemark(command.after, step)] };
}

function lostRemark({ resourceType }: Resource, { task }: Step): Issue {
  return {
    severity: 'warning',
    code: 'business-rule',
    key: 'materials-lost',
    text: `The case still waits: ${task} is open. Name the next consignment in it, or end it by cancelling it or completing it with what did arrive.`,
    expression: `${resourceType}.status`,
  };
}
