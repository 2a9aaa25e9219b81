import type { Resource } from '../../fhir/index.ts';
import type { PacketItem } from '../programme/rules.ts';
import { nodes, referencesOf } from '../tree.ts';
import type { Named } from './unwrap.ts';

/** A record and what it speaks for. */
export interface Read extends Named {
  readonly items: readonly PacketItem[];
}

const STUDY = /^(ImagingStudy|Specimen)\//;

/** The images and specimens, `Type/id`, that a report says are its own. */
export function reportedBy(report: Resource): string[] {
  const related = nodes(report.context).flatMap((context) => referencesOf(context.related));
  return [...referencesOf(report.imagingStudy), ...referencesOf(report.specimen), ...related].filter((ref) =>
    STUDY.test(ref),
  );
}

/** Studies that no report names although every report names some: where one names none, they may be its own. */
export function unreported(all: readonly Read[], studies: PacketItem, reports: PacketItem): string[] {
  const named = all.filter(({ items }) => items.includes(reports)).map(({ record }) => reportedBy(record));
  if (named.length === 0 || named.some((refs) => refs.length === 0)) return [];
  const known = new Set(named.flat());
  return all
    .filter(({ items, ref }) => items.includes(studies) && STUDY.test(ref) && !known.has(ref))
    .map(({ ref }) => ref);
}
