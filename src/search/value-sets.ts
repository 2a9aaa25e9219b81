import type { Issue } from '../base/index.ts';
import type { Answer, Coding } from '../terminology/index.ts';
import { ok, refused } from './problem.ts';
import type { Outcome, Problem } from './problem.ts';
import type { Setting } from './setting.ts';
import { splitValue, unescapeValue } from './split-value.ts';

const BY_SET = /:(?:not-)?in$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The value sets that `:in` and `:not-in` name, for the caller of `parseSearch` to look up those that are records:
 * canonicals and `ValueSet/id`, as they stand in the request.
 */
export function namedSets(params: readonly (readonly [name: string, value: string])[]): string[] {
  const values = params.filter(([name]) => BY_SET.test(name)).flatMap(([, value]) => readNames(value));
  return [...new Set(values)];
}

/** @param value of `:in`: canonicals of value sets, joined by commas. */
export function readNames(value: string): string[] {
  return splitValue(value, ',')
    .map(unescapeValue)
    .filter((name) => name !== '');
}

/** All codes of a value set. What is not known, or cannot be listed, is refused: an answer without it would be wrong. */
export function codesInSet(setting: Setting, parameter: string, name: string): Outcome<readonly Coding[]> {
  const answer = setting.sets.get(name) ?? (ABSOLUTE.test(name) ? expand(setting, { url: name }) : undefined);
  if (answer !== undefined) return readCodes(answer, parameter);
  return refused('not-found', 'value-set-unknown', `The value set that ${parameter} names is not known here.`);
}

/** The code with all that is below (`is-a`) or above it (`generalizes`) in its system. */
export function codesInHierarchy(
  setting: Setting,
  parameter: string,
  op: 'is-a' | 'generalizes',
  { system, code }: { readonly system: string; readonly code: string },
): Outcome<readonly Coding[]> {
  const include = [{ system, filter: [{ property: 'concept', op, value: code }] }];
  const valueSet = { resourceType: 'ValueSet', status: 'active', compose: { include } };
  return readCodes(expand(setting, { valueSet }), parameter);
}

type Asked = Pick<Parameters<Setting['terminology']['expandValueSet']>[0], 'url' | 'valueSet'>;

function expand({ terminology, now }: Setting, asked: Asked): Answer {
  return terminology.expandValueSet({ ...asked, timestamp: new Date(now).toISOString() });
}

function readCodes(answer: Answer, parameter: string): Outcome<readonly Coding[]> {
  if (isRefusal(answer)) {
    const [{ code, key, text }] = answer as readonly [Issue, ...Issue[]];
    const told = key === 'value-set-unknown' ? 'The value set is not known here.' : text;
    return refused(isProblemCode(code) ? code : 'not-supported', key, `${parameter} cannot be answered. ${told}`);
  }
  const { contains = [] } = answer['expansion'] as { readonly contains?: readonly Coding[] };
  return ok(contains);
}

function isRefusal(answer: Answer): answer is Extract<Answer, readonly unknown[]> {
  return Array.isArray(answer);
}

const PROBLEM_CODES: readonly string[] = [
  'not-supported',
  'value',
  'invalid',
  'not-found',
  'too-costly',
] satisfies Problem['code'][];

function isProblemCode(code: string): code is Problem['code'] {
  return PROBLEM_CODES.includes(code);
}
