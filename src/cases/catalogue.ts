import type { BusinessStatus } from './states.ts';

/** Base of the project's own artefacts; fixed, whatever the server's public address. */
export const CANONICAL = 'https://consilium.example/fhir';

export const SERVICE_SYSTEM = `${CANONICAL}/CodeSystem/second-opinion-service`;
export const BUSINESS_STATUS_SYSTEM = `${CANONICAL}/CodeSystem/case-business-status`;
export const STATUS_REASON_SYSTEM = `${CANONICAL}/CodeSystem/decline-reason`;
/** Steps of a case: the codes of its child Tasks. */
export const TASK_KIND_SYSTEM = `${CANONICAL}/CodeSystem/case-task-kind`;
export const CASE_OUTPUT_SYSTEM = `${CANONICAL}/CodeSystem/case-output`;
export const CASE_INPUT_SYSTEM = `${CANONICAL}/CodeSystem/case-input`;
export const TRANSLATION_METHOD_SYSTEM = `${CANONICAL}/CodeSystem/translation-method`;
export const FOLLOW_UP_ANSWER_SYSTEM = `${CANONICAL}/CodeSystem/follow-up-answer`;
/** Identifier system of case numbers (ServiceRequest identifier of type FILL, Task.groupIdentifier). */
export const CASE_NUMBER_SYSTEM = `${CANONICAL}/case-number`;

/** A service that can be asked for with ServiceRequest.code. */
export interface Service {
  readonly code: string;
  readonly display: string;
  /** Whether it may be asked for without another service. */
  readonly alone: boolean;
}

export const SERVICES: readonly Service[] = [
  { code: 'single-specialist-opinion', display: 'Written opinion of a single specialist', alone: true },
  { code: 'multidisciplinary-opinion', display: 'Written opinion of a multidisciplinary team', alone: true },
  { code: 'comprehensive-opinion', display: 'Pathology, radiology and oncology review with a care plan', alone: true },
  { code: 'pathology-review', display: 'Review of pathology slides', alone: true },
  { code: 'radiology-review', display: 'Review of imaging', alone: true },
  { code: 'video-consultation', display: 'Video consultation', alone: true },
  { code: 'integrative-medicine-consultation', display: 'Integrative-medicine consultation', alone: false },
];

/** How each business status is shown (Coding.display). */
export const BUSINESS_STATUS_NAMES: Readonly<Record<BusinessStatus, string>> = {
  submitted: 'Submitted',
  'service-confirmation': 'Service being confirmed',
  'completeness-check': 'Records being checked',
  'awaiting-information': 'Waiting for records or answers',
  'awaiting-coverage': 'Waiting for cover',
  'awaiting-payment': 'Waiting for payment',
  accepted: 'Accepted',
  declined: 'Declined',
  translating: 'Records being translated',
  assigned: 'Assigned to a reviewer',
  'awaiting-materials': 'Waiting for materials',
  'under-review': 'Under review',
  'mdt-scheduled': 'Team meeting scheduled',
  'mdt-complete': 'Team meeting held',
  'preliminary-outcome': 'Preliminary outcome',
  'report-translation': 'Report being translated',
  'report-issued': 'Report issued',
  'report-amended': 'Report amended',
  'report-withdrawn': 'Report withdrawn',
  'cancellation-requested': 'Withdrawal asked for',
  cancelled: 'Cancelled',
};

/** The kinds of a case's child Tasks: what the steps of the work are. `abort` is FHIR's own code. */
export const TASK_KINDS = [
  'service-confirmation',
  'completeness-check',
  'information-request',
  'translation',
  'materials',
  'review',
  'mdt',
  'quote',
  'offer',
  'video-consultation',
  'follow-up',
  'abort',
] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/** Why a case is declined, given up or withdrawn (Task.statusReason). */
export const STATUS_REASONS: ReadonlyMap<string, string> = new Map([
  ['emergency', 'Emergency or time-critical: needs local emergency care'],
  ['inpatient', 'The patient is in hospital or in intensive care'],
  ['recent-treatment', 'Surgery or treatment within the past four weeks'],
  ['in-person-advised', 'An appointment in person is advised instead'],
  ['out-of-scope', 'Outside the services or specialties of the programme'],
  ['insufficient-records', 'The records do not allow an opinion'],
  ['coverage-refused', 'Not covered and not paid'],
  ['no-capacity', 'No reviewer available in time'],
  ['duplicate', 'The same request is already being worked on'],
  ['not-offered', 'The programme offers something else instead'],
  ['answered', 'The case has its report'],
  ['case-closed', 'The case has been closed'],
  ['superseded', 'What it was about has been replaced'],
  ['withdrawn', 'Withdrawn by the placer'],
]);
