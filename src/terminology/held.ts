/*
 * The shapes of `r4-terminology.ndjson`: one line a resource, `["CodeSystem","http://…",{…}]`, sorted by kind and
 * address. What is not needed to decide about codes is left out.
 */
import type { ConceptMapGroup } from './resources.ts';

export interface HeldCodeSystem {
  readonly name?: string;
  readonly title?: string;
  readonly version?: string;
  /** `complete` where left out. */
  readonly content?: string;
  /** Codes that differ in case alone are the same. */
  readonly fold?: true;
  /** Types of the properties by code, where there are concepts to have them. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly concepts: readonly HeldConcept[];
}

/** A code alone, or code, display (`''`: none) and the rest. */
export type HeldConcept = string | readonly [code: string, display: string, more?: HeldConceptDetails];

export interface HeldConceptDetails {
  /** Definition. */
  readonly d?: string;
  /** Other displays: language (`''`: not told) and text. */
  readonly n?: readonly (readonly [language: string, text: string])[];
  /** Properties: code and value. */
  readonly p?: readonly (readonly [code: string, value: unknown])[];
  /** Concepts below it. */
  readonly c?: readonly HeldConcept[];
}

export interface HeldValueSet {
  readonly name?: string;
  readonly title?: string;
  readonly version?: string;
  readonly status?: string;
  readonly inactive?: boolean;
  readonly include: readonly HeldInclude[];
  readonly exclude?: readonly HeldInclude[];
}

export interface HeldInclude {
  readonly system?: string;
  readonly valueSets?: readonly string[];
  readonly filters?: readonly (readonly [property: string, op: string, value: string])[];
  /** A code alone, or code and display. */
  readonly concepts?: readonly (string | readonly [code: string, display: string])[];
}

export interface HeldConceptMap {
  readonly name?: string;
  readonly title?: string;
  readonly version?: string;
  readonly source?: string;
  readonly target?: string;
  readonly groups: readonly ConceptMapGroup[];
}

export interface HeldByKind {
  readonly CodeSystem: HeldCodeSystem;
  readonly ConceptMap: HeldConceptMap;
  readonly ValueSet: HeldValueSet;
}

export type HeldKind = keyof HeldByKind;

export type HeldLine = { [K in HeldKind]: readonly [kind: K, url: string, held: HeldByKind[K]] }[HeldKind];
