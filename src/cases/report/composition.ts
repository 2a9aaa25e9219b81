import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import type { Node } from '../tree.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { wordsOf } from './narrative-words.ts';
import { isVeiled } from './veiled.ts';

/** https://hl7.org/fhir/extensions/StructureDefinition-extension-DiagnosticReport.composition.html */
export const REPORT_COMPOSITION = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition';
export const REPORT_TRANSLATED = `${CANONICAL}/StructureDefinition/report-translated`;
export const ANSWERED_QUESTION = `${CANONICAL}/StructureDefinition/answered-question`;
export const REPORT_SECTION_SYSTEM = `${CANONICAL}/CodeSystem/report-section`;

/** Whether a report says that it comes in sections, whatever it names for it. */
export function isInSections(report: Resource): boolean {
  return named(report, REPORT_COMPOSITION).length > 0;
}

/** `Composition/x` in which a report is written. */
export function compositionOf(report: Resource): string | undefined {
  return named(report, REPORT_COMPOSITION)
    .flatMap(({ valueReference }) => referencesOf(valueReference))
    .find(isComposition);
}

/** `Composition/x` of each translation that a report names. */
export function translatedOf(report: Resource): string[] {
  return named(report, REPORT_TRANSLATED)
    .flatMap(({ valueReference }) => referencesOf(valueReference))
    .filter(isComposition);
}

/** The originals that a Composition says it translates, as `Type/id`. */
export function originalsOf(composition: Resource): string[] {
  return nodes(composition.relatesTo)
    .filter(({ code }) => code === 'transforms')
    .flatMap(({ targetReference }) => referencesOf(targetReference));
}

/** The report with these translations in place of those that it names. */
export function withTranslated(report: Resource, compositions: readonly string[]): Resource {
  const others = nodes(report.extension).filter(({ url }) => url !== REPORT_TRANSLATED);
  const extension = compositions.map((reference) => ({ url: REPORT_TRANSLATED, valueReference: { reference } }));
  return { ...report, extension: [...others, ...extension] };
}

function named(report: Resource, extension: string): Node[] {
  return nodes(report.extension).filter(({ url }) => url === extension);
}

function isComposition(ref: string): boolean {
  return ref.startsWith('Composition/');
}

/** A section of a Composition, as far as it is checked. */
export interface ReportSection {
  /** Of report-section. */
  readonly code?: string;
  /** How it is called to people, without a word of what it says: `plan`, `answers, part 2`, `section 3`. */
  readonly place: string;
  /** Where it stands in its Composition, as FHIRPath: `section[4].section[1]`. */
  readonly path: string;
  /** The question to which it is the answer, as it was asked. */
  readonly question?: string;
  /** Its narrative as text, blanks folded; empty where it has none, or says that it has. */
  readonly words: string;
  /** Whether it is still to be written. */
  readonly isUnwritten: boolean;
  /** Whether not everybody reads what is written. */
  readonly isVeiled: boolean;
  /** `Type/id` */
  readonly entries: readonly string[];
  readonly parts: readonly ReportSection[];
}

export function readSections(composition: Resource): ReportSection[] {
  return nodes(composition.section).map((section, n) => readSection(section, `section ${n + 1}`, `section[${n}]`));
}

function readSection(section: Node, otherwise: string, path: string): ReportSection {
  const [code] = codesIn(section.code, REPORT_SECTION_SYSTEM);
  const place = code ?? otherwise;
  const parts = nodes(section.section).map((part, n) =>
    readSection(part, `${place}, part ${n + 1}`, `${path}.section[${n}]`),
  );
  const [question] = nodes(section.extension).flatMap(({ url, valueString }) =>
    url === ANSWERED_QUESTION ? (text(valueString) ?? []) : [],
  );
  const [narrative] = nodes(section.text);
  const isDraft = narrative?.status === 'empty';
  const words = isDraft ? '' : wordsOf(text(narrative?.div) ?? '');
  const entries = nodes(section.entry).flatMap((entry) => referencesOf(entry));
  const saysNothing = words === '' && entries.length + parts.length === 0 && section.emptyReason === undefined;
  return {
    ...(code === undefined ? {} : { code }),
    place,
    path,
    ...(question === undefined ? {} : { question }),
    words,
    isUnwritten: isDraft || saysNothing,
    isVeiled: isVeiled(section),
    entries,
    parts,
  };
}

/** The sections and all their parts, each before its parts. */
export function flatSections(sections: readonly ReportSection[]): ReportSection[] {
  return sections.flatMap((section) => [section, ...flatSections(section.parts)]);
}
