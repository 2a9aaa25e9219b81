import type { Issue } from '../../base/index.ts';
import type { CaseEvent, CaseEventType } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import type { CaseScene } from '../module.ts';
import { refusal } from '../refusal.ts';
import { MACHINE_TRANSLATED } from '../report/translator.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { nodes, referencesOf } from '../tree.ts';
import { cancelSteps } from './end.ts';
import { noteStep } from './note.ts';
import { handOver } from './report-handover.ts';
import type { StepCommand, StepRules } from './step.ts';
import { openSteps, withStep } from './step.ts';
import { checkTranslation, isComposition, translationsIn } from './translation-check.ts';
import { decideOriginal } from './translation-originals.ts';
import { READ_TYPES, requestTranslations, translatesItself } from './translation-needs.ts';

/**
 * A record of the packet, or the report, is translated. Once a case has been accepted the server asks for what its
 * programme's reviewers do not read; the programme may ask for more.
 */
export const translation: StepRules = {
  kind: 'translation',
  makers: ['programme'],
  movers: ['programme'],
  during: ['received', 'accepted', 'in-progress', 'on-hold', 'completed'],
  late: true,
  ownedBy: 'programme',
  wanted: (_scene, { after, before }) => {
    if (before === undefined && after.status !== 'completed') return { refs: referencesOf(after.focus) };
    if (after.status !== 'completed' || before?.status === 'completed') return {};
    const handed = translationsIn(after);
    const focus = referencesOf(after.focus);
    const refs = [...handed, ...referencesOf(after.relevantHistory), ...focus];
    // A report in sections gets its translation, and has to be compared with it.
    return handed.some(isComposition)
      ? { refs, types: ['Provenance'], follow: ['Composition'], hold: focus }
      : { refs, types: ['Provenance'] };
  },
  decide(scene, command, step, before) {
    if (before !== undefined && before.focus !== step.focus) return [otherOriginal(before)];
    if (before?.status === step.status) return noteStep(scene, step, before);
    const asked = before === undefined ? markReport(scene, step) : scene;
    const now = asked.row.state.steps.find(({ task }) => task === step.task) ?? step;
    if (step.status === 'completed') return complete(asked, command, now);
    if (before === undefined)
      return { row: asked.row, events: [translationEvent(asked, 'translation-requested', now)] };
    const isDropped = CALLED_OFF.has(step.status) && isRequired(asked, step);
    if (isDropped && nodes(command.after.statusReason).length === 0) return [droppedWithoutReason()];
    return noteStep(asked, now, before);
  },
  record: { types: READ_TYPES, decide: decideOriginal },
  guard: {
    to: ['assigned', 'under-review', 'mdt-scheduled'],
    overridable: 'translation-open',
    check: openIssues,
    known: openIssues,
  },
  wantedWhenMoved: ({ rules }, to) => (to === 'accepted' && translatesItself(rules) ? { types: READ_TYPES } : {}),
  amended: {
    wanted: ({ row, rules }, after) =>
      translatesItself(rules) && isTakenOn(row) ? { types: READ_TYPES, refs: referencesOf(after.supportingInfo) } : {},
    decide: (scene) => (translatesItself(scene.rules) && isTakenOn(scene.row) ? requestTranslations(scene) : undefined),
  },
  moved(scene, before) {
    const { row } = scene;
    if (row.businessStatus === 'accepted' && before.status !== 'on-hold') return requestTranslations(scene);
    // Only translations of the report are of use after it.
    return row.status === 'completed' && before.status !== 'completed'
      ? cancelSteps(
          scene,
          openSteps(scene, 'translation').filter((step) => !isOfReport(step)),
          'answered',
        )
      : undefined;
  },
};

/** Whether the programme works on the case: what comes before is translated when it is accepted. */
function isTakenOn({ status }: Scene['row']): boolean {
  return status === 'accepted' || status === 'in-progress' || status === 'on-hold';
}

/** That a record needs no translation after all is somebody's word, and never only left out. */
const CALLED_OFF: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error']);

function droppedWithoutReason(): Issue {
  const text = 'The reviewers do not read the original: say in statusReason why it needs no translation after all.';
  return refusal('required', 'status-reason', text, 'Task.statusReason');
}

function otherOriginal({ focus }: Step): Issue {
  const text = `The Task is to translate ${focus ?? 'what it was made for'}: keep its focus, and make a Task of its own for another record.`;
  return refusal('business-rule', 'step-fixed', text, 'Task.focus');
}

/** Whether the review waits for it: of a programme that reads only some languages all but translations of its report. */
function isRequired({ rules }: CaseScene, step: Step): boolean {
  return translatesItself(rules) && !isOfReport(step);
}

/** Whether it is the report that goes home in another language, and not something to be read for it. */
export function isOfReport({ notes }: Step): boolean {
  return notes?.of === 'report';
}

/** What the programme has translated of its own answer bears the mark that it is. */
function markReport(scene: Scene, step: Step): Scene {
  const { row, records } = scene;
  const original = records.get(step.focus ?? '');
  const isAnswer =
    row.status === 'completed' ||
    row.businessStatus === 'report-translation' ||
    referencesOf(original?.basedOn).includes(row.serviceRequest);
  return isAnswer ? { ...scene, row: withStep(row, { ...step, notes: { ...step.notes, of: 'report' } }) } : scene;
}

function complete(scene: Scene, command: StepCommand, step: Step): Decision | Issue[] {
  const { issues, method } = checkTranslation(scene, command.after, step.focus);
  // A programme that has not said what it reads or writes is told what is missing, and goes on.
  const composition = translationsIn(command.after).find(isComposition);
  const isStrict =
    translatesItself(scene.rules) || (isOfReport(step) && scene.rules.languages.bilingual) || composition !== undefined;
  if (isStrict && issues.length > 0) return [...issues];
  const noted = { ...step, notes: { ...step.notes, ...(method === undefined ? {} : { method }) } };
  const row = withStep(scene.row, noted);
  const completed: Decision = {
    row,
    events: [translationEvent({ ...scene, row }, 'translation-completed', noted, method)],
    remarks: [
      ...issues.map((issue): Issue => ({ ...issue, severity: 'warning' })),
      ...(method === 'machine' ? [{ ...MACHINE_TRANSLATED, expression: 'Task.output' }] : []),
    ],
  };
  if (composition === undefined) return completed;
  const joined = handOver({ ...scene, row }, command, noted, composition);
  return Array.isArray(joined) ? joined : chain(completed, joined);
}

function translationEvent({ row, now }: Scene, type: CaseEventType, step: Step, method?: string): CaseEvent {
  const { kind, status, focus } = step;
  return caseEvent(type, row, now, step.task, {
    kind,
    status,
    ...(focus === undefined ? {} : { original: focus }),
    ...(method === undefined ? {} : { method }),
  });
}

function openIssues(scene: CaseScene): Issue[] {
  return openSteps(scene, 'translation')
    .filter((step) => isRequired(scene, step))
    .map(stillOpen);
}

function stillOpen({ task, focus }: Step): Issue {
  const text = `The translation of ${focus ?? 'a record'} is open, and the reviewers do not read the original. Complete ${task}, or cancel it with a statusReason.`;
  return refusal('business-rule', 'translation-open', text, 'Task.businessStatus');
}
