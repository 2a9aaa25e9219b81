/**
 * The part of FHIRPath that the search parameters of R4 are written in, as a tree. Words: a *term* is a chain of steps;
 * an expression is a union of terms.
 */
export interface Term {
  readonly steps: readonly ExpressionStep[];
}

export type ExpressionStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'union'; readonly terms: readonly Term[] }
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'first' }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'equals'; readonly field: string; readonly literal: string }
  | { readonly kind: 'hasExtension'; readonly url: string }
  | { readonly kind: 'resolvesTo'; readonly type: string };

const TOKEN = /\s*(?:([A-Za-z_]\w*)|'([^']*)'|([().|[\]=]|0))/y;
/** One published parameter has its URL without quotes: `extension(http://…)`. */
const BARE_URL = /extension\((https?:[^)']*)\)/g;

interface Token {
  readonly text: string;
  readonly literal: boolean;
}

/** Undefined where the text holds anything else than the forms above. */
export function parseExpression(text: string): Term[] | undefined {
  const tokens = tokenise(text.replace(BARE_URL, "extension('$1')"));
  if (tokens === undefined || tokens.length === 0) return undefined;
  const cursor = { tokens, at: 0 };
  try {
    const terms = readUnion(cursor);
    return cursor.at === tokens.length ? terms : undefined;
  } catch (error) {
    if (error instanceof UnknownForm) return undefined;
    throw error;
  }
}

/** Leaves the descent; never leaves this file. */
class UnknownForm extends Error {}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

function tokenise(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    tokens.push(
      match[2] === undefined ? { text: (match[1] ?? match[3])!, literal: false } : { text: match[2], literal: true },
    );
  }
  return tokens;
}

function readUnion(cursor: Cursor): Term[] {
  const terms = [readTerm(cursor)];
  while (accept(cursor, '|')) terms.push(readTerm(cursor));
  return terms;
}

function readTerm(cursor: Cursor): Term {
  const steps: ExpressionStep[] = [];
  if (accept(cursor, '(')) {
    steps.push({ kind: 'union', terms: readUnion(cursor) });
    expect(cursor, ')');
  } else steps.push(readStep(cursor));
  for (;;) {
    if (accept(cursor, '.')) steps.push(readStep(cursor));
    else if (accept(cursor, '[')) {
      expect(cursor, '0');
      expect(cursor, ']');
      steps.push({ kind: 'first' });
    } else if (accept(cursor, 'as')) steps.push({ kind: 'type', type: readName(cursor) });
    else return { steps };
  }
}

function readStep(cursor: Cursor): ExpressionStep {
  const name = readName(cursor);
  if (!accept(cursor, '(')) return { kind: 'name', name };
  const step = readCall(name, cursor);
  expect(cursor, ')');
  return step;
}

function readCall(name: string, cursor: Cursor): ExpressionStep {
  switch (name) {
    case 'as':
    case 'ofType':
      return { kind: 'type', type: readName(cursor) };
    case 'first':
      return { kind: 'first' };
    case 'extension':
      return { kind: 'extension', url: readLiteral(cursor) };
    case 'where':
      return readCriterion(cursor);
    default:
      throw new UnknownForm();
  }
}

function readCriterion(cursor: Cursor): ExpressionStep {
  const name = readName(cursor);
  if (accept(cursor, '=')) return { kind: 'equals', field: name, literal: readLiteral(cursor) };
  expect(cursor, '(');
  if (name === 'resolve') {
    expect(cursor, ')');
    expect(cursor, 'is');
    return { kind: 'resolvesTo', type: readName(cursor) };
  }
  if (name !== 'hasExtension') throw new UnknownForm();
  const url = readLiteral(cursor);
  expect(cursor, ')');
  return { kind: 'hasExtension', url };
}

function accept(cursor: Cursor, text: string): boolean {
  const token = cursor.tokens[cursor.at];
  if (token === undefined || token.literal || token.text !== text) return false;
  cursor.at += 1;
  return true;
}

function expect(cursor: Cursor, text: string): void {
  if (!accept(cursor, text)) throw new UnknownForm();
}

function readName(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at];
  if (token === undefined || token.literal || !/^\w+$/.test(token.text)) throw new UnknownForm();
  cursor.at += 1;
  return token.text;
}

function readLiteral(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at];
  if (!token?.literal) throw new UnknownForm();
  cursor.at += 1;
  return token.text;
}
