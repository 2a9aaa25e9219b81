import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseRow } from './case.ts';
import { TASK_KIND_SYSTEM } from './catalogue.ts';
import { kindOf } from './command.ts';
import type { Decision } from './decision.ts';
import type { Party } from './module.ts';
import { partyOf } from './module.ts';
import { stepRules } from './modules.ts';
import { illegalStep, notYourMove, refusal } from './refusal.ts';
import type { Scene } from './scene.ts';
import type { Step, StepStatus } from './state.ts';
import { isClosed } from './states.ts';
import type { StepCommand, StepRules } from './steps/step.ts';
import { isOpenStep, isStepStatus, STEP_MOVES, withStep } from './steps/step.ts';
import { codesIn, referencesOf } from './tree.ts';

/** A child Task was written: made, moved, or changed where it stands. */
export function decideStep(scene: Scene, command: StepCommand): Decision | Issue[] {
  const { row, actor, now } = scene;
  const rules = stepRules(command.step);
  const party = partyOf(scene);
  if (rules === undefined || (scene.rules.steps !== undefined && !scene.rules.steps.includes(command.step)))
    return [notOffered(command)];
  if (party === undefined) return [notYourMove('Writing a step', 'the parties', 'Others follow it.', 'Task')];
  const before = row.state.steps.find((step) => step.task === command.task);
  const issues = [...formIssues(scene, command, before), ...moveIssues(scene, rules, command, before, party)];
  if (issues.length > 0) return issues;
  const status = command.after.status as StepStatus;
  const [owner] = referencesOf(command.after.owner);
  const [focus] = referencesOf(command.after.focus);
  const {
    owner: _owner,
    focus: _focus,
    ...kept
  } = before ?? {
    task: command.task,
    kind: command.step,
    by: actor.role,
    madeAt: now,
  };
  const step: Step = {
    ...kept,
    status,
    since: before?.status === status ? before.since : now,
    ...(owner === undefined ? {} : { owner }),
    ...(focus === undefined ? {} : { focus }),
  };
  return rules.decide({ ...scene, row: withStep(row, step) }, command, step, before);
}

function notOffered({ step }: StepCommand): Issue {
  return refusal('business-rule', 'step-not-offered', `This programme has no step ${step} in its cases.`, 'Task.code');
}

function formIssues({ row }: Scene, { before: stored, after }: StepCommand, before: Step | undefined): Issue[] {
  const issues: Issue[] = [];
  if (before !== undefined && kindOf(after) !== before.kind) {
    const text = `The Task is the step ${before.kind} of its case and stays it: keep its code (${TASK_KIND_SYSTEM}).`;
    issues.push(refusal('business-rule', 'step-fixed', text, 'Task.code'));
  }
  if (!referencesOf(after.partOf).includes(row.task)) {
    const text = `A step of a case is a part of its coordination Task: name ${row.task} in partOf.`;
    issues.push(refusal('business-rule', 'step-part-of', text, 'Task.partOf'));
  }
  if (before !== undefined && !isOpenStep(before) && after.status === before.status && !isOfSame(stored, after)) {
    const text = `The step is ${before.status}: who did it, and of what, stays as it was (owner, focus). Make another step instead.`;
    issues.push(refusal('business-rule', 'step-fixed', text, 'Task.owner'));
  }
  if (codesIn(after.code, TASK_KIND_SYSTEM).length > 1) {
    issues.push(
      refusal('value', 'step-fixed', `A Task is one step: give one code of ${TASK_KIND_SYSTEM}.`, 'Task.code'),
    );
  }
  return issues;
}

function isOfSame(stored: Resource | undefined, after: Resource): boolean {
  return ['owner', 'focus'].every((name) => referencesOf(stored?.[name])[0] === referencesOf(after[name])[0]);
}

function moveIssues(
  scene: Scene,
  rules: StepRules,
  command: StepCommand,
  before: Step | undefined,
  party: Party,
): Issue[] {
  const { row } = scene;
  const { status } = command.after;
  if (!isStepStatus(status)) return [illegalStep(command.step, before?.status, allowedMoves(before), String(status))];
  if (before === undefined) {
    if (!rules.makers.includes(party)) return [notTheirs(rules, rules.makers, 'Making')];
    // Who asks for it does not also say that it is done.
    if (!rules.movers.includes(party) && status !== 'requested' && status !== 'draft')
      return [illegalStep(command.step, undefined, ['draft', 'requested'], status)];
    if (!rules.during.includes(row.status)) {
      const text = `The step ${command.step} cannot be made while the case is ${row.status} (${row.businessStatus}). It can be while the case is ${rules.during.join(', ')}.`;
      return [refusal('business-rule', 'illegal-move', text, 'Task.code')];
    }
  } else {
    const cancels = status === 'cancelled' && before.status !== 'cancelled';
    const isMaker = before.by === party || (before.by === 'server' && party === 'programme');
    const retracts = status === 'entered-in-error' && isMaker;
    const sends = isMaker && before.status === 'draft' && status === 'requested';
    if (!rules.movers.includes(party) && !isMaker) return [notTheirs(rules, rules.movers, 'Moving')];
    const moves = status !== before.status;
    if (moves && !rules.movers.includes(party) && !(cancels && isMaker) && !retracts && !sends) {
      return [notTheirs(rules, rules.movers, 'Moving')];
    }
    if (moves && isClosed(row.status) && !(rules.late === true && row.status === 'completed') && !retracts) {
      const text = `The case is ${row.status} (${row.businessStatus}): its steps do not move any more. Legal: none.`;
      return [refusal('business-rule', 'illegal-move', text, 'Task.status')];
    }
  }
  const legal = allowedMoves(before);
  if (before?.status !== status && !legal.includes(status)) {
    return [illegalStep(command.step, before?.status, legal, status)];
  }
  return ownerIssues(row, rules, command);
}

function allowedMoves(before: Step | undefined): readonly StepStatus[] {
  return STEP_MOVES[before?.status ?? 'none'];
}

function notTheirs({ kind }: StepRules, parties: readonly Party[], verb: string): Issue {
  const whose = parties.map((one) => (one === 'placer' ? 'the home side' : 'the programme')).join(' or ');
  return notYourMove(
    `${verb} the step ${kind}`,
    whose,
    'Send a Communication on the case to ask for it.',
    'Task.status',
  );
}

/** A step is addressed to the party that has to act: by that it may write the Task, whoever made it. */
function ownerIssues(row: CaseRow, { ownedBy, kind }: StepRules, { after }: StepCommand): Issue[] {
  if (ownedBy === undefined) return [];
  const owners = referencesOf(after.owner);
  const wanted = `Organization/${ownedBy === 'placer' ? row.placer : row.programme}`;
  // People and roles of a party own steps, too; whose they are is checked where the kind of step cares.
  const isFit =
    owners.length === 1 &&
    (ownedBy === 'programme' ? !owners[0]!.startsWith('Organization/') || owners[0] === wanted : owners[0] === wanted);
  if (isFit) return [];
  const text = `The step ${kind} is for ${ownedBy === 'placer' ? 'the home side' : 'the programme'} to do: name ${wanted} as its owner.`;
  return [refusal('business-rule', 'step-owner', text, 'Task.owner')];
}
