import { anchors, nextTimer, opensCase } from '../cases/index.ts';
import { splitReference } from '../fhir/index.ts';
import { lockCases, setTimers, settle, shareRecords } from '../store/index.ts';
import type { LockedCase, Queryable, StoredCase, StoredRecord } from '../store/index.ts';
import { decideChange, tickCase } from './case-decide.ts';
import { checkAnchors, gatherRecords, joinCases, refuseSeveralCases } from './case-gather.ts';
import { openFor } from './case-open.ts';
import { keepViews } from './case-sponsors.ts';
import { addTo, parties, toCaseRow } from './case-state.ts';
import type { CaseWork, State } from './case-state.ts';
import { keysOf } from './draft.ts';
import type { Change, Draft } from './draft.ts';
import type { Context, House } from './house.ts';

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
  /** T0 of a case in which something may be due. */
  ticks?: string,
): Promise<CaseWork> {
  // What is created here is new to the store: only what it refers to can belong to a case already.
  const created = new Set(drafts.filter((draft) => draft.method === 'POST').map((draft) => draft.ref));
  const touched = new Set<string>(ticks === undefined ? [] : [ticks]);
  for (const draft of drafts) {
    for (const ref of [draft.ref, ...(draft.after === undefined ? [] : anchors(draft.after))])
      if (!created.has(ref)) touched.add(ref);
  }
  const existing = drafts.filter((draft) => draft.method !== 'POST').map((draft) => draft.ref);
  let locked: LockedCase[];
  let records: Map<string, StoredRecord>;
  for (let pass = 1; ; pass++) {
    locked = await lockCases(on, context.caller.organization, [...touched]);
    const tasks = locked.flatMap(({ row }) => [row.task, row.serviceRequest]);
    records = await lock([...new Set([...existing, ...tasks])]);
    if (pass === 2 || !existing.some((ref) => joinedMeanwhile(ref, records, locked))) break;
  }
  const work: CaseWork = {
    changes: [],
    cases: new Map(),
    members: [],
    events: [],
    shared: [],
    requests: new Map(),
    sponsors: new Map(),
    timers: new Map(),
  };
  for (const draft of drafts) work.changes.push(toChange(draft, records.get(draft.ref)));

  const byRef = new Map<string, Set<string>>();
  const byAnchor = new Map<string, Set<string>>();
  for (const { row, refs, anchors: carriers, sponsors } of locked) {
    for (const ref of refs) addTo(byRef, ref, row.id);
    for (const ref of carriers) addTo(byAnchor, ref, row.id);
    work.cases.set(row.id, toCaseRow(row));
    work.timers.set(row.id, row.timerAt);
    work.sponsors.set(row.id, sponsors);
  }
  const state: State = { house, context, on, records, work, byRef, byAnchor, now: house.clock().toISOString() };
  // Requests first: what is made on a case in the same bundle finds it open.
  for (const change of [...work.changes])
    if (change.after !== undefined && opensCase(change.before, change.after)) await openFor(state, change);
  await checkAnchors(state);
  joinCases(state);
  refuseSeveralCases(state);
  for (const change of [...work.changes]) await decideChange(state, change);
  if (ticks !== undefined) for (const { row } of locked) await tickCase(state, row.id);
  await gatherRecords(state);
  return work;
}

/** A record that was waited for may have joined a case meanwhile, which is then to be asked, too. */
function joinedMeanwhile(
  ref: string,
  records: ReadonlyMap<string, StoredRecord>,
  locked: readonly LockedCase[],
): boolean {
  const readers = records.get(ref)?.readers ?? [];
  return readers.length > 1 && !readers.includes('*') && !locked.some(({ refs }) => refs.includes(ref));
}

/** Saves cases, members, shares, events and sponsors' views in the same transaction as the records. */
export async function settleCases(house: House, context: Context, on: Queryable, work: CaseWork): Promise<void> {
  const cases = [...work.cases.values()];
  if (cases.length === 0) return;
  for (const { refs, row } of work.shared) {
    const types = new Set(refs.map((ref) => splitReference(ref)[0]));
    await shareRecords(
      on,
      refs,
      parties(row),
      Array.from(types, (type) => keysOf(type).lastUpdated),
    );
  }
  const events = work.events.map(({ row, event }) => ({
    caseId: row.id,
    at: event.at,
    kind: event.type,
    ref: event.focus,
    event: JSON.stringify(event),
  }));
  const stored: StoredCase[] = [];
  const timers: { readonly id: string; readonly at: string | undefined }[] = [];
  for (const row of cases) {
    const rules = await house.rules.at(on, row.programme, row.rules);
    const at = nextTimer({ row, rules })?.at;
    if (at !== work.timers.get(row.id)) timers.push({ id: row.id, at });
    stored.push({ ...row, state: JSON.stringify(row.state), ...(at === undefined ? {} : { timerAt: at }) });
  }
  const { organization, user } = context.caller;
  await settle(on, organization, { cases: stored, members: work.members, events }, user);
  if (timers.length > 0) await setTimers(on, timers);
  await keepViews(house, context, on, work);
}
