/**
 * Is this resource what FHIR R4 says it may be? Structure, cardinality, values, references within, narrative, codes.
 * Words: *shape* (the compiled check of a type), *slot* (of one property), *findings* (issues and where they were met).
 * Finds everything at once and changes nothing. Texts never hold a value of the resource. Does not look at other
 * resources, at the caller or at what the server already has.
 */
export { compileValidator } from './compile-validator.ts';
export type { Validate } from './compile-validator.ts';
