import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { isRead } from '../packet/languages.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { refusal } from '../refusal.ts';
import type { Scene, Wanted } from '../scene.ts';
import { referencesOf, text } from '../tree.ts';
import { answerIssues } from './answers.ts';
import { attesterIssues } from './attesters.ts';
import { belongingIssues, withoutComposition } from './belonging.ts';
import {
  compositionOf,
  flatSections,
  isInSections,
  readSections,
  REPORT_COMPOSITION,
  translatedOf,
} from './composition.ts';
import type { ReportSection } from './composition.ts';
import { differenceIssues } from './difference.ts';
import { pairIssues } from './pair.ts';
import { partsIssues } from './parts.ts';
import { REPORT } from './place.ts';
import { QUESTION_TYPES, questionsOf } from './questions.ts';
import { disclaimerIssues, sectionIssues, veiledIssues } from './sections.ts';
import { translatedWordsIssues } from './translated-words.ts';
import { unjudgedIssues } from './unjudged.ts';

/** The answer to a case, or the written summary after a video consultation. */
export type ReportKind = 'opinion' | 'summary';

type ReportScene = Pick<Scene, 'row' | 'rules' | 'records' | 'now'>;

const PLANNED_SERVICE = 'comprehensive-opinion';

/**
 * The records by which a report is judged.
 * @param report.before as it was issued
 */
export function wantedToJudge(
  { row }: Pick<Scene, 'row'>,
  { before, after }: { readonly before?: Resource; readonly after: Resource },
): Wanted {
  const versions = [after, ...(before === undefined ? [] : [before])];
  if (!versions.some(isInSections)) return {};
  // Until the report names them, they belong to no case: somebody may be writing them.
  const parts = versions.flatMap((report) =>
    [compositionOf(report) ?? [], translatedOf(report), referencesOf(report.result)].flat(),
  );
  return {
    hold: [...new Set(parts)],
    refs: [
      row.serviceRequest,
      ...row.state.reports,
      ...parts,
      ...referencesOf(after.resultsInterpreter),
      ...referencesOf(after.performer),
    ],
    types: [...QUESTION_TYPES, ...(translatedOf(after).length > 0 ? ['Provenance'] : [])],
    follow: ['CarePlan', 'Claim', 'Observation', 'Practitioner', 'PractitionerRole'],
  };
}

/**
 * All that stands against a report that is to be issued, at once; issues that are no errors stand against nothing. Of a
 * report that does not come in sections nothing is asked unless its programme asks for them.
 * @param report as it is to be, of any status
 */
export function finalIssues(scene: ReportScene, report: Resource, kind: ReportKind): Issue[] {
  if (!isInSections(report)) return scene.rules.report.sections === 'required' ? [withoutSections()] : [];
  const ref = compositionOf(report);
  const composition = ref === undefined ? undefined : scene.records.get(ref);
  if (ref === undefined || composition?.resourceType !== 'Composition') return [withoutComposition(ref)];
  const sections = readSections(composition);
  const request = scene.records.get(scene.row.serviceRequest);
  const questions = kind === 'summary' || request === undefined ? [] : questionsOf(request, scene.records.values());
  return [
    ...belongingIssues(scene, ref, composition, report),
    ...partsIssues(scene, ref, sections, report),
    ...languageIssues(scene, ref, composition),
    ...sectionIssues(ref, sections, ['summary', ...(questions.length > 0 ? ['answers'] : [])], questions),
    ...veiledIssues(ref, sections),
    ...disclaimerIssues(ref, sections, disclaimerIn(scene, text(composition.language))),
    ...(kind === 'summary' ? [] : answerIssues(ref, sections, questions)),
    ...attesterIssues(scene, ref, composition, report),
    ...(kind === 'summary' ? [] : planIssues(scene, ref, sections)),
    ...unjudgedIssues(scene, sections),
    ...differenceIssues(referencesOf(report.result).flatMap((one) => scene.records.get(one) ?? [])),
    ...pairIssues(scene, report, composition),
    ...translatedWordsIssues(scene, sections, report),
  ];
}

function withoutSections(): Issue {
  const text =
    'The reports of this programme come in sections: write a Composition (profile report-composition; $draft-report begins ' +
    `one), and name it in the extension ${REPORT_COMPOSITION}.`;
  return refusal('required', 'report-sections', text, REPORT);
}

/** A programme that gave no rules reports in any language. */
function languageIssues({ row, rules }: ReportScene, ref: string, composition: Resource): Issue[] {
  const language = text(composition.language);
  if (language === undefined) {
    const told = `${ref} does not say in which language it is: set language.`;
    return [refusal('required', 'report-language', told, REPORT)];
  }
  if (row.rules === 0 || isRead(language, [rules.languages.report])) return [];
  const told = `The programme reports in ${rules.languages.report}, and ${ref} is in another language. Name the one in that language as the report, and this one as its translation.`;
  return [refusal('business-rule', 'report-language', told, REPORT)];
}

/** The words that the programme has laid down in a language: `zh` are those for `zh-Hans`, too. */
function disclaimerIn({ rules }: Pick<Scene, 'rules'>, language: string | undefined): string | undefined {
  return language === undefined ? undefined : disclaimerOf(rules, language);
}

export function disclaimerOf({ report }: Pick<ProgrammeRules, 'report'>, language: string): string | undefined {
  const all = Object.entries(report.disclaimer ?? {});
  const asked = language.toLowerCase();
  const exact = all.find(([tag]) => tag.toLowerCase() === asked);
  return (exact ?? all.find(([tag]) => isRead(language, [tag])))?.[1];
}

/** A comprehensive opinion comes with the plan that its reviewers recommend. */
function planIssues({ row, records }: ReportScene, ref: string, sections: readonly ReportSection[]): Issue[] {
  if (row.state.service !== PLANNED_SERVICE) return [];
  const plans = flatSections(sections).flatMap(({ entries }) => entries.filter((one) => one.startsWith('CarePlan/')));
  if (plans.some((plan) => records.get(plan)?.resourceType === 'CarePlan')) return [];
  const told = `A comprehensive opinion comes with its plan: name a CarePlan (profile recommended-plan) that is here in section.entry of ${ref}, section plan.`;
  return [refusal('required', 'report-plan', told, REPORT)];
}
