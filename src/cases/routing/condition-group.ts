/** Conditions that go to one specialty. */
export interface ConditionGroup {
  /** SNOMED CT code of the specialty, as the guide's value set `specialty` has it. */
  readonly specialty: string;
  /** That for patients under 18 years; absent: the same. */
  readonly children?: string;
  /** Codes and ranges of ICD-10 with commas between; each with all that stands below it. */
  readonly icd10: string;
  /** SNOMED CT concepts, each alone: what stands below one is listed where it matters. */
  readonly snomed: readonly string[];
}
