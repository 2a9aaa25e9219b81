import { Fault } from '../../base/index.ts';
import type { Issue } from '../../base/index.ts';
import { parseJson } from '../../fhir/index.ts';
import type { Terminology } from '../../terminology/index.ts';
import { checkCodes } from './check-codes.ts';
import { checkServices } from './check-services.ts';
import { checkTerms } from './check-terms.ts';
import { formMistake, mistake } from './mistakes.ts';
import type { ProgrammeRules } from './rules.ts';
import { SCHEMA, withEmergency } from './schema.ts';
import { sketchRules } from './sketch.ts';

/**
 * Reads a programme file. What it leaves out is filled in, mostly as `NO_RULES` has it.
 * @param text JSON, as `profiles/programmes/` shows it
 * @returns the rules, or all that is wrong with the file: each issue's `expression` is the place in the JSON
 *   (`services[2].turnaround.unit`; of text that is no JSON, the text names line and column)
 */
export function parseRules(text: string, terminology: Terminology): ProgrammeRules | Issue[] {
  const syntax = findSyntaxMistake(text);
  if (syntax !== undefined) return [syntax];
  const filled = SCHEMA.validate(JSON.parse(text));
  const wrong = filled.error?.details ?? [];
  const sketch = sketchRules(
    filled.value,
    wrong.map(({ path }) => path),
  );
  const issues = [
    ...wrong.map(formMistake),
    ...checkServices(sketch),
    ...checkCodes(sketch, terminology),
    ...checkTerms(sketch),
  ];
  return issues.length > 0 ? issues : withEmergency(filled.value as ProgrammeRules);
}

/** What is said to senders of requests, and to whoever writes a file. */
const IN_FILES: readonly (readonly [RegExp, string])[] = [
  [/\b(the) body\b/i, '$1 file'],
  [/send it again/, 'check the file again'],
  [/send all of it/, 'the end of the file is missing'],
  [/follow the resource/, 'follow the last bracket'],
];

/** The reader of requests is used for what JSON.parse passes over: members given twice, and where a mistake stands. */
function findSyntaxMistake(text: string): Issue | undefined {
  if (text.trim() === '')
    return mistake([], 'The file is empty. Begin with one of those that come along, in profiles/programmes/.');
  try {
    parseJson(Buffer.from(text));
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const [issue] = error.issues;
    return { ...issue!, text: IN_FILES.reduce((said, [sent, filed]) => said.replace(sent, filed), issue!.text) };
  }
}
