/**
 * FHIR R4 (4.0.1) as compiled knowledge: what types, elements, search parameters and compartments there are.
 * Words: *type* (resource, data type or backbone element), *property* (an element under its JSON name), *parameter*
 * (a search parameter as it concerns one resource type). `r4.json` is written by `.ci/compile-definitions.ts`.
 * Reads no files: the bytes of `r4.json` are handed in. Knows nothing of single resources or of profiles.
 */
export { loadDefinitions } from './load.ts';
export type {
  Binding,
  Definitions,
  Property,
  SearchParameterDefinition,
  SearchParameterType,
  TypeDefinition,
} from './types.ts';
