/*
 * As much of HL7's own definition resources as the compilation reads.
 */

export interface Published {
  readonly resourceType: string;
}

/** http://hl7.org/fhir/R4/structuredefinition.html */
export interface StructureDefinition extends Published {
  readonly url: string;
  readonly type: string;
  readonly name: string;
  readonly kind: string;
  readonly abstract: boolean;
  readonly fhirVersion?: string;
  readonly derivation?: string;
  readonly baseDefinition?: string;
  readonly snapshot?: { readonly element: readonly ElementDefinition[] };
}

/** http://hl7.org/fhir/R4/elementdefinition.html */
export interface ElementDefinition {
  readonly id?: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min?: number;
  readonly max?: string;
  readonly base?: { readonly path: string };
  readonly type?: readonly ElementType[];
  readonly constraint?: readonly PublishedConstraint[];
  readonly contentReference?: string;
  readonly isSummary?: boolean;
  readonly isModifier?: boolean;
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
}

export interface PublishedConstraint {
  readonly key: string;
  readonly severity: string;
  readonly human: string;
  readonly expression?: string;
}

export interface ElementType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string; readonly valueString?: string }[];
}

/** http://hl7.org/fhir/R4/searchparameter.html */
export interface SearchParameter extends Published {
  readonly url: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}

/** http://hl7.org/fhir/R4/compartmentdefinition.html */
export interface CompartmentDefinition extends Published {
  readonly url: string;
  readonly code: string;
  readonly resource?: readonly { readonly code: string; readonly param?: readonly string[] }[];
}

/** http://hl7.org/fhir/R4/valueset.html */
export interface ValueSet extends Published {
  readonly url: string;
  readonly compose?: { readonly include: readonly ValueSetInclude[]; readonly exclude?: readonly ValueSetInclude[] };
}

export interface ValueSetInclude {
  readonly system?: string;
  readonly concept?: readonly Concept[];
  readonly filter?: readonly unknown[];
  readonly valueSet?: readonly string[];
}

/** http://hl7.org/fhir/R4/codesystem.html */
export interface CodeSystem extends Published {
  readonly url: string;
  readonly concept?: readonly Concept[];
}

export interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}
