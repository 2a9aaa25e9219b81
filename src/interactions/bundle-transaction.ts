import type { Transaction } from '../store/index.ts';
import { AbsentReferences } from './absent-references.ts';
import { AnswerRoom } from './answer-room.ts';
import { addRemarks, answerFailed, answerRead, answerWrite, wantedOf } from './bundle-answer.ts';
import type { BundleOptions, EntryAnswer, Wanted } from './bundle-answer.ts';
import { parseEntry } from './bundle-entry.ts';
import { isRead, isWrite } from './bundle-form.ts';
import type { EntryRequest } from './bundle-form.ts';
import { drawWrites } from './bundle-draw.ts';
import { BundleNames } from './bundle-names.ts';
import { resolveReferences } from './bundle-resolve.ts';
import { planWrite } from './bundle-writes.ts';
import type { PlannedWrite } from './bundle-writes.ts';
import { commitWithin } from './commit.ts';
import type { Context, House } from './house.ts';
import { toReadable } from './patch.ts';
import { FOUND, isWritten } from './remarks.ts';
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
  const turn = takeTurns(() => options.signal?.throwIfAborted());
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
  const terms = { organization: context.caller.organization, signal: options.signal };
  const { answers, room, wanted, absent } = await house.database.transact(async (on) => {
    const room = new AnswerRoom();
    const wanted = wantedOf(options, room);
    const absent = options.withRemarks ? new AbsentReferences<EntryRequest>(house, context) : undefined;
    return { answers: await writeWithin(house, context, on, planned, names, wanted, absent), room, wanted, absent };
  }, terms);
  house.wake();
  for (const [entry, issues] of (await absent?.look()) ?? []) {
    answers.set(entry, addRemarks(answers.get(entry)!, issues, wanted));
  }
  return { answers, room };
}

/** Runs again as a whole where others came between. */
async function writeWithin(
  house: House,
  context: Context,
  on: Transaction,
  planned: readonly PlannedWrite[],
  names: BundleNames,
  wanted: Wanted,
  absent: AbsentReferences<EntryRequest> | undefined,
): Promise<Map<EntryRequest, EntryAnswer>> {
  const turn = takeTurns(on.check);
  const drawn = await drawWrites(house, context, on, planned, wanted);
  const drafts = await resolveReferences(house, context, on, planned, drawn, names);
  const committed = await commitWithin(house, context, 'transaction', on, [...drafts.values()]);

  const answers = new Map<EntryRequest, EntryAnswer>();
  const ofDraft = new Map([...drafts.keys()].map((plan, n) => [plan, committed[n]!]));
  for (const plan of planned) {
    const { entry } = plan;
    const found = drawn.existing.get(plan);
    if (found !== undefined) {
      // Its body has been counted.
      const answer = answerWrite(house, entry, { ...found, remarks: [FOUND] }, { ...wanted, body: () => true });
      answers.set(entry, answer);
      continue;
    }
    const one = ofDraft.get(plan);
    const shown = one === undefined || entry.method !== 'PATCH' ? one : toReadable(house, context, one);
    if (shown !== undefined && isWritten(shown)) absent?.note(entry, shown, `${entry.path}.resource`);
    answers.set(entry, answerWrite(house, entry, shown, wanted));
    await turn();
  }
  return answers;
}
