import { numberOf } from '../../fhir/index.ts';
import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';
import { coded } from '../packet/codings.ts';
import { fold } from './narrative-words.ts';

/** What one opinion says of one thing, as the record has it: with the member of FHIR's `value[x]`. */
export type Statement =
  { readonly valueCodeableConcept: Node } | { readonly valueString: string } | { readonly valueQuantity: Node };

/** What a component says; undefined where it says nothing that could be compared. */
export function statementOf(component: Node | undefined): Statement | undefined {
  const [concept] = nodes(component?.valueCodeableConcept);
  if (concept !== undefined) return { valueCodeableConcept: concept };
  const [quantity] = nodes(component?.valueQuantity);
  if (quantity !== undefined) return { valueQuantity: quantity };
  const words = text(component?.valueString);
  return words === undefined ? undefined : { valueString: words };
}

/**
 * Whether two statements say the same for certain: one code of one system, one amount, or words that are the same but for
 * blanks and case.
 */
export function isEqual(one: Statement, other: Statement): boolean {
  const codes = codesOf(one);
  if (codes.length > 0 && codesOf(other).length > 0) {
    return !isUnlike(one, other) && codesOf(other).some((code) => codes.includes(code));
  }
  const [amount, another] = [amountOf(one), amountOf(other)];
  if (amount !== undefined && another !== undefined)
    return amount.unit === another.unit && amount.value === another.value;
  const words = wordsOf(one);
  return words !== '' && words === wordsOf(other);
}

/** Whether two statements differ for certain: by codes of one system, or amounts in one unit. Words may say one thing in two ways. */
export function isUnlike(one: Statement, other: Statement): boolean {
  const [amount, another] = [amountOf(one), amountOf(other)];
  if (amount !== undefined && another !== undefined)
    return amount.unit === another.unit && amount.value !== another.value;
  const codes = codesOf(one);
  const others = codesOf(other);
  return systemsOf(codes).some((system) => {
    const own = codes.filter((code) => systemOf(code) === system);
    const theirs = others.filter((code) => systemOf(code) === system);
    return theirs.length > 0 && !own.some((code) => theirs.includes(code));
  });
}

/** Whether two statements have codes in one system, so that it can be told whether they are the same. */
export function isComparable(one: Statement, other: Statement): boolean {
  const systems = systemsOf(codesOf(other));
  return systemsOf(codesOf(one)).some((system) => systems.includes(system));
}

function codesOf(statement: Statement): string[] {
  return 'valueCodeableConcept' in statement ? coded(statement.valueCodeableConcept.coding) : [];
}

function systemsOf(codes: readonly string[]): string[] {
  return [...new Set(codes.map(systemOf))].filter((system) => system !== '');
}

function systemOf(code: string): string {
  return code.slice(0, code.lastIndexOf('|'));
}

function amountOf(statement: Statement): { readonly value: number; readonly unit: string } | undefined {
  if (!('valueQuantity' in statement)) return undefined;
  const { value, system, code, unit, comparator } = statement.valueQuantity;
  const number = numberOf(value);
  if (number === undefined || comparator !== undefined) return undefined;
  return { value: number, unit: `${text(system) ?? ''}|${text(code) ?? text(unit) ?? ''}` };
}

function wordsOf(statement: Statement): string {
  return fold(tellStatement(statement) ?? '').toLowerCase();
}

/** A statement in the words that it brings itself; undefined where it has none. */
export function tellStatement(statement: Statement): string | undefined {
  if ('valueString' in statement) return statement.valueString;
  if ('valueCodeableConcept' in statement) {
    const { text: words, coding } = statement.valueCodeableConcept;
    return text(words) ?? nodes(coding).flatMap(({ display, code }) => text(display) ?? text(code) ?? [])[0];
  }
  const { value, unit, code } = statement.valueQuantity;
  return value === undefined ? undefined : `${tellNumber(value)} ${text(unit) ?? text(code) ?? ''}`.trim();
}

/** Amounts are kept in the digits in which they were sent. */
function tellNumber(value: unknown): string {
  return JSON.isRawJSON(value) ? value.rawJSON : String(value);
}
