import { Fault, fault, randomCode, uuidv7 } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { anchors, caseNumber, commandOf, decide, isSecondOpinionRequest, openCase, opensCase } from '../cases/index.ts';
import type { CaseEvent, CaseRow, Decision } from '../cases/index.ts';
import { localReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { addCaseMembers, announceEvents, lockCases, readRecord, saveCases, shareRecords } from '../store/index.ts';
import type { CaseMember, Queryable, StoredRecord } from '../store/index.ts';
import { gatherCaseRecord } from './case-record.ts';
import { parseStored } from './draft.ts';
import type { Change, Draft } from './draft.ts';
import type { Context, House } from './house.ts';

/** Records of which a case may hang, and that must therefore say so of a case that the caller takes part in. */
const MADE_ON_CASES = new Set(['Task', 'DiagnosticReport', 'Communication', 'Appointment']);
/** Records that carry a case on: what refers to them is made on the case, too. */
const ANCHOR_TYPES = new Set(['ServiceRequest', 'Task', 'DiagnosticReport']);

/** What a set of changes means to cases: the changes with all that follows from them, and what is to be saved beside. */
export interface CaseWork {
  /** The drafts' own changes first, in their order, then the server's additions. */
  readonly changes: Change[];
  readonly cases: Map<string, CaseRow>;
  readonly members: CaseMember[];
  readonly events: { readonly row: CaseRow; readonly event: CaseEvent }[];
  /** Existing records that the parties of a case may see from now on. */
  readonly shared: { readonly refs: readonly string[]; readonly row: CaseRow }[];
}

type Lock = (refs: readonly string[]) => Promise<Map<string, StoredRecord>>;

/**
 * Locks the cases that the drafts touch, then the records; opens cases, lets the state machine decide each change, and
 * gathers each case's record. Throws the refusal when one of them is not to be.
 */
export async function moveCases(
  house: House,
  context: Context,
  on: Queryable,
  drafts: readonly Draft[],
  lock: Lock,
  toChange: (draft: Draft, stored: StoredRecord | undefined) => Change,
): Promise<CaseWork> {
  const touched = new Set<string>();
  for (const draft of drafts) {
    touched.add(draft.ref);
    for (const anchor of draft.after === undefined ? [] : anchors(draft.after)) touched.add(anchor);
  }
  const locked = await lockCases(on, context.caller.organization, [...touched]);
  const existing = drafts.filter((draft) => draft.method !== 'POST').map((draft) => draft.ref);
  const tasks = locked.flatMap(({ row }) => [row.task, row.serviceRequest]);
  const records = await lock([...new Set([...existing, ...tasks])]);
  const work: CaseWork = { changes: [], cases: new Map(), members: [], events: [], shared: [] };
  for (const draft of drafts) work.changes.push(toChange(draft, records.get(draft.ref)));

  const byRef = new Map<string, CaseRow[]>();
  for (const { row, refs } of locked) {
    for (const ref of refs) byRef.set(ref, [...(byRef.get(ref) ?? []), row as CaseRow]);
    work.cases.set(row.id, row as CaseRow);
  }
  const state: State = { house, context, on, records, work, byRef, now: house.clock().toISOString() };
  // Requests first: what is made on a case in the same bundle finds it open.
  for (const change of [...work.changes]) if (change.after !== undefined && opensCase(change.before, change.after)) await open(state, change);
  for (const change of [...work.changes]) await moveOne(state, change);
  await checkAnchors(state);
  await gather(state);
  return work;
}

interface State {
  readonly house: House;
  readonly context: Context;
  readonly on: Queryable;
  readonly records: Map<string, StoredRecord>;
  readonly work: CaseWork;
  /** Cases by the records that belong to them. */
  readonly byRef: Map<string, CaseRow[]>;
  readonly now: string;
}

async function open(state: State, change: Change): Promise<void> {
  const { context, work } = state;
  const request = change.after!;
  const programme = await programmeOf(state, change);
  const ids = { case: uuidv7(), task: uuidv7(), number: caseNumber(state.now, randomCode(8)) };
  const opened = openCase({ serviceRequest: request, placer: context.caller.organization, programme, now: state.now, ids });
  if (Array.isArray(opened)) throw refuse(change, opened);
  const { case: row } = opened as Exclude<typeof opened, readonly Issue[]>;
  const { serviceRequest, task, events } = opened as Exclude<typeof opened, readonly Issue[]>;
  change.after = serviceRequest;
  work.cases.set(row.id, row);
  state.byRef.set(change.ref, [row]);
  state.byRef.set(row.task, [row]);
  change.readers = parties(row);
  work.changes.push({
    method: 'POST',
    ref: row.task,
    after: task,
    path: change.path,
    owner: row.programme,
    readers: parties(row),
    consequence: true,
  });
  for (const event of events) work.events.push({ row, event });
}

async function programmeOf(state: State, change: Change): Promise<string> {
  const programmes = await state.house.programmes();
  const performers = (change.after!.performer as Reference[] | undefined) ?? [];
  const named = performers.map((performer) => localReference(performer.reference)).find((ref) => ref?.startsWith('Organization/'));
  if (named !== undefined) {
    const id = named.slice('Organization/'.length);
    if (programmes.includes(id)) return id;
  } else if (performers.length === 0 && programmes.length === 1) return programmes[0]!;
  throw fault(
    422,
    'business-rule',
    'programme-unknown',
    'The request names no programme of this server as its performer. Search Organization for the programmes and name one in ServiceRequest.performer.',
    `${change.path}.performer`,
  );
}

/** Lets the state machine decide what a change means to each case that it belongs to. */
async function moveOne(state: State, change: Change): Promise<void> {
  const { after, before } = change;
  if (change.consequence === true) return;
  const rows = new Map((state.byRef.get(change.ref) ?? []).map((row) => [row.id, row]));
  if (after === undefined) {
    if (rows.size > 0) throw cannotDelete(change);
    return;
  }
  if (opensCase(before, after)) return;
  for (const anchor of anchors(after)) for (const row of state.byRef.get(anchor) ?? []) rows.set(row.id, row);
  for (const { id } of rows.values()) {
    const row = state.work.cases.get(id)!;
    const command = commandOf({ ...(before === undefined ? {} : { before }), after: change.after! }, row);
    if (Array.isArray(command)) throw refuse(change, command);
    if (command === undefined) continue;
    const { organization, role } = state.context.caller;
    const decision = decide(row, command as Exclude<typeof command, readonly Issue[]>, { organization, role }, state.now);
    if (Array.isArray(decision)) throw refuse(change, decision);
    apply(state, row, decision as Decision);
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

/** What says that it is made on a case must name one that the caller takes part in; absent and hidden ones look alike. */
async function checkAnchors(state: State): Promise<void> {
  for (const change of state.work.changes) {
    if (change.after === undefined || change.consequence === true || !MADE_ON_CASES.has(change.after.resourceType)) continue;
    for (const anchor of anchors(change.after)) {
      if (state.byRef.has(anchor) || state.work.changes.some((other) => other.ref === anchor)) continue;
      const known = state.records.get(anchor) ?? (await readRecord(state.on, state.context.caller.organization, anchor));
      if (known?.body == null) throw unknownReference(change, anchor);
    }
  }
}

/** Works out which records belong to each case touched, and lets both parties see them. */
async function gather(state: State): Promise<void> {
  const { work } = state;
  const starts = new Map<string, Change[]>();
  for (const change of work.changes) {
    if (change.after === undefined) continue;
    const rows = new Map((state.byRef.get(change.ref) ?? []).map((row) => [row.id, row]));
    if (!isSecondOpinionRequest(change.after)) {
      for (const anchor of anchors(change.after)) for (const row of state.byRef.get(anchor) ?? []) rows.set(row.id, row);
    }
    for (const { id } of rows.values()) starts.set(id, [...(starts.get(id) ?? []), change]);
  }
  for (const [id, changes] of starts) {
    const row = work.cases.get(id)!;
    const request = work.changes.find((change) => change.ref === row.serviceRequest)?.after ?? parseStored(state.records.get(row.serviceRequest));
    const record = await gatherCaseRecord(state.on, state.context.caller.organization, row, request, changes, work.changes);
    if ('missing' in record) throw unknownReference(record.change, record.missing);
    for (const ref of record.refs) work.members.push({ caseId: id, ref, anchor: ANCHOR_TYPES.has(ref.slice(0, ref.indexOf('/'))) && isMadeOn(ref, changes, row) });
    for (const change of work.changes) {
      if (change.stored === undefined && record.refs.has(change.ref) && !change.readers.includes('*')) change.readers = union(change.readers, parties(row));
    }
    work.shared.push({ row, refs: [...record.refs].filter((ref) => !work.changes.some((change) => change.ref === ref && change.stored === undefined)) });
  }
}

/** Prior reports and requests of the packet belong to the case's record, but nothing is made on them. */
function isMadeOn(ref: string, changes: readonly Change[], row: CaseRow): boolean {
  return ref === row.serviceRequest || ref === row.task || changes.some((change) => change.ref === ref && change.ref !== row.serviceRequest);
}

/** Saves cases, members, shares and events in the same transaction as the records. */
export async function settleCases(on: Queryable, context: Context, work: CaseWork): Promise<void> {
  const rows = [...work.cases.values()];
  if (rows.length === 0) return;
  await saveCases(on, rows);
  await addCaseMembers(on, work.members);
  for (const { refs, row } of work.shared) await shareRecords(on, refs, parties(row));
  await announceEvents(
    on,
    context.caller.organization,
    work.events.map(({ row, event }) => ({ kind: event.type, ref: event.focus, readers: parties(row), event: JSON.stringify(event) })),
  );
}

function parties(row: CaseRow): string[] {
  return [row.placer, row.programme];
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}

/** Rules of the case speak of the resource; the refusal says where it stood in the request. */
function refuse(change: Change, issues: readonly Issue[]): Fault {
  const status = issues.some((issue) => issue.code === 'forbidden') ? 403 : 422;
  const type = change.after?.resourceType ?? '';
  return new Fault(
    status,
    issues.map((issue) => {
      const { expression } = issue;
      return expression?.startsWith(`${type}.`) === true ? { ...issue, expression: change.path + expression.slice(type.length) } : issue;
    }),
  );
}

function unknownReference(change: Change, ref: string): Fault {
  return fault(
    422,
    'not-found',
    'case-reference-unknown',
    `${ref} is not known here, or not to this caller, and the case hangs on it. Send it first, or in the same bundle.`,
    change.path,
  );
}

function cannotDelete(change: Change): Fault {
  return fault(
    409,
    'conflict',
    'record-of-a-case',
    `${change.ref} belongs to a case that was sent and is not deleted. If it was sent in error, update it with the status entered-in-error.`,
  );
}
