import { ANSWERED_QUESTION, REPORT_SECTION_SYSTEM, tellStatement } from '../../cases/index.ts';
import type { ProposedDifference, RecordedDifference } from '../../cases/index.ts';
import type { Words } from '../letter/words/words.ts';
import { concept, to } from './input.ts';
import type { Narrative } from './narrative.ts';
import { narrative, paragraph, paragraphs, table } from './narrative.ts';
import type { DraftWords } from './words.ts';

/** A section of a Composition as the draft makes it. */
export interface DraftSection {
  readonly extension?: readonly object[];
  readonly title: string;
  readonly code?: object;
  readonly text?: Narrative;
  readonly entry?: readonly object[];
  readonly section?: readonly DraftSection[];
}

/** @param code of report-section */
export function section(words: Words, code: string, text: Narrative, entries: readonly string[] = []): DraftSection {
  return {
    title: words.sections[code] ?? code,
    code: concept(REPORT_SECTION_SYSTEM, code),
    text,
    ...(entries.length === 0 ? {} : { entry: entries.map((ref) => to(ref)) }),
  };
}

export function unwritten({ toWrite }: DraftWords): Narrative {
  return narrative('empty', paragraph(toWrite));
}

/** One part for each question, under its number, in the order in which they were asked. */
export function answersSection(words: Words, draft: DraftWords, questions: readonly string[]): DraftSection {
  const { title, code } = section(words, 'answers', unwritten(draft));
  return {
    title,
    ...(code === undefined ? {} : { code }),
    section: questions.map((question, n) => ({
      extension: [{ url: ANSWERED_QUESTION, valueString: question }],
      title: questionTitle(n, question),
      text: unwritten(draft),
    })),
  };
}

/** @param index from 0 */
export function questionTitle(index: number, question: string): string {
  return `${index + 1}. ${question}`;
}

/** The first opinion as a table beside what is still to be written. */
export function differencesText(
  words: Words,
  draft: DraftWords,
  differences: readonly ProposedDifference[],
): Narrative {
  if (differences.length === 0) return unwritten(draft);
  const told = (statement: ProposedDifference['first']): string =>
    statement === undefined ? '' : (tellStatement(statement) ?? '');
  const rows = differences.map(({ aspect, first, second, code }) => [
    words.aspects[aspect] ?? aspect,
    told(first),
    told(second),
    second === undefined ? '' : (words.concordances[code] ?? code),
  ]);
  return narrative('empty', table(words.differences.head, rows), paragraph(draft.toWrite));
}

/** The table of a report's differences, row by row: what the two opinions say is left to the translator. */
export function differencesTable(words: Words, differences: readonly RecordedDifference[]): string {
  const rows = differences.map(({ aspect = '', code = '' }) => [
    words.aspects[aspect] ?? aspect,
    '',
    '',
    words.concordances[code] ?? code,
  ]);
  return table(words.differences.head, rows);
}

/** @param own the programme's words; undefined: those of every report */
export function disclaimerText(words: Words, own: string | undefined): Narrative {
  return own === undefined
    ? narrative('generated', ...words.disclaimer.map(paragraph))
    : narrative('generated', paragraphs(own));
}
