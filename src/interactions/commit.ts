import { isDeepStrictEqual } from 'node:util';
import type { Caller, Issue } from '../base/index.ts';
import { readersOf, refuseChange } from '../access/index.ts';
import { anchors, filedIn, isSecondOpinionRequest, keptIssues, withFiled } from '../cases/index.ts';
import { splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { lockRecords, lookUpRecord, Overtaken, readRecord, readRecords, writeRecords } from '../store/index.ts';
import type { Act, Queryable, RecordWrite, StoredRecord, Written } from '../store/index.ts';
import { isShared, refuseFixed } from './case-fixed.ts';
import { refuse } from './case-refusals.ts';
import { remarkApart, remarkUnopened } from './case-unopened.ts';
import { moveCases, settleCases } from './case-work.ts';
import { checkProfiles } from './check.ts';
import { applyPatch, changeToWrite, checkPrecondition, idTaken, parseStored } from './draft.ts';
import type { Change, Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { keepSubscriptions } from './keep-subscriptions.ts';
import { areConfined, refuseHidden, refuseOutside, refuseReferences } from './permit-write.ts';
import { takeTurns } from './turns.ts';

/** A version that stands in the store now. */
export interface Committed {
  readonly ref: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly created: boolean;
  /** The text as stored; undefined after a deletion. */
  readonly body?: string;
  /** What there is to say about it: warnings and information, places told from where it stood in the request. */
  readonly remarks?: readonly Issue[];
}

/** Said of a patch whose result is what stands already. */
export const UNCHANGED: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'record-unchanged',
  text: 'The patch changes nothing of the record as it stands: no new version was written.',
};

/**
 * The one door for writes. Drafts come with their ids, validated and allowed by scope; here they meet the store:
 * the versions they follow, ownership, preconditions, the cases they belong to; and they are written all or none,
 * together with versions, index, membership, case, outbox and audit. Results are in the order of the drafts.
 */
export async function commit(
  house: House,
  context: Context,
  interaction: string,
  drafts: readonly Draft[],
): Promise<Committed[]> {
  const [only] = drafts;
  const committed =
    drafts.length === 1 &&
    only !== undefined &&
    (only.patch !== undefined || isPlain(only)) &&
    !areConfined(house, context, drafts)
      ? [await commitOne(house, context, interaction, only)]
      : await house.database.transact((on) => commitWithin(house, context, interaction, on, drafts));
  house.wake();
  return committed;
}

/** Whether a draft can be seen, without the store, to touch no case: then one statement writes it. */
function isPlain(draft: Draft): boolean {
  const { after } = draft;
  // Whether a case would miss it, only the store knows.
  if (after === undefined) return false;
  // Bytes that a case takes in meanwhile are not changed any more: the record has to be held.
  if (after.resourceType === 'Binary' && draft.method !== 'POST') return false;
  // What it asks for is kept beside it.
  if (after.resourceType === 'Subscription') return false;
  if (anchors(after).length > 0) return false;
  return !(isSecondOpinionRequest(after) && after.status !== 'draft');
}

async function commitOne(house: House, context: Context, interaction: string, draft: Draft): Promise<Committed> {
  const stored = draft.method === 'POST' ? undefined : await lookUpRecord(house.database, context.caller, draft.ref);
  if (!isShared(stored)) {
    const change = draftToChange(house, context, draft, stored);
    if (isDone(change)) return toUnchanged(change);
    // What a patch makes of a record may belong to a case, whatever was there before.
    if (draft.patch === undefined || isPlain(change)) {
      const { after } = change;
      const issues = after === undefined || draft.consequence === true ? [] : keptIssues(after, []);
      if (issues.length > 0) throw refuse(change, issues);
      const remarks = [
        ...checkProfiles(house, context, change, false),
        ...(await remarkUnopened(house, context, house.database, change)),
        ...remarkApart(change, false),
      ];
      const write = changeToWrite(house, change);
      const [written] = await writeRecords(house.database, actOf(context, interaction), [write]);
      if (written !== undefined) return toCommitted(change, write.version, written, write.body, remarks);
    }
  }
  // Of a case, or overtaken by another write: then it holds the record first.
  const [committed] = await house.database.transact((on) => commitWithin(house, context, interaction, on, [draft]));
  return committed!;
}

/** Does the same inside an open transaction, for bundles, conditional writes and everything that touches a case. */
export async function commitWithin(
  house: House,
  context: Context,
  interaction: string,
  on: Queryable,
  drafts: readonly Draft[],
  /** T0 of a case in which something may be due. */
  ticks?: string,
): Promise<Committed[]> {
  const foreseen = await foresee(house, context, on, drafts);
  await refuseReferences(house, context, on, foreseen);
  const cases = await moveCases(
    house,
    context,
    on,
    foreseen,
    (refs) => holdRecords(on, context.caller, refs),
    (draft, stored) => holdToForeseen(draft, draftToChange(house, context, draft, stored)),
    ticks,
  );
  const { changes } = cases;
  const pending = changes.filter((change) => !isDone(change));
  const onCases = new Set(cases.members.map(({ ref }) => ref));
  const remarks = new Map<string, readonly Issue[]>();
  const turn = takeTurns();
  for (const change of pending) {
    const isMadeOnCase = onCases.has(change.ref) && change.after !== undefined && anchors(change.after).length > 0;
    remarks.set(change.ref, [
      ...checkProfiles(house, context, change, isMadeOnCase),
      ...(change.told ?? []),
      ...(await remarkUnopened(house, context, on, change)),
      ...remarkApart(change, onCases.has(change.ref)),
    ]);
    await turn();
  }
  await keepSubscriptions(house, context, on, pending);
  const toWrite = [...new Map(pending.map((change) => [change.ref, change])).values()];
  const committed = new Map<string, Committed>();
  for (let from = 0; from < toWrite.length; from += SLICE) {
    const slice = toWrite.slice(from, from + SLICE);
    const writes: RecordWrite[] = [];
    for (const change of slice) {
      writes.push(changeToWrite(house, change));
      await turn();
    }
    const written = await writeRecords(on, actOf(context, interaction), writes);
    const byRef = new Map(written.map((row) => [row.ref, row]));
    for (const [n, change] of slice.entries()) {
      const { version, body } = writes[n]!;
      const row = byRef.get(change.ref);
      if (row === undefined) throw await explainLoss(context, on, change);
      committed.set(change.ref, toCommitted(change, version, row, body, remarks.get(change.ref)));
    }
  }
  await settleCases(house, context, on, cases);
  return changes.slice(0, drafts.length).map((change) => committed.get(change.ref) ?? toUnchanged(change));
}

/**
 * Records that one statement writes: as many as a case has at once, but of a large Bundle a part after the other, so that
 * requests of others are answered meanwhile.
 */
const SLICE = 50;

/**
 * Patches bring what they would make of the versions that stand now: by that it is known which cases they touch, and cases
 * are held before records.
 */
async function foresee(
  house: House,
  context: Context,
  on: Queryable,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const patches = drafts.filter((draft) => draft.patch !== undefined);
  if (patches.length === 0) return drafts;
  const refs = patches.map((draft) => draft.ref);
  const stored = new Map((await readRecords(on, context.caller, refs)).map((one) => [one.ref, one]));
  return drafts.map((draft) => {
    if (draft.patch === undefined) return draft;
    const { after } = draftToChange(house, context, draft, stored.get(draft.ref));
    return after === undefined ? draft : { ...draft, after };
  });
}

/** Another version came between, out of which the patch made something that may touch other cases than those held. */
function holdToForeseen(draft: Draft, change: Change): Change {
  if (draft.patch === undefined || change.after === undefined || draft.after === undefined) return change;
  const known = new Set(anchors(draft.after));
  if (anchors(change.after).every((anchor) => known.has(anchor))) return change;
  throw new Overtaken();
}

/**
 * What is deleted already is not deleted again, and a patch that changes nothing makes no version.
 * https://hl7.org/fhir/R4/http.html#delete
 */
function isDone({ method, stored, before, after, isBlind }: Change): boolean {
  if (method === 'PATCH') return isBlind !== true && isDeepStrictEqual(before, after);
  return method === 'DELETE' && stored?.body === null;
}

function toUnchanged({ ref, stored }: Change): Committed {
  const { version = 0, at = 0, body } = stored ?? {};
  return { ref, version, at, created: false, ...(body == null ? {} : { body, remarks: [UNCHANGED] }) };
}

function draftToChange(house: House, context: Context, draft: Draft, stored: StoredRecord | undefined): Change {
  const { caller } = context;
  const before = parseStored(stored);
  const refused = refuseHidden(house, context, draft, stored, before) ?? checkPrecondition(draft, stored);
  if (refused !== undefined) throw refused;
  if (stored !== undefined) {
    const notTheirs = refuseChange(caller, stored, before);
    if (notTheirs !== undefined) throw notTheirs;
  }
  const drafted = keepFiled(applyPatch(draft, stored, before), before);
  const fixed = refuseOutside(house, context, drafted) ?? refuseFixed(drafted, stored, before);
  if (fixed !== undefined) throw fixed;
  const owner = stored?.owner ?? caller.organization;
  const [type] = splitReference(draft.ref);
  return {
    ...drafted,
    owner,
    readers: readersOf(draft.ref, type, owner, caller.role),
    ...(stored === undefined ? {} : { stored }),
    ...(before === undefined ? {} : { before }),
  };
}

/** Whoever writes a report, what the server has filed of it stays in it, and nothing else passes for that. */
function keepFiled(draft: Draft, before: Resource | undefined): Draft {
  const { after } = draft;
  if (after === undefined || draft.consequence === true) return draft;
  const kept = withFiled(after, filedIn(before));
  return kept === after ? draft : { ...draft, after: kept };
}

/** Holds the records until the transaction ends. Those that may be seen but not changed come along as they are. */
async function holdRecords(on: Queryable, caller: Caller, refs: readonly string[]): Promise<Map<string, StoredRecord>> {
  const records = new Map((await lockRecords(on, caller.organization, refs)).map((record) => [record.ref, record]));
  const others = refs.filter((ref) => !records.has(ref));
  for (const record of await readRecords(on, caller, others)) records.set(record.ref, record);
  return records;
}

/** What stood was held, so this record was made meanwhile: then all is decided anew. Or its id is held out of sight. */
async function explainLoss(context: Context, on: Queryable, lost: Change): Promise<Error> {
  const current = await readRecord(on, context.caller, lost.ref);
  return current === undefined ? idTaken(lost) : new Overtaken();
}

function actOf(context: Context, interaction: string): Act {
  const { caller, request } = context;
  return {
    request,
    organization: caller.organization,
    client: caller.client,
    ...(caller.user === undefined ? {} : { person: caller.user }),
    interaction,
  };
}

function toCommitted(
  change: Change,
  version: number,
  written: Written,
  body: { head: string; tail: string } | undefined,
  remarks: readonly Issue[] = [],
): Committed {
  return {
    ref: change.ref,
    version,
    at: written.at,
    created: version === 1 || change.stored?.body === null,
    remarks,
    ...(body === undefined ? {} : { body: body.head + written.lastUpdated + body.tail }),
  };
}
