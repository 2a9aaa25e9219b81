import { commandOf, decide, opensCase } from '../cases/index.ts';
import type { CaseRow, Decision } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { cannotDelete, refuse } from './case-refusals.ts';
import { parties } from './case-state.ts';
import type { State } from './case-state.ts';
import { parseStored } from './draft.ts';
import type { Change } from './draft.ts';

/** Lets the state machine decide what a change means to each case that it belongs to. */
export function decideChange(state: State, change: Change): void {
  const { after, before } = change;
  if (change.consequence === true) return;
  const ids = state.byRef.get(change.ref) ?? [];
  if (after === undefined) {
    if (state.byRef.has(change.ref)) throw cannotDelete(change);
    return;
  }
  if (opensCase(before, after)) return;
  for (const id of ids) {
    const row = state.work.cases.get(id)!;
    const command = commandOf({ ...(before === undefined ? {} : { before }), after: change.after! }, row);
    if (Array.isArray(command)) throw refuse(change, command);
    if (command === undefined) continue;
    const { organization, role } = state.context.caller;
    const decision = decide(row, command, { organization, role }, state.now);
    if (Array.isArray(decision)) throw refuse(change, decision);
    apply(state, row, decision);
  }
}

function apply(state: State, row: CaseRow, decision: Decision): void {
  const { work } = state;
  work.cases.set(row.id, decision.row);
  for (const event of decision.events) work.events.push({ row: decision.row, event });
  if (decision.task !== undefined) transform(state, row, row.task, decision.task);
  if (decision.serviceRequest !== undefined) transform(state, row, row.serviceRequest, decision.serviceRequest);
}

/** Changes a record of the case because of a decision: in the version being written if there is one, else in a new one. */
function transform(state: State, row: CaseRow, ref: string, change: (current: Resource) => Resource): void {
  const drafted = state.work.changes.find((item) => item.ref === ref);
  if (drafted?.after !== undefined) {
    drafted.after = change(drafted.after);
    return;
  }
  const stored = state.records.get(ref);
  const before = parseStored(stored);
  if (stored === undefined || before === undefined) throw new Error(`the case of ${ref} is without it`);
  state.work.changes.push({
    method: 'PUT',
    ref,
    stored,
    before,
    after: change(before),
    path: ref.slice(0, ref.indexOf('/')),
    owner: stored.owner,
    readers: parties(row),
    consequence: true,
  });
}
