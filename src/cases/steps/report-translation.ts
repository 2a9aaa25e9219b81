import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Decision } from '../decision.ts';
import type { EngineModule } from '../module.ts';
import { documentOf, isRead } from '../packet/languages.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import { isOpenStep, openSteps } from './step.ts';
import { isOfReport } from './translation.ts';
import { requestTranslation } from './translation-needs.ts';

const TAGS = 'urn:ietf:bcp:47';
/** https://www.rfc-editor.org/rfc/rfc5646#section-2.1, without what is for private use. */
const TAG = /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i;
const DRAFTS: ReadonlySet<unknown> = new Set(['registered', 'partial', 'preliminary']);

/**
 * The report also goes home in the language of those who asked, where the programme promises that: it is translated before
 * it is issued where the programme takes the time, else as soon as it is.
 */
export const reportTranslation: EngineModule = {
  wantedWhenMoved: ({ rules }, to) =>
    (to === 'report-translation' || to === 'report-issued') && rules.languages.bilingual
      ? { types: ['DiagnosticReport', 'Patient', 'DocumentReference'] }
      : {},
  moved(scene, before) {
    const { row, rules } = scene;
    if (!rules.languages.bilingual) return undefined;
    if (row.status === 'completed') return before.status === 'completed' ? undefined : requestOfIssued(scene);
    const arrives = row.businessStatus === 'report-translation' && before.businessStatus !== 'report-translation';
    return arrives ? requestOfDraft(scene) : undefined;
  },
  guard: {
    to: ['report-issued'],
    overridable: 'translation-open',
    check: (scene) => (scene.rules.languages.bilingual ? [...openTranslations(scene), ...neverAsked(scene)] : []),
  },
};

function openTranslations(scene: Scene): Issue[] {
  return openSteps(scene, 'translation')
    .filter(isOfReport)
    .map(({ task }) => {
      const text = `The report goes home in two languages, and its translation is open. Complete ${task} first, or cancel it.`;
      return refusal('business-rule', 'translation-open', text, 'DiagnosticReport.status');
    });
}

/** A report that was never given to translate, though the home side reads another language. */
function neverAsked(scene: Scene): Issue[] {
  if (scene.row.state.steps.some(isAsked)) return [];
  const language = homeLanguage(scene);
  if (language === undefined || isRead(language, [scene.rules.languages.report])) return [];
  const text =
    `The report goes home in two languages, and nobody was asked to translate it to ${language}. Write it as preliminary, ` +
    'set Task.businessStatus of the case to report-translation and complete the translation Task that is made then; or set ' +
    'the rule translation-open aside with the extension override and a reason, and it is translated once it is issued.';
  return [refusal('business-rule', 'translation-open', text, 'DiagnosticReport.status')];
}

/** Whoever has cancelled the translation of a report had a reason: it is not asked for again. */
function isAsked(step: Step): boolean {
  return isOfReport(step) && step.status !== 'entered-in-error';
}

function requestOfDraft(scene: Scene): Decision | undefined {
  const { row, records } = scene;
  const [draft] = [...records].filter(
    ([, record]) => record.resourceType === 'DiagnosticReport' && isOnCase(record, scene) && DRAFTS.has(record.status),
  );
  if (draft === undefined) return remark(scene, 'report-missing', NO_DRAFT);
  const [ref, report] = draft;
  const isUnderWay = row.state.steps.some(
    (step) => isOfReport(step) && step.focus === ref && (isOpenStep(step) || step.status === 'completed'),
  );
  return isUnderWay ? undefined : requestOf(scene, ref, report);
}

function requestOfIssued(scene: Scene): Decision | undefined {
  const { row, records } = scene;
  const report = records.get(row.report ?? '');
  if (report === undefined || row.state.steps.some(isAsked)) return undefined;
  return requestOf(scene, row.report!, report);
}

function requestOf(scene: Scene, ref: string, report: Resource): Decision | undefined {
  const language = homeLanguage(scene);
  if (language === undefined) return remark(scene, 'home-language-unknown', HOME_UNKNOWN);
  if (isRead(language, [scene.rules.languages.report])) return undefined;
  return requestTranslation(scene, ref, report, language, { of: 'report' });
}

const HOME_UNKNOWN =
  'Nothing says which language the home side reads: neither Patient.communication nor a document. Make the Task to translate the report yourself.';
const NO_DRAFT =
  'There is no report to translate yet: write it as preliminary before the case goes to report-translation, or make the Task yourself.';

function remark({ row }: Scene, key: string, text: string): Decision {
  const issue: Issue = { severity: 'warning', code: 'business-rule', key, text };
  return { row, events: [], remarks: [issue] };
}

/** The language (BCP 47) that the patient prefers, else that of the first document that has one. */
function homeLanguage(scene: Scene): string | undefined {
  const records = [...scene.records];
  const preferred = records
    .filter(([, { resourceType }]) => resourceType === 'Patient')
    .flatMap(([, patient]) => nodes(patient.communication).filter((one) => one.preferred === true))
    .flatMap(({ language }) => codesIn(language, TAGS));
  const written = records.flatMap(([ref, record]) => {
    const document = record.resourceType === 'DocumentReference' ? documentOf(record, ref) : undefined;
    return document?.translates.length === 0 ? document.languages : [];
  });
  return [...preferred, ...written].map(toTag).find((tag) => TAG.test(tag));
}

/** It is told in the timeline: what somebody has put behind it for private use is not. */
function toTag(language: string): string {
  return language.replace(/-x-.*$/i, '');
}

function isOnCase(report: Resource, { row }: Scene): boolean {
  return referencesOf(report.basedOn).includes(row.serviceRequest);
}
