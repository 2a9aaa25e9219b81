import type { Resource } from '../fhir/index.ts';
import { CANONICAL, CASE_NUMBER_SYSTEM } from './catalogue.ts';
import { REPORT_TRANSLATED } from './report/composition.ts';
import type { Node } from './tree.ts';
import { nodes, text } from './tree.ts';

/*
 * What the server files of an issued report: letters (DocumentReference), signed documents (Bundle), and in the report
 * itself where they are. Nobody else writes any of it.
 */

/** Names a signed document: on a DiagnosticReport each of its own, on an Attachment the one whose letter that is. */
export const REPORT_DOCUMENT = `${CANONICAL}/StructureDefinition/report-document`;
/** Profile of signed documents. */
export const REPORT_BUNDLE = `${CANONICAL}/StructureDefinition/report-bundle`;

/** Whether a stored document is a letter that the server made: parties cannot put a case number on theirs. */
export function isServerLetter(document: Resource): boolean {
  return document.resourceType === 'DocumentReference' && caseNumbers(document.identifier).length > 0;
}

/** Whether a stored Bundle is a report that has been signed. Whoever signed it: it is what it is. */
export function isSignedDocument(bundle: Resource): boolean {
  return (
    bundle.resourceType === 'Bundle' &&
    bundle.type === 'document' &&
    bundle.signature !== undefined &&
    Array.isArray(bundle.meta?.profile) &&
    bundle.meta.profile.includes(REPORT_BUNDLE)
  );
}

/** Values of the case numbers among identifiers. An identifier without a value claims none, yet it is not the server's either. */
export function caseNumbers(identifiers: unknown): string[] {
  return nodes(identifiers)
    .filter((one) => one.system === CASE_NUMBER_SYSTEM)
    .map((one) => text(one.value) ?? '');
}

/** What the server has filed of a report, as it stands in it. */
export interface Filed {
  readonly extensions: readonly Node[];
  readonly forms: readonly Node[];
}

export function filedIn(report: Resource | undefined): Filed {
  return {
    extensions: nodes(report?.extension).filter(({ url }) => url === REPORT_DOCUMENT),
    forms: nodes(report?.presentedForm).filter(isFiledForm),
  };
}

/**
 * A report with this filed of it, and nothing else: what it says of that itself is left out. Thus a report that its
 * author writes anew neither loses nor claims what the server has filed. Other records stay as they are.
 */
export function withFiled(report: Resource, filed: Filed): Resource {
  if (report.resourceType !== 'DiagnosticReport') return report;
  const claimed = filedIn(report);
  if ([claimed, filed].every(({ extensions, forms }) => extensions.length + forms.length === 0)) return report;
  const extensions = nodes(report.extension).filter(({ url }) => url !== REPORT_DOCUMENT);
  const forms = nodes(report.presentedForm).filter((form) => !isFiledForm(form));
  return withLists(report, {
    extension: [...extensions, ...filed.extensions],
    presentedForm: [...forms, ...filed.forms],
  });
}

/** A report without what the server has filed of it. Other records stay as they are. */
export function withoutFiled(record: Resource): Resource {
  return withFiled(record, { extensions: [], forms: [] });
}

/**
 * A report as its author wrote it: without what the server has filed of it, and without the translations that were handed
 * over meanwhile. Other records stay as they are.
 */
export function asWritten(record: Resource): Resource {
  if (record.resourceType !== 'DiagnosticReport') return record;
  const report = withoutFiled(record);
  return withLists(report, { extension: nodes(report.extension).filter(({ url }) => url !== REPORT_TRANSLATED) });
}

/** A resource with these repeating elements, at their places; FHIR has no empty lists. */
function withLists(resource: Resource, lists: Readonly<Record<string, readonly Node[]>>): Resource {
  const changed: Resource = { ...resource, ...lists };
  for (const [name, list] of Object.entries(lists)) if (list.length === 0) delete changed[name];
  return changed;
}

/** Whether an Attachment of a report is a letter that the server made. */
function isFiledForm(form: Node): boolean {
  return nodes(form.extension).some(({ url }) => url === REPORT_DOCUMENT);
}
