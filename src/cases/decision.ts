import type { Resource } from '../fhir/index.ts';
import type { CaseEvent, CaseRow } from './case.ts';

/** What a command leads to. */
export interface Decision {
  readonly row: CaseRow;
  readonly events: readonly CaseEvent[];
  /**
   * How T0 changes: applied to the version that this write brings when T0 itself is written, else to the stored one.
   * Absent: T0 stays.
   */
  readonly task?: (current: Resource) => Resource;
  /** How the ServiceRequest changes; applied in the same way. */
  readonly serviceRequest?: (current: Resource) => Resource;
}
