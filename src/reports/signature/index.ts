/**
 * The signature of a report: a document Bundle signed by its programme so that anybody can verify it without asking.
 * Words: *canonical* (the one text of a JSON value), *manifest* (the signer's list of a document's parts), *frame*
 * (Bundle.signature around the signature itself), *outcome* (what verifying came to).
 */
export { documentDigest } from './digest.ts';
export { letterHash } from './letter.ts';
export { signDocument } from './sign.ts';
export type {
  Attestation,
  LetterVerdict,
  Outcome,
  SignatureVerdict,
  Verification,
  VerifyOptions,
} from './verification.ts';
export type { Standing } from './tell.ts';
export { tellVerification } from './tell.ts';
export { verifyDocument } from './verify.ts';
