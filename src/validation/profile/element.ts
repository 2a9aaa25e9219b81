import type { Constraint, ElementRule, Property } from '../../definitions/index.ts';
import { compileBinding } from '../bindings.ts';
import { isA } from '../fhirpath/index.ts';
import { CHECKED_ELSEWHERE, compileRules } from '../invariants.ts';
import type { Findings } from '../findings.ts';
import { isTree } from '../tree.ts';
import { compileAggregation } from './aggregation.ts';
import type { CheckOccurrence, Compiling, Engine, Occurrence } from './engine.ts';
import { compileLimits } from './limits.ts';
import { compileTargets } from './targets.ts';
import { choiceOf, findReferred } from './tree.ts';
import type { ProfileNode } from './tree.ts';
import { describe, fitsPattern, isFixed } from './values.ts';

/** What a profile demands of an element, or of a slice, beyond its type; undefined where nothing. */
export function compileElement(
  compiling: Compiling,
  node: ProfileNode,
  property: Property,
): CheckOccurrence | undefined {
  const { rule } = node;
  return all([
    compileValue(compiling, rule),
    ...(rule === undefined ? [] : compileLimits(compiling, rule)),
    compileCoding(compiling, rule, property),
    compileConstraints(compiling, rule, property),
    compileTypeProfiles(compiling, rule, property),
    rule === undefined ? undefined : compileTargets(compiling, rule, property),
    rule === undefined ? undefined : compileAggregation(compiling, rule, property),
    compileBelow(compiling, node, property),
  ]);
}

export function all(checks: readonly (CheckOccurrence | undefined)[]): CheckOccurrence | undefined {
  const present = checks.filter((check) => check !== undefined);
  if (present.length < 2) return present[0];
  return (occurrence, findings) => {
    for (const check of present) check(occurrence, findings);
  };
}

function compileValue({ label }: Compiling, rule: ElementRule | undefined): CheckOccurrence | undefined {
  const fixed = choiceOf(rule, 'fixed');
  if (fixed !== undefined) {
    const text = `Profile ${label} fixes this to ${describe(fixed)}. Give exactly that.`;
    return ({ value }, findings) => {
      if (!isFixed(value, fixed)) findings.add('value', 'fixed-value', text);
    };
  }
  const pattern = choiceOf(rule, 'pattern');
  if (pattern === undefined) return undefined;
  const text = `Profile ${label} wants at least ${describe(pattern)} here. Give that, and more where you like.`;
  return ({ value }, findings) => {
    if (!fitsPattern(value, pattern)) findings.add('value', 'pattern-value', text);
  };
}

function compileCoding(
  { engine }: Compiling,
  rule: ElementRule | undefined,
  property: Property,
): CheckOccurrence | undefined {
  const { terminology } = engine;
  const valueSet = rule?.binding?.valueSet?.split('|')[0];
  if (terminology === undefined || valueSet === undefined) return undefined;
  const strength = rule!.binding!.strength as 'required';
  if (property.binding?.valueSet === valueSet && property.binding.strength === strength) return undefined;
  const check = compileBinding(terminology, { strength, valueSet }, property.type);
  return check && (({ value }, findings) => check(value, findings));
}

function compileConstraints(
  { engine }: Compiling,
  rule: ElementRule | undefined,
  property: Property,
): CheckOccurrence | undefined {
  const { definitions, knowledge } = engine;
  const known = new Set(
    [property.type, property.path, property.profile ?? '']
      .flatMap((path) => definitions.constraints(path))
      .map(({ key }) => key),
  );
  const own = (rule?.constraint ?? []).flatMap(({ key, severity, human = '', expression }): Constraint[] =>
    expression === undefined || known.has(key) || Object.hasOwn(CHECKED_ELSEWHERE, key)
      ? []
      : [{ key, severity: severity === 'error' ? 'error' : 'warning', human, expression }],
  );
  if (own.length === 0) return undefined;
  const rules = compileRules(definitions, own, property.kind === 'resource' ? undefined : property.type, knowledge);
  return ({ value }, findings) => {
    if (value !== undefined) for (const check of rules) check(value, findings);
  };
}

/** Profiles on the element's type: it has to conform to one. Extensions are checked wherever they stand. */
function compileTypeProfiles(
  { engine }: Compiling,
  rule: ElementRule | undefined,
  property: Property,
): CheckOccurrence | undefined {
  if (property.type === 'Extension') return undefined;
  const { definitions } = engine;
  const profiles = (rule?.type ?? [])
    .filter(({ code }) => code === property.type || property.kind === 'resource')
    .flatMap(({ profile = [] }) => profile)
    .filter((url) => property.profile === undefined || !url.endsWith(`/${property.profile}`));
  const types = property.kind === 'resource' ? (rule?.type ?? []).map(({ code }) => code) : [];
  if (profiles.length === 0 && (types.length === 0 || types.includes('Resource'))) return undefined;
  return ({ value }, findings) => {
    if (types.length > 0 && !types.some((type) => isResourceOf(definitions, value, type))) {
      findings.add('structure', 'wrong-resource-type', `Here belongs a ${types.join(' or ')}. Send one.`);
    } else if (profiles.length === 1) engine.check(profiles[0]!, value, findings);
    else if (profiles.length > 1 && !profiles.some((url) => engine.conforms(url, value, findings) !== false)) {
      const text = `This conforms to none of ${profiles.join(', ')}. Make it conform to one.`;
      findings.add('invariant', 'profile-not-met', text);
    }
  };
}

function isResourceOf(definitions: Engine['definitions'], value: unknown, type: string): boolean {
  const name = isTree(value) ? value['resourceType'] : undefined;
  return typeof name === 'string' && isA(definitions, name, type);
}

/** The elements below; those of a resource of any type are known when it is there. */
function compileBelow(compiling: Compiling, node: ProfileNode, property: Property): CheckOccurrence | undefined {
  const { root } = compiling;
  const reference = node.rule?.contentReference;
  if (reference !== undefined && node.children.size === 0) {
    const referred = findReferred(root, reference);
    if (referred === undefined || referred.children.size === 0) return undefined;
    return lazily(() => compiling.compileChildren(referred, property.type));
  }
  if (node.children.size === 0) return undefined;
  if (property.kind !== 'resource') {
    const check = compiling.compileChildren(node, property.type);
    return check && (({ value }, findings) => check(value, findings));
  }
  const byType = new Map<string, CheckOccurrence>();
  return (occurrence, findings) => {
    const type = isTree(occurrence.value) ? occurrence.value['resourceType'] : undefined;
    if (typeof type !== 'string' || !compiling.engine.definitions.isResourceType(type)) return;
    let check = byType.get(type);
    if (check === undefined) byType.set(type, (check = lazily(() => compiling.compileChildren(node, type))));
    check(occurrence, findings);
  };
}

/** What refers to itself is compiled when it is first needed. */
function lazily(compile: () => ((parent: unknown, findings: Findings) => void) | undefined): CheckOccurrence {
  let compiled: ((parent: unknown, findings: Findings) => void) | undefined | 'not yet' = 'not yet';
  return ({ value }: Occurrence, findings) => {
    if (compiled === 'not yet') compiled = compile();
    compiled?.(value, findings);
  };
}
