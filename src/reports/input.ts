/** All that the letter says. Texts are shown as they are; dates are shown to the day, as written (no time zone moves them). */
export interface ReportInput {
  /** BCP 47 tag of the reviewer's texts; headings are in English. */
  readonly language: string;
  readonly caseNumber: string;
  /** DiagnosticReport.status */
  readonly status: string;
  /** Instant: the document's creation date. */
  readonly createdAt: string;
  /** Dates. */
  readonly requestedOn?: string;
  readonly issuedOn?: string;
  readonly programme: { readonly name: string; readonly lines: readonly string[] };
  readonly patient: {
    readonly name: string;
    readonly birthDate?: string;
    readonly gender?: string;
    /** With their labels, where they have one: "MRN 4711". */
    readonly identifiers: readonly string[];
  };
  readonly referrer: {
    readonly name: string;
    readonly lines: readonly string[];
    /** The placer's own number for the request. */
    readonly orderNumber?: string;
  };
  readonly service: string;
  /** Why the opinion was asked for. */
  readonly reasons: readonly string[];
  /** What else the order says. */
  readonly notes: readonly string[];
  readonly questions: readonly string[];
  /** The reviewer's text; blank lines part paragraphs. */
  readonly conclusion?: string;
  readonly conclusionCodes: readonly string[];
  /** Titles of forms of the report that are attached to it. */
  readonly attachments: readonly string[];
  readonly attesters: readonly Attester[];
  /** What the placer shared for the opinion. */
  readonly reviewed: readonly ReviewedRecord[];
}

export interface Attester {
  readonly name: string;
  readonly credentials: readonly string[];
}

export interface ReviewedRecord {
  readonly kind: string;
  readonly description: string;
  readonly date?: string;
}

/** Bytes of two TrueType or OpenType fonts; they have to show every script that names and texts come in. */
export interface Fonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}
