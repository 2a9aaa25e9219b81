import { SERVER_ORGANIZATION } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import { findSignedDocument, readRecord } from '../store/index.ts';
import type { SignedDocument } from '../store/index.ts';
import type { House } from './house.ts';

/** What everybody may know of a document that was signed here: nothing of it is of a patient. */
export interface ToldDocument extends Pick<
  SignedDocument,
  'language' | 'pdfSha256' | 'digest' | 'issuedAt' | 'status'
> {
  /** Name of the organisation that issued it. */
  readonly programme: string;
}

/**
 * A document on the list of those that were signed here. From the moment on in which its report is withdrawn so is the
 * document, though the list is written later.
 */
export async function findSigned(database: House['database'], uuid: string): Promise<SignedDocument | undefined> {
  const signed = await findSignedDocument(database, uuid);
  if (signed === undefined || signed.status === 'withdrawn') return signed;
  const record = await readRecord(database, signed.programme, signed.report);
  const isStanding = record?.body != null && parseStored(record.body).status !== 'entered-in-error';
  return isStanding ? signed : { ...signed, status: 'withdrawn' };
}

/** @param uuid as it stands on the letter; anything else is of no document */
export async function tellDocument({ database }: House, uuid: string): Promise<ToldDocument | undefined> {
  const signed = await findSigned(database, uuid);
  if (signed === undefined) return undefined;
  const { programme, language, pdfSha256, digest, issuedAt, status } = signed;
  // Programmes stand in the directory, which the server may read as everybody may.
  const record = await readRecord(database, SERVER_ORGANIZATION, `Organization/${programme}`);
  const name = record?.body == null ? undefined : parseStored(record.body).name;
  return {
    programme: typeof name === 'string' ? name : programme,
    ...{ language, pdfSha256, digest, issuedAt, status },
  };
}
