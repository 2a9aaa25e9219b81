import { isDeepStrictEqual } from 'node:util';
import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { ReportStatus } from '../report-status.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import { compositionOf, flatSections, isInSections, readSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { holds } from './narrative-words.ts';
import { REPORT } from './place.ts';

const CHANGES = 'changes';

/**
 * What stands against a change of an issued report, beside what stands against any report: it says what has changed, and
 * where something is only added, what was said stays.
 * @param before the report as it was issued
 */
export function amendmentIssues(
  scene: Pick<Scene, 'records' | 'former'>,
  before: Resource,
  after: Resource,
  to: ReportStatus,
): Issue[] {
  const ref = compositionOf(after);
  if (ref === undefined) return isInSections(before) ? [withoutItsSections()] : [];
  const composition = scene.records.get(ref);
  if (composition === undefined) return [];
  const sections = readSections(composition);
  const former = formerSections(scene, before);
  return [
    ...statusIssues(ref, composition, before),
    ...changesIssues(ref, sections, former),
    ...(to === 'appended' ? keptIssues(ref, sections, former) : []),
    ...(to === 'appended' ? recordIssues(scene, before, after, former) : []),
  ];
}

/** The sections of the issued version: of a Composition that this write changes, as they stood before. */
function formerSections({ records, former }: Pick<Scene, 'records' | 'former'>, before: Resource): ReportSection[] {
  const ref = compositionOf(before);
  const composition = ref === undefined ? undefined : (former?.get(ref) ?? records.get(ref));
  return composition === undefined ? [] : readSections(composition);
}

function withoutItsSections(): Issue {
  const text = 'The report was issued in sections, and stays so: name the Composition of its new version.';
  return refusal('business-rule', 'report-composition', text, REPORT);
}

/** https://hl7.org/fhir/R4/valueset-composition-status.html: a Composition that was final is amended, whatever was done. */
function statusIssues(ref: string, composition: Resource, before: Resource): Issue[] {
  if (compositionOf(before) !== ref || composition.status === 'amended') return [];
  const text = `${ref} is the Composition of the issued report, and changes with it: set its status to amended.`;
  return [refusal('business-rule', 'report-composition', text, REPORT)];
}

function changesIssues(ref: string, sections: readonly ReportSection[], former: readonly ReportSection[]): Issue[] {
  const said = wordsOfChanges(sections);
  if (said !== '' && said !== wordsOfChanges(former)) return [];
  const why = said === '' ? 'does not say what has changed' : 'says of its changes what the issued version said';
  const text = `${ref} ${why}: write what is new in this version, and why, in the section ${CHANGES}.`;
  return [refusal('required', 'report-changes', text, REPORT)];
}

function wordsOfChanges(sections: readonly ReportSection[]): string {
  return sections.find(({ code }) => code === CHANGES)?.words ?? '';
}

/** Whoever only adds changes nothing of what was said. */
function keptIssues(ref: string, sections: readonly ReportSection[], former: readonly ReportSection[]): Issue[] {
  const now = new Map(keyed(sections));
  const changed = keyed(former).filter(([key, { words, entries }]) => {
    const section = now.get(key);
    return section?.words !== words || entries.some((entry) => !section.entries.includes(entry));
  });
  if (changed.length === 0) return [];
  const places = changed.map(([, { place }]) => place);
  const text = `A report with status appended keeps what it said, and ${ref} changes or drops: ${places.join('; ')}. Leave these as they were, or set the status to amended or corrected.`;
  return [refusal('business-rule', 'report-kept', text, REPORT)];
}

/** The same for what is said in codes: by the report itself, and by the records that it names. */
function recordIssues(
  { records, former: formerly }: Pick<Scene, 'records' | 'former'>,
  before: Resource,
  after: Resource,
  former: readonly ReportSection[],
): Issue[] {
  const results = referencesOf(before.result);
  const named = [...new Set([...results, ...flatSections(former).flatMap(({ entries }) => entries)])];
  const changed = named.filter((ref) => {
    const was = formerly?.get(ref);
    return was !== undefined && !isDeepStrictEqual(contentOf(was), contentOf(records.get(ref)));
  });
  const dropped = results.filter((ref) => !referencesOf(after.result).includes(ref));
  const codes = nodes(before.conclusionCode).every((code) =>
    nodes(after.conclusionCode).some((one) => isDeepStrictEqual(one, code)),
  );
  const words = holds(text(after.conclusion) ?? '', text(before.conclusion) ?? '');
  const places = [
    ...new Set([...changed, ...dropped]),
    ...(codes ? [] : ['conclusionCode']),
    ...(words ? [] : ['conclusion']),
  ];
  if (places.length === 0) return [];
  const told = `A report with status appended keeps what it said, and this one changes or drops: ${places.join(', ')}. Leave these as they were, and name new records beside them; or set the status to amended or corrected.`;
  return [refusal('business-rule', 'report-kept', told, REPORT)];
}

function contentOf(record: Resource | undefined): unknown {
  if (record === undefined) return undefined;
  const { meta: _meta, ...content } = record;
  return content;
}

/** Sections by what they are, wherever they stand; the parts of answers by their question. */
function keyed(sections: readonly ReportSection[]): (readonly [key: string, section: ReportSection])[] {
  return flatSections(sections.filter(({ code }) => code !== CHANGES)).map(
    (section) => [section.question === undefined ? section.place : `question ${section.question}`, section] as const,
  );
}
