import { AnswerRoom } from './answer-room.ts';
import { AbsentReferences } from './absent-references.ts';
import { addRemarks, answerFailed, answerRead, answerWrite, wantedOf } from './bundle-answer.ts';
import type { BundleOptions, EntryAnswer } from './bundle-answer.ts';
import { parseEntry } from './bundle-entry.ts';
import { isWrite } from './bundle-form.ts';
import type { EntryRequest } from './bundle-form.ts';
import { namesOfBatch, refuseDependent } from './bundle-independence.ts';
import { runWrite } from './bundle-writes.ts';
import type { Context, House } from './house.ts';
import { isWritten } from './remarks.ts';
import { takeTurns } from './turns.ts';

/**
 * Each entry for itself, one after the other: one that fails leaves the others alone.
 * https://hl7.org/fhir/R4/http.html#brules
 */
export async function runBatch(
  house: House,
  context: Context,
  list: readonly unknown[],
  options: BundleOptions,
): Promise<EntryAnswer[]> {
  const room = new AnswerRoom();
  const wanted = wantedOf(options, room);
  const absent = new AbsentReferences<number>(house, context);
  const turn = takeTurns();
  const entries = new Map<number, EntryRequest>();
  const answers: EntryAnswer[] = [];
  const attempt = async (n: number, work: () => Promise<EntryAnswer | undefined>): Promise<void> => {
    try {
      const answer = await work();
      if (answer !== undefined) answers[n] = answer;
    } catch (error) {
      answers[n] = answerFailed(house, context, 'batch', error);
    }
    await turn();
  };
  for (const [n, item] of list.entries()) {
    await attempt(n, async () => void entries.set(n, parseEntry(house, item, `Bundle.entry[${n}]`)));
  }
  const names = namesOfBatch(house, entries.values());
  for (const [n, entry] of entries) {
    await attempt(n, async () => {
      if (!isWrite(entry)) return answerRead(house, context, entry, options, room);
      if (names !== undefined) refuseDependent(house, entry, names);
      const committed = await runWrite(house, context, entry);
      if (options.withRemarks && committed !== undefined && isWritten(committed)) absent.note(n, committed);
      return answerWrite(house, entry, committed, wanted);
    });
  }
  for (const [n, issues] of await absent.look()) answers[n] = addRemarks(answers[n]!, issues, wanted);
  return answers;
}
