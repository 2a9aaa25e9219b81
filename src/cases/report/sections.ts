import type { Issue } from '../../base/index.ts';
import { refusal } from '../refusal.ts';
import { REPORT_SECTION_SYSTEM, flatSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { fold, holds } from './narrative-words.ts';
import { issueIn, REPORT } from './place.ts';

/**
 * What stands against the sections of a report: those that it cannot do without, and those that are still to be written.
 * @param ref `Composition/x`
 * @param needed codes of report-section
 * @param questions as `questionsOf` gives them: their answers are looked at by themselves
 */
export function sectionIssues(
  ref: string,
  sections: readonly ReportSection[],
  needed: readonly string[],
  questions: readonly string[],
): Issue[] {
  const issues: Issue[] = [];
  const missing = needed.filter((code) => !sections.some((section) => section.code === code));
  if (missing.length > 0) {
    const text = `${ref} lacks ${tellSections(missing)}: add each with its code of ${REPORT_SECTION_SYSTEM}, and write it.`;
    issues.push(refusal('required', 'report-sections', text, REPORT));
  }
  const wordless = sections.filter(
    (section) =>
      !section.isUnwritten &&
      section.code !== undefined &&
      needed.includes(section.code) &&
      flatSections([section]).every(({ words, isUnwritten }) => words === '' && !isUnwritten),
  );
  // What is asked and not answered is told of by its question.
  const unwritten = [...unwrittenIn(sections).filter(({ question }) => !isAsked(questions, question)), ...wordless];
  return [...issues, ...unwritten.map((section) => unwrittenIssue(ref, section))];
}

export function unwrittenIn(sections: readonly ReportSection[]): ReportSection[] {
  return flatSections(sections).filter(({ isUnwritten }) => isUnwritten);
}

function isAsked(questions: readonly string[], question: string | undefined): boolean {
  return question !== undefined && questions.includes(fold(question));
}

function unwrittenIssue(ref: string, { place, path }: ReportSection): Issue {
  const text = `Still to be written in ${ref}: ${place}. Write the text (text.status generated or additional), or take the section out.`;
  return issueIn(ref, `${path}.text`, refusal('required', 'report-unwritten', text));
}

/** What stands against sections of which not everybody reads the same. */
export function veiledIssues(ref: string, sections: readonly ReportSection[]): Issue[] {
  const veiled = flatSections(sections).filter((section) => section.isVeiled);
  if (veiled.length === 0) return [];
  const text =
    `Not everybody who reads ${ref} sees what stands there: ${veiled.map(({ place }) => place).join('; ')}. Leave out styles ` +
    'that hide text (display, visibility, opacity, font-size, color, text-indent), unicode-bidi, and the characters U+202D and U+202E.';
  return [refusal('business-rule', 'report-veiled', text, REPORT)];
}

function tellSections(codes: readonly string[]): string {
  return `the ${codes.length === 1 ? 'section' : 'sections'} ${codes.join(', ')}`;
}

/**
 * What stands against the disclaimer of a report: it has none, or not the one of its programme.
 * @param wanted the programme's words in the language of the report; undefined: any will do
 */
export function disclaimerIssues(ref: string, sections: readonly ReportSection[], wanted: string | undefined): Issue[] {
  const disclaimer = sections.find(({ code }) => code === 'disclaimer');
  if (disclaimer === undefined) {
    const text = `${ref} lacks the disclaimer: that it is advice, guarantees nothing and is no emergency service. Add a section with the code disclaimer of ${REPORT_SECTION_SYSTEM}.`;
    return [refusal('required', 'report-disclaimer', text, REPORT)];
  }
  // One that is still to be written is told of with the others.
  if (wanted === undefined || disclaimer.isUnwritten || holds(disclaimer.words, wanted)) return [];
  const text = `The section disclaimer of ${ref} does not hold the words that the programme has laid down for reports in this language. $draft-report gives them.`;
  return [refusal('business-rule', 'report-disclaimer', text, REPORT)];
}
