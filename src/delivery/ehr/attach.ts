import type { Resource } from '../../fhir/index.ts';
import type { FiledDocument } from '../../interactions/index.ts';
import type { PlacedDocument } from './drawing.ts';

/** A part of a document as FHIR's Attachment. */
export type Attachment = Readonly<Record<string, unknown>>;

/** The letter as it is filed here, with its bytes there or inside. */
export function attachLetter({ letter, letterUrl, pdf }: PlacedDocument): Attachment {
  const { url: _url, ...told } = letterAttachment(letter);
  return { ...told, ...(letterUrl === undefined ? { data: Buffer.from(pdf).toString('base64') } : { url: letterUrl }) };
}

/** The signed document. http://hl7.org/fhir/R4/documents.html */
export function attachDocument({ letter, bundle, bundleUrl, language }: PlacedDocument): Attachment {
  const { title, creation } = letterAttachment(letter);
  const inside = (): string => Buffer.from(JSON.stringify(bundle)).toString('base64');
  return {
    contentType: 'application/fhir+json',
    language,
    ...(bundleUrl === undefined ? { data: inside() } : { url: bundleUrl }),
    ...(title === undefined ? {} : { title }),
    ...(creation === undefined ? {} : { creation }),
  };
}

function letterAttachment({ content }: Resource): Attachment {
  const [first] = (content ?? []) as { readonly attachment?: Attachment }[];
  return first?.attachment ?? {};
}

/** The records of a document. */
export function recordsIn({ bundle }: Pick<FiledDocument, 'bundle'>): Resource[] {
  return ((bundle.entry ?? []) as { readonly resource?: Resource }[]).flatMap(({ resource }) => resource ?? []);
}
