/*
 * http://hl7.org/fhir/R4/structuredefinition.html, as much of it as says what is valid.
 */

/** A profile or an extension definition: one of R4, of the project, or a partner's. */
export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition';
  readonly url: string;
  readonly version?: string;
  readonly name?: string;
  readonly title?: string;
  /** The type that it constrains: `Observation`, `Extension`. */
  readonly type: string;
  readonly kind?: string;
  readonly derivation?: string;
  readonly abstract?: boolean;
  readonly baseDefinition?: string;
  /** Where an extension may stand. */
  readonly context?: readonly { readonly type: string; readonly expression: string }[];
  /** FHIRPath on the element that holds the extension. */
  readonly contextInvariant?: readonly string[];
  readonly snapshot?: { readonly element: readonly ElementRule[] };
  readonly differential?: { readonly element: readonly ElementRule[] };
}

/** http://hl7.org/fhir/R4/elementdefinition.html; `fixed[x]`, `pattern[x]`, `minValue[x]`, `maxValue[x]` under their names. */
export interface ElementRule {
  readonly id?: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min?: number;
  readonly max?: string;
  readonly maxLength?: number;
  readonly type?: readonly ElementRuleType[];
  readonly contentReference?: string;
  readonly isModifier?: boolean;
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
  readonly constraint?: readonly {
    readonly key: string;
    readonly severity: string;
    readonly human?: string;
    readonly expression?: string;
  }[];
  readonly slicing?: Slicing;
  readonly [name: string]: unknown;
}

export interface ElementRuleType {
  readonly code: string;
  readonly profile?: readonly string[];
  readonly targetProfile?: readonly string[];
  /** `contained`, `referenced`, `bundled`: where what a reference leads to may be. */
  readonly aggregation?: readonly string[];
  /** `either`, `independent`, `specific`: whether a reference names a version. */
  readonly versioning?: string;
}

/** http://hl7.org/fhir/R4/profiling.html#slicing */
export interface Slicing {
  readonly discriminator?: readonly { readonly type: string; readonly path: string }[];
  readonly description?: string;
  readonly ordered?: boolean;
  readonly rules?: string;
}
