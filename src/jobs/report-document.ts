import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Resource } from '../fhir/index.ts';
import type { Draft, House, ReportDocument } from '../interactions/index.ts';
import type { Signer } from '../keys/index.ts';
import {
  appendRecord,
  assembleDocument,
  composeLetter,
  documentDigest,
  fileLetter,
  signDocument,
} from '../reports/index.ts';
import type { DocumentRelation, FiledAs, Letter } from '../reports/index.ts';
import type { SignedDocument, StoredCase } from '../store/index.ts';

export interface DocumentTools {
  readonly house: House;
  /** Letter → PDF, aside. */
  readonly render: (letter: Letter) => Promise<Uint8Array>;
  readonly signer: Signer;
}

export type DocumentToMake = ReportDocument & FiledAs & { readonly now: Date };

export interface DocumentRelations {
  readonly replaces?: string;
  readonly transforms?: string;
  readonly relatesTo: readonly DocumentRelation[];
}

export interface MadeDocument {
  /** The DocumentReference. */
  readonly letter: Resource;
  readonly drafts: readonly Draft[];
  readonly signed: Omit<SignedDocument, 'status' | 'report' | 'programme'>;
}

/**
 * Makes one document of a report: its Bundle, the letter with the Bundle's digest, the letter's DocumentReference as the
 * Bundle's last entry, and the signature over all of it.
 */
export async function makeDocument(
  { house, render, signer }: DocumentTools,
  row: StoredCase,
  source: DocumentToMake,
  { relatesTo, ...relations }: DocumentRelations,
): Promise<MadeDocument> {
  const { base } = house;
  const { uuid, records, language, now } = source;
  const document = assembleDocument({
    id: source.bundle,
    base,
    uuid,
    timestamp: now.toISOString(),
    records,
    relatesTo,
  });
  const digest = documentDigest(document);
  const address = `${base.replace(/\/fhir$/, '')}/verify/${uuid}`;
  const text = composeLetter(document, {
    verification: { address, digest },
    specialties: source.specialties,
  });
  const pdf = await render(text);
  const content = await house.content.put(Readable.from([Buffer.from(pdf)]));
  const binary = { resourceType: 'Binary', id: source.binary, contentType: 'application/pdf' };
  const letter = fileLetter({
    id: source.letter,
    document,
    pdf,
    binary: `Binary/${source.binary}`,
    caseNumber: row.number,
    title: text.title,
    programme: row.programme,
    ...relations,
  });
  const who = { reference: `Organization/${row.programme}`, display: signer.name };
  const bundle = await signDocument(appendRecord(document, base, letter), signer, { when: now.toISOString(), who });
  return {
    letter,
    drafts: [{ ...toDraft(binary), content }, toDraft(letter), toDraft(bundle)],
    signed: {
      id: uuid,
      language,
      pdfSha256: createHash('sha256').update(pdf).digest('hex'),
      digest,
      kid: signer.kid,
      issuedAt: now,
    },
  };
}

/** What the server files because a report was issued. */
export function toDraft(resource: Resource): Draft {
  const { resourceType, id } = resource;
  return { method: 'PUT', ref: `${resourceType}/${id ?? ''}`, after: resource, path: resourceType, consequence: true };
}
