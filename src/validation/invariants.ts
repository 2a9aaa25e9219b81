import type { Constraint, Definitions } from '../definitions/index.ts';
import { ask, compileEvaluation } from './evaluate.ts';
import type { Knowledge } from './evaluate.ts';
import type { Findings } from './findings.ts';

/** Asked of an item at whose place the findings stand. */
export type Rule = (item: unknown, findings: Findings) => void;

/**
 * Rules that hold by how the walk itself is made (with a text of their own), and the one that is advice: that each
 * resource has a narrative is good practice, and telling it of nearly every record would hide what matters.
 */
export const CHECKED_ELSEWHERE: Readonly<Record<string, string>> = {
  'ele-1': 'empty-element of every shape',
  'ext-1': 'extension-without-value, extension-value-and-extensions',
  'ref-1': 'unresolved-contained',
  'dom-2': 'nested-contained',
  'dom-3': 'dom-3 of contained resources',
  'dom-4': 'contained-meta',
  'dom-5': 'contained-meta',
  'dom-6': 'left out: best practice',
  'txt-1': 'invalid-value of xhtml',
  'txt-2': 'invalid-value of xhtml',
};

/**
 * A rule is kept where its expression comes to true. These also where it comes to nothing, which is how they say that
 * there is nothing to be judged: dates of different precision, quantities in different units, an element that is absent.
 */
const HOLDS_WITHOUT_ANSWER: ReadonlySet<string> = new Set(['per-1', 'rng-2', 'mdd-1', 'md-1', 'ras-2', 'vs-1']);
const COMPARES_DATES = 'lastModified.exists()';
const NAMES = 'name.matches(';

/** Compiles the rules of an element whose items have `type`. */
export function compileRules(
  definitions: Definitions,
  constraints: readonly Constraint[],
  type: string | undefined,
  knowledge: Knowledge,
): readonly Rule[] {
  return constraints
    .filter(({ key }) => !Object.hasOwn(CHECKED_ELSEWHERE, key))
    .map((constraint) => compileRule(definitions, constraint, type, knowledge));
}

function compileRule(
  definitions: Definitions,
  { key, severity, human, expression }: Constraint,
  type: string | undefined,
  knowledge: Knowledge,
): Rule {
  const evaluate = compileEvaluation(definitions, expression, type);
  const isSilent =
    HOLDS_WITHOUT_ANSWER.has(key) || expression.startsWith(COMPARES_DATES) || expression.startsWith(NAMES);
  const text = `Rule ${key} is broken: ${human.trim().replace(/\.?$/, '.')} Change what it speaks of.`;
  return (item, findings) => {
    if (findings.isFull) return;
    const answer = ask(evaluate, item, findings, knowledge);
    if (answer === true || (answer === undefined && (isSilent || findings.isIncomplete))) return;
    if (answer === 'failed') {
      const doubt = `Rule ${key} could not be tried: ${human.trim().replace(/\.?$/, '.')} See to it yourself.`;
      findings.note('warning', 'incomplete', 'rule-not-tried', doubt);
    } else if (severity === 'error') findings.add('invariant', key, text);
    else findings.note('warning', 'invariant', key, text);
  };
}
