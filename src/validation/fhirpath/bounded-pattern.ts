import { ExpressionError } from './tokens.ts';

/*
 * Regular expressions out of rules, matched in time that grows with text times pattern and no faster: all ways through
 * the pattern are followed at once (Thompson), so nested quantifiers cannot make it run away as they do in JavaScript's
 * own engine. No back references and no looking around.
 */

type Instruction =
  | { readonly kind: 'char'; readonly test: (code: number) => boolean }
  | { readonly kind: 'split'; readonly next: number; readonly other: number }
  | { readonly kind: 'start' | 'end' | 'match' }
  | { readonly kind: 'jump'; readonly next: number };

type Part =
  | { readonly kind: 'char'; readonly test: (code: number) => boolean }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'either'; readonly parts: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly min: number; readonly max: number };

/** What `{1,64}` within `{1,64}` would unroll to is bounded as well. */
const MAX_INSTRUCTIONS = 20_000;

/** Whether the pattern is found anywhere in a text. Throws ExpressionError for a pattern that is not understood. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const program: Instruction[] = [];
  emit(parsePattern(pattern), program);
  program.push({ kind: 'match' });
  return (text) => run(program, text);
}

function emit(part: Part, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) throw new ExpressionError('The pattern is too large');
  switch (part.kind) {
    case 'char':
    case 'start':
    case 'end':
      program.push(part);
      return;
    case 'sequence':
      for (const each of part.parts) emit(each, program);
      return;
    case 'either': {
      const jumps: number[] = [];
      part.parts.forEach((each, at) => {
        const split = program.length;
        const isLast = at === part.parts.length - 1;
        if (!isLast) program.push({ kind: 'jump', next: 0 });
        emit(each, program);
        if (isLast) return;
        jumps.push(program.length);
        program.push({ kind: 'jump', next: 0 });
        program[split] = { kind: 'split', next: split + 1, other: program.length };
      });
      for (const jump of jumps) program[jump] = { kind: 'jump', next: program.length };
      return;
    }
    case 'repeat':
      emitRepeat(part, program);
  }
}

function emitRepeat({ part, min, max }: Extract<Part, { kind: 'repeat' }>, program: Instruction[]): void {
  for (let count = 0; count < min; count++) emit(part, program);
  if (max === Infinity) {
    const split = program.length;
    program.push({ kind: 'jump', next: 0 });
    emit(part, program);
    program.push({ kind: 'jump', next: split });
    program[split] = { kind: 'split', next: split + 1, other: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = min; count < max; count++) {
    splits.push(program.length);
    program.push({ kind: 'jump', next: 0 });
    emit(part, program);
  }
  for (const split of splits) program[split] = { kind: 'split', next: split + 1, other: program.length };
}

function run(program: readonly Instruction[], text: string): boolean {
  let current: number[] = [];
  let seen = new Int32Array(program.length).fill(-1);
  const add = (first: number, at: number, list: number[], marks: Int32Array): boolean => {
    const open = [first];
    while (open.length > 0) {
      const index = open.pop()!;
      if (marks[index] === at) continue;
      marks[index] = at;
      const instruction = program[index]!;
      if (instruction.kind === 'match') return true;
      if (instruction.kind === 'jump') open.push(instruction.next);
      else if (instruction.kind === 'split') open.push(instruction.other, instruction.next);
      else if (instruction.kind === 'start') {
        if (at === 0) open.push(index + 1);
      } else if (instruction.kind === 'end') {
        if (at === text.length) open.push(index + 1);
      } else list.push(index);
    }
    return false;
  };
  for (let at = 0; at <= text.length; at++) {
    if (add(0, at, current, seen)) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    const next: number[] = [];
    const marks = new Int32Array(program.length).fill(-1);
    for (const index of current) {
      const instruction = program[index] as { test: (code: number) => boolean };
      if (instruction.test(code) && add(index + 1, at + 1, next, marks)) return true;
    }
    current = next;
    seen = marks;
  }
  return false;
}

const CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  d: (code) => code >= 48 && code <= 57,
  w: (code) => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122),
  s: (code) => /\s/.test(String.fromCharCode(code)),
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

function parsePattern(pattern: string): Part {
  let at = 0;

  function parseEither(): Part {
    const parts = [parseSequence()];
    while (pattern[at] === '|') {
      at += 1;
      parts.push(parseSequence());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'either', parts };
  }

  function parseSequence(): Part {
    const parts: Part[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') parts.push(parseRepeat());
    return { kind: 'sequence', parts };
  }

  function parseRepeat(): Part {
    let part = parseAtom();
    for (;;) {
      const count = /^(?:\*|\+|\?|\{(\d+)(,(\d*))?\})\??/.exec(pattern.slice(at, at + 24));
      if (count === null) return part;
      at += count[0].length;
      const [sign, least, open, most] = count;
      const min = least === undefined ? (sign.startsWith('+') ? 1 : 0) : Number(least);
      const max =
        least === undefined
          ? sign.startsWith('?')
            ? 1
            : Infinity
          : open === undefined
            ? min
            : most
              ? Number(most)
              : Infinity;
      part = { kind: 'repeat', part, min, max };
    }
  }

  function parseAtom(): Part {
    const character = pattern[at++]!;
    if (character === '(') {
      if (pattern.startsWith('?:', at)) at += 2;
      else if (pattern[at] === '?') throw new ExpressionError('The pattern looks around, which is not bounded');
      const inner = parseEither();
      if (pattern[at++] !== ')') throw new ExpressionError('The pattern has a bracket that is not closed');
      return inner;
    }
    if (character === '[') return { kind: 'char', test: parseClass() };
    if (character === '.') return { kind: 'char', test: () => true };
    if (character === '^') return { kind: 'start' };
    if (character === '$') return { kind: 'end' };
    if (character === '\\') return { kind: 'char', test: parseEscape() };
    if ('*+?'.includes(character)) throw new ExpressionError('The pattern repeats nothing');
    const code = character.charCodeAt(0);
    return { kind: 'char', test: (other) => other === code };
  }

  function parseEscape(): (code: number) => boolean {
    const character = pattern[at++];
    if (character === undefined || /[1-9bBpPk]/.test(character)) {
      throw new ExpressionError('The pattern has an escape that is not bounded');
    }
    const set = CLASSES[character.toLowerCase()];
    if (set !== undefined) return character === character.toLowerCase() ? set : (code) => !set(code);
    const code =
      character === 'u' || character === 'x' ? parseHex(character) : (CONTROLS[character] ?? character.charCodeAt(0));
    return (other) => other === code;
  }

  function parseHex(kind: string): number {
    const length = kind === 'u' ? 4 : 2;
    const code = Number.parseInt(pattern.slice(at, at + length), 16);
    at += length;
    return code;
  }

  function parseClass(): (code: number) => boolean {
    const isNot = pattern[at] === '^';
    if (isNot) at += 1;
    const tests: ((code: number) => boolean)[] = [];
    while (pattern[at] !== ']') {
      if (at >= pattern.length) throw new ExpressionError('The pattern has a class that is not closed');
      const escaped = pattern[at] === '\\';
      const from = pattern.charCodeAt(at);
      at += 1;
      const one = escaped ? parseEscape() : (code: number): boolean => code === from;
      const low = escaped ? escapedCode(pattern[at - 1]!) : from;
      if (pattern[at] !== '-' || pattern[at + 1] === ']' || low === undefined) {
        tests.push(one);
        continue;
      }
      at += pattern[at + 1] === '\\' ? 2 : 1;
      const high = pattern.charCodeAt(at);
      at += 1;
      tests.push((code) => code >= low && code <= high);
    }
    at += 1;
    return (code) => tests.some((test) => test(code)) !== isNot;
  }

  const whole = parseEither();
  if (at < pattern.length) throw new ExpressionError('The pattern closes a bracket that it has not opened');
  return whole;
}

/** `\-` stands for itself, `\d` for many. */
function escapedCode(character: string): number | undefined {
  if (CLASSES[character.toLowerCase()] !== undefined) return undefined;
  return CONTROLS[character] ?? character.charCodeAt(0);
}
