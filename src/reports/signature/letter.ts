import { hash } from 'node:crypto';
import { isServerLetter } from '../../cases/index.ts';
import { numberOf } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { SHA256_EXTENSION } from '../document/letter-file.ts';
import { documentName, entriesOf, isObject, nameIn, nodesOf } from './entries.ts';
import type { LetterVerdict } from './verification.ts';

/**
 * Whether a record of a document files the document's own letter. What a section names may be a letter, too: a former one,
 * or one of another report, with a document of its own.
 */
export function isOwnLetter(bundle: Resource, record: Resource): boolean {
  if (!isServerLetter(record)) return false;
  const document = documentName(bundle);
  return document !== '' && nameIn(record['masterIdentifier']) === document;
}

/** Whether bytes are those of the letter that a document names, by SHA-256 and size. */
export function compareLetter(bundle: Resource, pdf: Uint8Array): LetterVerdict {
  const named = entriesOf(bundle).flatMap(({ resource }) =>
    resource !== undefined && isOwnLetter(bundle, resource) ? attachmentsOf(resource) : [],
  );
  if (named.length === 0) return 'not-named';
  const digest = hash('sha256', pdf, 'base64');
  const isSame = named.some(
    (attachment) => sha256Of(attachment) === digest && numberOf(attachment['size']) === pdf.length,
  );
  return isSame ? 'same' : 'other';
}

/** SHA-256 of the letter that a document names, in hexadecimal; undefined where it names none. */
export function letterHash(bundle: Resource): string | undefined {
  for (const { resource } of entriesOf(bundle)) {
    if (resource === undefined || !isOwnLetter(bundle, resource)) continue;
    for (const attachment of attachmentsOf(resource)) {
      const digest = sha256Of(attachment);
      if (digest !== undefined) return Buffer.from(digest, 'base64').toString('hex');
    }
  }
  return undefined;
}

function attachmentsOf(document: Resource): readonly Readonly<Record<string, unknown>>[] {
  return nodesOf(document['content']).flatMap(({ attachment }) => (isObject(attachment) ? [attachment] : []));
}

function sha256Of(attachment: Readonly<Record<string, unknown>>): string | undefined {
  const value = nodesOf(attachment['extension']).find(({ url }) => url === SHA256_EXTENSION)?.['valueBase64Binary'];
  return typeof value === 'string' ? value : undefined;
}
