import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { freshOverrides } from '../exclusions/override.ts';
import { noteOverrides } from '../note-overrides.ts';
import { belongingIssues } from '../report/belonging.ts';
import { compositionOf, translatedOf, withTranslated } from '../report/composition.ts';
import { TRANSLATION_DRIFT, translationIssues } from '../report/pair.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { text } from '../tree.ts';
import type { StepCommand } from './step.ts';
import { withStep } from './step.ts';

/**
 * A translated Composition that is handed over becomes a part of its report, in place of an earlier one in its language. Where
 * the two do not say the same, a draft is handed over with a warning, since it is checked again when it is issued; to an
 * issued report nothing is added before a person has accepted it on the Task, with a reason.
 * @param step as it will be; its focus is the report
 * @param ref `Composition/x`
 */
export function handOver(scene: Scene, command: StepCommand, step: Step, ref: string): Decision | Issue[] {
  const { row, records } = scene;
  const report = records.get(step.focus ?? '');
  const original = report === undefined ? undefined : records.get(compositionOf(report) ?? '');
  const translated = records.get(ref);
  // What is not there has been refused before.
  if (report === undefined || original === undefined || translated === undefined) return { row, events: [] };
  const isIssued = row.report === step.focus || row.state.reports.includes(step.focus!);
  const issues = [
    ...(isIssued ? belongingIssues(scene, ref, translated, report) : []),
    ...translationIssues(ref, translated, compositionOf(report), original),
  ].map(onTask);
  const given = freshOverrides(command.before, command.after).filter(({ rule }) => rule === TRANSLATION_DRIFT);
  const drifts = issues.filter(({ key }) => key === TRANSLATION_DRIFT);
  const passes = drifts.length === 0 || !isIssued || given.length > 0;
  if (!passes || issues.length > drifts.length) return issues;
  const next = withStep(row, { ...step, notes: { ...step.notes, translated: ref } });
  const language = text(translated.language);
  const detail = { translation: ref, ...(language === undefined ? {} : { language }) };
  const joined: Decision = {
    row: next,
    events: isIssued ? [caseEvent('report-translated', next, scene.now, step.focus!, detail)] : [],
    changes: new Map([[step.focus!, (current) => addTranslated(scene, current, ref)]]),
    remarks: drifts.map((issue) => ({ ...issue, severity: 'warning' })),
  };
  return chain(joined, noteOverrides({ ...scene, row: next }, drifts.length > 0 && isIssued ? given : [], step.task));
}

/** What is said of a place in the Composition is said there. */
function onTask(issue: Issue): Issue {
  return issue.record === undefined ? { ...issue, expression: 'Task.output' } : issue;
}

function addTranslated({ records }: Pick<Scene, 'records'>, report: Resource, ref: string): Resource {
  const languageOf = (one: string): string | undefined => text(records.get(one)?.language)?.toLowerCase();
  const others = translatedOf(report).filter((one) => one !== ref && languageOf(one) !== languageOf(ref));
  return withTranslated(report, [...others, ref]);
}
