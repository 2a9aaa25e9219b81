/**
 * What can be done with records: read, vread, search, history, create, update, delete, batch, transaction and
 * operations.
 * Words: *draft* (a change on its way), *change* (a draft with the version it follows), *commit* (the one door for writes).
 * Every write, of whatever kind, goes through `commit`; must not know HTTP, and never decides on its own what a case allows.
 */
export { openBytes, withData } from './binary.ts';
export type { BundleAnswer, EntryAnswer } from './bundle.ts';
export { processBundle } from './bundle.ts';
export { parseEtag } from './bundle-entry.ts';
export type { Committed } from './commit.ts';
export { commit } from './commit.ts';
export type { Draft } from './draft.ts';
export { parseStored } from './draft.ts';
export { historyOfInstance } from './history.ts';
export type { Context, House } from './house.ts';
export { buildCapabilityStatement } from './metadata.ts';
export type { OperationRequest } from './parameters.ts';
export type { Guide } from './publish-guide.ts';
export { publishGuide } from './publish-guide.ts';
export type { Answered } from './read.ts';
export { read, vread } from './read.ts';
export { search } from './search.ts';
export {
  expandValueSet,
  lookUpCode,
  translateCode,
  validateCodeSystemCode,
  validateValueSetCode,
} from './terminology.ts';
export { uploadBinary } from './upload.ts';
export { validate } from './validate.ts';
export { create, remove, update } from './write.ts';
