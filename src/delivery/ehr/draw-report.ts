import { localReference } from '../../fhir/index.ts';
import type { Reference, Resource } from '../../fhir/index.ts';
import { attachDocument, attachLetter, recordsIn } from './attach.ts';
import { detach } from './detach.ts';
import type { Detachment } from './detach.ts';
import { documentKey, reportKey } from './drawing.ts';
import type { DrawInput, PlacedDocument } from './drawing.ts';
import { identifiersOf, isSame, REPORT_DOCUMENT } from './names.ts';
import type { Identifier } from './names.ts';

/** Elements that mean the same wherever the report is. */
const COPIED = [
  ...['language', 'status', 'category', 'code', 'effectiveDateTime', 'effectivePeriod', 'issued', 'performer'],
  ...['resultsInterpreter', 'conclusion', 'conclusionCode'],
] as const;
/** What would lead back here; all of it stands in the signed document. */
const LEFT = ['encounter', 'specimen', 'imagingStudy', 'media'] as const;
/** Of a result that goes inside the report. */
const RESULT = new Set([
  ...['resourceType', 'id', 'status', 'category', 'code', 'effectiveDateTime', 'effectivePeriod', 'issued', 'bodySite'],
  ...['dataAbsentReason', 'interpretation', 'note', 'method', 'referenceRange', 'component', 'performer'],
]);

/**
 * The report in the EHR: what it says, its results inside, and where its letters and signed documents are.
 * http://hl7.org/fhir/R4/diagnosticreport.html
 * @param inside what goes into presentedForm with all its bytes
 */
export function drawReport(
  { parcel, patient, request }: Pick<DrawInput, 'parcel' | 'patient' | 'request'>,
  documents: readonly PlacedDocument[],
  inside: { readonly letter: boolean; readonly document: boolean },
): { readonly report: Resource; readonly left: readonly string[]; readonly shows: readonly Identifier[] } {
  const { report, base } = parcel;
  const records = documents.flatMap(recordsIn);
  const results = resultsOf(report, records);
  const known = new Map<string, Reference>([
    ...results.map(({ id = '' }): [string, Reference] => [`Observation/${id}`, { reference: `#${id}` }]),
  ]);
  const detachment: Detachment = { base, known, records };
  const pick = (names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.flatMap((name) => (report[name] === undefined ? [] : [[name, report[name]]])));
  const forms = documents.flatMap((one) => [
    ...(inside.letter || one.letterUrl !== undefined ? [attachLetter(one)] : []),
    ...(inside.document && one.bundleUrl === undefined ? [attachDocument(one)] : []),
  ]);
  const key = reportKey(parcel);
  const others = identifiersOf(report.identifier).filter((one) => !isSame(one, key));
  // Its text is the original's; a translation is told of by its own letter, or goes inside.
  const shows = documents.filter((_one, at) => at === 0 || inside.letter || inside.document).map(documentKey);
  const named = documents.flatMap(({ bundleUrl }) => bundleUrl ?? []);
  return {
    report: {
      resourceType: 'DiagnosticReport',
      ...(results.length === 0 ? {} : { contained: results.map((one) => toContained(one, patient, detachment)) }),
      ...(named.length === 0 ? {} : { extension: named.map(nameDocument) }),
      identifier: [key, ...others, ...shows],
      ...(request === undefined ? {} : { basedOn: [request] }),
      ...detach(pick([...COPIED, 'result']), detachment),
      subject: patient,
      ...(forms.length === 0 ? {} : { presentedForm: forms }),
    },
    left: [...Object.keys(pick(LEFT)), ...(hasOwnForms(report) ? ['presentedForm'] : [])],
    shows,
  };
}

function nameDocument(url: string): object {
  return { url: REPORT_DOCUMENT, valueReference: { reference: url } };
}

/** The results that came along, each once. */
function resultsOf({ result }: Resource, records: readonly Resource[]): Resource[] {
  const refs = ((result ?? []) as Reference[]).map(({ reference }) => localReference(reference));
  const byId = new Map(
    records
      .filter(({ resourceType, id }) => resourceType === 'Observation' && refs.includes(`Observation/${id ?? ''}`))
      .map((one) => [one.id, one]),
  );
  return [...byId.values()];
}

function toContained(result: Resource, patient: Reference, detachment: Detachment): Resource {
  const kept = Object.entries(result).filter(([name]) => RESULT.has(name) || name.startsWith('value'));
  return { ...(detach(Object.fromEntries(kept), detachment) as Resource), subject: patient };
}

/** Whether the programme has put forms of its own beside the letters; these say of which document they are. */
function hasOwnForms({ presentedForm }: Resource): boolean {
  const forms = (presentedForm ?? []) as { readonly extension?: readonly { readonly url?: string }[] }[];
  return forms.some(({ extension = [] }) => !extension.some(({ url }) => url === REPORT_DOCUMENT));
}
