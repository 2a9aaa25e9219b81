import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { ExclusionCode, ExclusionRule, ProgrammeRules } from '../programme/rules.ts';

/** Something about a case that its programme does not let through as usual. */
export interface Finding {
  readonly code: ExclusionCode;
  readonly action: ExclusionRule['action'];
  readonly override: ExclusionRule['override'];
  /** `Type/id` of the record that tells it; `ServiceRequest/x` for the request itself. */
  readonly told: string;
  /** Of severity error for a refusal, warning for a caution, information for advice. */
  readonly issue: Issue;
}

/** All that a case is looked at by. */
export interface Glance {
  readonly rules: ProgrammeRules;
  readonly rule: ExclusionRule;
  readonly request: Resource;
  /** Of the patient alone. */
  readonly records: readonly Resource[];
  /** SNOMED CT codes of the specialties that are asked for. */
  readonly specialties: readonly string[];
  /** Instant. */
  readonly now: string;
}

/** What tells of an exclusion, and where in the request that stands, if it does. */
export interface Telling {
  readonly told: string;
  readonly expression?: string;
}

/** Whether a refusal may be set aside with a reason. */
export function isOverridable({
  code,
  action,
  override,
}: Pick<ExclusionRule, 'code' | 'action' | 'override'>): boolean {
  return action === 'refuse' && override === 'placer' && code !== 'emergency';
}
