import type { Issue } from '../base/index.ts';
import type { TerminologyResource } from './resources.ts';
import type { CanonicalQuantity } from './units.ts';

/** http://hl7.org/fhir/R4/datatypes.html#Coding, as far as terminology needs it. */
export interface Coding {
  readonly system?: string;
  readonly version?: string;
  readonly code: string;
  readonly display?: string;
}

/** `unknown`: cannot be decided from what the server holds (SNOMED CT, LOINC, a value set that it does not know …). */
export type Membership = 'in' | 'out' | 'unknown';

/** Canonicals may end in `|version`: versions are tolerated and not told apart. */
export interface Terminology {
  /** Is this code of this system in the value set? Without a system, as for `code` elements: any system of the set. */
  membership(valueSet: string, system: string | undefined, code: string): Membership;
  /** Whether the value set is known at all. */
  knowsValueSet(valueSet: string): boolean;
  /** Is the code one of the system? */
  codeOf(system: string, code: string): Membership;
  /** What the system calls the code. */
  display(system: string, code: string): string | undefined;
  /** The codes of a system that are for use, when all of it is held and has at most `limit`. */
  codesOf(system: string, limit: number): readonly string[] | undefined;
  /** Addresses of the systems held as resources that begin with `base`. */
  systemsBelow(base: string): readonly string[];
  /** All codes when the set can be listed and has at most `limit`; for texts that tell what is allowed. */
  list(valueSet: string, limit: number): readonly Coding[] | undefined;
  /** A quantity in base units, so that quantities in different units compare; undefined where it has none. */
  canonicalQuantity(value: number, unit: string): CanonicalQuantity | undefined;
}

/** What is asked with the operations is answered with a resource, or with what stands in the way. */
export type Answer = Readonly<Record<string, unknown>> | readonly Issue[];

/** http://hl7.org/fhir/R4/valueset-operation-expand.html */
export interface ExpandRequest {
  /** Canonical of a value set that is known here … */
  readonly url?: string;
  /** … or a ValueSet itself. */
  readonly valueSet?: TerminologyResource;
  /** Words, each of which the code or its display has to contain. */
  readonly filter?: string;
  readonly offset?: number;
  readonly count?: number;
  readonly activeOnly?: boolean;
  readonly excludeNotForUI?: boolean;
  readonly includeDesignations?: boolean;
  /** ISO 8601, for `expansion.timestamp`. */
  readonly timestamp: string;
}

/** A code with its system, a Coding or a CodeableConcept: exactly one of them. */
export interface CodeRequest {
  readonly code?: string;
  readonly system?: string;
  readonly display?: string;
  readonly coding?: PartialCoding;
  readonly codeableConcept?: { readonly coding?: readonly PartialCoding[] };
}

export type PartialCoding = Partial<Coding>;

/** http://hl7.org/fhir/R4/valueset-operation-validate-code.html */
export interface ValidateInValueSetRequest extends CodeRequest {
  readonly url?: string;
  readonly valueSet?: TerminologyResource;
  /** Whether codes that only group others will do. */
  readonly abstract?: boolean;
}

/** http://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
export interface ValidateInSystemRequest extends Omit<CodeRequest, 'system'> {
  /** Of a code system that is known here … */
  readonly url?: string;
  /** … or a CodeSystem itself. */
  readonly codeSystem?: TerminologyResource;
  readonly abstract?: boolean;
}

/** http://hl7.org/fhir/R4/codesystem-operation-lookup.html */
export interface LookUpRequest extends Pick<CodeRequest, 'code' | 'system' | 'coding'> {
  /** Codes of the properties wanted; all where left out. */
  readonly properties?: readonly string[];
}

/** http://hl7.org/fhir/R4/conceptmap-operation-translate.html */
export interface TranslateRequest extends CodeRequest {
  /** Canonical of the map, or a ConceptMap itself; all that fit where both are left out. */
  readonly url?: string;
  readonly conceptMap?: TerminologyResource;
  /** Canonical of the value set that the code is from, and of that which the answer is to be from. */
  readonly source?: string;
  readonly target?: string;
  /** Code system of the answer. */
  readonly targetSystem?: string;
  /** Whether the code is one of the map's target. */
  readonly reverse?: boolean;
}

/** The questions and the operations. Operations take what is sent as it is and answer with issues, they do not throw. */
export interface TerminologyService extends Terminology {
  /** A ValueSet with its expansion. */
  expandValueSet(request: ExpandRequest): Answer;
  /** Parameters, as of all below. */
  validateValueSetCode(request: ValidateInValueSetRequest): Answer;
  validateCodeSystemCode(request: ValidateInSystemRequest): Answer;
  lookUpCode(request: LookUpRequest): Answer;
  translateCode(request: TranslateRequest): Answer;
}
