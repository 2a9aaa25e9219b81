import type { ElementRule, ElementRuleType, Property } from '../../definitions/index.ts';
import type { Findings } from '../findings.ts';
import { isContainedReference, isTree } from '../tree.ts';
import type { CheckOccurrence, Compiling } from './engine.ts';
import { compileFitting } from './targets.ts';

/**
 * How a profile wants records to be referred to: where they have to be (`type.aggregation`), and whether the reference
 * names a version (`type.versioning`). http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.aggregation
 */
export function compileAggregation(
  { engine, label }: Compiling,
  rule: ElementRule,
  property: Property,
): CheckOccurrence | undefined {
  if (property.type !== 'Reference' && property.type !== 'canonical') return undefined;
  const types = (rule.type ?? []).filter(({ code }) => code === property.type);
  if (!types.some(({ aggregation, versioning }) => aggregation !== undefined || versioning !== undefined)) {
    return undefined;
  }
  const isCanonical = property.type === 'canonical';
  const name = isCanonical ? undefined : 'reference';
  const fitting = compileFitting(engine, types);
  const modes = [...new Set(types.flatMap(({ aggregation = [] }) => aggregation))].join(' or ');
  const misplaced = `Profile ${label} wants what is referred to here to be ${modes}. Put it there, and refer to it so.`;
  return ({ value }, findings) => {
    const text = isCanonical ? value : isTree(value) ? value['reference'] : undefined;
    if (typeof text !== 'string') return;
    const rules = isCanonical ? types : fitting(value, findings);
    // Records of a type that is not wanted here are told as such.
    if (rules.length === 0) return;
    if (!rules.some((type) => isWhere(type, text, isCanonical, findings))) {
      findings.add('value', 'wrong-aggregation', misplaced, name);
    }
    const versions = rules.map(({ versioning = 'either' }) => versioning);
    const isSpecific = isVersioned(text, isCanonical);
    if (isSpecific === undefined || versions.includes('either')) return;
    if (isSpecific && !versions.includes('specific')) {
      const advice = `Profile ${label} wants no version named here. Leave the version out.`;
      findings.add('value', 'wrong-versioning', advice, name);
    } else if (!isSpecific && !versions.includes('independent')) {
      const advice = `Profile ${label} wants a version named here. Add it: ${isCanonical ? 'url|version' : 'Type/id/_history/version'}.`;
      findings.add('value', 'wrong-versioning', advice, name);
    }
  };
}

/**
 * Whether the record is where it has to be. One in the same Bundle is referred to as well; a record on its own does not
 * tell in which Bundle it will be sent, and entries are found by their address, not by the canonical of what they hold.
 */
function isWhere(
  { aggregation = [] }: ElementRuleType,
  text: string,
  isCanonical: boolean,
  findings: Findings,
): boolean {
  if (aggregation.length === 0) return true;
  if (isContainedReference(text)) return aggregation.includes('contained');
  if (aggregation.includes('referenced')) return true;
  if (!aggregation.includes('bundled')) return false;
  return isCanonical || findings.bundle === undefined || findings.resolve(text) !== undefined;
}

/** Undefined where there are no versions: of what is contained, or has a name only within its Bundle. */
function isVersioned(text: string, isCanonical: boolean): boolean | undefined {
  if (isContainedReference(text)) return undefined;
  if (isCanonical) return text.includes('|');
  return /^urn:/i.test(text) ? undefined : text.includes('/_history/');
}
