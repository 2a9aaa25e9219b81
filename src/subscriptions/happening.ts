import type { CaseEvent } from '../cases/index.ts';

/** What of a case has to be known to tell who is to hear of it. */
export interface CaseFacts {
  /** UUID. */
  readonly id: string;
  readonly number: string;
  /** `ServiceRequest/x` */
  readonly serviceRequest: string;
  /** T0, `Task/x`. */
  readonly task: string;
  /** Ids of organisations. */
  readonly placer: string;
  readonly programme: string;
  readonly sponsors: readonly string[];
  /** `Patient/x`; see `needsFacts`. */
  readonly patient?: string;
  /** See `needsFacts`. */
  readonly specialties: readonly { readonly system?: string; readonly code: string }[];
}

/** An event of a case, who brought it about (id of an organisation), and the case. */
export interface Happening {
  readonly event: CaseEvent;
  readonly by: string;
  readonly facts: CaseFacts;
}
