import type { StructureDefinition } from './structure.ts';

/** Where the values of a coded element have to come from (http://hl7.org/fhir/R4/terminologies.html#strength). */
export interface Binding {
  readonly strength: 'required' | 'extensible' | 'preferred' | 'example';
  /** Canonical of the value set, without its version. */
  readonly valueSet: string;
  /** The value set that codes may not leave, however weak the binding is (`elementdefinition-maxValueSet`). */
  readonly maxValueSet?: string;
}

/** A rule in FHIRPath on a type or an element (http://hl7.org/fhir/R4/conformance-rules.html#constraints). */
export interface Constraint {
  /** `obs-6`; not unique over all types. */
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  readonly expression: string;
}

/** One element as it appears in JSON: of `value[x]` there is one for each type (`valueQuantity`, `valueString`, …). */
export interface Property {
  readonly name: string;
  /** Where it is defined: `Patient.contact`, `Observation.value[x]`, `Resource.meta`, `HumanName.family`. */
  readonly path: string;
  /** `string`, `HumanName`, `Claim.item` for a backbone element, `Resource` for an embedded resource. */
  readonly type: string;
  readonly kind: 'primitive' | 'complex' | 'backbone' | 'resource';
  /** Whether JSON holds an array, even where `max` is 1. */
  readonly array: boolean;
  readonly min: number;
  /** `Infinity` where there is no limit. */
  readonly max: number;
  /** `value[x]`, on each concrete name of that choice. */
  readonly choice?: string;
  /** Resource types that a Reference may point to, or a canonical name; absent where any may be. */
  readonly targets?: readonly string[];
  readonly summary: boolean;
  readonly modifier: boolean;
  readonly binding?: Binding;
  /** Name of the profile on its type: `SimpleQuantity`. */
  readonly profile?: string;
}

export interface TypeDefinition {
  /** `ServiceRequest`, `HumanName`, `Claim.item`, `string`. */
  readonly name: string;
  readonly kind: 'resource' | 'complex' | 'primitive' | 'backbone';
  /** The type whose elements come first: `Quantity` for Age, `DomainResource` for Patient. */
  readonly base?: string;
  /** In the order of the specification, by concrete JSON name; without `resourceType`. */
  readonly properties: ReadonlyMap<string, Property>;
  /** Where the unit of an Age, a Duration or a Distance has to come from. */
  readonly binding?: Binding;
  /** Regular expression of a primitive type, to be matched against the whole value. */
  readonly pattern?: string;
}

export type SearchParameterType =
  'token' | 'reference' | 'date' | 'string' | 'uri' | 'number' | 'quantity' | 'composite' | 'special';

export interface SearchParameterDefinition {
  readonly code: string;
  readonly url: string;
  readonly type: SearchParameterType;
  /** FHIRPath, only the part that concerns the resource type asked for; empty for parameters without one (`_text`). */
  readonly expression: string;
  /** Resource types that a reference parameter may point to. */
  readonly targets: readonly string[];
  /** Parts of a composite parameter: the code of another parameter of the type, and its FHIRPath from `expression`. */
  readonly components?: readonly { readonly code: string; readonly expression: string }[];
}

/** FHIR R4 4.0.1 as knowledge. Everything is immutable and made on first asking. */
export interface Definitions {
  /** Concrete resource types, sorted: without Resource and DomainResource. */
  readonly resourceTypes: readonly string[];
  isResourceType(name: string): boolean;
  type(name: string): TypeDefinition | undefined;
  /** Parameters of the type by code, with those of Resource and DomainResource; empty for an unknown type. */
  searchParameters(resourceType: string): ReadonlyMap<string, SearchParameterDefinition>;
  /**
   * By member type, the codes of the reference parameters by which its resources belong to the compartment of a resource
   * of type `name` (http://hl7.org/fhir/R4/compartmentdefinition.html); that resource itself belongs to it, too.
   * Undefined where R4 has no such compartment.
   */
  compartment(name: string): ReadonlyMap<string, readonly string[]> | undefined;
  /** All codes of a value set that a `code` element is bound to with strength `required`, where it can be listed. */
  codes(valueSet: string): ReadonlySet<string> | undefined;
  /**
   * Rules of a type (with those of the types it is based on), of an element (`Organization.telecom`, where its type is
   * not its own) or of a named quantity (`SimpleQuantity`); empty where there are none.
   */
  constraints(path: string): readonly Constraint[];
  /** Profile or extension definition of R4 by its canonical URL, where the definitions were loaded with them. */
  structure(url: string): StructureDefinition | undefined;
}
