import { askedOtherwise, commandOf, decide, keptIssues, opensCase, reportOnCaseIssues } from '../cases/index.ts';
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
  if (after === undefined) {
    if (state.byRef.has(change.ref)) throw cannotDelete(change);
    return;
  }
  const rows = casesOf(state, state.byRef, change.ref);
  if (!opensCase(before, after)) for (const { id } of rows) decideFor(state, change, id);
  const issues = keptIssues(change.after!, rows);
  if (after.resourceType === 'DiagnosticReport') {
    const requests = casesOf(state, state.byAnchor, change.ref).flatMap((row) => requestOf(state, row) ?? []);
    issues.push(...reportOnCaseIssues(after, requests));
  }
  if (issues.length > 0) throw refuse(change, issues);
}

function casesOf(state: State, membership: ReadonlyMap<string, ReadonlySet<string>>, ref: string): CaseRow[] {
  return [...(membership.get(ref) ?? [])].flatMap((id) => state.work.cases.get(id) ?? []);
}

/** The request of a case: as this write brings it, else as stored. */
function requestOf({ work, records }: State, { serviceRequest }: CaseRow): Resource | undefined {
  const drafted = work.changes.find((change) => change.ref === serviceRequest);
  return drafted?.after ?? parseStored(records.get(serviceRequest));
}

function decideFor(state: State, change: Change, id: string): void {
  const row = state.work.cases.get(id)!;
  const { before } = change;
  const command = commandOf({ ...(before === undefined ? {} : { before }), after: change.after! }, row);
  if (Array.isArray(command)) throw refuse(change, command);
  if (command === undefined) return;
  const { organization, role } = state.context.caller;
  const decision = decide(row, command, { organization, role }, state.now);
  if (Array.isArray(decision)) throw refuse(change, decision);
  refuseAskedOtherwise(state, change, decision);
  apply(state, row, decision);
}

/** A move of T0 that the same bundle asks for is not dropped in silence because another record moves it elsewhere. */
function refuseAskedOtherwise(state: State, change: Change, { row, task }: Decision): void {
  if (task === undefined || change.ref === row.task) return;
  const asked = state.work.changes.find((other) => other.ref === row.task);
  if (asked?.after === undefined || asked.before === undefined || asked.consequence === true) return;
  const issues = askedOtherwise(row, asked.before, asked.after);
  if (issues.length > 0) throw refuse(asked, issues);
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
