import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain, note } from '../decision.ts';
import { partyOf } from '../module.ts';
import { statusReasonOf } from '../records.ts';
import { illegalStep, notYourMove } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { referencesOf } from '../tree.ts';
import { answerIssues, sentRecords } from './information-answer.ts';
import { informationTick, informationTimers } from './information-timers.ts';
import { noteStep } from './note.ts';
import type { StepRules } from './step.ts';
import { openSteps } from './step.ts';
import { requestTranslations } from './translation-needs.ts';

/** Elements by which a Communication says what it is about. */
const SAYS_ABOUT = ['about', 'basedOn', 'partOf', 'inResponseTo'];

/**
 * The programme asks the home side for records or answers, and the case waits until none of its requests is open any more.
 * The home side answers by completing the Task with what it sent or says, or rejects it where that cannot be had.
 */
export const informationRequest: StepRules = {
  kind: 'information-request',
  makers: ['programme'],
  movers: ['placer'],
  during: ['requested', 'received', 'accepted', 'in-progress', 'on-hold'],
  ownedBy: 'placer',
  wanted: ({ row }, { after }) =>
    after.status === 'completed' ? { refs: [row.serviceRequest, ...sentRecords(after)] } : {},
  decide(scene, { after }, step, before) {
    if (before === undefined) {
      // While it is made the case begins to wait: for an answer that can be given.
      if (step.status !== 'requested') return [illegalStep(step.kind, undefined, ['requested'], step.status)];
      return noteStep(scene, step, before, 'information-requested');
    }
    if (step.status === before.status) return noteStep(scene, step, before);
    const isCalledOff = step.status === 'cancelled' || step.status === 'entered-in-error';
    if (isCalledOff && partyOf(scene) === 'placer') return [notTheirsToCallOff()];
    if (step.status === 'completed') {
      const issues = answerIssues(scene, after);
      return issues.length > 0 ? issues : receive(scene, step, before);
    }
    return step.status === 'rejected' || step.status === 'failed'
      ? giveUp(scene, after, step)
      : noteStep(scene, step, before);
  },
  record: { types: ['Communication'], decide: (scene, { after, ref }) => remarkOpen(scene, after, ref) },
  timers: informationTimers,
  tick: informationTick,
};

function notTheirsToCallOff(): Issue {
  const instead = 'Reject the Task with a statusReason where that cannot be had.';
  return notYourMove('Calling off a request for information', 'the programme', instead, 'Task.status');
}

/** What comes in a language that the reviewers do not read is translated like the packet, once the case has been accepted. */
function receive(scene: Scene, step: Step, before: Step): Decision {
  const received = noteStep(scene, step, before, 'information-received');
  const isAccepted = scene.row.status !== 'requested' && scene.row.status !== 'received';
  const translations = isAccepted ? requestTranslations({ ...scene, row: received.row }) : undefined;
  return translations === undefined ? received : chain(received, translations);
}

/** It cannot be had: the event tells the programme why, and the case goes on without it. */
function giveUp({ row, now }: Scene, after: Resource, { kind, status, task }: Step): Decision {
  const reason = statusReasonOf(after) ?? 'other';
  const text =
    'The programme is told that this cannot be had, and the case goes on without it. What can be sent after all is sent on the case.';
  return {
    row,
    events: [caseEvent('step-cancelled', row, now, task, { kind, status, reason })],
    remarks: [{ severity: 'information', code: 'informational', key: 'request-given-up', text }],
  };
}

/** A message about a request for information is not taken for its answer: only the Task says that all is there. */
function remarkOpen(scene: Scene, message: Resource, ref: string): Decision | undefined {
  if (partyOf(scene) !== 'placer') return undefined;
  const named = new Set(SAYS_ABOUT.flatMap((name) => referencesOf(message[name])));
  const open = openSteps(scene, 'information-request').find(({ task }) => named.has(task));
  if (open === undefined) return undefined;
  const text = `The message is delivered, and ${open.task} stays open: the case goes on when that is completed, with this message or the records as its output (sent-records).`;
  return {
    ...note(scene, scene.row, 'message-sent', ref),
    remarks: [{ severity: 'information', code: 'informational', key: 'request-still-open', text }],
  };
}
