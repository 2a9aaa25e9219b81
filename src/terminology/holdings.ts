import type { CodeSystems } from './systems.ts';
import type { HeldConceptMap, HeldValueSet } from './held.ts';
import type { Units } from './units.ts';
import type { ResolvedSet } from './value-set.ts';

/** All that the operations draw on. */
export interface Holdings {
  readonly codeSystems: CodeSystems;
  readonly units: Units;
  /** By canonical, with or without a version. */
  readonly findValueSet: (canonical: string) => KnownValueSet | undefined;
  /** A value set that somebody sent. */
  readonly workOut: (held: HeldValueSet) => ResolvedSet;
  readonly conceptMaps: () => readonly KnownConceptMap[];
}

export interface KnownValueSet {
  readonly url: string;
  readonly held: HeldValueSet;
  readonly set: ResolvedSet;
}

export interface KnownConceptMap {
  readonly url: string;
  readonly held: HeldConceptMap;
}

/** A canonical without its version (http://hl7.org/fhir/R4/references.html#canonical). */
export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar === -1 ? canonical : canonical.slice(0, bar);
}
