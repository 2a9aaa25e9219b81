import type { Reference, Resource } from '../../fhir/index.ts';
import type { FiledDocument } from '../../interactions/index.ts';
import type { EhrKind } from '../../store/index.ts';
import type { EhrCapability } from './capability.ts';
import { LETTER_SYSTEM, REPORT_SYSTEM } from './names.ts';
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

/** The same for every version of a report: what stands there is changed. */
export function reportKey({ caseNumber, report }: Parcel): Identifier {
  return { system: REPORT_SYSTEM, value: `${caseNumber}.${report.id ?? ''}` };
}

export function letterKey(parcel: Parcel, language: string): Identifier {
  return { system: LETTER_SYSTEM, value: `${reportKey(parcel).value}.${language}` };
}
