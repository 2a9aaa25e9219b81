/*
 * What a letter says, in the order in which it is read: all words are in it, so that whoever draws it knows no language.
 * Dates, numbers and amounts are texts here, as they are shown.
 */

/** A stretch of text in one style. */
export interface Run {
  readonly text: string;
  readonly bold?: true;
  readonly italic?: true;
}

export type Block =
  /** Within a section, below its own heading (H2). */
  | { readonly kind: 'heading'; readonly level: 3 | 4; readonly text: string }
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'fields'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Run[])[]; readonly numbered: boolean }
  | {
      readonly kind: 'table';
      /** What the table shows, for who cannot see it. */
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** The last line, e.g. a total. */
      readonly foot?: readonly string[];
      /** Columns (from 0) with amounts, which stand at the end of their cell. */
      readonly amounts?: readonly number[];
    }
  /** Somebody who answers for the report, with credentials. */
  | { readonly kind: 'person'; readonly name: string; readonly lines: readonly string[] }
  /** Set apart: what nobody may overlook. */
  | { readonly kind: 'notice'; readonly text: string };

export interface Section {
  readonly heading: string;
  /** BCP 47 tag where its text is in another language than the letter. */
  readonly language?: string;
  readonly blocks: readonly Block[];
}

export interface Letter {
  /** BCP 47; the direction of the script follows from it. */
  readonly language: string;
  readonly title: string;
  /** Metadata of the file: what it is about, without the patient. */
  readonly subject: string;
  /** Instant. */
  readonly createdAt: string;
  readonly programme: { readonly name: string; readonly lines: readonly string[] };
  /** At the foot of each page, e.g. `Case SO-26-7K3M-9QTX`. */
  readonly foot: string;
  /** At the foot of each page: `page(2, 10)` → `Page 2 of 10`, as a pattern with `{page}` and `{pages}`. */
  readonly pageOf: string;
  readonly sections: readonly Section[];
  /** At the end of the letter, beside the QR code of its address. */
  readonly verification?: {
    readonly heading: string;
    readonly text: string;
    /** URL behind the QR code; it names the document and no patient. */
    readonly address: string;
    /** SHA-256, in hexadecimal, of what the document says; see `documentDigest`. */
    readonly digest: string;
    /** What the digest is called: `SHA-256 of the document`. */
    readonly digestLabel: string;
  };
  /** Stands for characters that no font of the house shows; put before the sections where one is needed. */
  readonly undrawable: string;
  /** Stands where a text was cut. */
  readonly shortened: string;
}
