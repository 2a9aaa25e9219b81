import { fault } from '../base/index.ts';
import { compositionOf, isSignedDocument, profilesOf, translatedOf } from '../cases/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { gatherDocument, recordsOf } from '../reports/index.ts';
import { findCaseOf, readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import { checkWhole } from './check-whole.ts';
import {
  assemble,
  checkParty,
  findDocument,
  ISSUED,
  refOf,
  refsOf,
  toCandidate,
  withdrawn,
} from './document-of-report.ts';
import type { FoundDocument } from './document-of-report.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note, read } from './read.ts';

/**
 * The document of a Composition: where it is or was of an issued report the signed Bundle, else one that is made now. It is
 * stored where it is signed, and only there. https://hl7.org/fhir/R4/composition-operation-document.html
 */
export async function documentOfComposition(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<string> {
  const { persist } = readInput({ persist: { type: 'boolean' } }, request, ['graph']);
  checkParty(context);
  const { ref, body } = await read(house, context, 'Composition', id);
  const found = await findOf(house, context, ref, parseStored(body));
  if (persist === true && !found.isSigned) {
    const text = `${ref} is no part of an issued report: its document is made when it is asked for, and not stored. Leave persist out.`;
    throw fault(422, 'not-supported', 'persist-not-served', text);
  }
  return found.text;
}

async function findOf(house: House, context: Context, ref: string, composition: Resource): Promise<FoundDocument> {
  const row = await findCaseIn(house, context, composition);
  if (row === undefined) return assembleAlone(house, context, composition);
  const reports = await readMembers(house, context, row, 'DiagnosticReport');
  const report = reports.find((one) => namesOf(one).includes(ref));
  if (report !== undefined)
    return findDocument(house, context, report, (documents) => documents.find(({ of }) => of === ref));
  return (
    (await findFormer(house, context, row, ref, reports)) ??
    (await assembleUnnamed(house, context, row, composition, reports))
  );
}

/** The signed document of a text that its report names no longer; of a withdrawn report none is given. */
async function findFormer(
  house: House,
  context: Context,
  row: StoredCase,
  ref: string,
  reports: readonly Resource[],
): Promise<FoundDocument | undefined> {
  const members = await readCaseMembersOfTypes(house.database, context.caller.organization, row.id, ['Bundle']);
  const filed = members
    .map(({ body }) => toCandidate(parseStored(body), body, true))
    .filter(({ bundle, of }) => of === ref && isSignedDocument(bundle));
  const latest = filed.sort((one, other) => (timeOf(one.bundle) < timeOf(other.bundle) ? 1 : -1))[0];
  if (latest === undefined) return undefined;
  const own = recordsOf(latest.bundle)
    .filter(({ resourceType }) => resourceType === 'DiagnosticReport')
    .map(refOf);
  const report = reports.find((one) => own.includes(refOf(one)));
  if (report === undefined || report.status === 'entered-in-error') throw withdrawn(own[0] ?? ref);
  await checkWhole(house, context, recordsOf(latest.bundle));
  note(house, context, 'document', ref, undefined, 200);
  return { ...latest, languages: [latest.language] };
}

/** A text that no report names: one that is being written is shown, one that another is in the place of is not. */
async function assembleUnnamed(
  house: House,
  context: Context,
  row: StoredCase,
  composition: Resource,
  reports: readonly Resource[],
): Promise<FoundDocument> {
  const ref = refOf(composition);
  if (profilesOf(composition).length > 0 && composition.status === 'entered-in-error') throw withdrawn(ref);
  const heirs = await findHeirs(house, context, row, ref);
  const named = reports.filter((one) => namesOf(one).some((text) => heirs.has(text)));
  if (named.length > 0 && named.every(({ status }) => status === 'entered-in-error')) throw withdrawn(refOf(named[0]!));
  const issued = (named.length > 0 ? named : reports).filter(({ status }) => ISSUED.has(String(status)));
  const isOver = named.length > 0 || (profilesOf(composition).length > 0 && composition.status !== 'preliminary');
  if (isOver && issued.length > 0) throw replaced(ref, issued);
  return assembleAlone(house, context, composition);
}

/** Texts of the case that say, each of the one before, that they replace it. */
async function findHeirs(house: House, context: Context, row: StoredCase, ref: string): Promise<ReadonlySet<string>> {
  const compositions = await readMembers(house, context, row, 'Composition');
  const heirs = new Set([ref]);
  // A set that grows while it is gone through is gone through to its end.
  for (const one of heirs)
    for (const composition of compositions) if (replacedBy(composition).includes(one)) heirs.add(refOf(composition));
  heirs.delete(ref);
  return heirs;
}

function replacedBy({ relatesTo }: Resource): string[] {
  const relations = (Array.isArray(relatesTo) ? relatesTo : []) as { code?: unknown; targetReference?: unknown }[];
  return relations.flatMap(({ code, targetReference }) => (code === 'replaces' ? refsOf(targetReference) : []));
}

/** A Composition that is of no report: what it names, as far as it can be had. */
async function assembleAlone(house: House, context: Context, composition: Resource): Promise<FoundDocument> {
  const { records } = await gatherDocument({ composition }, async (refs) => {
    const found = await readRecords(house.database, context.caller, refs);
    return found.flatMap(({ body }) => (body === null ? [] : [parseStored(body)]));
  });
  await checkWhole(house, context, records);
  // It is no report, and conforms to no profile of one.
  const { meta: _meta, ...bundle } = assemble(house, records);
  note(house, context, 'document', refOf(composition), undefined, 200);
  const candidate = toCandidate(bundle, JSON.stringify(bundle), false);
  return { ...candidate, languages: [candidate.language] };
}

/** The case of which a Composition says that it is about its request. */
async function findCaseIn(house: House, { caller }: Context, composition: Resource): Promise<StoredCase | undefined> {
  const events = (Array.isArray(composition.event) ? composition.event : []) as { readonly detail?: unknown }[];
  for (const request of events.flatMap(({ detail }) => refsOf(detail))) {
    const row = await findCaseOf(house.database, caller.organization, request);
    if (row !== undefined) return row;
  }
  return undefined;
}

async function readMembers(house: House, { caller }: Context, row: StoredCase, type: string): Promise<Resource[]> {
  const members = await readCaseMembersOfTypes(house.database, caller.organization, row.id, [type]);
  return members.map(({ body }) => parseStored(body));
}

/** The texts of a report: the original and its translations. */
function namesOf(report: Resource): string[] {
  return [compositionOf(report) ?? [], translatedOf(report)].flat();
}

function timeOf({ timestamp }: Resource): string {
  return typeof timestamp === 'string' ? timestamp : '';
}

function replaced(ref: string, reports: readonly Resource[]): Error {
  const present = reports.map((one) => `${refOf(one)} (${namesOf(one).join(', ') || 'without sections'})`).join('; ');
  const text = `${ref} is not what an issued report of its case says. That is in ${present}: ask for the $document of the report.`;
  return fault(409, 'business-rule', 'composition-replaced', text);
}
