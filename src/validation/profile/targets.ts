import type { ElementRule, ElementRuleType, Property } from '../../definitions/index.ts';
import { isA } from '../fhirpath/index.ts';
import type { Findings } from '../findings.ts';
import { typeInReference } from '../references.ts';
import { isTree } from '../tree.ts';
import { typeOfUrl } from './engine.ts';
import type { Compiling, CheckOccurrence, Engine } from './engine.ts';

interface Target {
  readonly url: string;
  /** Undefined where the profile is not known here. */
  readonly type: string | undefined;
  readonly isProfile: boolean;
}

/**
 * What a Reference may point to, where a profile says it more narrowly than the type: by the type that its text names,
 * and where the resource is at hand (contained, or in the same Bundle) by its content.
 */
export function compileTargets(
  { engine, label }: Compiling,
  rule: ElementRule,
  property: Property,
): CheckOccurrence | undefined {
  if (property.type !== 'Reference') return undefined;
  const urls = (rule.type ?? [])
    .filter(({ code }) => code === 'Reference')
    .flatMap(({ targetProfile = [] }) => targetProfile);
  const targets = urls.map((url) => toTarget(engine, url));
  if (targets.length === 0 || targets.some(({ type }) => type === 'Resource')) return undefined;
  const isNarrower =
    targets.some(({ isProfile }) => isProfile) || targets.length < (property.targets?.length ?? Infinity);
  if (!isNarrower) return undefined;
  const names = [...new Set(targets.map(({ type, url }) => type ?? url))].join(', ');
  const wrongType = `Profile ${label} allows no reference to such a record here. Refer to one of: ${names}.`;
  return ({ value }, findings) => {
    const { resolved, type } = readReferred(engine, value, findings);
    if (type === undefined) return;
    const fitting = targets.filter((target) => target.type === undefined || isA(engine.definitions, type, target.type));
    if (fitting.length === 0) findings.add('value', 'wrong-reference-type', wrongType, 'reference');
    else if (resolved !== undefined) checkResolved(engine, fitting, resolved, findings);
  };
}

/** Those of an element's types that allow what a Reference leads to; all of them where that is not told. */
export function compileFitting(
  engine: Engine,
  types: readonly ElementRuleType[],
): (value: unknown, findings: Findings) => readonly ElementRuleType[] {
  const wanted = types.map(({ targetProfile = [] }) => targetProfile.map((url) => toTarget(engine, url).type));
  return (value, findings) => {
    const { type } = readReferred(engine, value, findings);
    if (type === undefined) return types;
    return types.filter((_, at) => {
      const names = wanted[at]!;
      return names.length === 0 || names.some((name) => name === undefined || isA(engine.definitions, type, name));
    });
  };
}

/** The record behind a Reference, where it is at hand, and its type, where that or the Reference tells it. */
function readReferred(
  engine: Engine,
  value: unknown,
  findings: Findings,
): { readonly resolved: unknown; readonly type: string | undefined } {
  if (!isTree(value)) return { resolved: undefined, type: undefined };
  const { reference } = value;
  const resolved = typeof reference === 'string' ? findings.resolve(reference) : undefined;
  const type = typeOf(resolved) ?? typeInReference(reference) ?? value['type'];
  const isKnown = typeof type === 'string' && engine.definitions.isResourceType(type);
  return { resolved, type: isKnown ? type : undefined };
}

function toTarget(engine: Engine, url: string): Target {
  const type = typeOfUrl(engine.definitions, url);
  return { url, type: type ?? engine.structure(url)?.type, isProfile: type === undefined };
}

function typeOf(resource: unknown): string | undefined {
  const type = isTree(resource) ? resource['resourceType'] : undefined;
  return typeof type === 'string' ? type : undefined;
}

function checkResolved(engine: Engine, targets: readonly Target[], resource: unknown, findings: Findings): void {
  if (targets.some(({ isProfile, url }) => !isProfile || engine.conforms(url, resource, findings) !== false)) return;
  const names = targets.map(({ url }) => url).join(' or ');
  const text = `The record that this refers to does not conform to ${names}. Mend that record, or refer to another.`;
  findings.add('invariant', 'target-profile-not-met', text, 'reference');
}
