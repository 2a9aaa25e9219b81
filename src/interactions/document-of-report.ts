import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { chooseTag, Fault, fault, findTag } from '../base/index.ts';
import { asWritten, compositionOf, filedIn } from '../cases/index.ts';
import { localReference, parseStored } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { assembleDocument, recordsOf } from '../reports/index.ts';
import { findCaseOf, lookUpText, readRecords } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import { checkWhole } from './check-whole.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note, read } from './read.ts';
import { gatherReportDocuments } from './report-documents.ts';

/** A report as a document, in one of its languages. */
export interface FoundDocument {
  readonly bundle: Resource;
  /** The Bundle as it is stored, or as it was made now. */
  readonly text: string;
  /** BCP 47 */
  readonly language: string;
  /** All in which it is there; the original's first. */
  readonly languages: readonly string[];
  readonly isSigned: boolean;
}

/** What a reader would like to have it in. */
export interface LanguageWish {
  /** No other will do. */
  readonly language?: string;
  /** As Accept-Language has it. */
  readonly acceptLanguage?: string;
}

/**
 * A report as a document: of an issued one the signed Bundle as it is stored, in the language that is asked for; of a
 * draft one made now, unsigned. https://consilium.example/fhir/OperationDefinition/report-document
 */
export async function documentOfReport(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<string> {
  const { language } = readInput({ language: { type: 'code' } }, request);
  const { acceptLanguage } = request;
  const found = await findReportDocument(house, context, id, {
    ...(language === undefined ? {} : { language }),
    ...(acceptLanguage === undefined ? {} : { acceptLanguage }),
  });
  return found.text;
}

/** The document of a report, for who may read all that is in it. */
export async function findReportDocument(
  house: House,
  context: Context,
  id: string,
  wish: LanguageWish,
): Promise<FoundDocument> {
  checkParty(context);
  const { body } = await read(house, context, 'DiagnosticReport', id);
  return findDocument(house, context, parseStored(body), (documents) => choose(documents, wish));
}

/** Who pays is shown parts of a report, of which no document can be made. */
export function checkParty({ caller }: Context): void {
  if (caller.role === 'placer' || caller.role === 'programme') return;
  const text = 'Reports as documents are for the home side and the programme of a case.';
  throw fault(403, 'forbidden', 'not-your-move', text);
}

/** A document that a report may be read as. */
export interface Candidate extends Pick<FoundDocument, 'bundle' | 'text' | 'language' | 'isSigned'> {
  /** `Composition/x` of which it is the document. */
  readonly of: string;
}

type Choose = (documents: readonly Candidate[]) => Candidate | undefined;

/** One of the documents of a report that stands: of an issued one among those that are signed. */
export async function findDocument(
  house: House,
  context: Context,
  report: Resource,
  choosing: Choose,
): Promise<FoundDocument> {
  const ref = refOf(report);
  if (report.status === 'entered-in-error') throw withdrawn(ref);
  const documents = ISSUED.has(String(report.status))
    ? await readFiled(house, context, report)
    : await assembleDraft(house, context, report);
  const chosen = choosing(documents);
  if (chosen === undefined) throw documents.length === 0 ? noDocument(ref) : pending(ref);
  await checkWhole(house, context, recordsOf(chosen.bundle));
  note(house, context, 'document', ref, undefined, 200);
  return { ...chosen, languages: documents.map(({ language }) => language) };
}

export const ISSUED: ReadonlySet<string> = new Set(['final', 'amended', 'corrected', 'appended']);

/** As long as the documents of what the report says now are being made, those of what it said before are not given. */
async function readFiled(house: House, context: Context, report: Resource): Promise<Candidate[]> {
  const found = await readFiledNow(house, context, report);
  if (found.length > 0) return found;
  if ((await findCase(house, context, report)) === undefined) return [];
  throw pending(refOf(report));
}

/** The documents of what the report says now; none while they are being made. */
export async function readFiledNow(house: House, context: Context, report: Resource): Promise<Candidate[]> {
  const refs = filedIn(report).extensions.flatMap(({ valueReference }) => refsOf(valueReference));
  const found: Candidate[] = [];
  for (const ref of refs) {
    const record = await lookUpText(house.database, context.caller, ref);
    if (record?.body == null) continue;
    const bundle = parseStored(record.body);
    if (isOf(bundle, report)) found.push(toCandidate(bundle, record.body, true));
  }
  return found;
}

/** Whether a document holds the report as it stands, but for what the server adds to one. */
function isOf(bundle: Resource, report: Resource): boolean {
  const own = recordsOf(bundle).find((record) => refOf(record) === refOf(report));
  return own !== undefined && isDeepStrictEqual(said(own), said(report));
}

function said(report: Resource): unknown {
  const { meta: _meta, ...rest } = asWritten(report);
  return JSON.parse(JSON.stringify(rest));
}

async function assembleDraft(house: House, context: Context, report: Resource): Promise<Candidate[]> {
  const row = await findCase(house, context, report);
  if (row === undefined) return [];
  const { organization } = context.caller;
  const written = compositionOf(report);
  if (written !== undefined && (await readRecords(house.database, organization, [written])).length === 0) {
    const text = `${refOf(report)} names a Composition that is not there, so that no document can be made of it. Send that first.`;
    throw fault(422, 'business-rule', 'composition-missing', text);
  }
  const gathered = await gatherReportDocuments(house, organization, row, report);
  return gathered.map(({ records }) => {
    const bundle = assemble(house, records);
    return toCandidate(bundle, JSON.stringify(bundle), false);
  });
}

/** A document of these records, made now. */
export function assemble({ base, clock }: House, records: readonly Resource[]): Resource {
  return assembleDocument({ base, uuid: randomUUID(), timestamp: clock().toISOString(), records });
}

export function toCandidate(bundle: Resource, text: string, isSigned: boolean): Candidate {
  const [composition] = recordsOf(bundle);
  const language = typeof composition?.language === 'string' ? composition.language : 'en';
  return { bundle, text, language, isSigned, of: composition === undefined ? '' : refOf(composition) };
}

function choose(documents: readonly Candidate[], { language, acceptLanguage }: LanguageWish): Candidate | undefined {
  const tags = documents.map((one) => one.language);
  const tag = language === undefined ? (chooseTag(acceptLanguage, tags) ?? tags[0]) : findTag(language, tags);
  if (tag === undefined && documents.length > 0) {
    const text = `The report is not there in this language. It is in ${tags.join(', ')}.`;
    throw fault(404, 'not-found', 'no-such-language', text);
  }
  return documents.find((one) => one.language === tag);
}

/** The case on which a report is made, for a party to it. */
export async function findCase(house: House, { caller }: Context, report: Resource): Promise<StoredCase | undefined> {
  for (const ref of refsOf(report.basedOn)) {
    const row = await findCaseOf(house.database, caller.organization, ref);
    if (row !== undefined) return row;
  }
  return undefined;
}

export function withdrawn(ref: string): Fault {
  const text = `The programme has withdrawn ${ref}: its documents are no longer given. Do not act on a copy; read the report, and the case, for what holds instead.`;
  return fault(410, 'business-rule', 'report-withdrawn', text);
}

function noDocument(ref: string): Fault {
  const text = `${ref} is no report of a second opinion on a case here, so that there is no document of it. Read the report itself.`;
  return fault(422, 'business-rule', 'no-document', text);
}

/** In seconds: making a document takes less. */
const RETRY_AFTER = 5;

function pending(ref: string): Fault {
  const text = `The signed document of what ${ref} says now is being made. Ask again in ${RETRY_AFTER} seconds.`;
  const issue = { severity: 'error', code: 'transient', key: 'document-pending', text } as const;
  return new Fault(503, issue, { 'retry-after': String(RETRY_AFTER) });
}

export function refsOf(value: unknown): string[] {
  const references = (Array.isArray(value) ? value : [value]) as (Reference | undefined)[];
  return references.flatMap((one) => localReference(one?.reference) ?? []);
}

export function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
