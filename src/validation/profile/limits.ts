import type { ElementRule } from '../../definitions/index.ts';
import { compare } from '../fhirpath/index.ts';
import type { CheckOccurrence } from './engine.ts';
import { choiceOf } from './tree.ts';
import { comparable, describe } from './values.ts';

/** `minValue[x]`, `maxValue[x]` and `maxLength` of an element. */
export function compileLimits(rule: ElementRule, label: string): CheckOccurrence[] {
  return [
    ...compileLimit(choiceOf(rule, 'minValue'), label, 'less', (order) => order < 0),
    ...compileLimit(choiceOf(rule, 'maxValue'), label, 'more', (order) => order > 0),
    ...compileLength(rule.maxLength, label),
  ];
}

function compileLimit(
  limit: unknown,
  label: string,
  word: string,
  isBeyond: (order: number) => boolean,
): CheckOccurrence[] {
  if (limit === undefined) return [];
  const bound = comparable(limit);
  const text = `Profile ${label} allows nothing ${word} than ${describe(limit)} here. Mend the value.`;
  return [
    ({ value }, findings) => {
      const given = comparable(value);
      if (typeof given !== typeof bound) return;
      const order = compare(given, bound, true);
      if (order !== undefined && isBeyond(order)) findings.add('value', 'value-out-of-range', text);
    },
  ];
}

function compileLength(maxLength: number | undefined, label: string): CheckOccurrence[] {
  if (maxLength === undefined) return [];
  const text = `Profile ${label} allows at most ${maxLength} characters here. Shorten the text.`;
  return [
    ({ value }, findings) => {
      if (typeof value === 'string' && Array.from(value).length > maxLength)
        findings.add('value', 'text-too-long', text);
    },
  ];
}
