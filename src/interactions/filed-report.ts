import { notFound } from '../base/index.ts';
import { compositionOf, isServerLetter, placerIdentifiers, translatedOf } from '../cases/index.ts';
import { localReference, parseStored, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { documentUuid, recordsOf } from '../reports/index.ts';
import { lookUpText } from '../store/index.ts';
import { openBytes } from './binary.ts';
import { checkParty, findCase, ISSUED, readFiledNow, refOf } from './document-of-report.ts';
import type { Candidate } from './document-of-report.ts';
import type { Context, House } from './house.ts';
import { attachmentOf } from './letter-of-report.ts';
import { read } from './read.ts';

/** An issued report with all that was filed of it, for who hands it on as a whole. */
export interface FiledReport {
  readonly report: Resource;
  /** Version of the report. */
  readonly version: number;
  readonly caseNumber: string;
  readonly request: Resource;
  /** What the placer calls the request. */
  readonly placerIdentifiers: readonly unknown[];
  readonly patient: Resource;
  /** The original first, then its translations; none of a report that was withdrawn. */
  readonly documents: readonly FiledDocument[];
}

export interface FiledDocument {
  /** BCP 47 */
  readonly language: string;
  /** UUID of Bundle.identifier. */
  readonly uuid: string;
  readonly bundle: Resource;
  /** The DocumentReference of its letter. */
  readonly letter: Resource;
  /** `Binary/x` */
  readonly binary: string;
  readonly pdf: Uint8Array;
}

/**
 * What is filed of a report as it stands, for a party to its case; undefined while that is being made.
 * @throws Fault 404 of a report that is on no case or was never issued; 403, 404, 410 as its reads do
 */
export async function readFiledReport(house: House, context: Context, id: string): Promise<FiledReport | undefined> {
  checkParty(context);
  const stored = await read(house, context, 'DiagnosticReport', id);
  const report = parseStored(stored.body);
  const row = await findCase(house, context, report);
  const isWithdrawn = report.status === 'entered-in-error';
  if (row === undefined || !(isWithdrawn || ISSUED.has(String(report.status)))) throw notFound(refOf(report));
  const candidates = isWithdrawn ? [] : await readFiledNow(house, context, report);
  if (!isWithdrawn && !(await isWhole(house, context, report, candidates))) return undefined;
  const request = await readRef(house, context, row.serviceRequest);
  return {
    report,
    version: stored.version,
    caseNumber: row.number,
    request,
    placerIdentifiers: placerIdentifiers(request),
    patient: await readRef(house, context, (report.subject as Reference | undefined)?.reference),
    documents: await Promise.all(candidates.map((one) => toFiled(house, context, one))),
  };
}

/** Whether there is a document of each language: that of a translation comes a little later. */
async function isWhole(
  house: House,
  { caller }: Context,
  report: Resource,
  candidates: readonly Candidate[],
): Promise<boolean> {
  if (candidates.length === 0) return false;
  const filed = new Set(candidates.map(({ of }) => of));
  for (const ref of [compositionOf(report), ...translatedOf(report)]) {
    if (ref === undefined || filed.has(ref)) continue;
    // Of a text that is not there no document is made.
    if ((await lookUpText(house.database, caller, ref))?.body != null) return false;
  }
  return true;
}

async function toFiled(house: House, context: Context, { bundle, language }: Candidate): Promise<FiledDocument> {
  const letter = recordsOf(bundle).findLast(isServerLetter);
  const binary = letter && localReference(attachmentOf(letter)?.url);
  const uuid = documentUuid(bundle);
  if (letter === undefined || binary === undefined || uuid === undefined)
    throw new Error('the letter of a signed document is not in it');
  const { bytes } = await openBytes(house, await read(house, context, 'Binary', splitReference(binary)[1]));
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return { language, uuid, bundle, letter, binary, pdf: Buffer.concat(chunks) };
}

async function readRef(house: House, context: Context, reference: unknown): Promise<Resource> {
  const [type, id] = splitReference(localReference(reference) ?? 'Patient/');
  return parseStored((await read(house, context, type, id)).body);
}
