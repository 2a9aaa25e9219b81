import { MAX_PATH } from './problem.ts';

/**
 * The part of FHIRPath by which patches say where (https://hl7.org/fhir/R4/fhirpatch.html): names, indexes, `$this`,
 * where(), extension(), ofType(), as(), first(), last(), single(), exists(), empty(), not(), and in conditions `and`, `or`,
 * `=`, `!=` and `~` with a literal. Nothing of it can take longer than the record is large.
 */
export type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where' | 'exists'; readonly test: Test }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'ofType'; readonly type: string }
  | { readonly kind: 'first' | 'last' | 'single' | 'any' | 'empty' | 'not' };

export type Test =
  | { readonly kind: 'and' | 'or'; readonly tests: readonly Test[] }
  | { readonly kind: 'holds'; readonly steps: readonly Step[] }
  | { readonly kind: 'equals'; readonly steps: readonly Step[]; readonly literal: Literal; readonly negated: boolean };

export interface Literal {
  readonly kind: 'string' | 'number' | 'boolean';
  readonly text: string;
}

interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'date' | 'symbol' | 'end';
  readonly text: string;
}

/** Levels of parentheses at most. */
const MAX_NESTING = 20;

const TOKEN =
  /\s*(?:(?<name>[A-Za-z_]\w*|\$this)|`(?<quoted>[^`\\]*)`|'(?<string>(?:[^'\\]|\\.)*)'|(?<number>-?\d+(?:\.\d+)?)|@(?<date>T?\d[\d:T.+Z-]*)|(?<symbol>!=|[.,()[\]=~]))/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/** The steps of a path; undefined where it is none, or holds what is not understood here. */
export function parsePath(text: string): readonly Step[] | undefined {
  const tokens = text.length > MAX_PATH ? undefined : tokenise(text);
  if (tokens === undefined) return undefined;
  try {
    return new PathReader(tokens).readAll();
  } catch (error) {
    if (error instanceof NoPath) return undefined;
    throw error;
  }
}

/** Leaves the reading. */
class NoPath extends Error {}

function tokenise(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups: Readonly<Record<string, string | undefined>> | undefined = TOKEN.exec(text)?.groups;
    if (groups === undefined) return undefined;
    tokens.push(toToken(groups));
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token {
  const { name, quoted, string, number, date, symbol = '' } = groups;
  if (string !== undefined) return { kind: 'string', text: unescape(string) };
  if (number !== undefined) return { kind: 'number', text: number };
  if (date !== undefined) return { kind: 'date', text: date };
  const called = name ?? quoted;
  return called === undefined ? { kind: 'symbol', text: symbol } : { kind: 'name', text: called };
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, hex: string | undefined, other: string) =>
    hex === undefined ? (ESCAPES[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

class PathReader {
  private readonly tokens: readonly Token[];
  private at = 0;
  private nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  readAll(): Step[] {
    const steps = this.readSteps();
    this.take('end');
    return steps;
  }

  private readSteps(): Step[] {
    const steps: Step[] = [];
    do {
      steps.push(...this.readStep());
      while (this.takes('[')) {
        const { text } = this.take('number');
        if (!/^\d{1,9}$/.test(text)) throw new NoPath();
        steps.push({ kind: 'index', index: Number(text) });
        this.expect(']');
      }
    } while (this.takes('.'));
    return steps;
  }

  private readStep(): Step[] {
    const { text } = this.take('name');
    if (text === '$this') return [];
    if (!this.takes('(')) return [{ kind: 'name', name: text }];
    const step = this.nested(() => this.readFunction(text));
    this.expect(')');
    return [step];
  }

  private readFunction(name: string): Step {
    switch (name) {
      case 'where':
        return { kind: 'where', test: this.readTest() };
      case 'exists':
        return this.isNext(')') ? { kind: 'any' } : { kind: 'exists', test: this.readTest() };
      case 'extension':
        return { kind: 'extension', url: this.take('string').text };
      case 'ofType':
      case 'as':
        return { kind: 'ofType', type: this.readType() };
      case 'first':
      case 'last':
      case 'single':
      case 'empty':
      case 'not':
        return { kind: name };
      default:
        throw new NoPath();
    }
  }

  private readType(): string {
    const { text } = this.take('name');
    return this.takes('.') ? this.take('name').text : text;
  }

  private readTest(): Test {
    return this.readJoined('or', () => this.readJoined('and', () => this.readTerm()));
  }

  private readJoined(kind: 'and' | 'or', read: () => Test): Test {
    const tests = [read()];
    while (this.isNext(kind)) {
      this.at += 1;
      tests.push(read());
    }
    return tests.length === 1 ? tests[0]! : { kind, tests };
  }

  private readTerm(): Test {
    if (this.takes('(')) {
      const test = this.nested(() => this.readTest());
      this.expect(')');
      return test;
    }
    const steps = this.readSteps();
    const negated = this.takes('!=');
    if (!negated && !this.takes('=') && !this.takes('~')) return { kind: 'holds', steps };
    return { kind: 'equals', steps, literal: this.readLiteral(), negated };
  }

  private readLiteral(): Literal {
    const { kind, text } = this.tokens[this.at++]!;
    if (kind === 'string' || kind === 'date') return { kind: 'string', text: text.replace(/^T(?=\d)/, '') };
    if (kind === 'number') return { kind, text };
    if (kind === 'name' && (text === 'true' || text === 'false')) return { kind: 'boolean', text };
    throw new NoPath();
  }

  private nested<T>(read: () => T): T {
    if (++this.nesting > MAX_NESTING) throw new NoPath();
    const value = read();
    this.nesting -= 1;
    return value;
  }

  private isNext(text: string): boolean {
    const token = this.tokens[this.at]!;
    return token.text === text && token.kind !== 'string';
  }

  private takes(symbol: string): boolean {
    const isIt = this.isNext(symbol);
    if (isIt) this.at += 1;
    return isIt;
  }

  private expect(symbol: string): void {
    if (!this.takes(symbol)) throw new NoPath();
  }

  private take(kind: Token['kind']): Token {
    const token = this.tokens[this.at]!;
    if (token.kind !== kind) throw new NoPath();
    this.at += 1;
    return token;
  }
}
