import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Command } from '../command.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import type { EngineModule } from '../module.ts';
import { documentOf, isRead } from '../packet/languages.ts';
import { refOf } from '../packet/ref-of.ts';
import { refusal } from '../refusal.ts';
import { REPORT_TRANSLATED, translatedOf } from '../report/composition.ts';
import type { Scene, Wanted } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
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
  wantedWhenMoved: (scene, to) =>
    to === 'report-translation' || to === 'report-issued' ? wantedToTranslate(scene) : {},
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
    check(scene, { after }) {
      if (!scene.rules.languages.bilingual) return [];
      const open = openTranslations(scene);
      return open.length > 0 ? open : untranslated(scene, after);
    },
  },
};

/** The records that tell in which language a report is wanted at home. */
export function wantedToTranslate({ rules }: Pick<Scene, 'rules'>): Wanted {
  return rules.languages.bilingual ? { types: ['DiagnosticReport', 'Patient', 'DocumentReference'] } : {};
}

function openTranslations(scene: Scene): Issue[] {
  return openSteps(scene, 'translation')
    .filter(isOfReport)
    .map(({ task }) => {
      const text = `The report goes home in two languages, and its translation is open. Complete ${task} first, or cancel it.`;
      return refusal('business-rule', 'translation-open', text, 'DiagnosticReport.status');
    });
}

/** A report that is to go home in one language alone, though the home side reads another. */
function untranslated(scene: Scene, report: Resource | undefined): Issue[] {
  const language = homeLanguage(scene);
  if (report === undefined || language === undefined || isRead(language, [scene.rules.languages.report])) return [];
  if (isTranslated(scene, report, language)) return [];
  const done = scene.row.state.steps.filter(
    (step) => isOfReport(step) && step.status === 'completed' && step.focus === refOf(report),
  );
  const dropped = done.flatMap(({ notes }) => notes?.['translated'] ?? []);
  if (done.length > dropped.length) return [];
  const text =
    dropped.length > 0
      ? `The report goes home in two languages, and does not name its translation any more: keep ${dropped.at(-1)!} in the extension ${REPORT_TRANSLATED}.`
      : `The report goes home in two languages, and there is none of it in ${language}. Write it as preliminary, ` +
        'set Task.businessStatus of the case to report-translation and complete the translation Task that is made then; or ' +
        `name a Composition in that language in the extension ${REPORT_TRANSLATED}; or set the rule translation-open aside ` +
        'with the extension override and a reason, and it is translated once it is issued.';
  return [refusal('business-rule', 'translation-open', text, 'DiagnosticReport.status')];
}

/** Whether a report names a Composition in that language. */
function isTranslated({ records }: Pick<Scene, 'records'>, report: Resource, language: string): boolean {
  const languages = translatedOf(report).flatMap((ref) => text(records.get(ref)?.language) ?? []);
  return languages.some((one) => isRead(one, [language]));
}

/** Whoever has cancelled the translation of the report had a reason: it is not asked for again when that is issued. */
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

/**
 * A report that changes, that comes in the place of another or after a consultation has no translation of its new text,
 * unless it brings one: it is asked for. That of the first one is asked for when the case is completed.
 */
export function translateAnew(
  scene: Scene,
  { report, after, to }: Extract<Command, { kind: 'report' }>,
  decision: Decision,
): Decision {
  if (scene.row.status !== 'completed' || !scene.rules.languages.bilingual) return decision;
  const isAskedFor = decision.row.state.steps.some(
    (step) =>
      isOfReport(step) &&
      step.focus === report &&
      (isOpenStep(step) || (to === 'final' && step.status === 'completed')),
  );
  const asked = isAskedFor ? undefined : requestOf({ ...scene, row: decision.row }, report, after);
  return asked === undefined ? decision : chain(decision, asked);
}

function requestOf(scene: Scene, ref: string, report: Resource): Decision | undefined {
  const language = homeLanguage(scene);
  if (language === undefined) return remark(scene, 'home-language-unknown', HOME_UNKNOWN);
  if (isRead(language, [scene.rules.languages.report]) || isTranslated(scene, report, language)) return undefined;
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
