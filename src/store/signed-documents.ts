import type { Queryable, Statement } from './database.ts';

export type SignedDocumentStatus = 'current' | 'superseded' | 'withdrawn';

/** A document that this server signed; nothing of it is of a patient. */
export interface SignedDocument {
  /** The UUID of Bundle.identifier. */
  readonly id: string;
  /** Id of the organisation. */
  readonly programme: string;
  /** `DiagnosticReport/x` */
  readonly report: string;
  /** BCP 47 */
  readonly language: string;
  /** SHA-256 of the letter, in hexadecimal. */
  readonly pdfSha256: string;
  /** SHA-256 of what the document says, in hexadecimal. */
  readonly digest: string;
  /** The key that signed it. */
  readonly kid: string;
  readonly issuedAt: Date;
  readonly status: SignedDocumentStatus;
}

const COLUMNS = `id, programme, report, language, pdf_sha256 as "pdfSha256", digest, kid, issued_at as "issuedAt", status`;
const NOTE: Statement = {
  name: 'signed_document_note',
  text: `insert into signed_document (id, programme, report, language, pdf_sha256, digest, kid, issued_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
};
const FIND: Statement = {
  name: 'signed_document_find',
  text: `select ${COLUMNS} from signed_document where id = $1`,
};
const FIND_CURRENT: Statement = {
  name: 'signed_document_current',
  text: `select ${COLUMNS} from signed_document where report = $1 and programme = $2 and language = $3 and status = 'current'
    order by issued_at desc, id limit 1`,
};
const FIND_PDF: Statement = {
  name: 'signed_document_pdf',
  text: `select ${COLUMNS} from signed_document where pdf_sha256 = $1 order by issued_at desc, id limit 1`,
};
const MARK: Statement = {
  name: 'signed_document_mark',
  text: `update signed_document set status = $3
    where report = $1 and programme = $2 and id <> all ($4) and status <> 'withdrawn' and status <> $3 returning id`,
};

/** Notes a document that was signed, as current; false where it was noted before. */
export async function noteSignedDocument(on: Queryable, row: Omit<SignedDocument, 'status'>): Promise<boolean> {
  const { id, programme, report, language, pdfSha256, digest, kid, issuedAt } = row;
  const rows = await on.query(NOTE, [id, programme, report, language, pdfSha256, digest, kid, issuedAt]);
  return rows.length > 0;
}

/** @param id the UUID of Bundle.identifier; anything else finds nothing */
export async function findSignedDocument(on: Queryable, id: string): Promise<SignedDocument | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined;
  const [row] = await on.query<SignedDocument & Record<string, unknown>>(FIND, [id]);
  return row;
}

/** The document that is in the place of this one: of the same report, in the same language; undefined: not there, or not yet. */
export async function findCurrentDocument(
  on: Queryable,
  { report, programme, language }: Pick<SignedDocument, 'report' | 'programme' | 'language'>,
): Promise<SignedDocument | undefined> {
  const [row] = await on.query<SignedDocument & Record<string, unknown>>(FIND_CURRENT, [report, programme, language]);
  return row;
}

/** The document whose letter has this SHA-256 (hexadecimal). */
export async function findSignedPdf(on: Queryable, sha256: string): Promise<SignedDocument | undefined> {
  const [row] = await on.query<SignedDocument & Record<string, unknown>>(FIND_PDF, [sha256]);
  return row;
}

/**
 * Says of the documents of a report that others are in their place, or that it is withdrawn, which stays so.
 * @param report whose documents: `DiagnosticReport/x` of a programme; `but` are left as they are, e.g. the new ones
 */
export async function markDocuments(
  on: Queryable,
  report: { readonly report: string; readonly programme: string; readonly but?: readonly string[] },
  status: Exclude<SignedDocumentStatus, 'current'>,
): Promise<void> {
  await on.query(MARK, [report.report, report.programme, status, report.but ?? []]);
}
