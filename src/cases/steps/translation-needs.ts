import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { CASE_NUMBER_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { documentOf, isRead, readInstead } from '../packet/languages.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf } from '../tree.ts';
import { caseInput, makeStep } from './make.ts';

/** Records that are read as texts. */
export const READ_TYPES: readonly string[] = ['DocumentReference', 'DiagnosticReport', 'QuestionnaireResponse'];

/** Statuses in which nobody reads a record. */
const VOID: ReadonlySet<unknown> = new Set(['superseded', 'entered-in-error', 'cancelled']);

export function isVoid({ status }: Resource): boolean {
  return VOID.has(status);
}

/** Whether the programme sees to it that its reviewers can read what they get. */
export function translatesItself({ languages }: ProgrammeRules): boolean {
  return languages.translatedBy === 'programme' && languages.read.length > 0;
}

/**
 * One translation Task for each record of the scene whose language is known and not read, that has no translation and for
 * which none was asked yet. Undefined where there is nothing to translate.
 */
export function requestTranslations(scene: Scene): Decision | undefined {
  if (!translatesItself(scene.rules)) return undefined;
  let decided: Decision | undefined;
  for (const [ref, record] of unreadOf(scene)) {
    const here = decided === undefined ? scene : { ...scene, row: decided.row };
    const next = requestTranslation(here, ref, record, scene.rules.languages.report);
    decided = decided === undefined ? next : chain(decided, next);
  }
  return decided;
}

/**
 * Asks the programme for one translation.
 * @param ref `Type/id` of the original
 * @param language BCP 47: the one to translate into
 */
export function requestTranslation(
  scene: Scene,
  ref: string,
  record: Resource,
  language: string,
  notes?: Readonly<Record<string, string>>,
): Decision {
  const [patient] = referencesOf(record.subject);
  return makeStep(
    scene,
    {
      kind: 'translation',
      owner: 'programme',
      patient,
      focus: ref,
      input: [caseInput('target-language', { valueCode: language })],
      ...(notes === undefined ? {} : { notes }),
    },
    'translation-requested',
    { original: ref, language },
  );
}

/** A record that was asked for once is not asked for again: whoever cancelled its translation had a reason. */
function unreadOf({ row, rules, records }: Scene): [string, Resource][] {
  const { read } = rules.languages;
  const seen = new Set([...records].flatMap(([ref, record]) => translatedBy(ref, record, read)));
  for (const { kind, focus } of row.state.steps) if (kind === 'translation' && focus !== undefined) seen.add(focus);
  return [...records].filter(([ref, record]) => {
    if (!READ_TYPES.includes(record.resourceType) || isVoid(record) || isAnswer(record, row) || seen.has(ref))
      return false;
    const document = documentOf(record, ref);
    // Of a record in several languages the reviewer reads the one that he knows.
    return (
      document?.translates.length === 0 &&
      document.languages.length > 0 &&
      !document.languages.some((language) => isRead(language, read))
    );
  });
}

/** The records that this one translates for somebody who reads these languages. */
function translatedBy(ref: string, record: Resource, read: readonly string[]): readonly string[] {
  const document = isVoid(record) ? undefined : documentOf(record, ref);
  return document?.languages.some((language) => isRead(language, read)) === true ? readInstead(document) : [];
}

/** What answers the case, and is not for its reviewers to read: reports on it, and their letters. */
function isAnswer(record: Resource, row: CaseRow): boolean {
  return (
    referencesOf(record.basedOn).includes(row.serviceRequest) ||
    nodes(record.identifier).some(({ system }) => system === CASE_NUMBER_SYSTEM)
  );
}
