import { permitOf } from '../access/index.ts';
import { anchors, isSecondOpinionRequest } from '../cases/index.ts';
import type { CaseRow } from '../cases/index.ts';
import { splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { lockRecords, readRecord } from '../store/index.ts';
import { examineOpened } from './case-examine.ts';
import { gatherCaseRecord } from './case-record.ts';
import type { GatheredRecord } from './case-record.ts';
import { severalCases, unknownReference } from './case-refusals.ts';
import { addTo, isAnchorType, parties } from './case-state.ts';
import type { State } from './case-state.ts';
import { parseStored } from './draft.ts';
import type { Change } from './draft.ts';
import { mayAnchor } from './permit-write.ts';

/** Records of which a case may hang, and that must therefore say so of a case that the caller takes part in. */
const MADE_ON_CASES = new Set(['Task', 'DiagnosticReport', 'Communication', 'Appointment']);

/** Money that has come for one case has not come for another. */
const OF_ONE_CASE = new Set(['PaymentNotice']);

/**
 * What says that it is made on a case must name one that the caller takes part in, by a record that it may read or that was
 * named there before; absent and hidden ones look alike. To be asked before anything of those cases is looked at.
 */
export async function checkAnchors(state: State): Promise<void> {
  const { house, context, on, work } = state;
  for (const change of work.changes) {
    if (change.after === undefined || change.consequence === true || !MADE_ON_CASES.has(change.after.resourceType))
      continue;
    const before = change.before === undefined ? [] : anchors(change.before);
    for (const anchor of anchors(change.after)) {
      if (work.changes.some((other) => other.ref === anchor)) continue;
      const isOpen =
        before.includes(anchor) || permitOf(house, context.caller, splitReference(anchor)[0], 'r') === 'all';
      if (isOpen && state.byRef.has(anchor)) continue;
      const known = state.records.get(anchor) ?? (await readRecord(on, context.caller, anchor));
      const isKnown = known?.body != null && (isOpen || (await mayAnchor(house, context, on, known)));
      if (!isKnown) throw unknownReference(change, anchor);
    }
  }
}

/**
 * Finds out which changes are made on a case: those that refer to what carries it on, and those that refer to them in the
 * same bundle.
 */
export function joinCases(state: State): void {
  let joined = true;
  while (joined) {
    joined = false;
    for (const change of state.work.changes) {
      if (change.after === undefined || isSecondOpinionRequest(change.after)) continue;
      for (const anchor of anchors(change.after)) {
        for (const id of state.byAnchor.get(anchor) ?? []) {
          if (addTo(state.byRef, change.ref, id)) joined = true;
          if (isAnchorType(change.after.resourceType)) addTo(state.byAnchor, change.ref, id);
        }
      }
    }
  }
}

/**
 * A record is made on one case. What would join the cases of different parties is refused before anything is shared, and
 * what carries a case on (its Task T0 above all) never joins another, whoever the parties are.
 */
export function refuseSeveralCases(state: State): void {
  for (const change of state.work.changes) {
    const { after, ref, consequence } = change;
    if (after === undefined || consequence === true) continue;
    const isOfOne = OF_ONE_CASE.has(after.resourceType);
    const carried = (isOfOne ? state.byRef : state.byAnchor).get(ref) ?? [];
    const ids = new Set([...carried, ...anchors(after).flatMap((anchor) => [...(state.byAnchor.get(anchor) ?? [])])]);
    const rows = [...ids].flatMap((id) => state.work.cases.get(id) ?? []);
    const isShared = new Set(rows.map((row) => parties(row).join(' '))).size > 1;
    if (isShared || (rows.length > 1 && (isOfOne || isAnchorType(after.resourceType)))) throw severalCases(change);
  }
}

/** Works out which records belong to each case touched, and lets both parties see them. */
export async function gatherRecords(state: State): Promise<void> {
  const { work } = state;
  const starts = new Map<string, Change[]>();
  for (const change of work.changes) {
    if (change.after === undefined) continue;
    for (const id of state.byRef.get(change.ref) ?? []) starts.set(id, [...(starts.get(id) ?? []), change]);
  }
  for (const [id, changes] of starts) {
    const row = work.cases.get(id)!;
    const request =
      work.changes.find((change) => change.ref === row.serviceRequest)?.after ??
      parseStored(state.records.get(row.serviceRequest));
    if (request !== undefined) work.requests.set(id, request);
    const claimed = new Set(
      work.members.flatMap(({ caseId, ref }) => (work.cases.get(caseId)!.placer === row.placer ? [] : [ref])),
    );
    const record = await holdRecord(state, row, request, changes, claimed);
    const made = await examineOpened(state, row, record);
    for (const ref of [...record.refs, ...made])
      work.members.push({
        caseId: id,
        ref,
        anchor: state.byAnchor.get(ref)?.has(id) ?? false,
      });
    for (const change of work.changes) {
      if (change.stored === undefined && record.refs.has(change.ref) && !change.readers.includes('*'))
        change.readers = union(change.readers, parties(row));
    }
    if (record.unshared.length > 0) work.shared.push({ row, refs: record.unshared });
  }
}

/**
 * Gathers a case's record and holds what is to be shared: an update or a deletion of it that is under way is waited for
 * and then seen, so that what the other party finds is what stands there.
 */
async function holdRecord(
  state: State,
  row: CaseRow,
  request: Resource | undefined,
  changes: readonly Change[],
  claimed: ReadonlySet<string>,
): Promise<GatheredRecord> {
  const { on, context, work, records } = state;
  for (;;) {
    const record = await gatherCaseRecord(
      on,
      context.caller.organization,
      row,
      request,
      changes,
      work.changes,
      claimed,
    );
    if ('missing' in record) throw unknownReference(record.change, record.missing);
    const fresh = record.unshared.filter((ref) => !records.has(ref));
    const held = await lockRecords(on, context.caller.organization, fresh);
    if (held.length === 0) return record;
    for (const one of held) records.set(one.ref, one);
  }
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
