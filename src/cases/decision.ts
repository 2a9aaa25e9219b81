import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseEvent, CaseEventType, CaseRow } from './case.ts';
import { caseEvent } from './case.ts';
import type { Scene } from './scene.ts';
import type { CaseState } from './state.ts';

/** A record that the server makes because of a decision; its id is minted. */
export interface MadeRecord {
  readonly resource: Resource;
  /** Id of the organisation whose it is. */
  readonly owner: string;
}

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
  /** How other records of the case change, by reference; applied in the same way. */
  readonly changes?: ReadonlyMap<string, (current: Resource) => Resource>;
  readonly makes?: readonly MadeRecord[];
  /** Warnings and information to tell whoever gave the command. */
  readonly remarks?: readonly Issue[];
}

/** The row with some of its state changed; a member that is given as undefined is dropped. */
export function withState(
  row: CaseRow,
  changes: { readonly [N in keyof CaseState]?: CaseState[N] | undefined },
): CaseRow {
  const state = Object.fromEntries(
    Object.entries({ ...row.state, ...changes }).filter(([, value]) => value !== undefined),
  ) as unknown as CaseState;
  return { ...row, state };
}

/** A decision that leaves T0 where it stands and tells one event. */
export function note(
  scene: Scene,
  row: CaseRow,
  type: CaseEventType,
  focus: string,
  detail?: Readonly<Record<string, string>>,
): Decision {
  return { row, events: [caseEvent(type, row, scene.now, focus, detail)] };
}

/** One decision after another: `second` was made on the row of `first`. */
export function chain(first: Decision, second: Decision): Decision {
  const changes = new Map(first.changes);
  for (const [ref, change] of second.changes ?? []) changes.set(ref, compose(changes.get(ref), change));
  const task = first.task === undefined ? second.task : compose(first.task, second.task);
  const serviceRequest =
    first.serviceRequest === undefined ? second.serviceRequest : compose(first.serviceRequest, second.serviceRequest);
  return {
    row: second.row,
    events: [...first.events, ...second.events],
    ...(task === undefined ? {} : { task }),
    ...(serviceRequest === undefined ? {} : { serviceRequest }),
    ...(changes.size === 0 ? {} : { changes }),
    makes: [...(first.makes ?? []), ...(second.makes ?? [])],
    remarks: [...(first.remarks ?? []), ...(second.remarks ?? [])],
  };
}

type Edit = (current: Resource) => Resource;

export function compose(first: Edit | undefined, second: Edit | undefined): Edit {
  return (current) => {
    const once = first === undefined ? current : first(current);
    return second === undefined ? once : second(once);
  };
}
