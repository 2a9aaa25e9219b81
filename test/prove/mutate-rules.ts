import { createRequire } from 'node:module';
import type * as FhirPath from 'fhirpath';
import { changeTexts, leaveOut } from './mutate-change.ts';
import { isTree } from './mutate-definitions.ts';
import type { Element, Tree } from './mutate-definitions.ts';
import type { Fault } from './mutate-faults.ts';

const require = createRequire(import.meta.url);
const engine = require('fhirpath') as typeof FhirPath;
const model = require('fhirpath/fhir-context/r4') as FhirPath.Model;

/** Of each rule, on each element: more break it in the same way. */
const MUTANTS_A_RULE = 5;
const TEXT = /'([^']*)'/g;

type Verdict = boolean | undefined;

/**
 * The rules that a profile adds to an element, each broken by leaving something out or by saying something else. What
 * breaks it is found by trying, and judged by the published engine.
 */
export function* brokenRules(element: Element, value: unknown, resource: Tree): Generator<Fault> {
  if (!isTree(value)) return;
  for (const { key, severity, expression, isOwn } of element.constraint ?? []) {
    if (!isOwn || severity !== 'error' || expression === undefined) continue;
    const judge = (item: Tree): Verdict => evaluate(item, expression, element, value === resource ? item : resource);
    if (judge(value) !== true) continue;
    const words = [...expression.matchAll(TEXT)].map(([, word]) => word!);
    let found = 0;
    for (const other of candidates(value, words)) {
      if (judge(other) !== false) continue;
      yield {
        kind: 'invariant',
        key,
        rule: `${element.id} keeps ${key}`,
        change: (parent, name) => replace(parent, name, other),
      };
      if (++found === MUTANTS_A_RULE) break;
    }
  }
}

/** What is left out, then the words of the rule itself in place of each text, then other words. */
function* candidates(value: Tree, words: readonly string[]): Generator<Tree> {
  const { meta, resourceType, ...rest } = value;
  const whole = (other: unknown): Tree => ({
    ...(resourceType === undefined ? {} : { resourceType }),
    ...(meta === undefined ? {} : { meta }),
    ...(other as Tree),
  });
  for (const other of leaveOut(rest)) yield whole(other);
  for (const other of changeTexts(rest, (text) => [...words, `other${text}`])) yield whole(other);
}

/** The root of a seed has no parent: what it holds is put in its place. */
function replace(parent: Tree, name: string, other: Tree): void {
  if (name !== 'undefined') {
    parent[name] = other;
    return;
  }
  for (const key of Object.keys(parent)) delete parent[key];
  Object.assign(parent, other);
}

function evaluate(item: Tree, expression: string, { path }: Element, resource: Tree): Verdict {
  try {
    const base = path.includes('.') ? { base: path, expression } : expression;
    const variables = { resource, rootResource: resource, context: item };
    const answer = engine.evaluate(structuredClone(item), base, variables, model) as unknown[];
    return answer.length === 1 && typeof answer[0] === 'boolean' ? answer[0] : undefined;
  } catch {
    return undefined;
  }
}
