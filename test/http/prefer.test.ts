import { describe, expect, test } from '@jest/globals';
import { parsePrefer } from '../../src/http/prefer.ts';
import type { Preferences } from '../../src/http/prefer.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** https://www.rfc-editor.org/rfc/rfc7240 and https://hl7.org/fhir/R4/http.html#ops */
describe('Prefer', () => {
  test.each<[string, Preferences]>([
    ['return=minimal', { return: 'minimal' }],
    ['return=representation', { return: 'representation' }],
    ['return=OperationOutcome', { return: 'OperationOutcome' }],
    ['handling=lenient', { handling: 'lenient' }],
    // In whatever case, with blanks, as a quoted string.
    ['Return = OPERATIONOUTCOME', { return: 'OperationOutcome' }],
    ['\treturn="minimal"  ', { return: 'minimal' }],
    ['return="min\\imal"', { return: 'minimal' }],
    // Several, in one header or in several that Node joins; beside others.
    ['handling=strict, return=minimal', { handling: 'strict', return: 'minimal' }],
    ['respond-async, wait=10,return=minimal', { return: 'minimal' }],
    [', ,return=minimal,', { return: 'minimal' }],
    ['priority="a, return=representation; b", return=minimal', { return: 'minimal' }],
    // What stands behind the semicolon of one that has no parameters is meant as a preference.
    ['handling=strict; return=minimal', { handling: 'strict', return: 'minimal' }],
    ['respond-async; handling=lenient;;return=minimal', { handling: 'lenient', return: 'minimal' }],
    ['theme; return=minimal', {}],
    ['theme;; depth=1; return=minimal, handling=strict', { handling: 'strict' }],
    // The first counts, also when it is none.
    ['return=minimal, return=representation', { return: 'minimal' }],
    ['return=all, return=minimal', {}],
    ['return=, return=minimal', {}],
    // What cannot be read takes nothing with it but itself.
    ['return==minimal, handling=strict', { handling: 'strict' }],
    ['please be quick, return=minimal', { return: 'minimal' }],
    ['return=minimal; (handling=strict), handling=lenient', { return: 'minimal', handling: 'lenient' }],
    ['theme="a, return=minimal', {}],
    ['return', {}],
    ['', {}],
    ['  ', {}],
  ])('%j', (header, preferences) => {
    expect(parsePrefer(header)).toEqual(preferences);
  });

  test('absent: nothing is preferred', () => {
    expect(parsePrefer(undefined)).toEqual({});
  });

  test.each([
    ['blanks', `${' '.repeat(16_000)}x y`],
    ['blanks behind a sign', `a=${' \t'.repeat(8000)}"`],
    ['quotation marks', '"a'.repeat(8000)],
    ['backslashes', `a="${'\\'.repeat(16_000)}`],
    ['semicolons', 'a;'.repeat(8000)],
    ['commas', ','.repeat(16_000)],
  ])('a header full of %s costs little', (_what, header) => {
    const before = cpuTime();
    parsePrefer(header);
    expect(cpuTime() - before).toBeLessThan(500);
  });
});
