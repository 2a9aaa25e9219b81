import type { Issue } from '../../base/index.ts';
import { refusal } from '../refusal.ts';
import { REPORT_SECTION_SYSTEM, flatSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { holds } from './narrative-words.ts';
import { REPORT } from './place.ts';

/**
 * What stands against the sections of a report: those that it cannot do without, and those that are still to be written.
 * @param ref `Composition/x`
 * @param needed codes of report-section
 */
export function sectionIssues(ref: string, sections: readonly ReportSection[], needed: readonly string[]): Issue[] {
  const issues: Issue[] = [];
  const missing = needed.filter((code) => !sections.some((section) => section.code === code));
  if (missing.length > 0) {
    const text = `${ref} lacks ${tellSections(missing)}: add each with its code of ${REPORT_SECTION_SYSTEM}, and write it.`;
    issues.push(refusal('required', 'report-sections', text, REPORT));
  }
  const wordless = sections.filter(
    ({ code, words, parts, isUnwritten }) =>
      !isUnwritten && code !== undefined && needed.includes(code) && words === '' && parts.length === 0,
  );
  const unwritten = [...flatSections(sections).filter(({ isUnwritten }) => isUnwritten), ...wordless];
  if (unwritten.length > 0) {
    const places = unwritten.map(({ place }) => place);
    const text = `Still to be written in ${ref}: ${places.join('; ')}. Write the text (text.status generated or additional), or take the section out.`;
    issues.push(refusal('required', 'report-unwritten', text, REPORT));
  }
  return issues;
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
