import { asWritten, REPORT_BUNDLE } from '../../cases/index.ts';
import { collectReferences } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import { refOf } from './links.ts';

export interface DocumentParts {
  /** Id of the Bundle, where it is to be kept. */
  readonly id?: string;
  /** Address of the server's FHIR endpoint, before `/Type/id`. */
  readonly base: string;
  /** UUID of the document (Bundle.identifier), without `urn:uuid:`. */
  readonly uuid: string;
  /** Instant. */
  readonly timestamp: string;
  /** The Composition first; see `gatherDocument`. */
  readonly records: readonly Resource[];
  /** What this document is to others, by their UUIDs. */
  readonly relatesTo?: readonly DocumentRelation[];
}

export interface DocumentRelation {
  readonly code: 'replaces' | 'appends' | 'transforms';
  readonly uuid: string;
  /** Instant of its issue, where that is over. */
  readonly issued?: string;
}

/**
 * The document Bundle of these records, not signed yet: each as it stands, but for what the server adds to a report after
 * its document is made. http://hl7.org/fhir/R4/documents.html
 * Relative references resolve within it, by `fullUrl`; see {@link referencesOutside} for those that do not.
 */
export function assembleDocument(parts: DocumentParts): Resource {
  const { id, base, uuid, timestamp, records, relatesTo = [] } = parts;
  const [composition, ...others] = records;
  if (composition?.resourceType !== 'Composition') throw new TypeError('A document begins with its Composition');
  const language = text(composition.language);
  return {
    resourceType: 'Bundle',
    ...(id === undefined ? {} : { id }),
    meta: { profile: [REPORT_BUNDLE] },
    ...(language === undefined ? {} : { language }),
    identifier: documentIdentifier(uuid),
    type: 'document',
    timestamp,
    entry: [relate(composition, relatesTo), ...others.map(asWritten)].map((resource) => ({
      fullUrl: `${base}/${refOf(resource)}`,
      resource,
    })),
  };
}

/** Bundle.identifier of a document. */
export function documentIdentifier(uuid: string): { readonly system: string; readonly value: string } {
  return { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid}` };
}

/** The UUID of a document; undefined where its identifier is none. */
export function documentUuid(bundle: Resource): string | undefined {
  return /^urn:uuid:([0-9a-f-]{36})$/.exec(text(node(bundle.identifier).value) ?? '')?.[1];
}

/** The resources of a document, in their order. */
export function recordsOf(bundle: Resource): Resource[] {
  return nodes(bundle.entry).flatMap(({ resource }) => nodes(resource) as unknown as Resource[]);
}

/** References (`Type/id`) of a document that lead out of it: the packet that the request names, bytes, other versions. */
export function referencesOutside(bundle: Resource): string[] {
  const records = recordsOf(bundle);
  const within = new Set(records.map(refOf));
  return [...new Set(records.flatMap(collectReferences))].filter((ref) => !within.has(ref)).sort();
}

function relate(composition: Resource, relations: readonly DocumentRelation[]): Resource {
  if (relations.length === 0) return composition;
  const added = relations.map(({ code, uuid, issued }) => {
    const since = issued === undefined ? {} : { period: { start: issued } };
    return { code, targetIdentifier: { ...documentIdentifier(uuid), ...since } };
  });
  return { ...composition, relatesTo: [...nodes(composition.relatesTo), ...added] };
}
