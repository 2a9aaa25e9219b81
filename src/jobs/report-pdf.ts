import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Caller } from '../base/index.ts';
import { localReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { commit, parseStored } from '../interactions/index.ts';
import type { Draft, House } from '../interactions/index.ts';
import { pdfDocumentReference, reportInput } from '../reports/index.ts';
import type { Fonts } from '../reports/index.ts';
import { findCase, readRecord, readRecords } from '../store/index.ts';
import type { StoredCase, StoredRecord } from '../store/index.ts';
import { renderAside } from './render-aside.ts';

export interface ReportPdfPayload {
  /** `DiagnosticReport/x` */
  readonly report: string;
  readonly caseId: string;
  /** Id of the organisation that issued it. */
  readonly programme: string;
}

/**
 * Makes the letter of an issued report: renders it, keeps it as Binary and DocumentReference of the case, and names it in
 * the report's presentedForm. Done twice for the same version it does nothing: the ids follow from that version.
 */
export async function makeReportPdf(house: House, fonts: Fonts, payload: ReportPdfPayload): Promise<void> {
  const row = await findCase(house.database, payload.programme, payload.caseId);
  if (row === undefined) throw new Error('the case of the report is not there');
  const caller = programmeCaller(row);
  const stored = await readRecord(house.database, caller.organization, payload.report);
  const report = parseStored(stored);
  if (stored === undefined || report === undefined || report.status === 'entered-in-error') return;
  const version = clinicalVersion(stored, report);
  const ids = { binary: idOf(payload.report, version, 'binary'), document: idOf(payload.report, version, 'document') };
  if ((await readRecord(house.database, caller.organization, `DocumentReference/${ids.document}`)) !== undefined)
    return;
  const records = await gather(house, caller.organization, row, report);
  const pdf = await renderAside(reportInput(records), fonts);
  const content = await house.content.put(Readable.from([Buffer.from(pdf)]));
  const document = pdfDocumentReference({
    id: ids.document,
    pdf,
    binary: `Binary/${ids.binary}`,
    caseNumber: row.number,
    serviceRequest: row.serviceRequest,
    diagnosticReport: payload.report,
    status: String(report.status),
    subject: report.subject as Reference,
    authors: referencesOf(report, 'resultsInterpreter').concat(referencesOf(report, 'performer')),
    programme: row.programme,
    language: typeof report.language === 'string' ? report.language : 'en',
    createdAt: house.clock().toISOString(),
  });
  const attachment = ((document.content as { attachment: Resource }[])[0] as { attachment: Resource }).attachment;
  const binary = { resourceType: 'Binary', id: ids.binary, contentType: 'application/pdf' };
  const drafts: Draft[] = [
    { method: 'PUT', ref: `Binary/${ids.binary}`, after: binary, path: 'Binary', content, consequence: true },
    {
      method: 'PUT',
      ref: `DocumentReference/${ids.document}`,
      after: document,
      path: 'DocumentReference',
      consequence: true,
    },
    {
      method: 'PUT',
      ref: payload.report,
      after: withForm(report, attachment),
      path: 'DiagnosticReport',
      ifMatch: stored.version,
      consequence: true,
    },
  ];
  await commit(house, { caller, request: `job report-pdf ${payload.report}` }, 'report-pdf', drafts);
}

/** The server's own form replaces an earlier one of its own; the programme's forms stay. */
function withForm(report: Resource, attachment: Resource): Resource {
  const forms = (report.presentedForm as Resource[] | undefined) ?? [];
  return { ...report, presentedForm: [...forms.filter((form) => form.title !== attachment.title), attachment] };
}

/** Which text of the report the letter is of: without the forms, which the letter itself changes. */
function clinicalVersion(stored: StoredRecord, report: Resource): string {
  const { meta: _meta, presentedForm: _forms, ...text } = report;
  return createHash('sha256').update(stored.ref).update(JSON.stringify(text)).digest('hex');
}

function idOf(ref: string, version: string, kind: string): string {
  return createHash('sha256').update(`${ref} ${version} ${kind}`).digest('hex').slice(0, 40);
}

function programmeCaller(row: StoredCase): Caller {
  return { client: 'consilium', organization: row.programme, role: 'programme', scopes: ['system/*.cruds'] };
}

async function gather(
  house: House,
  organization: string,
  row: StoredCase,
  report: Resource,
): Promise<Parameters<typeof reportInput>[0]> {
  const fetch = async (refs: readonly (string | undefined)[]): Promise<Map<string, Resource>> => {
    const known = [...new Set(refs.filter((ref) => ref !== undefined))];
    const found = await readRecords(house.database, organization, known);
    return new Map(
      found.flatMap(
        (record) =>
          [[record.ref, parseStored(record)] as const].filter(([, tree]) => tree !== undefined) as [string, Resource][],
      ),
    );
  };
  const subject = localReference((report.subject as Reference | undefined)?.reference);
  const performerRefs = [...referencesOf(report, 'resultsInterpreter'), ...referencesOf(report, 'performer')].map(
    (one) => localReference(one.reference),
  );
  const first = await fetch([
    row.serviceRequest,
    row.task,
    subject,
    `Organization/${row.programme}`,
    `Organization/${row.placer}`,
    ...performerRefs,
  ]);
  const request = first.get(row.serviceRequest);
  const task = first.get(row.task);
  if (request === undefined || task === undefined) throw new Error('the case of the report is not whole');
  const performers = performerRefs.flatMap((ref) => first.get(ref ?? '') ?? []);
  const people = performers.map((role) => localReference((role.practitioner as Reference | undefined)?.reference));
  const supporting = referencesOf(request, 'supportingInfo').map((one) => localReference(one.reference));
  const second = await fetch([...people, ...supporting]);
  const optional = (name: 'patient' | 'programme' | 'placer', ref: string | undefined) => {
    const found = first.get(ref ?? '');
    return found === undefined ? {} : { [name]: found };
  };
  return {
    serviceRequest: request,
    task,
    diagnosticReport: report,
    ...optional('patient', subject),
    ...optional('programme', `Organization/${row.programme}`),
    ...optional('placer', `Organization/${row.placer}`),
    performers: [...performers, ...people.flatMap((ref) => second.get(ref ?? '') ?? [])],
    reviewed: supporting.flatMap((ref) => second.get(ref ?? '') ?? []),
  };
}

function referencesOf(resource: Resource, name: string): Reference[] {
  const value = resource[name];
  return Array.isArray(value) ? (value as Reference[]) : [];
}
