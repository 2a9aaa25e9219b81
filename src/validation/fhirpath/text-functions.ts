import type { Expression } from './parse.ts';
import { compileMatch } from './patterns.ts';
import { single } from './operators.ts';
import { program } from './program.ts';
import type { Program } from './program.ts';
import { ExpressionError } from './tokens.ts';
import { EMPTY, plain, textOf } from './values.ts';
import type { Items } from './values.ts';

type CompileText = (target: Program, args: readonly Program[], expressions: readonly Expression[]) => Program;

/** A function of one text and its arguments; of nothing comes nothing. */
function onText(answer: (text: string, ...args: (string | number)[]) => unknown): CompileText {
  return ({ run }, args) =>
    program((item, scope) => {
      const text = plain(single(run(item, scope)));
      if (text === undefined) return EMPTY;
      if (typeof text !== 'string') throw new ExpressionError('The function is one of texts');
      const values: (string | number)[] = [];
      for (const { run: argument } of args) {
        const value = plain(single(argument(item, scope)));
        if (value === undefined) return EMPTY;
        if (typeof value !== 'string' && typeof value !== 'number') throw new ExpressionError('An argument is no text');
        values.push(value);
      }
      const result = answer(text, ...values);
      return Array.isArray(result) ? (result as Items) : result === undefined ? EMPTY : [result];
    });
}

/** A function of one value that may not come out. */
function onValue(answer: (value: unknown, text: string) => unknown): CompileText {
  return ({ run }) =>
    program((item, scope) => {
      const value = single(run(item, scope));
      const text = textOf(value);
      const result = text === undefined ? undefined : answer(plain(value), text);
      return result === undefined ? EMPTY : [result];
    });
}

function onNumber(answer: (value: number) => number): CompileText {
  return onValue((value) => {
    if (typeof value !== 'number') throw new ExpressionError('The function is one of numbers');
    return answer(value);
  });
}

/** Patterns are compiled once, so they have to be known when the rule is. */
const matches: CompileText = (target, _args, [pattern]) => {
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string')
    throw new ExpressionError('Only literal patterns are compiled');
  const test = compileMatch(pattern.value);
  return onText((text) => test(text))(target, [], []);
};

/** Only what is cut off or taken out of the end is replaced in R4's rules: `\..*` and the like. */
const replaceMatches: CompileText = (target, _args, [pattern, substitute]) => {
  if (pattern?.kind !== 'literal' || substitute?.kind !== 'literal')
    throw new ExpressionError('Only literal patterns are compiled');
  if (pattern.value !== '\\..*') throw new ExpressionError('Replacing by patterns is not compiled');
  return onText((text) => (text.includes('.') ? text.slice(0, text.indexOf('.')) + String(substitute.value) : text))(
    target,
    [],
    [],
  );
};

function toInteger(value: unknown, text: string): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function toDecimal(value: unknown, text: string): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function toBoolean(_value: unknown, text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['true', 't', 'yes', 'y', '1', '1.0'].includes(word)) return true;
  return ['false', 'f', 'no', 'n', '0', '0.0'].includes(word) ? false : undefined;
}

export const TEXT_FUNCTIONS: Readonly<Record<string, CompileText>> = {
  matches,
  replaceMatches,
  startsWith: onText((text, part) => text.startsWith(String(part))),
  endsWith: onText((text, part) => text.endsWith(String(part))),
  contains: onText((text, part) => text.includes(String(part))),
  indexOf: onText((text, part) => text.indexOf(String(part))),
  substring: onText((text, start, length?) => {
    const from = Number(start);
    if (from < 0 || from >= text.length) return undefined;
    return length === undefined ? text.slice(from) : text.slice(from, from + Number(length));
  }),
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  trim: onText((text) => text.trim()),
  replace: onText((text, part, other) => text.replaceAll(String(part), String(other))),
  length: onText((text) => text.length),
  toChars: onText((text) => Array.from(text)),
  split: onText((text, by) => text.split(String(by))),
  toString: onValue((_value, text) => text),
  toInteger: onValue(toInteger),
  toDecimal: onValue(toDecimal),
  toBoolean: onValue(toBoolean),
  convertsToInteger: onValue((value, text) => toInteger(value, text) !== undefined),
  convertsToDecimal: onValue((value, text) => toDecimal(value, text) !== undefined),
  convertsToBoolean: onValue((value, text) => toBoolean(value, text) !== undefined),
  abs: onNumber(Math.abs),
  ceiling: onNumber(Math.ceil),
  floor: onNumber(Math.floor),
  truncate: onNumber(Math.trunc),
};
