import { areEquivalent, contains, distinct } from './collections.ts';
import { compare, compareDates } from './compare.ts';
import { program, spend } from './program.ts';
import type { Program, Run, Scope } from './program.ts';
import { ExpressionError } from './tokens.ts';
import { EMPTY, FALSE, TRUE, areEqual, plain, textOf } from './values.ts';
import type { Items } from './values.ts';

/** What a collection says as a condition: one item that is no boolean counts as true; undefined where it is empty. */
export function truth(items: Items): boolean | undefined {
  if (items.length === 0) return undefined;
  if (items.length > 1) throw new ExpressionError('A condition has one value, not many');
  const value = plain(items[0]);
  return typeof value === 'boolean' ? value : true;
}

export function fromTruth(value: boolean | undefined): Items {
  return value === undefined ? EMPTY : value ? TRUE : FALSE;
}

/** Throws ExpressionError for an operator that is none. */
export function compileBinary(operator: string, left: Program, right: Program): Program {
  const a = left.run;
  const b = right.run;
  const areDates = left.isDate === true || right.isDate === true;
  const logic = compileLogic(operator, a, b);
  if (logic !== undefined) return program(logic);
  switch (operator) {
    case '=':
      return program((item, scope) => fromTruth(equal(a(item, scope), b(item, scope), areDates, scope)));
    case '!=':
      return program((item, scope) => {
        const answer = equal(a(item, scope), b(item, scope), areDates, scope);
        return fromTruth(answer === undefined ? undefined : !answer);
      });
    case '~':
      return program((item, scope) => fromTruth(areEquivalent(a(item, scope), b(item, scope), scope)));
    case '!~':
      return program((item, scope) => fromTruth(!areEquivalent(a(item, scope), b(item, scope), scope)));
    case 'in':
      return program((item, scope) => membership(a(item, scope), b(item, scope), scope));
    case 'contains':
      return program((item, scope) => membership(b(item, scope), a(item, scope), scope));
    case '|':
      return program(
        (item, scope) => distinct([...a(item, scope), ...b(item, scope)], scope),
        left.type === right.type ? left.type : undefined,
      );
    case '&':
      return program((item, scope) => [
        (textOf(single(a(item, scope))) ?? '') + (textOf(single(b(item, scope))) ?? ''),
      ]);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(operator, a, b, areDates);
    default:
      return compileArithmetic(operator, a, b);
  }
}

function compileLogic(operator: string, a: Run, b: Run): Run | undefined {
  switch (operator) {
    case 'and':
      return (item, scope) => {
        const left = truth(a(item, scope));
        if (left === false) return FALSE;
        const right = truth(b(item, scope));
        return right === false ? FALSE : left === true && right === true ? TRUE : EMPTY;
      };
    case 'or':
      return (item, scope) => {
        const left = truth(a(item, scope));
        if (left === true) return TRUE;
        const right = truth(b(item, scope));
        return right === true ? TRUE : left === false && right === false ? FALSE : EMPTY;
      };
    case 'xor':
      return (item, scope) => {
        const left = truth(a(item, scope));
        const right = truth(b(item, scope));
        return left === undefined || right === undefined ? EMPTY : left === right ? FALSE : TRUE;
      };
    case 'implies':
      return (item, scope) => {
        const left = truth(a(item, scope));
        if (left === false) return TRUE;
        const right = truth(b(item, scope));
        return right === true ? TRUE : left === true && right === false ? FALSE : EMPTY;
      };
    default:
      return undefined;
  }
}

function equal(left: Items, right: Items, areDates: boolean, scope: Scope): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  if (left.length !== right.length) return false;
  spend(scope, left.length);
  for (let at = 0; at < left.length; at++) {
    const a = plain(left[at]);
    const b = plain(right[at]);
    if (areDates && typeof a === 'string' && typeof b === 'string' && a !== b) {
      const order = compareDates(a, b);
      if (order !== 0) return order === undefined ? undefined : false;
    } else if (!areEqual(a, b)) return false;
  }
  return true;
}

function membership(wanted: Items, items: Items, scope: Scope): Items {
  if (wanted.length === 0) return EMPTY;
  return contains(items, single(wanted), scope) ? TRUE : FALSE;
}

export function single(items: Items): unknown {
  if (items.length > 1) throw new ExpressionError('Here belongs one value, not many');
  return items[0];
}

function compileOrder(operator: string, a: Run, b: Run, areDates: boolean): Program {
  const accepts: (order: number) => boolean =
    operator === '<'
      ? (order) => order < 0
      : operator === '<='
        ? (order) => order <= 0
        : operator === '>'
          ? (order) => order > 0
          : (order) => order >= 0;
  return program((item, scope) => {
    const left = a(item, scope);
    const right = b(item, scope);
    if (left.length === 0 || right.length === 0) return EMPTY;
    const order = compare(single(left), single(right), areDates, scope.toBaseUnits);
    return fromTruth(order === undefined ? undefined : accepts(order));
  });
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : a / b),
  div: (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
  mod: (a, b) => (b === 0 ? undefined : a % b),
};

function compileArithmetic(operator: string, a: Run, b: Run): Program {
  const calculate = ARITHMETIC[operator];
  if (calculate === undefined) throw new ExpressionError(`No operator ${operator}`);
  return program((item, scope) => {
    const left = plain(single(a(item, scope)));
    const right = plain(single(b(item, scope)));
    if (left === undefined || right === undefined) return EMPTY;
    if (operator === '+' && typeof left === 'string' && typeof right === 'string') return [left + right];
    if (typeof left !== 'number' || typeof right !== 'number')
      throw new ExpressionError('Only numbers are reckoned with');
    const result = calculate(left, right);
    return result === undefined ? EMPTY : [result];
  });
}
