/**
 * FHIR R4 (4.0.1) as compiled knowledge: what types, elements, search parameters and compartments there are.
 * Words: *type* (resource, data type or backbone element), *property* (an element under its JSON name), *parameter*
 * (a search parameter as it concerns one resource type), *constraint* (a rule in FHIRPath), *structure* (a profile or an
 * extension definition). `r4.json` is written by `.ci/compile-definitions.ts`.
 * Profiles and extensions of R4 are in `r4-structures.ndjson`. Reads no files: the bytes are handed in. Knows nothing of
 * single resources.
 */
export { loadDefinitions } from './load.ts';
export type { ElementRule, ElementRuleType, Slicing, StructureDefinition } from './structure.ts';
export type {
  Binding,
  Constraint,
  Definitions,
  Property,
  SearchParameterDefinition,
  SearchParameterType,
  TypeDefinition,
} from './types.ts';
