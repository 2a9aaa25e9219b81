import type { Resource } from '../../fhir/index.ts';
import type { PacketItem } from '../programme/rules.ts';
import type { Node } from '../tree.ts';
import { nodes } from '../tree.ts';
import { emptyAbsences } from './absences.ts';
import { codings } from './codings.ts';
import { itemsOfKind, itemsOfType } from './kinds.ts';
import type { PacketAbsence } from './packet.ts';
import { sectionsOf } from './unwrap.ts';

/** What the parts of a record speak for, and what they say is not there. */
export interface Sections {
  readonly items: readonly PacketItem[];
  readonly absences: readonly PacketAbsence[];
}

const NOTHING: Sections = { items: [], absences: [] };
const WITHDRAWN: ReadonlySet<unknown> = new Set(['entered-in-error', 'retired']);

/**
 * A List, or the sections of a Composition, by their codes. What they name is read as what it is: of a Composition only
 * sections of words speak for themselves.
 */
export function readSections(record: Resource, ref: string): Sections {
  if (WITHDRAWN.has(record.status)) return NOTHING;
  const isList = record.resourceType === 'List';
  const parts = isList ? [record] : sectionsOf(record);
  const speaking = parts.filter((part) => (isList ? nodes(part.entry).length > 0 : isOfWords(part)));
  const codes = speaking.flatMap((part) => codings(part.code));
  return {
    items: [...new Set([...itemsOfKind(codes), ...itemsOfType(codes)])],
    absences: parts.flatMap((part) => emptyAbsences(part, ref)),
  };
}

function isOfWords({ text, entry, emptyReason }: Node): boolean {
  return nodes(text).length > 0 && nodes(entry).length === 0 && nodes(emptyReason).length === 0;
}
