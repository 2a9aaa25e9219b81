import type { SearchParameterType } from './types.ts';

/** The shape of `r4.json`: small enough to keep, and ordered so that two compilations give the same bytes. */
export interface CompiledDefinitions {
  readonly fhirVersion: string;
  /** The types behind an element that may have any (http://hl7.org/fhir/R4/datatypes.html#open): `value[x]: *`. */
  readonly openTypes: readonly string[];
  readonly types: Readonly<Record<string, CompiledType>>;
  readonly searchParameters: readonly CompiledSearchParameter[];
  /** Codes of parameters by the type they are of, by the type that the compartment is of. */
  readonly compartments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Codes by value set. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
  /** Rules by the type, element or named quantity (`SimpleQuantity`) that states them first. */
  readonly constraints: Readonly<Record<string, readonly CompiledConstraint[]>>;
}

/** Key, severity, what it says, FHIRPath. */
export type CompiledConstraint = readonly [key: string, severity: string, human: string, expression: string];

export interface CompiledType {
  readonly kind: 'resource' | 'complex' | 'primitive' | 'backbone';
  /** The type whose elements come first. */
  readonly base?: string;
  readonly abstract?: true;
  readonly pattern?: string;
  /** Of quantities that are of one kind, as of an element. */
  readonly binding?: string;
  /** Only those that `base` does not have. */
  readonly elements?: readonly CompiledElement[];
}

export interface CompiledElement {
  /** `status` or `value[x]`. */
  readonly name: string;
  /** `['*']` for the open types. */
  readonly types: readonly string[];
  /** 0 where left out. */
  readonly min?: number;
  /** 1 where left out. */
  readonly max?: number | '*';
  /** Of the Reference among the types; any where left out. */
  readonly targets?: readonly string[];
  /** Of the canonical among the types; any where left out. */
  readonly canonicals?: readonly string[];
  readonly summary?: true;
  readonly modifier?: true;
  /** Strength and value set, parted by a space; a third word is the value set that codes may not leave. */
  readonly binding?: string;
  /** Name of the profile on its type: `SimpleQuantity`. */
  readonly profile?: string;
}

export interface CompiledSearchParameter {
  readonly code: string;
  readonly url: string;
  readonly type: SearchParameterType;
  /** FHIRPath for each resource type, abstract ones among them. */
  readonly on: Readonly<Record<string, string>>;
  readonly targets?: readonly string[];
  /** Code of the part's own parameter, and its FHIRPath. */
  readonly components?: readonly { readonly code: string; readonly expression: string }[];
}
