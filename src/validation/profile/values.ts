import { areEqual } from '../fhirpath/index.ts';
import { isTree } from '../tree.ts';

/** Whether a value says at least what the pattern says (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_). */
export function fitsPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((part) => value.some((item) => fitsPattern(item, part)));
  }
  if (!isTree(pattern)) return areEqual(value, pattern);
  if (!isTree(value)) return false;
  return Object.entries(pattern).every(([name, part]) => fitsPattern(value[name], part));
}

/** Whether a value says exactly what is fixed. */
export function isFixed(value: unknown, fixed: unknown): boolean {
  return areEqual(value, fixed);
}

/** A value of a profile in words, short: profiles hold nothing of patients. */
export function describe(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
