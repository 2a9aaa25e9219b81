import { parseState } from '../cases/index.ts';
import type { CaseEvent, CaseRow } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseMember, Queryable, StoredCase, StoredRecord } from '../store/index.ts';
import type { Change } from './draft.ts';
import type { Context, House } from './house.ts';

/** What a set of changes means to cases: the changes with all that follows from them, and what is to be saved beside. */
export interface CaseWork {
  /** The drafts' own changes first, in their order, then the server's additions. */
  readonly changes: Change[];
  readonly cases: Map<string, CaseRow>;
  readonly members: CaseMember[];
  readonly events: { readonly row: CaseRow; readonly event: CaseEvent }[];
  /** Existing records that the parties of a case may see from now on. */
  readonly shared: { readonly refs: readonly string[]; readonly row: CaseRow }[];
  /** The request of each case that is touched, as it will stand; by the case's id. */
  readonly requests: Map<string, Resource>;
  /** Who sponsored each of the cases that there were, as ids of organisations. */
  readonly sponsors: Map<string, readonly string[]>;
  /** When the next thing falls due in each of the cases that there were, as it is stored; by the case's id. */
  readonly timers: Map<string, string | undefined>;
}

/** What the steps of one piece of work share. */
export interface State {
  readonly house: House;
  readonly context: Context;
  readonly on: Queryable;
  readonly records: Map<string, StoredRecord>;
  readonly work: CaseWork;
  /** Ids of cases by the records that belong to them. */
  readonly byRef: Map<string, Set<string>>;
  /** Ids of cases by the records that carry them on: what refers to one of these is made on the case. */
  readonly byAnchor: Map<string, Set<string>>;
  readonly now: string;
}

/** Records that carry a case on: what refers to them is made on the case, too. */
const ANCHOR_TYPES = new Set([
  'ServiceRequest',
  'Task',
  'DiagnosticReport',
  'Invoice',
  'Claim',
  'CoverageEligibilityRequest',
  'Appointment',
]);

export function isAnchorType(type: string): boolean {
  return ANCHOR_TYPES.has(type);
}

/** The two organisations that see a case's record. */
export function parties(row: CaseRow): string[] {
  return [row.placer, row.programme];
}

/** Notes under `ref` that it belongs to a case; says whether that was new. */
export function addTo(map: Map<string, Set<string>>, ref: string, id: string): boolean {
  const ids = map.get(ref) ?? new Set<string>();
  if (ids.has(id)) return false;
  map.set(ref, ids.add(id));
  return true;
}

/** A case as the engine knows it, out of its row. */
export function toCaseRow({ state, timerAt: _timerAt, ...row }: StoredCase): CaseRow {
  return { ...row, state: parseState(state) } as CaseRow;
}
