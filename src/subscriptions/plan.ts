/** How much of a record a notification shows; see http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/payloads.html. */
export const PAYLOAD_CONTENTS = ['empty', 'id-only', 'full-resource'] as const;

export type PayloadContent = (typeof PAYLOAD_CONTENTS)[number];

/** What happenings can be narrowed by. */
export const FILTER_NAMES = ['case', 'organization', 'specialty', 'patient'] as const;

export type FilterName = (typeof FILTER_NAMES)[number];

/** A code as a token of a search: without `system` of any system, with '' of none; without `code` any of the system. */
export interface Token {
  readonly system?: string;
  readonly code?: string;
}

/**
 * One of these has to be met. `case`: numbers, ids, `ServiceRequest/x`, `Task/x`; `organization`: ids; `patient`: `Patient/x`.
 */
export type Filter =
  | { readonly name: Exclude<FilterName, 'specialty'>; readonly any: readonly string[] }
  | { readonly name: 'specialty'; readonly any: readonly Token[] };

/** A topic, every filter of which has to be met; or plain R4 criteria: a type and what stands behind the question mark. */
export type Asks =
  | { readonly kind: 'topic'; /** Name. */ readonly topic: string; readonly filters: readonly Filter[] }
  | { readonly kind: 'criteria'; readonly type: string; readonly query: string };

/** What a Subscription asks for, as it is stored (JSON). */
export interface SubscriptionPlan {
  readonly asks: Asks;
  /**
   * Absolute http(s) URL. That it may be reached is for whoever sends to see to. With plain criteria and a payload it is the
   * base of a FHIR server, below which records are put; without a query then.
   * https://hl7.org/fhir/R4/codesystem-subscription-channel-type.html
   */
  readonly endpoint: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** null: plain R4 criteria without a payload: a POST with an empty body. */
  readonly content: PayloadContent | null;
  readonly heartbeatSeconds?: number;
  readonly timeoutSeconds: number;
  /** Events in one notification at most; 1 where each is a record that is put. */
  readonly maxCount: number;
  /** false: what the subscriber's own organisation did is not told. */
  readonly echo: boolean;
  /** Instant, as it was written. */
  readonly end?: string;
}
