import type { Queryable } from '../store/index.ts';
import { AnswerRoom } from './answer-room.ts';
import { answerFailed, answerRead, answerWrite, wantedOf } from './bundle-answer.ts';
import type { BundleOptions, EntryAnswer, Wanted } from './bundle-answer.ts';
import { parseEntry } from './bundle-entry.ts';
import { isRead, isWrite } from './bundle-form.ts';
import type { EntryRequest } from './bundle-form.ts';
import { BundleNames, ConditionalReferences, refuseTwice, resolveReferences } from './bundle-names.ts';
import { planWrite } from './bundle-writes.ts';
import type { PlannedWrite } from './bundle-writes.ts';
import { commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { toReadable } from './patch.ts';
import { FOUND } from './remarks.ts';
import { takeTurns } from './turns.ts';

/** https://hl7.org/fhir/R4/http.html#trules; reads come when all is written. */
const ORDER = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2 } as const;

/** All or nothing; what entries read then sees what was written. https://hl7.org/fhir/R4/http.html#transaction */
export async function runTransaction(
  house: House,
  context: Context,
  list: readonly unknown[],
  options: BundleOptions,
): Promise<EntryAnswer[]> {
  const turn = takeTurns();
  const entries: EntryRequest[] = [];
  for (const [n, item] of list.entries()) {
    entries.push(parseEntry(house, item, `Bundle.entry[${n}]`));
    await turn();
  }
  for (const entry of entries.filter(isRead)) await entry.form.check(house, context, entry, options);
  const planned: PlannedWrite[] = [];
  for (const entry of entries.filter(isWrite)) {
    planned.push(await planWrite(house, context, entry));
    await turn();
  }
  planned.sort((a, b) => ORDER[a.entry.form.method] - ORDER[b.entry.form.method]);
  const { answers, room } = await write(house, context, planned, options);

  const result: EntryAnswer[] = [];
  for (const entry of entries) {
    const answer = isRead(entry)
      ? // What was written stands, whatever comes of the reads.
        await answerRead(house, context, entry, options, room).catch((error: unknown) =>
          answerFailed(house, context, 'transaction', error),
        )
      : answers.get(entry)!;
    result.push(answer);
  }
  return result;
}

interface Answers {
  readonly answers: ReadonlyMap<EntryRequest, EntryAnswer>;
  readonly room: AnswerRoom;
}

async function write(
  house: House,
  context: Context,
  planned: readonly PlannedWrite[],
  options: BundleOptions,
): Promise<Answers> {
  if (planned.length === 0) return { answers: new Map(), room: new AnswerRoom() };
  const names = new BundleNames(house);
  const written = await house.database.transact(async (on) => {
    const room = new AnswerRoom();
    const wanted = wantedOf(options, room);
    return { answers: await writeWithin(house, context, on, planned, names, wanted), room };
  });
  house.wake();
  return written;
}

/** Runs again as a whole where others came between. */
async function writeWithin(
  house: House,
  context: Context,
  on: Queryable,
  planned: readonly PlannedWrite[],
  names: BundleNames,
  wanted: Wanted,
): Promise<Map<EntryRequest, EntryAnswer>> {
  const turn = takeTurns();
  const { drafts, existing } = await draw(house, context, on, planned, wanted);
  refuseTwice([...drafts.values()]);
  names.giveAnew(planned.map((plan) => ({ entry: plan.entry, ref: (drafts.get(plan) ?? existing.get(plan))?.ref })));
  const references = new ConditionalReferences(house, context, on);
  for (const [plan, draft] of drafts) {
    await resolveReferences(house, draft, names, references, plan.references);
    await turn();
  }
  const committed = await commitWithin(house, context, 'transaction', on, [...drafts.values()]);

  const answers = new Map<EntryRequest, EntryAnswer>();
  const ofDraft = new Map([...drafts.keys()].map((plan, n) => [plan, committed[n]!]));
  for (const plan of planned) {
    const { entry } = plan;
    const found = existing.get(plan);
    if (found !== undefined) {
      // Its body has been counted.
      const answer = answerWrite(house, entry, { ...found, remarks: [FOUND] }, { ...wanted, body: () => true });
      answers.set(entry, answer);
      continue;
    }
    const one = ofDraft.get(plan);
    const shown = one === undefined || entry.method !== 'PATCH' ? one : toReadable(house, context, one);
    answers.set(entry, answerWrite(house, entry, shown, wanted));
    await turn();
  }
  return answers;
}

interface Drawn {
  readonly drafts: ReadonlyMap<PlannedWrite, Draft>;
  /** What conditional creates found, so that they write nothing. */
  readonly existing: ReadonlyMap<PlannedWrite, Committed>;
}

/** Resolves all criteria at once, and decides by what they found. */
async function draw(
  house: House,
  context: Context,
  on: Queryable,
  planned: readonly PlannedWrite[],
  wanted: Wanted,
): Promise<Drawn> {
  const conditional = planned.filter((plan) => plan.criteria !== undefined);
  const criteria = conditional.map((plan) => plan.criteria!);
  const found = await resolveCriteria(house, context, on, criteria, wanted.body);
  const foundBy = new Map(conditional.map((plan, n) => [plan, found[n]]));
  const drafts = new Map<PlannedWrite, Draft>();
  const existing = new Map<PlannedWrite, Committed>();
  const deleted = new Set<string>();
  for (const plan of planned) {
    const met = foundBy.get(plan);
    // Deletions come first: to a create, what this Bundle deletes is gone.
    const one = met !== undefined && plan.entry.method === 'POST' && deleted.has(met.ref) ? undefined : met;
    const draft = plan.draw(one);
    if (draft !== undefined) drafts.set(plan, draft);
    else if (one !== undefined) existing.set(plan, one);
    if (draft?.method === 'DELETE') deleted.add(draft.ref);
  }
  return { drafts, existing };
}
