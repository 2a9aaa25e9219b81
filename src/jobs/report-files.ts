import { parseStored as parseText } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { commitWithin, gatherReportDocuments, parseStored } from '../interactions/index.ts';
import type { Context, Draft, House } from '../interactions/index.ts';
import type { Signer } from '../keys/index.ts';
import { fileAs, lettersOf, nameFiled, planFiling } from '../reports/index.ts';
import type { Letter } from '../reports/index.ts';
import { findCase, markDocuments, noteSignedDocument, readCaseMembersOfTypes, readRecord } from '../store/index.ts';
import type { Queryable, StoredCase } from '../store/index.ts';
import { makeDocument, toDraft } from './report-document.ts';
import type { MadeDocument } from './report-document.ts';

export interface ReportFilesPayload {
  /** `DiagnosticReport/x` */
  readonly report: string;
  readonly caseId: string;
  /** Id of the organisation that issued it. */
  readonly programme: string;
}

/** What reports are filed with. */
export interface Filing {
  readonly house: House;
  /** Letter → PDF, aside. */
  readonly render: (letter: Letter) => Promise<Uint8Array>;
  /** The key of a programme, by the id of its organisation. */
  readonly openSigner: (programme: string) => Promise<Signer>;
}

/**
 * Files an issued report: for the original and each translation a signed document and its letter, named in the report. Done
 * twice for the same text it does nothing: the ids follow from that text. What was filed before is superseded; of a report
 * that was issued in error all is withdrawn.
 */
export async function fileReport(filing: Filing, payload: ReportFilesPayload): Promise<void> {
  const { house } = filing;
  const row = await findCase(house.database, payload.programme, payload.caseId);
  if (row === undefined) throw new Error('the case of the report is not there');
  const stored = await readRecord(house.database, row.programme, payload.report);
  const report = parseStored(stored);
  if (stored === undefined || report === undefined) return;
  const letters = await readLetters(house, row, payload.report);
  const owned = { report: payload.report, programme: row.programme };
  if (report.status === 'entered-in-error') {
    const drafts = markLetters(letters, 'entered-in-error');
    await write(house, row, payload, drafts, (on) => markDocuments(on, owned, 'withdrawn'));
    return;
  }
  const found = await gatherReportDocuments(house, row.programme, row, report);
  const sources = found.map((one) => ({ ...one, ...fileAs(one.records, one.shared) }));
  const plan = planFiling(report, sources, letters);
  if (plan.missing.length === 0 && plan.superseded.length === 0) return;
  const missing = new Set(found.flatMap((one) => one.missing)).size;
  if (missing > 0)
    house.logger.info({ report: payload.report, missing }, 'a document names records that are not in it');
  const signer = await filing.openSigner(row.programme);
  const now = house.clock();
  const made: MadeDocument[] = [];
  for (const source of plan.missing)
    made.push(await makeDocument({ ...filing, signer }, row, { ...source, now }, plan.relate(source)));
  const named = nameFiled(report, sources, [...letters, ...made.map(({ letter }) => letter)]);
  const drafts = [
    ...made.flatMap((one) => one.drafts),
    ...markLetters(plan.superseded, 'superseded'),
    { ...toDraft(named), ifMatch: stored.version },
  ];
  await write(house, row, payload, drafts, async (on) => {
    for (const { signed } of made) await noteSignedDocument(on, { ...owned, ...signed });
    await markDocuments(on, { ...owned, but: sources.map(({ uuid }) => uuid) }, 'superseded');
  });
}

/** Records and the register of what was signed change together. */
async function write(
  house: House,
  row: StoredCase,
  { report }: ReportFilesPayload,
  drafts: readonly Draft[],
  register: (on: Queryable) => Promise<void>,
): Promise<void> {
  const caller = {
    client: 'consilium',
    organization: row.programme,
    role: 'programme',
    scopes: ['system/*.cruds'],
  } as const;
  const context: Context = { caller, request: `job report-files ${report}` };
  await house.database.transact(async (on) => {
    if (drafts.length > 0) await commitWithin(house, context, 'report-files', on, drafts);
    await register(on);
  });
  if (drafts.length > 0) house.wake();
}

async function readLetters(house: House, row: StoredCase, report: string): Promise<Resource[]> {
  const members = await readCaseMembersOfTypes(house.database, row.programme, row.id, ['DocumentReference']);
  return lettersOf(
    report,
    members.map(({ body }) => parseText(body)),
  );
}

function markLetters(letters: readonly Resource[], status: 'superseded' | 'entered-in-error'): Draft[] {
  return letters.filter((letter) => letter.status !== status).map((letter) => toDraft({ ...letter, status }));
}
