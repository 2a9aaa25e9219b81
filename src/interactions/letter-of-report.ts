import type { Readable } from 'node:stream';
import { hasScope } from '../access/index.ts';
import { notFound } from '../base/index.ts';
import { caseNumbers, isServerLetter, specialtyNames } from '../cases/index.ts';
import { localReference, parseStored, splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { composeLetter, documentUuid, recordsOf } from '../reports/index.ts';
import type { Letter } from '../reports/index.ts';
import { findSignedDocument } from '../store/index.ts';
import { openBytes } from './binary.ts';
import { findReportDocument } from './document-of-report.ts';
import type { FoundDocument, LanguageWish } from './document-of-report.ts';
import { findAll } from './find-all.ts';
import type { Context, House } from './house.ts';
import { keepReadable } from './permit-record.ts';
import { read } from './read.ts';

/** A report as people read it. */
export interface ReadableReport {
  readonly letter: Letter;
  readonly state: 'draft' | 'issued' | 'changed';
  /** BCP 47 tags of all languages in which it is there. */
  readonly languages: readonly string[];
  /** There is a signed letter, too. */
  readonly hasPdf: boolean;
}

/** What the letter of a report says: the same as the signed one, for who may read every record in it. */
export async function readLetter(
  house: House,
  context: Context,
  id: string,
  wish: LanguageWish,
): Promise<ReadableReport> {
  const found = await findReportDocument(house, context, id, wish);
  const { bundle, isSigned, languages } = found;
  const verification = isSigned ? await verificationOf(house, bundle) : undefined;
  const letter = composeLetter(bundle, {
    specialties: specialtyNames(house.terminology),
    ...(verification === undefined ? {} : { verification }),
  });
  const status = recordsOf(bundle).find(({ resourceType }) => resourceType === 'DiagnosticReport')?.status;
  const state = !isSigned ? 'draft' : status === 'final' ? 'issued' : 'changed';
  return { letter, state, languages, hasPdf: letterIn(found) !== undefined };
}

async function verificationOf(
  { database, base }: House,
  bundle: Resource,
): Promise<{ readonly address: string; readonly digest: string } | undefined> {
  const uuid = documentUuid(bundle);
  const signed = uuid === undefined ? undefined : await findSignedDocument(database, uuid);
  return signed && { address: `${new URL(base).origin}/verify/${signed.id}`, digest: signed.digest };
}

export interface LetterBytes {
  readonly bytes: Readable;
  /** As whoever saves it finds it again. */
  readonly fileName: string;
}

/** The signed letter of a report. */
export async function openLetter(house: House, context: Context, id: string, wish: LanguageWish): Promise<LetterBytes> {
  const found = await findReportDocument(house, context, id, wish);
  const letter = letterIn(found);
  const binary = letter && attachmentRef(letter);
  if (binary === undefined) throw notFound(`The letter of DiagnosticReport/${id}`);
  const { bytes } = await openBytes(house, await read(house, context, 'Binary', splitReference(binary)[1]));
  return { bytes, fileName: letterFileName(letter!) };
}

/** The letter's own entry in its document. */
function letterIn({ bundle }: Pick<FoundDocument, 'bundle'>): Resource | undefined {
  return recordsOf(bundle).findLast(isServerLetter);
}

/** `Binary/x` in which the bytes of a letter are. */
function attachmentRef(letter: Resource): string | undefined {
  return localReference(attachmentOf(letter)?.url);
}

export function attachmentOf({ content }: Resource): { readonly url?: string; readonly language?: string } | undefined {
  const [first] = (content ?? []) as { readonly attachment?: { readonly url?: string; readonly language?: string } }[];
  return first?.attachment;
}

/**
 * What a Binary is called that holds a letter of the server; undefined for all others, and to who may not read the
 * DocumentReference that says so.
 */
export async function letterNameOf(house: House, context: Context, ref: string): Promise<string | undefined> {
  // Ids of what the server files are digests: of no other one need it be asked.
  if (!/^Binary\/[0-9a-f]{40}$/.test(ref) || !hasScope(house, context.caller, 'DocumentReference', 's'))
    return undefined;
  const { value } = await findAll(house, context, 'DocumentReference', [['location', ref]]).next();
  const readable = await keepReadable(house, context, house.database, value ?? []);
  const letter = readable.map(({ body }) => parseStored(body)).find(isServerLetter);
  return letter && letterFileName(letter);
}

/** `second-opinion-SO-26-7K3M-9QTX.pdf`, of a translation `…-vi.pdf`: it names the case and no patient. */
function letterFileName(letter: Resource): string {
  const [number = ''] = caseNumbers(letter.identifier);
  const relations = (letter.relatesTo ?? []) as readonly { readonly code?: string }[];
  const isTranslation = relations.some(({ code }) => code === 'transforms');
  const language = isTranslation ? attachmentOf(letter)?.language : undefined;
  const parts = ['second-opinion', number, ...(language === undefined ? [] : [language])];
  return `${parts.map((part) => part.replaceAll(/[^\w-]/g, '')).join('-')}.pdf`;
}
