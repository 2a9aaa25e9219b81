import type { Resource } from '../../fhir/index.ts';
import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';

/** A record and what it is called where it stands: `Type/id`, or the fullUrl within a document. */
export interface Named {
  readonly ref: string;
  readonly record: Resource;
  /** The document (`Bundle/x`) that holds it. */
  readonly within?: string;
}

/** The records of a case's packet, with those in its documents (an International Patient Summary, say) beside them. */
export function unwrap(records: readonly Resource[]): Named[] {
  return records.flatMap((record) => {
    const ref = `${record.resourceType}/${record.id ?? ''}`;
    const inner = isDocument(record) ? entriesOf(record, ref) : [];
    return [{ ref, record }, ...inner];
  });
}

function isDocument({ resourceType, type }: Resource): boolean {
  return resourceType === 'Bundle' && type === 'document';
}

function entriesOf(bundle: Resource, within: string): Named[] {
  return nodes(bundle.entry).flatMap((entry) => {
    const [record] = nodes(entry.resource).filter(isResource);
    // Its own documents are not looked into: nobody reads a summary of summaries.
    if (record === undefined || record.resourceType === 'Bundle') return [];
    return [{ ref: text(entry.fullUrl) ?? `${record.resourceType}/${record.id ?? ''}`, record, within }];
  });
}

function isResource(value: Node): value is Node & Resource {
  return text(value.resourceType) !== undefined;
}

/** The sections of a Composition, of whatever depth. */
export function sectionsOf(composition: Node): Node[] {
  const found: Node[] = [];
  const open = nodes(composition.section);
  for (let section = open.shift(); section !== undefined; section = open.shift()) {
    found.push(section);
    open.push(...nodes(section.section));
  }
  return found;
}
