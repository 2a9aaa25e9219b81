import type { Issue } from '../../base/index.ts';
import { refusal } from '../refusal.ts';
import { ANSWERED_QUESTION } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { fold } from './narrative-words.ts';
import { issueIn, REPORT } from './place.ts';

/**
 * What stands against the answers of a report: each question asked has one answer. Questions are told by their number, never
 * by their words.
 * @param questions as {@link questionsOf} gives them
 */
export function answerIssues(ref: string, sections: readonly ReportSection[], questions: readonly string[]): Issue[] {
  const answers = sections.filter(({ code }) => code === 'answers').flatMap(({ parts }) => parts);
  const section = sections.find(({ code }) => code === 'answers');
  const byQuestion = Map.groupBy(answers, ({ question }) => fold(question ?? ''));
  const open = questions.flatMap((question, n) => {
    const given = byQuestion.get(question) ?? [];
    if (given.some(({ words }) => words !== '' && !isSame(words, question))) return [];
    return [unanswered(ref, n + 1, questions.length, given[0] ?? section)];
  });
  const twice = questions.flatMap((question, n) => ((byQuestion.get(question)?.length ?? 0) > 1 ? [n + 1] : []));
  const unasked = answers.filter(({ question }) => question === undefined || !questions.includes(fold(question)));
  return [
    ...open,
    ...twice.map((number) =>
      warning(`${ref} answers question ${number} more than once. One answer is easier to find.`),
    ),
    ...unasked.map(({ place }) =>
      warning(
        `${ref} (${place}) answers a question that nobody asked: give the question as it was asked in ${ANSWERED_QUESTION}.`,
      ),
    ),
  ];
}

/** Whoever writes the question where the answer should be says nothing. */
function isSame(words: string, question: string): boolean {
  return words.toLowerCase() === question.toLowerCase();
}

/** @param section where the answer should be, as far as there is such a place */
function unanswered(ref: string, number: number, all: number, section: ReportSection | undefined): Issue {
  const text =
    `Question ${number} of ${all} is not answered in ${ref}: the section answers has a part with a text for each question, ` +
    `and the question as it was asked in ${ANSWERED_QUESTION}.`;
  const issue = refusal('required', 'report-question', text, REPORT);
  if (section === undefined) return issue;
  return issueIn(ref, section.question === undefined ? section.path : `${section.path}.text`, issue);
}

function warning(text: string): Issue {
  return { severity: 'warning', code: 'business-rule', key: 'report-answer', text, expression: REPORT };
}
