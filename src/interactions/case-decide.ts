import type { Issue } from '../base/index.ts';
import { askedOtherwise, commandOf, decide, keptIssues, opensCase, reportOnCaseIssues } from '../cases/index.ts';
import type { CaseRow, Decision, MadeRecord } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { lockRecords } from '../store/index.ts';
import { cannotDelete, refuse } from './case-refusals.ts';
import { setScene } from './case-scene.ts';
import { addTo, isAnchorType, parties } from './case-state.ts';
import { relocate } from './check.ts';
import type { State } from './case-state.ts';
import { parseStored } from './draft.ts';
import type { Change } from './draft.ts';

/** Lets the state machine decide what a change means to each case that it belongs to. */
export async function decideChange(state: State, change: Change): Promise<void> {
  const { after, before } = change;
  if (change.consequence === true) return;
  if (after === undefined) {
    if (state.byRef.has(change.ref)) throw cannotDelete(change);
    return;
  }
  const rows = casesOf(state, state.byRef, change.ref);
  if (!opensCase(before, after)) for (const { id } of rows) await decideFor(state, change, id);
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

async function decideFor(state: State, change: Change, id: string): Promise<void> {
  const row = state.work.cases.get(id)!;
  const { before } = change;
  const command = commandOf({ ...(before === undefined ? {} : { before }), after: change.after! }, row);
  if (Array.isArray(command)) throw refuse(change, command);
  if (command === undefined) return;
  const decision = decide(await setScene(state, row, command), command);
  if (Array.isArray(decision)) throw refuse(change, decision, state.work.changes);
  refuseAskedOtherwise(state, change, decision);
  tell(change, decision.remarks);
  await applyDecision(state, row, decision);
}

/** What the case has to say about a change, though it is taken: told from where it stood in the request. */
export function tell(change: Change, remarks: readonly Issue[] = []): void {
  if (remarks.length === 0) return;
  const type = change.after!.resourceType;
  change.told = [...(change.told ?? []), ...remarks.map((issue) => relocate(issue, type, change.path))];
}

/** Lets what is due in a case be done, and all that follows from it. */
export async function tickCase(state: State, id: string): Promise<void> {
  const row = state.work.cases.get(id);
  if (row === undefined) return;
  const decision = decide(await setScene(state, row, { kind: 'tick' }), { kind: 'tick' });
  if (!Array.isArray(decision)) await applyDecision(state, row, decision);
}

/** A move of T0 that the same bundle asks for is not dropped in silence because another record moves it elsewhere. */
function refuseAskedOtherwise(state: State, change: Change, { row, task }: Decision): void {
  if (task === undefined || change.ref === row.task) return;
  const asked = state.work.changes.find((other) => other.ref === row.task);
  if (asked?.after === undefined || asked.before === undefined || asked.consequence === true) return;
  const issues = askedOtherwise(row, asked.before, asked.after);
  if (issues.length > 0) throw refuse(asked, issues);
}

/** Puts a decision into effect: the case as it stands now, what it tells, and the records that follow from it. */
export async function applyDecision(state: State, row: CaseRow, decision: Decision): Promise<void> {
  const { work } = state;
  work.cases.set(row.id, decision.row);
  for (const event of decision.events) work.events.push({ row: decision.row, event });
  // First, since what is made can also be changed by what follows in the same decision.
  for (const made of decision.makes ?? []) make(state, row, made);
  const changes = new Map(decision.changes);
  if (decision.task !== undefined) changes.set(row.task, decision.task);
  if (decision.serviceRequest !== undefined) changes.set(row.serviceRequest, decision.serviceRequest);
  await holdMissing(state, [...changes.keys()]);
  for (const [ref, change] of changes) transform(state, row, ref, change);
}

/** The records that change in consequence are held like those that are written. */
async function holdMissing(state: State, refs: readonly string[]): Promise<void> {
  const { records, work, on, context } = state;
  const missing = refs.filter((ref) => !records.has(ref) && !work.changes.some((change) => change.ref === ref));
  if (missing.length === 0) return;
  for (const record of await lockRecords(on, context.caller.organization, missing)) records.set(record.ref, record);
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
  addTo(state.byRef, ref, row.id);
}

/** A record that the server makes because of a decision belongs to the case. */
function make(state: State, row: CaseRow, { resource, owner }: MadeRecord): void {
  const ref = `${resource.resourceType}/${resource.id ?? ''}`;
  addTo(state.byRef, ref, row.id);
  if (isAnchorType(resource.resourceType)) addTo(state.byAnchor, ref, row.id);
  state.work.changes.push({
    method: 'POST',
    ref,
    after: resource,
    path: resource.resourceType,
    owner,
    readers: parties(row),
    consequence: true,
  });
}
