import { createHash } from 'node:crypto';
import {
  asWritten,
  isServerLetter,
  REPORT_DOCUMENT,
  REPORT_SECTION_SYSTEM,
  withFiled,
  withoutFiled,
} from '../../cases/index.ts';
import { localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import type { DocumentRelation } from './assemble.ts';
import { documentUuid } from './assemble.ts';
import { linksOf, refOf, sectionLinks } from './links.ts';

/** What a document is filed under; it follows from what the report says, so that the same text is filed once. */
export interface FiledAs {
  /** Bundle.identifier */
  readonly uuid: string;
  /** Logical ids. */
  readonly bundle: string;
  readonly letter: string;
  readonly binary: string;
}

/**
 * @param records of the document, the Composition first; see `gatherDocument`
 * @param shared `Type/id`s of those among them that the home side goes on with: they are signed as they stand, once
 */
export function fileAs(records: readonly Resource[], shared: ReadonlySet<string> = new Set()): FiledAs {
  const written = writtenOf(records).filter((one) => !shared.has(refOf(one)));
  const version = JSON.stringify(written.map(withoutVersion));
  const idOf = (kind: string): string => createHash('sha256').update(`${kind} ${version}`).digest('hex').slice(0, 40);
  return { uuid: toUuid(idOf('document')), bundle: idOf('bundle'), letter: idOf('letter'), binary: idOf('binary') };
}

/** What the reviewers wrote: Composition, report, and what these name but the records that were shared with them. */
function writtenOf(records: readonly Resource[]): Resource[] {
  const composition = records.find(({ resourceType }) => resourceType === 'Composition');
  const report = records.find(({ resourceType }) => resourceType === 'DiagnosticReport');
  const named = new Set([
    ...nodes(composition?.section)
      .filter((section) => !isOfRecords(section))
      .flatMap(sectionLinks),
    ...nodes(report?.result).flatMap(({ reference }) => localReference(reference) ?? []),
  ]);
  for (const one of records)
    if (one.resourceType === 'CarePlan' && named.has(refOf(one))) linksOf(one).forEach((ref) => named.add(ref));
  return records.filter((one) => one === composition || one === report || named.has(refOf(one)));
}

function isOfRecords({ code }: Node): boolean {
  return nodes(node(code).coding).some((one) => one.system === REPORT_SECTION_SYSTEM && one.code === 'records');
}

/** What is stored with a version says when it was written, not what. */
function withoutVersion(record: Resource): Resource {
  const { meta: _meta, ...rest } = asWritten(record);
  return rest;
}

/** A UUID of digits that were computed: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
function toUuid(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** A document of a report that has to be there. */
export interface Wanted extends FiledAs {
  /** BCP 47 */
  readonly language: string;
}

export interface FilingPlan<W extends Wanted> {
  /** Those that are still to be made. */
  readonly missing: readonly W[];
  /** Letters that stand as current and are so no more. */
  readonly superseded: readonly Resource[];
  /** The letter that a new one takes the place of, and what its document is to others. */
  readonly relate: (one: W) => {
    readonly replaces?: string;
    readonly transforms?: string;
    readonly relatesTo: DocumentRelation[];
  };
}

/**
 * What is to be done so that of a report these documents are filed and no others.
 * @param wanted the original first, then its translations
 * @param letters all that were filed of this report
 */
export function planFiling<W extends Wanted>(
  report: Resource,
  wanted: readonly W[],
  letters: readonly Resource[],
): FilingPlan<W> {
  const filed = new Map(letters.map((letter) => [letter.id, letter]));
  const kept = new Set(wanted.map(({ letter }) => letter));
  const current = letters.filter(({ id, status }) => status === 'current' && !kept.has(id ?? ''));
  const [original] = wanted;
  return {
    missing: wanted.filter(({ letter }) => !filed.has(letter)),
    superseded: current,
    relate: (one) => {
      const former = current.find((letter) => attachmentOf(letter).language === one.language);
      const uuid = former === undefined ? undefined : letterUuid(former);
      const issued = text(former?.date);
      const isTranslation = original !== undefined && one !== original;
      return {
        ...(former === undefined ? {} : { replaces: refOf(former) }),
        ...(isTranslation ? { transforms: `DocumentReference/${original.letter}` } : {}),
        relatesTo: [
          ...(uuid === undefined
            ? []
            : [
                {
                  code: report.status === 'appended' ? 'appends' : 'replaces',
                  uuid,
                  ...(issued === undefined ? {} : { issued }),
                } as const,
              ]),
          ...(isTranslation ? [{ code: 'transforms', uuid: original.uuid } as const] : []),
        ],
      };
    },
  };
}

/** The letters that the server filed of a report (`DiagnosticReport/x`), among records of its case. */
export function lettersOf(report: string, records: readonly Resource[]): Resource[] {
  return records.filter(
    (record) =>
      isServerLetter(record) &&
      nodes(node(record.context).related).some(({ reference }) => localReference(reference) === report),
  );
}

/**
 * The report with its signed documents, and their letters among its forms; the programme's own forms stay.
 * @param wanted in the order in which they are to be named
 * @param letters all that were ever filed of it, with those of `wanted` among them
 */
export function nameFiled(report: Resource, wanted: readonly Wanted[], letters: readonly Resource[]): Resource {
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  const urls = new Set(letters.map((letter) => attachmentOf(letter).url));
  // Letters of earlier releases do not say that they are the server's.
  const own = { ...report, presentedForm: nodes(report.presentedForm).filter(({ url }) => !urls.has(url)) };
  const nameOf = ({ bundle }: Wanted): Node => ({
    url: REPORT_DOCUMENT,
    valueReference: { reference: `Bundle/${bundle}` },
  });
  return withFiled(withoutFiled(own), {
    extensions: wanted.map(nameOf),
    forms: wanted.map((one) => {
      const { extension, ...attachment } = attachmentOf(byId.get(one.letter));
      return { extension: [...nodes(extension), nameOf(one)], ...attachment };
    }),
  });
}

function attachmentOf(letter: Resource | undefined): Node {
  return node(nodes(letter?.content)[0]?.attachment);
}

/** The UUID of the document whose letter it is; letters of earlier releases have none. */
function letterUuid(letter: Resource): string | undefined {
  const { value } = node(letter.masterIdentifier);
  return documentUuid({ resourceType: 'Bundle', identifier: { value: text(value) } });
}
