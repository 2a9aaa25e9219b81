import type { Parameter } from './answer.ts';
import type { AskedCode } from './asked-codes.ts';
import type { CodeSystemTable } from './code-system.ts';

/** What is said about one code. */
export interface Verdict {
  readonly result: boolean;
  readonly message: string | undefined;
  readonly display: string | undefined;
}

/** A code that is where it has to be may still go by a wrong name, or be there only to group others. */
export function judgeConcept(
  table: CodeSystemTable | undefined,
  asked: AskedCode,
  display: string | undefined,
  abstract: boolean,
): Verdict {
  const concept = table?.concepts.get(table.keyOf(asked.code));
  if (concept?.abstract && !abstract) {
    const message = 'The code only groups others and is not for use itself: choose one of those below it.';
    return { result: false, message, display };
  }
  const names = [display, concept?.display, ...(concept?.designations.map(([, text]) => text) ?? [])];
  if (
    asked.display !== undefined &&
    table?.ownsDisplays &&
    display !== undefined &&
    !includesName(names, asked.display)
  ) {
    return { result: false, message: 'The display is not one that the code has: see display.', display };
  }
  return { result: true, message: concept?.inactive ? 'The code is not for use any more.' : undefined, display };
}

/** The answer about several codings: the first that is right, or else what is wrong with each. */
export function combine(verdicts: readonly Verdict[]): Parameter[] {
  const right = verdicts.find(({ result }) => result);
  const message = right ? right.message : [...new Set(verdicts.map((verdict) => verdict.message))].join(' ');
  const display = right ? right.display : verdicts[0]?.display;
  return [
    { name: 'result', valueBoolean: right !== undefined },
    ...(message === undefined ? [] : [{ name: 'message', valueString: message }]),
    ...(display === undefined ? [] : [{ name: 'display', valueString: display }]),
  ];
}

/** Case and white space do not count. */
function includesName(names: readonly (string | undefined)[], name: string): boolean {
  const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return names.some((each) => each !== undefined && plain(each) === plain(name));
}
