import type { CertificateFacts } from '../../keys/index.ts';

/**
 * What verifying came to; only `valid` says that the document is what was signed, and by whom.
 * - `malformed`: no document Bundle, or nothing that could be verified without doubt
 * - `unsigned`: there is no signature
 * - `altered`: what is here is not what was signed
 * - `untrusted`: signed, by a certificate whose root is not trusted or that is not for signing documents
 * - `expired`: signed at a moment at which the certificate was not good, or which is still to come
 * - `revoked`: signed with a key that somebody else may have had by then
 * - `other-letter`: the document is valid, and the PDF beside it is not its letter
 */
export type Outcome =
  'malformed' | 'unsigned' | 'altered' | 'untrusted' | 'expired' | 'revoked' | 'other-letter' | 'valid';

/** What is known of one signature. */
export interface SignatureVerdict {
  readonly outcome: Outcome;
  /** Why, in a word: `algorithm`, `chain-usage`, … Absent: valid. */
  readonly reason?: string;
  readonly kid?: string;
  /** Who signed, and the root behind the certificate; as they say themselves unless the outcome is valid. */
  readonly signer?: CertificateFacts;
  readonly root?: CertificateFacts;
  /** When, as it is signed: an instant in whole seconds. */
  readonly when?: string;
  /** To what the signer commits, as addresses. */
  readonly commitments: readonly string[];
  /** What was changed, added, removed or put in another order, as far as the signer's list of parts proves it. */
  readonly altered: readonly string[];
  /** From when on the key counts as known to others. */
  readonly revokedSince?: string;
}

/** Somebody who answers for the contents: stated in the document, not signed apart. */
export interface Attestation {
  readonly mode: string;
  readonly time?: string;
  /** Reference or display of the party. */
  readonly party?: string;
}

/** What a letter (PDF) is to the document. */
export type LetterVerdict = 'same' | 'other' | 'not-named';

export interface Verification {
  readonly outcome: Outcome;
  readonly signatures: readonly SignatureVerdict[];
  /** The document's identifier, a UUID. */
  readonly document?: string;
  /** See `documentDigest`. */
  readonly digest?: string;
  readonly attested: readonly Attestation[];
  readonly altered: readonly string[];
  /** What may be changed without the signature telling it. */
  readonly notCovered: readonly string[];
  readonly letter?: LetterVerdict;
}

export interface VerifyOptions {
  /** Certificates that are trusted as roots, in PEM. */
  readonly roots: readonly string[];
  readonly now: Date;
  /** Keys that others may have had from an instant on, by their `kid`. */
  readonly revoked?: ReadonlyMap<string, string>;
  readonly pdf?: Uint8Array;
}
