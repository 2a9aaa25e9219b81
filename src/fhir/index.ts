/**
 * FHIR on the wire: JSON and XML text ↔ resource trees that lose nothing, bundles, references, OperationOutcome.
 * Words: *resource* (a parsed tree), *ref* (`Type/id`), *body* (a record's stored text), *outcome* (OperationOutcome).
 * Must not know storage, callers or HTTP.
 */
export type { Body } from './body.ts';
export { resourceToBody } from './body.ts';
export { findUnfitCharacter } from './characters.ts';
export { humanName } from './human-name.ts';
export { numberOf, parseJson, parseStored } from './json.ts';
export { tellableName } from './json-names.ts';
export { issuesToOutcome } from './outcome.ts';
export { compileFhirPathPatch } from './patch/fhirpath-patch.ts';
export type { Patch } from './patch/json-patch.ts';
export { compileJsonPatch } from './patch/json-patch.ts';
export { tellPlace } from './place.ts';
export { parseQuery } from './query.ts';
export type { Rename } from './reference.ts';
export { collectReferences, localReference, rewriteReferences, splitReference } from './reference.ts';
export type { CodeableConcept, Coding, Meta, Reference, Resource } from './resource.ts';
export type { TextBundle, TextEntry } from './searchset.ts';
export { bundleToText } from './searchset.ts';
export type { Shape } from './subset.ts';
export { isSubsetted, markSubsetted, shapeOfIncluded, subsetText } from './subset.ts';
export type { XmlCodec } from './xml/codec.ts';
export { createXmlCodec } from './xml/codec.ts';
