import type { Property } from '../definitions/index.ts';

/*
 * Primitive codes that the server itself goes by, or that turn round what the rest says. A wrong one is no matter of tidiness:
 * nobody is forgiven it.
 */

/** The element that a code stands in, as far as that has to be known of it. */
export type CodedStep = Pick<Property, 'path' | 'type'> & Partial<Pick<Property, 'modifier'>>;

/** All primitive codes of these are acted on: cases, documents, and what describes other resources. */
const ACTED_ON = new Set(
  (
    'Attachment Binary Bundle CapabilityStatement CodeSystem CompartmentDefinition Composition ConceptMap Consent ' +
    'Coverage DiagnosticReport DocumentReference ElementDefinition GraphDefinition ImplementationGuide ' +
    'MessageDefinition NamingSystem Narrative OperationDefinition SearchParameter ServiceRequest StructureDefinition ' +
    'StructureMap Subscription Task TerminologyCapabilities ValueSet'
  ).split(' '),
);

/**
 * Whether the element is a primitive code that is acted on, or a modifier. Concepts are not: they carry more than one
 * code, and a text. http://hl7.org/fhir/R4/conformance-rules.html#isModifier
 */
export function isActedOn(step: CodedStep | undefined): boolean {
  if (step === undefined || !isPrimitive(step.type)) return false;
  return step.modifier === true || ACTED_ON.has(step.path.split('.')[0]!);
}

/** Of all types, primitive ones alone begin with a small letter. */
function isPrimitive(type: string): boolean {
  return /^[a-z]/.test(type);
}
