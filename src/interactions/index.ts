/**
 * What can be done with records: read, vread, search, history, create, update, delete, batch, transaction and
 * operations.
 * Words: *draft* (a change on its way), *change* (a draft with the version it follows), *commit* (the one door for writes).
 * Every write, of whatever kind, goes through `commit`; must not know HTTP, and never decides on its own what a case allows.
 */
export { openBytes, withData } from './binary.ts';
export type { BundleAnswer } from './bundle.ts';
export { processBundle } from './bundle.ts';
export type { EntryAnswer } from './bundle-answer.ts';
export { parseEtag } from './bundle-entry.ts';
export { viewerOf } from './case-sponsors.ts';
export type { Committed } from './commit.ts';
export { commit, commitWithin } from './commit.ts';
export { patchWhere, removeWhere, updateWhere } from './conditional-write.ts';
export type { Draft } from './draft.ts';
export { parseStored } from './draft.ts';
export { findMatching } from './find-matching.ts';
export { historyOfInstance, historyOfSystem, historyOfType } from './history.ts';
export type { FiledDocument, FiledReport } from './filed-report.ts';
export { readFiledReport } from './filed-report.ts';
export type { Context, House, SigningSecrets } from './house.ts';
export type { LanguageWish } from './document-of-report.ts';
export type { LetterBytes, ReadableReport } from './letter-of-report.ts';
export { letterNameOf, openLetter, readLetter } from './letter-of-report.ts';
export { buildCapabilityStatement } from './metadata.ts';
export type { Operation, OperationName } from './offered.ts';
export { addressesOf, OPERATIONS, unknownOperation } from './offered.ts';
export { runOperation } from './operations.ts';
export type { OperationRequest } from './parameters.ts';
export type { PatchBody } from './patch.ts';
export { patch } from './patch.ts';
export type { Guide } from './publish-guide.ts';
export { publishGuide } from './publish-guide.ts';
export type { Answered, ReadRequest } from './read.ts';
export { read, textOf, vread } from './read.ts';
export { readSeveral } from './read-several.ts';
export { remarksToOutcome } from './remarks.ts';
export type { ReportDocument } from './report-documents.ts';
export { gatherReportDocuments } from './report-documents.ts';
export { search, searchCompartment, searchSystem } from './search.ts';
export type { ToldDocument } from './signed-document.ts';
export { tellDocument } from './signed-document.ts';
export type { StatementAsked } from './statement.ts';
export { parseStatementQuery } from './statement.ts';
export { uploadBinary } from './upload.ts';
export { create, remove, update } from './write.ts';
export { createRulesShelf } from './rules-shelf.ts';
export type { RulesShelf } from './rules-shelf.ts';
export { runDueTimers } from './run-due-timers.ts';
export type { TimedCase } from './run-due-timers.ts';
