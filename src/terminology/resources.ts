/*
 * As much of FHIR's terminology resources as this room reads. Published ones and the project's own have the same shape.
 */

/** Any parsed resource: those that are not about terminology are passed over. */
export interface TerminologyResource {
  readonly resourceType: string;
  readonly url?: unknown;
}

/** What all terminology resources say of themselves. */
interface Titled extends TerminologyResource {
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly title?: string;
  readonly status?: string;
}

/** http://hl7.org/fhir/R4/codesystem.html */
export interface CodeSystem extends Titled {
  readonly content?: string;
  readonly caseSensitive?: boolean;
  readonly supplements?: string;
  /** Canonical of the value set of all its codes. */
  readonly valueSet?: string;
  readonly property?: readonly { readonly code: string; readonly type: string }[];
  readonly concept?: readonly CodeSystemConcept[];
}

export interface CodeSystemConcept {
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
  readonly designation?: readonly Designation[];
  /** Each with `code` and one `value[x]`. */
  readonly property?: readonly Readonly<Record<string, unknown>>[];
  readonly concept?: readonly CodeSystemConcept[];
}

export interface Designation {
  readonly language?: string;
  readonly use?: { readonly code?: string };
  readonly value: string;
}

/** http://hl7.org/fhir/R4/valueset.html */
export interface ValueSet extends Titled {
  readonly compose?: Compose;
}

export interface Compose {
  readonly inactive?: boolean;
  readonly include: readonly Include[];
  readonly exclude?: readonly Include[];
}

export interface Include {
  readonly system?: string;
  readonly concept?: readonly { readonly code: string; readonly display?: string }[];
  readonly filter?: readonly Filter[];
  readonly valueSet?: readonly string[];
}

export interface Filter {
  readonly property: string;
  readonly op: string;
  readonly value: string;
}

/** http://hl7.org/fhir/R4/conceptmap.html */
export interface ConceptMap extends Titled {
  readonly sourceUri?: string;
  readonly sourceCanonical?: string;
  readonly targetUri?: string;
  readonly targetCanonical?: string;
  readonly group?: readonly ConceptMapGroup[];
}

export interface ConceptMapGroup {
  readonly source?: string;
  readonly target?: string;
  readonly element: readonly ConceptMapElement[];
  readonly unmapped?: {
    readonly mode: string;
    readonly code?: string;
    readonly display?: string;
    readonly url?: string;
  };
}

export interface ConceptMapElement {
  readonly code?: string;
  readonly target?: readonly ConceptMapTarget[];
}

export interface ConceptMapTarget {
  readonly code?: string;
  readonly display?: string;
  readonly equivalence: string;
  readonly comment?: string;
  readonly dependsOn?: readonly Dependency[];
  readonly product?: readonly Dependency[];
}

export interface Dependency {
  readonly property: string;
  readonly system?: string;
  readonly value: string;
  readonly display?: string;
}
