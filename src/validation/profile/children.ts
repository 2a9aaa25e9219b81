import type { Property } from '../../definitions/index.ts';
import { elementName } from '../findings.ts';
import type { Findings } from '../findings.ts';
import type { Compiling, CheckOccurrence, CheckWithin, Occurrence } from './engine.ts';
import { compileGather, propertiesOf } from './occurrences.ts';
import { compileSlicing } from './slicing.ts';
import type { ProfileNode } from './tree.ts';

/** What a profile demands of the elements of `type`; undefined where nothing. */
export function compileChildren(compiling: Compiling, node: ProfileNode, type: string): CheckWithin | undefined {
  const checks = [...node.children.values()]
    .map((child) => compileChild(compiling, child, type))
    .filter((check) => check !== undefined);
  if (checks.length === 0) return undefined;
  return (parent, findings) => {
    for (const check of checks) check(parent, findings);
  };
}

function compileChild(compiling: Compiling, node: ProfileNode, type: string): CheckWithin | undefined {
  const properties = propertiesOf(compiling.engine.definitions, type, node.name);
  if (properties.length === 0) return undefined;
  const elements = new Map<Property, CheckOccurrence>();
  for (const property of properties) {
    const check = refuseType(compiling, node, property) ?? compiling.compileElement(node, property);
    if (check !== undefined) elements.set(property, check);
  }
  const checkCount = compileCount(compiling, node, properties[0]!);
  const checkSlices = compileSlicing(compiling, node, properties);
  if (elements.size === 0 && checkCount === undefined && checkSlices === undefined) return undefined;
  const gather = compileGather(properties);
  return (parent, findings) => {
    if (findings.isFull) return;
    const occurrences = gather(parent);
    checkCount?.(occurrences, findings);
    if (elements.size > 0) checkEach(elements, occurrences, findings);
    checkSlices?.(occurrences, findings);
  };
}

function checkEach(
  elements: ReadonlyMap<Property, CheckOccurrence>,
  occurrences: readonly Occurrence[],
  findings: Findings,
): void {
  for (const occurrence of occurrences) {
    const check = elements.get(occurrence.property);
    if (check === undefined) continue;
    findings.enter(occurrence.property, occurrence.index);
    check(occurrence, findings);
    findings.leave();
  }
}

/** A choice of which the profile leaves only some types. */
function refuseType({ label }: Compiling, { rule }: ProfileNode, property: Property): CheckOccurrence | undefined {
  const types = rule?.type?.map(({ code }) => code);
  if (property.choice === undefined || types === undefined || types.includes(property.type)) return undefined;
  if (rule?.max === '0') return undefined;
  const text = `Profile ${label} allows other types here. Give one of: ${types.join(', ')}.`;
  return (_occurrence, findings) => findings.add('structure', 'type-not-allowed', text);
}

type CheckCount = (occurrences: readonly Occurrence[], findings: Findings) => void;

/** How often an element has to and may stand, where the profile says more than the type. */
function compileCount(compiling: Compiling, { rule }: ProfileNode, property: Property): CheckCount | undefined {
  const min = rule?.min ?? 0;
  const max = rule?.max === undefined || rule.max === '*' ? Infinity : Number(rule.max);
  // What the type itself demands is checked there: presence, and one where JSON has no array.
  const isMore = min > property.min;
  const isLess = max < property.max || (property.array && property.max === Infinity && max !== Infinity);
  if (!isMore && !isLess) return undefined;
  const name = elementName(property);
  const { label } = compiling;
  return ({ length }, findings) => {
    if (isMore && length < min) {
      const text = `Profile ${label} needs ${name}${min > 1 ? ` at least ${min} times, and it is there ${length} times` : ''}. Add it.`;
      findings.add('required', 'missing-element', text, name);
    } else if (isLess && length > max) {
      const text =
        max === 0
          ? `Profile ${label} does not use ${name}. Leave it out.`
          : `Profile ${label} allows ${name} at most ${max} times, and it is there ${length} times. Leave out the others.`;
      findings.add('structure', max === 0 ? 'element-not-used' : 'too-many-elements', text, name);
    }
  };
}
