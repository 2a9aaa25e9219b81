import type { Role } from '../base/index.ts';
import type { TaskKind } from './catalogue.ts';
import type { Standing } from './states.ts';

/** Statuses of a child Task, as R4 has them. */
export type StepStatus =
  | 'draft'
  | 'requested'
  | 'received'
  | 'accepted'
  | 'rejected'
  | 'ready'
  | 'in-progress'
  | 'on-hold'
  | 'completed'
  | 'cancelled'
  | 'failed'
  | 'entered-in-error';

/** One child Task of a case, as far as the engine goes by it. */
export interface Step {
  /** `Task/x` */
  readonly task: string;
  readonly kind: TaskKind;
  readonly status: StepStatus;
  /** Who made it. */
  readonly by: Role | 'server';
  /** Instants: when it was made, and when its status last changed. */
  readonly madeAt: string;
  readonly since: string;
  /** `Type/id` of its owner and its focus, where they are literal references. */
  readonly owner?: string;
  readonly focus?: string;
  /** What a kind of step keeps beside: short codes and references, nothing clinical. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Who has the case in hands: the home side, who pays, the programme, or a courier. */
export type Holder = 'home' | 'payer' | 'programme' | 'courier';

/** A time during which one of them held the case; the last one of an open case has no end. Instants. */
export interface LedgerSpan {
  readonly holder: Holder;
  readonly from: string;
  readonly to?: string;
}

/** Why something went through that the rules would have refused. */
export interface Override {
  /** Key of the rule: `inpatient`, `packet-incomplete`. */
  readonly rule: string;
  readonly at: string;
  readonly by: Role;
  /** Where the reason stands: `Provenance/x`. */
  readonly provenance: string;
}

/**
 * What the engine remembers of a case beside where it stands; kept as one JSON text with the case. Codes, instants and
 * references only: nothing clinical, and no name.
 */
export interface CaseState {
  /** The service (code) as it is confirmed, or asked for while it is not. */
  readonly service: string;
  /** SNOMED CT code of the specialty that the case is routed to; absent: the coordinator decides. */
  readonly specialty?: string;
  /** Whether an advisor has confirmed the service. */
  readonly confirmed?: true;
  readonly steps: readonly Step[];
  readonly ledger: readonly LedgerSpan[];
  /** Where it goes on when what it waits for has come. */
  readonly resume?: Standing;
  /** `settled`: paid; `covered`: a payer has said so; `waived`: the programme asks for nothing. */
  readonly payment?: 'awaited' | 'settled' | 'covered' | 'waived' | 'refused';
  /** When all materials and the payment were there: what a clock from `complete` starts with. Instant. */
  readonly completeAt?: string;
  /** When the report is due. Instant; absent: the service has no turn-around, or its clock has not started. */
  readonly dueAt?: string;
  /** What was done once and is not done again: keys of timers such as `warned`, `breached`, `remind Task/x 1`. */
  readonly done: readonly string[];
  readonly overrides: readonly Override[];
  /** References of the issued reports, in order: the report, and the summary after a video consultation. */
  readonly reports: readonly string[];
  /** When the first of them was issued. */
  readonly issuedAt?: string;
  /** Short facts that the modules of the engine keep under their own prefix, e.g. `video.visit`: codes, instants, references. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The fact that the report was said to be in error: the instant at which it was. */
export const REPORT_WITHDRAWN = 'report.withdrawn';

/** Something that falls due in a case. */
export interface Timer {
  /** Unique within the case; kept in {@link CaseState.done} when it was done. */
  readonly key: string;
  /** Instant. */
  readonly at: string;
}

const EMPTY: CaseState = { service: '', steps: [], ledger: [], done: [], overrides: [], reports: [], facts: {} };

/** The state of a case as it is kept; a case from before there was any has an empty one. */
export function parseState(text: string): CaseState {
  return { ...EMPTY, ...(JSON.parse(text) as Partial<CaseState>) };
}
