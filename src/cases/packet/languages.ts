import type { Resource } from '../../fhir/index.ts';
import type { Node } from '../tree.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import { attachmentsOf } from './items.ts';
import type { PacketDocument } from './packet.ts';

/** What can be looked at and not read. */
const WORDLESS = /^(application\/dicom|image\/(?!tiff|png|jpeg)|video\/)/;

/** A record as a text that somebody has to read; undefined where it holds none. */
export function documentOf(record: Resource, ref: string): PacketDocument | undefined {
  switch (record.resourceType) {
    case 'DocumentReference': {
      const attachments = attachmentsOf(record).filter(hasWords);
      const translates = nodes(record.relatesTo)
        .filter(({ code }) => code === 'transforms')
        .flatMap(({ target }) => referencesOf(target));
      const renders = translates.length === 0 ? renderedBy(record) : {};
      return attachments.length === 0
        ? undefined
        : { ref, languages: languagesOf(record, attachments), translates, ...renders };
    }
    case 'DiagnosticReport': {
      const attachments = nodes(record.presentedForm).filter(hasWords);
      const hasText = attachments.length > 0 || text(record.conclusion) !== undefined;
      return hasText ? { ref, languages: languagesOf(record, attachments), translates: [] } : undefined;
    }
    case 'QuestionnaireResponse':
    case 'Composition': {
      const languages = languagesOf(record, []);
      return languages.length === 0 ? undefined : { ref, languages, translates: [] };
    }
    default:
      return undefined;
  }
}

/** R4's relatesTo reaches documents alone: the translation of another record says in context.related of what it is. */
function renderedBy(document: Resource): Pick<PacketDocument, 'renders'> {
  const related = nodes(document.context).flatMap((context) => referencesOf(context.related));
  const [renders] = related;
  return renders === undefined || related.length > 1 || renders.startsWith('DocumentReference/') ? {} : { renders };
}

/** All that may be read in this document instead, as `Type/id`s. */
export function readInstead({ translates, renders }: PacketDocument): readonly string[] {
  return renders === undefined ? translates : [...translates, renders];
}

function hasWords({ contentType }: Node): boolean {
  return !WORDLESS.test(text(contentType) ?? '');
}

/** Those of the files; of a record whose files do not say, its own. */
function languagesOf(record: Resource, attachments: readonly Node[]): string[] {
  const said = attachments.flatMap(({ language }) => text(language) ?? []);
  return said.length > 0 ? [...new Set(said)] : [text(record.language) ?? []].flat();
}

/** Whether who reads one of `ranges` reads `tag`: `zh` reads `zh-Hant`, and `zh-Hans` what says no more than `zh`. */
export function isRead(tag: string, ranges: readonly string[]): boolean {
  const asked = tag.toLowerCase();
  return ranges.some((range) => {
    const known = range.toLowerCase();
    return asked === known || asked.startsWith(`${known}-`) || known.startsWith(`${asked}-`);
  });
}
