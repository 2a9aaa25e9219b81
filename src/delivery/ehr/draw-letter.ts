import type { Reference, Resource } from '../../fhir/index.ts';
import { attachDocument, attachLetter, recordsIn } from './attach.ts';
import { detach } from './detach.ts';
import { letterKey, reportKey } from './drawing.ts';
import type { DrawInput, PlacedDocument } from './drawing.ts';
import { identifiersOf } from './names.ts';

/** Elements that mean the same wherever the letter is. */
const COPIED = [
  'status',
  'docStatus',
  'type',
  'date',
  'author',
  'custodian',
  'description',
  'masterIdentifier',
] as const;

/**
 * The DocumentReference of one language in the EHR: there is one of it, whichever version of the report it shows.
 * http://hl7.org/fhir/R4/documentreference.html
 */
export function drawLetter(
  { parcel, patient, request }: DrawInput,
  document: PlacedDocument,
  takes: { readonly letter: boolean; readonly document: boolean },
): Resource {
  const { letter, language } = document;
  const detachment = { base: parcel.base, known: new Map<string, Reference>(), records: recordsIn(document) };
  const copied = Object.fromEntries(
    COPIED.flatMap((name) => (letter[name] === undefined ? [] : [[name, letter[name]]])),
  );
  const [original] = parcel.documents;
  const isTranslation = original !== undefined && original.language !== language;
  const letterOf = (tag: string): Reference => ({ type: 'DocumentReference', identifier: letterKey(parcel, tag) });
  const content = [
    ...(takes.letter ? [attachLetter(document)] : []),
    ...(takes.document ? [attachDocument(document)] : []),
  ];
  const report: Reference = { type: 'DiagnosticReport', identifier: reportKey(parcel) };
  return {
    resourceType: 'DocumentReference',
    ...detach(copied, detachment),
    identifier: [letterKey(parcel, language), ...identifiersOf(letter.identifier)],
    subject: patient,
    ...(isTranslation ? { relatesTo: [{ code: 'transforms', target: letterOf(original.language) }] } : {}),
    content: content.map((attachment) => ({ attachment })),
    context: { related: [report, ...(request === undefined ? [] : [request])] },
  };
}
