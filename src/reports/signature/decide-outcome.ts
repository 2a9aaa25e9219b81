import type { LetterVerdict, Outcome, SignatureVerdict } from './verification.ts';

/** What was found out about one signature. Whatever was not found out counts against it. */
export interface Findings {
  /** Why it cannot be read. */
  readonly unreadable?: string;
  /** Whether it was made over this very document. */
  readonly isOfDocument?: boolean;
  /** Whether what stands beside it unsigned says the same as what is signed. */
  readonly isFramedRight?: boolean;
  /** What stands against the certificates. */
  readonly chain?: readonly string[];
  /** Whether the moment of the signature has come. */
  readonly isPast?: boolean;
  /** Whether the key was its owner's alone then. */
  readonly isOwn?: boolean;
}

/** The one place where it is decided what a signature is worth: valid is what is left when nothing else is. */
export function decideSignature(found: Findings): Pick<SignatureVerdict, 'outcome' | 'reason'> {
  const { unreadable, chain = ['unchecked'] } = found;
  const distrust = chain.find((refusal) => refusal !== 'expired');
  if (unreadable !== undefined) return { outcome: 'malformed', reason: unreadable };
  if (found.isOfDocument !== true) return { outcome: 'altered', reason: 'content' };
  if (found.isFramedRight !== true) return { outcome: 'altered', reason: 'frame' };
  if (distrust !== undefined) return { outcome: 'untrusted', reason: `chain-${distrust}` };
  if (chain.length > 0) return { outcome: 'expired', reason: 'chain-expired' };
  if (found.isPast !== true) return { outcome: 'expired', reason: 'future' };
  if (found.isOwn !== true) return { outcome: 'revoked', reason: 'compromised' };
  return { outcome: 'valid' };
}

/**
 * A document is worth what its signature is worth, and the letter has to be its own where there is one. FHIR knows one
 * signature of a Bundle: whose list of several is read by some as its first and by others as none is no document.
 */
export function decideDocument(
  signatures: readonly Pick<SignatureVerdict, 'outcome'>[],
  { isList, letter }: { readonly isList: boolean; readonly letter?: LetterVerdict | undefined },
): Outcome {
  const [signature] = signatures;
  if (isList) return 'malformed';
  if (signature === undefined) return 'unsigned';
  return signature.outcome === 'valid' && letter !== undefined && letter !== 'same'
    ? 'other-letter'
    : signature.outcome;
}
