import type { Issue } from '../../base/index.ts';
import { refusal } from '../refusal.ts';
import { ANSWERED_QUESTION } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { fold } from './narrative-words.ts';
import { REPORT } from './place.ts';

/**
 * What stands against the answers of a report: each question asked has one answer. Questions are told by their number, never
 * by their words.
 * @param questions as {@link questionsOf} gives them
 */
export function answerIssues(ref: string, sections: readonly ReportSection[], questions: readonly string[]): Issue[] {
  const answers = sections.filter(({ code }) => code === 'answers').flatMap(({ parts }) => parts);
  const byQuestion = Map.groupBy(answers, ({ question }) => fold(question ?? ''));
  const open = questions.flatMap((question, n) =>
    byQuestion.get(question)?.some(({ words }) => words !== '') === true ? [] : [n + 1],
  );
  const twice = questions.flatMap((question, n) => ((byQuestion.get(question)?.length ?? 0) > 1 ? [n + 1] : []));
  const unasked = answers.filter(({ question }) => question === undefined || !questions.includes(fold(question)));
  return [
    ...open.map((number) => unanswered(ref, number, questions.length)),
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

function unanswered(ref: string, number: number, all: number): Issue {
  const text =
    `Question ${number} of ${all} is not answered in ${ref}: the section answers has a part with a text for each question, ` +
    `and the question as it was asked in ${ANSWERED_QUESTION}.`;
  return refusal('required', 'report-question', text, REPORT);
}

function warning(text: string): Issue {
  return { severity: 'warning', code: 'business-rule', key: 'report-answer', text, expression: REPORT };
}
