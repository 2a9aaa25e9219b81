/**
 * The opinion as a document: FHIR records → a document Bundle, signed → what its letter says → PDF on the programme's
 * letterhead; and skeletons for who writes a report, and the patient's summary.
 * Words: *document* (a Composition and what it names), *letter* (all words that a reader sees, in one language), *digest*
 * (of what a document says; its letter bears it), *filed* (what the server keeps of an issued report).
 * Must not fetch records or fonts, read a clock, or store anything: the same input and fonts give the same bytes.
 */
export type { DocumentParts, DocumentRelation } from './document/assemble.ts';
export { assembleDocument, documentUuid, recordsOf, referencesOutside } from './document/assemble.ts';
export type { DocumentStart, GatheredDocument, ReadRecords } from './document/gather.ts';
export { gatherDocument } from './document/gather.ts';
export type { FontFiles, FontName, LetterFonts } from './pdf/index.ts';
export { fontFiles, renderLetter } from './pdf/index.ts';
export type { UnsectionedReport } from './document/derive.ts';
export { deriveComposition } from './document/derive.ts';
export type { FiledAs, FilingPlan } from './document/filing.ts';
export { fileAs, lettersOf, nameFiled, planFiling } from './document/filing.ts';
export type { LetterFileInput } from './document/letter-file.ts';
export { appendRecord, fileLetter, SHA256_EXTENSION } from './document/letter-file.ts';
export type { LetterContext } from './letter/compose.ts';
export { composeLetter } from './letter/compose.ts';
export { isTranslationProvenance } from './letter/origin.ts';
export type { Block, Letter, Run, Section } from './letter/model.ts';
export type { CopyInput, DraftInput, Reviewer, TranslationInput } from './draft/index.ts';
export { draftNextVersion, draftReport, draftTranslation } from './draft/index.ts';
export type { SummaryInput, SummarySource } from './summary/compose.ts';
export {
  chooseRecords,
  composeSummary,
  IPS_BUNDLE,
  IPS_COMPOSITION,
  SUMMARY_SOURCES,
  SUMMARY_TYPE,
} from './summary/compose.ts';
export type {
  Attestation,
  LetterVerdict,
  Outcome,
  SignatureVerdict,
  Standing,
  Verification,
  VerifyOptions,
} from './signature/index.ts';
export { documentDigest, letterHash, signDocument, tellVerification, verifyDocument } from './signature/index.ts';
