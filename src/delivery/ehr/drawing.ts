import type { Reference, Resource } from '../../fhir/index.ts';
import type { FiledDocument } from '../../interactions/index.ts';
import type { EhrKind } from '../../store/index.ts';
import type { EhrCapability } from './capability.ts';
import { LETTER_SYSTEM, REPORT_SYSTEM, URI_SYSTEM } from './names.ts';
import type { Identifier } from './names.ts';
import type { Parcel } from './parcel.ts';

/** A record that is to be there. */
export interface EhrDraft {
  /** `Type/id` here. */
  readonly ours: string;
  /** Stands for it in the others, until it is known what it is called there. */
  readonly fullUrl: string;
  readonly resource: Resource;
  /** By which it is found there; a Binary has none. */
  readonly key?: Identifier;
  /** Whether it is written anew when it changes. What is signed never does. */
  readonly changes: boolean;
  /** Of what changes: the documents that it shows, by which one that stands there is known to say the same. */
  readonly shows?: readonly Identifier[];
  /** What has to be written together with it: its language, or the report. */
  readonly group: string;
}

export interface Drawing {
  /** In an order in which each names only those before it. */
  readonly drafts: readonly EhrDraft[];
  readonly left: readonly string[];
}

export interface DrawInput {
  readonly parcel: Parcel;
  readonly capability: EhrCapability;
  /** None: all. */
  readonly kinds: readonly EhrKind[];
  readonly patient: Reference;
  readonly request: Reference | undefined;
  /** Letters whose bytes are there: UUID of the document → url. */
  readonly bytesThere: ReadonlyMap<string, string>;
  /** A new urn:uuid. */
  readonly mint: () => string;
}

/** A document and where its parts are there; without a url, they go inside of what names them. */
export interface PlacedDocument extends FiledDocument {
  readonly letterUrl?: string;
  readonly bundleUrl?: string;
}

/** Names a signed document, and so what was said in it. */
export function documentKey({ uuid }: FiledDocument): Identifier {
  return { system: URI_SYSTEM, value: `urn:uuid:${uuid}` };
}

/** The same for every version of a report: what stands there is changed. */
export function reportKey({ caseNumber, report }: Parcel): Identifier {
  return { system: REPORT_SYSTEM, value: `${caseNumber}.${report.id ?? ''}` };
}

export function letterKey(parcel: Parcel, language: string): Identifier {
  return { system: LETTER_SYSTEM, value: `${reportKey(parcel).value}.${language}` };
}
