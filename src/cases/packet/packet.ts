import type { PacketItem } from '../programme/rules.ts';

/** A record that speaks for an item. */
export interface PacketEntry {
  readonly item: PacketItem;
  /** `Type/id` */
  readonly ref: string;
  /** A FHIR date of any precision: when that was of which it tells. */
  readonly date?: string;
}

/** Something that is said not to be there, and why: a code of list-empty-reason. */
export interface PacketAbsence {
  readonly item: PacketItem;
  readonly reason: string;
  /** `Type/id` of what says so. */
  readonly ref: string;
}

/** A text that somebody has to be able to read. */
export interface PacketDocument {
  /** `Type/id` */
  readonly ref: string;
  /** BCP 47; empty: it does not say. */
  readonly languages: readonly string[];
  /** Documents, `Type/id`, of which it is the translation. */
  readonly translates: readonly string[];
  /** The one record, `Type/id`, that it is about and that is no document: it is its translation, if it is in another language. */
  readonly renders?: string;
}

/** A Coverage of the request. */
export interface PacketCover {
  /** `Type/id` */
  readonly ref: string;
  /** Codes of payer-kind. */
  readonly kinds: readonly string[];
  /** Whether it stands now. */
  readonly isCurrent: boolean;
}

/** A Consent to the opinion abroad. */
export interface PacketConsent {
  /** `Type/id` */
  readonly ref: string;
  readonly standing: 'given' | 'denied' | 'inactive' | 'ended';
}

/** What a packet is checked for. */
export interface CheckFor {
  /** Code of the service that is asked for or confirmed; undefined: it is not known. */
  readonly service?: string | undefined;
  /** SNOMED CT code; undefined: not known yet, and rules for some specialties do not count. */
  readonly specialty?: string | undefined;
  /** Instant. */
  readonly now: string;
}

/** What of a case's record speaks for what: codes, dates and references, nothing clinical. */
export interface Packet {
  /** Instant when the request was sent, or would be. */
  readonly at: string;
  readonly entries: readonly PacketEntry[];
  readonly absences: readonly PacketAbsence[];
  readonly documents: readonly PacketDocument[];
  readonly covers: readonly PacketCover[];
  readonly consents: readonly PacketConsent[];
  /** Executed Contracts, `Type/id`, under which records may go abroad. */
  readonly contracts: readonly string[];
  /** Whether it speaks of an operation that was done. */
  readonly tellsOperation: boolean;
  /** Images and slides, `Type/id`, of which no report says that it is theirs, while all reports name others. */
  readonly unreported: { readonly imaging: readonly string[]; readonly pathology: readonly string[] };
  /** Where in the request a record is named, by `Type/id`: `ServiceRequest.supportingInfo[2]`. */
  readonly places: ReadonlyMap<string, string>;
}
