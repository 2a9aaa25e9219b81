import { AnswerRoom } from './answer-room.ts';
import { answerFailed, answerRead, answerWrite, wantedOf } from './bundle-answer.ts';
import type { BundleOptions, EntryAnswer } from './bundle-answer.ts';
import { parseEntry } from './bundle-entry.ts';
import { isWrite } from './bundle-form.ts';
import { runWrite } from './bundle-writes.ts';
import type { Context, House } from './house.ts';
import { takeTurns } from './turns.ts';

/** Each entry for itself: one that fails leaves the others alone. https://hl7.org/fhir/R4/http.html#transaction */
export async function runBatch(
  house: House,
  context: Context,
  list: readonly unknown[],
  options: BundleOptions,
): Promise<EntryAnswer[]> {
  const room = new AnswerRoom();
  const wanted = wantedOf(options, room);
  const turn = takeTurns();
  const answers: EntryAnswer[] = [];
  for (const [n, item] of list.entries()) {
    try {
      const entry = parseEntry(house, item, `Bundle.entry[${n}]`);
      answers.push(
        isWrite(entry)
          ? answerWrite(house, entry, await runWrite(house, context, entry), wanted)
          : await answerRead(house, context, entry, options, room),
      );
    } catch (error) {
      answers.push(answerFailed(house, context, 'batch', error));
    }
    await turn();
  }
  return answers;
}
