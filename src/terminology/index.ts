/**
 * What codes mean: code systems, value sets and concept maps of R4 and of the project, units, languages, media types.
 * Words: *membership* (is a code in a value set: in, out, or not to be decided here), *expansion* (all codes of a value
 * set). `r4-terminology.ndjson` is written by `.ci/compile-terminology.ts`. Reads no files: bytes and resources are
 * handed in. Asks no other server: what is not held here (SNOMED CT, LOINC) is answered with *unknown*, never guessed.
 */
export { createTerminology } from './create.ts';
export type {
  Answer,
  CodeRequest,
  Coding,
  ExpandRequest,
  LookUpRequest,
  Membership,
  Terminology,
  TerminologyService,
  TranslateRequest,
  ValidateInSystemRequest,
  ValidateInValueSetRequest,
} from './types.ts';
export type { CanonicalQuantity } from './units.ts';
export type { TerminologyResource } from './resources.ts';
