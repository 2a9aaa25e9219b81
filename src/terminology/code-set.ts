import { keepCase } from './code-system.ts';
import type { Concept } from './code-system.ts';
import type { Membership } from './types.ts';

/** A code of a value set: the concept, under the name that the value set gives it. */
export interface Member {
  readonly concept: Concept;
  readonly display: string | undefined;
}

/** Codes of one system: those that can be listed, and a rule for all others. */
export interface CodeSet {
  /** By the system's key. */
  readonly listed: ReadonlyMap<string, Member>;
  readonly keyOf: (code: string) => string;
  /** Decides on codes that are not listed; undefined where all of those are out. */
  readonly rule: ((code: string) => Membership) | undefined;
  /** Whether all that are known to be in are listed: of a published part of a system yes, of language tags no. */
  readonly lists: boolean;
}

export const NO_CODES: CodeSet = { listed: new Map(), keyOf: keepCase, rule: undefined, lists: true };

export function decide(set: CodeSet, code: string): Membership {
  if (set.listed.has(set.keyOf(code))) return 'in';
  return set.rule === undefined ? 'out' : set.rule(code);
}

/** A code that both have goes by the name that `a` gives it. */
export function unite(a: CodeSet, b: CodeSet): CodeSet {
  if (a === NO_CODES) return b;
  const listed = new Map(a.listed);
  for (const [key, member] of b.listed) if (!listed.has(key)) listed.set(key, member);
  return { listed, keyOf: a.keyOf, rule: either(a.rule, b.rule), lists: a.lists && b.lists };
}

export function intersect(a: CodeSet, b: CodeSet): CodeSet {
  const { rule: ruleA } = a;
  const { rule: ruleB } = b;
  return split(
    [...a.listed, ...[...b.listed].filter(([key]) => !a.listed.has(key))],
    (code) => both(decide(a, code), decide(b, code)),
    {
      keyOf: a.listed.size > 0 ? a.keyOf : b.keyOf,
      rule: ruleA && ruleB && ((code) => both(ruleA(code), ruleB(code))),
      lists: ruleA === undefined || ruleB === undefined || (a.lists && b.lists),
    },
  );
}

export function subtract(a: CodeSet, b: CodeSet): CodeSet {
  const { rule } = a;
  return split([...a.listed], (code) => not(decide(b, code)), {
    ...a,
    rule: rule && ((code) => both(rule(code), not(decide(b, code)))),
  });
}

/** Sorts candidates: what is in stays listed, what cannot be decided is left to the rule. */
function split(
  candidates: readonly (readonly [string, Member])[],
  judge: (code: string) => Membership,
  { keyOf, rule, lists }: Omit<CodeSet, 'listed'>,
): CodeSet {
  const judged = candidates.map(([key, member]) => ({ key, member, verdict: judge(member.concept.code) }));
  const undecided = new Set(judged.filter(({ verdict }) => verdict === 'unknown').map(({ key }) => key));
  const listed = new Map(judged.filter(({ verdict }) => verdict === 'in').map(({ key, member }) => [key, member]));
  const ofUndecided = (code: string): Membership => (undecided.has(keyOf(code)) ? 'unknown' : 'out');
  if (undecided.size === 0) return { listed, keyOf, rule, lists };
  return { listed, keyOf, rule: either(rule, ofUndecided), lists: false };
}

function either(a: CodeSet['rule'], b: CodeSet['rule']): CodeSet['rule'] {
  if (a === undefined || b === undefined) return a ?? b;
  return (code) => not(both(not(a(code)), not(b(code))));
}

export function both(a: Membership, b: Membership): Membership {
  if (a === 'out' || b === 'out') return 'out';
  return a === 'in' && b === 'in' ? 'in' : 'unknown';
}

function not(verdict: Membership): Membership {
  if (verdict === 'unknown') return 'unknown';
  return verdict === 'in' ? 'out' : 'in';
}
