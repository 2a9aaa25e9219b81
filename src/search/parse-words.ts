import { malformed, ok, refused, unsupported } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { Condition, Wanted } from './query.ts';
import { askedWords } from './words.ts';
import type { WordScope } from './words.ts';

const MAX_DEPTH = 10;
/** Words and operators in one value. */
const MAX_TOKENS = 200;
const TOKENS = /[(),]|"(?:\\.|[^"\\])*"|(?:\\.|[^\s(),"\\])+|["\\]/gsu;

/**
 * `_text=(bone OR liver) and metastases`: all words have to be there; `OR` and a comma part alternatives, parentheses
 * hold them together. Of a phrase in quotes all words have to be there, too, wherever they stand.
 * See http://hl7.org/fhir/R4/search.html#text.
 */
export function parseWords(scope: WordScope, modifier: string | undefined, value: string): Outcome<Condition> {
  if (modifier !== undefined) {
    return unsupported('unsupported-modifier', `The search parameter ${scope} takes no modifier.`);
  }
  const tokens: readonly string[] = value.match(TOKENS) ?? [];
  if (tokens.length > MAX_TOKENS) {
    return refused('too-costly', 'too-many-words', `${scope} takes ${MAX_TOKENS} words and operators at most.`);
  }
  if (tokens.includes('NOT')) {
    return refused('not-supported', 'words-not', `${scope} knows AND, OR and parentheses, but no NOT.`);
  }
  const reader: Reader = { tokens, at: 0 };
  const wanted = readAlternatives(reader, 0);
  if (wanted === undefined || reader.at < tokens.length) {
    const text = `${scope} must be words, with OR, AND, quotes or parentheses that are closed: (bone OR liver) AND metastases.`;
    return malformed('bad-words', text);
  }
  if (isEmpty(wanted)) return malformed('no-words', `The value of ${scope} has neither a letter nor a digit.`);
  return ok({ kind: 'words', scope, wanted });
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
}

/** Undefined where an operand or a parenthesis is missing. */
function readAlternatives(reader: Reader, depth: number): Wanted | undefined {
  return readList(reader, 'any', isOr, () => readList(reader, 'all', isAnd, () => readOne(reader, depth)));
}

function readList(
  reader: Reader,
  op: 'any' | 'all',
  isOperator: (token: string) => boolean,
  readItem: () => Wanted | undefined,
): Wanted | undefined {
  const of: Wanted[] = [];
  for (;;) {
    const item = readItem();
    if (item === undefined) return undefined;
    if (!isEmpty(item)) of.push(item);
    const token = reader.tokens[reader.at];
    if (token !== undefined && isOperator(token)) reader.at += 1;
    // Words side by side stand for AND.
    else if (op === 'any' || token === undefined || token === ')' || isOr(token)) break;
  }
  return of.length === 1 ? of[0] : { op, of };
}

function readOne(reader: Reader, depth: number): Wanted | undefined {
  const token = reader.tokens[reader.at];
  if (token === undefined || token === ')' || token === '"' || isOr(token) || isAnd(token)) return undefined;
  reader.at += 1;
  if (token !== '(') return allOf(askedWords(token.replace(/\\(.)/gsu, '$1')));
  if (depth >= MAX_DEPTH) return undefined;
  const inner = readAlternatives(reader, depth + 1);
  if (reader.tokens[reader.at] !== ')') return undefined;
  reader.at += 1;
  return inner;
}

function allOf(words: readonly string[]): Wanted {
  const of = [...new Set(words)].map((word): Wanted => ({ op: 'word', word }));
  return of.length === 1 ? of[0]! : { op: 'all', of };
}

function isEmpty(wanted: Wanted): boolean {
  return wanted.op !== 'word' && wanted.of.length === 0;
}

function isOr(token: string): boolean {
  return token === ',' || token.toLowerCase() === 'or';
}

function isAnd(token: string): boolean {
  return token.toLowerCase() === 'and';
}
