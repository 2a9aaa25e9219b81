import { showFingerprint } from '../../keys/index.ts';
import type { LetterVerdict, Outcome, SignatureVerdict, Verification } from './verification.ts';

const OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  malformed:
    'This cannot be verified: it is no document Bundle in JSON with one signature that can be read without doubt.',
  unsigned: 'The document is not signed.',
  altered: 'The document is NOT what was signed.',
  untrusted: 'The document is signed, but by a certificate that is not trusted here.',
  expired: 'The document is signed, but at a time at which the certificate was not good.',
  revoked: 'The document is signed with a key that somebody else may have had.',
  'other-letter': 'The document is valid, but the PDF is NOT its letter.',
  valid: 'The document is what was signed.',
};

/** What stands behind an outcome, where that alone does not say it. */
const REASON_TEXTS: Readonly<Record<string, string>> = {
  algorithm: 'Signatures here are made with ES384, and with nothing else.',
  header: 'The header of the signature names a key or an extension that none may name.',
  'not-detached': 'The signature brings a text of its own instead of the document.',
  canonicalization: 'The signature says that it covers something else than a document Bundle.',
  sigT: 'The signature does not say when it was made, in whole seconds of UTC.',
  'chain-shape': 'The signature does not bring two certificates on P-384: its own and that of the root.',
  'chain-usage': 'One of the certificates may not be used for this.',
  'chain-issuer': 'The root did not sign the certificate.',
  'chain-root':
    'Its root is not among the trusted ones. Compare the fingerprint below with the one that the gateway tells you by another way, and give the root as trusted.',
  future: 'The time of the signature is still to come.',
  compromised: 'The key counted as known to others by then. Ask the programme for a document that is signed anew.',
};

const LETTER_TEXTS: Readonly<Record<LetterVerdict, string>> = {
  same: 'The PDF is the letter of this document.',
  other: 'The PDF is not the letter of this document.',
  'not-named': 'The document names no letter, so that nothing can be said of the PDF.',
};

/** What the gateway knows of a document that it signed: whether it still holds. */
export interface Standing {
  readonly status: 'current' | 'superseded' | 'withdrawn';
  /** Instant at which the one that took its place was issued. */
  readonly replacedOn?: string;
}

/**
 * The verdict in plain words, a line each: first whether the report still holds, as far as it is known, then what the
 * signature came to.
 */
export function tellVerification(
  { outcome, signatures, attested, letter, notCovered }: Verification,
  standing?: Standing,
): string[] {
  return [
    ...tellStanding(standing),
    OUTCOME_TEXTS[outcome],
    ...signatures.flatMap(tellSignature),
    ...attested.map(
      ({ mode, time, party = 'somebody' }) =>
        `Attested (${mode}) by ${party}${time === undefined ? '' : ` at ${time}`}: stated in the document, not signed apart.`,
    ),
    ...(letter === undefined ? [] : [LETTER_TEXTS[letter]]),
    ...(notCovered.length === 0 ? [] : [`Not covered by the signature: ${notCovered.join('; ')}.`]),
  ];
}

/** Of one that holds nothing is to be said before the signature. */
function tellStanding({ status, replacedOn }: Standing = { status: 'current' }): string[] {
  if (status === 'current') return [];
  if (status === 'withdrawn') return ['WITHDRAWN by the programme: do not act on it.'];
  return [
    `Replaced by a later document${replacedOn === undefined ? '' : ` (issued ${replacedOn})`}. Ask for that one.`,
  ];
}

function tellSignature(signature: SignatureVerdict): string[] {
  const { outcome, reason = '', signer, root, when, commitments, altered, revokedSince } = signature;
  const claim = outcome === 'valid' ? 'Signed' : 'Claims to be signed';
  return [
    ...(REASON_TEXTS[reason] === undefined ? [] : [REASON_TEXTS[reason]]),
    ...(signer === undefined
      ? []
      : [`${claim} by ${signer.name}${signer.uri === undefined ? '' : ` (${signer.uri})`} at ${when}.`]),
    ...(commitments.length === 0 ? [] : [`Commits to: ${commitments.join(', ')}.`]),
    ...(root === undefined
      ? []
      : [`Root of its certificate: ${root.name}, SHA-256 ${showFingerprint(root.fingerprint)}.`]),
    ...(revokedSince === undefined
      ? []
      : [`The key counts as known to others since ${revokedSince}; what was signed before is its owner's.`]),
    ...altered.map((text) => `Altered: ${text}.`),
  ];
}
