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
}

/** A Coverage of the request. */
export interface PacketCover {
  /** `Type/id` */
  readonly ref: string;
  /** Codes of payer-kind. */
  readonly kinds: readonly string[];
  /** Whether it stands when the request is sent. */
  readonly isCurrent: boolean;
}

/** A Consent to the opinion abroad. */
export interface PacketConsent {
  /** `Type/id` */
  readonly ref: string;
  readonly standing: 'given' | 'denied' | 'inactive' | 'ended';
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
