import type { Resource } from '../fhir/index.ts';
import type { Actor, CaseRow } from './case.ts';
import type { ProgrammeRules } from './programme/rules.ts';

/** All that a command is decided by. */
export interface Scene {
  readonly row: CaseRow;
  /** Those of the programme under the case's revision. */
  readonly rules: ProgrammeRules;
  readonly actor: Actor;
  /** Instant. */
  readonly now: string;
  /** By `Type/id`: the records that {@link Wanted} asked for, as they will stand; without those that the caller may not see. */
  readonly records: ReadonlyMap<string, Resource>;
  /** Those of them that the caller changes with this write, as they stood before. */
  readonly former?: ReadonlyMap<string, Resource>;
  /** `Type/id`s of those records that are the caller's own organisation's, as far as they were looked up one by one. */
  readonly own?: ReadonlySet<string>;
  /** English name of a specialty by its SNOMED CT code, where it is known. */
  readonly specialtyName?: (code: string) => string | undefined;
  /** A new logical id. */
  readonly mint: () => string;
}

/** The records that a command cannot be decided without. */
export interface Wanted {
  /** `Type/id` */
  readonly refs?: readonly string[];
  /** All records of these types that belong to the case. */
  readonly types?: readonly string[];
  /** Records of these types that the ones above name, and that those name in turn. */
  readonly follow?: readonly string[];
  /** `Type/id`: such as may change in consequence, and by whose state is decided: nobody else changes them meanwhile. */
  readonly hold?: readonly string[];
}
