import type { ElementRule } from '../../definitions/index.ts';
import { compare, plain } from '../fhirpath/index.ts';
import type { CheckOccurrence, Compiling } from './engine.ts';
import { choiceOf } from './tree.ts';
import { describe } from './values.ts';

/** `minValue[x]`, `maxValue[x]` and `maxLength` of an element. */
export function compileLimits(compiling: Compiling, rule: ElementRule): CheckOccurrence[] {
  return [
    ...compileLimit(compiling, choiceOf(rule, 'minValue'), 'less', (order) => order < 0),
    ...compileLimit(compiling, choiceOf(rule, 'maxValue'), 'more', (order) => order > 0),
    ...compileLength(rule.maxLength, compiling.label),
  ];
}

function compileLimit(
  { engine, label }: Compiling,
  limit: unknown,
  word: string,
  isBeyond: (order: number) => boolean,
): CheckOccurrence[] {
  if (limit === undefined) return [];
  const bound = plain(limit);
  const text = `Profile ${label} allows nothing ${word} than ${describe(limit)} here. Mend the value.`;
  return [
    ({ value }, findings) => {
      const given = plain(value);
      if (typeof given !== typeof bound) return;
      const order = compare(given, bound, true, engine.knowledge.toBaseUnits);
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
