import { ExpressionError, tokenise } from './tokens.ts';
import type { Token } from './tokens.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'this' }
  | { readonly kind: 'index' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly target?: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly target?: Expression; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'at'; readonly target: Expression; readonly position: Expression }
  | { readonly kind: 'minus'; readonly operand: Expression }
  | { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly operand: Expression; readonly type: string }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** How strongly operators bind, the weakest first (http://hl7.org/fhirpath/N1/#operator-precedence). */
const LEVELS: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '~', '!=', '!~'],
  ['<=', '<', '>', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '-', '&'],
  ['*', '/', 'div', 'mod'],
];

/** Deeper nesting than any rule needs would only cost stack. */
const MAX_DEPTH = 200;

/** The tree of an expression. Throws ExpressionError. */
export function parseExpression(text: string): Expression {
  const tokens = tokenise(text);
  let at = 0;
  let depth = 0;

  const peek = (): Token => tokens[at]!;
  const isSymbol = (symbol: string): boolean => peek().kind === 'symbol' && peek().text === symbol;
  const isOperator = (level: number): boolean => {
    const { kind, text: word, isQuoted } = peek();
    return (kind === 'symbol' || (kind === 'name' && !isQuoted)) && LEVELS[level]!.includes(word);
  };

  function take(symbol: string): void {
    if (!isSymbol(symbol)) throw new ExpressionError(`Expected ${symbol} before ${peek().text || 'the end'}`);
    at += 1;
  }

  function parseLevel(level: number): Expression {
    if (level === LEVELS.length) return parseUnary();
    let left = parseLevel(level + 1);
    while (isOperator(level)) {
      const operator = tokens[at++]!.text;
      left =
        operator === 'is' || operator === 'as'
          ? { kind: 'type', operator, operand: left, type: parseTypeName() }
          : { kind: 'binary', operator, left, right: parseLevel(level + 1) };
    }
    return left;
  }

  function parseUnary(): Expression {
    if (isSymbol('-') || isSymbol('+')) {
      const operator = tokens[at++]!.text;
      const operand = parseUnary();
      return operator === '-' ? { kind: 'minus', operand } : operand;
    }
    let target = parseTerm();
    for (;;) {
      if (isSymbol('.')) {
        at += 1;
        target = parseInvocation(target);
      } else if (isSymbol('[')) {
        at += 1;
        target = { kind: 'at', target, position: parseWhole() };
        take(']');
      } else return target;
    }
  }

  function parseTerm(): Expression {
    const token = peek();
    if (token.kind === 'symbol' && token.text === '(') {
      at += 1;
      const inner = parseWhole();
      take(')');
      return inner;
    }
    if (token.kind === 'symbol' && token.text === '{') {
      at += 1;
      take('}');
      return { kind: 'empty' };
    }
    if (token.kind === 'name') return parseInvocation(undefined);
    at += 1;
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return parseNumber(token.text);
    if (token.kind === 'date') return { kind: 'date', text: token.text };
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    if (token.kind === 'this' && token.text === '$this') return { kind: 'this' };
    if (token.kind === 'this' && token.text === '$index') return { kind: 'index' };
    throw new ExpressionError(`No FHIRPath at ${token.text || 'the end'}`);
  }

  function parseNumber(text: string): Expression {
    const next = peek();
    const isUnit =
      next.kind === 'string' ||
      (next.kind === 'name' && /^(year|month|week|day|hour|minute|second|millisecond)s?$/.test(next.text));
    if (isUnit) throw new ExpressionError('Quantity literals are not compiled');
    return { kind: 'literal', value: Number(text) };
  }

  function parseInvocation(target: Expression | undefined): Expression {
    const token = peek();
    if (token.kind !== 'name') {
      if (token.kind === 'this' && token.text === '$this' && target !== undefined) {
        at += 1;
        return target;
      }
      throw new ExpressionError(`Expected a name before ${token.text || 'the end'}`);
    }
    at += 1;
    if (!token.isQuoted && target === undefined && (token.text === 'true' || token.text === 'false')) {
      return { kind: 'literal', value: token.text === 'true' };
    }
    const context = target === undefined ? {} : { target };
    if (!isSymbol('(')) return { kind: 'member', ...context, name: token.text };
    at += 1;
    const args: Expression[] = [];
    while (!isSymbol(')')) {
      if (args.length > 0) take(',');
      args.push(parseWhole());
    }
    at += 1;
    return { kind: 'call', ...context, name: token.text, args };
  }

  /** `FHIR.Patient`, `System.String`: told by the last part. */
  function parseTypeName(): string {
    let name = '';
    do {
      if (isSymbol('.')) at += 1;
      if (peek().kind !== 'name') throw new ExpressionError('Expected the name of a type');
      name = tokens[at++]!.text;
    } while (isSymbol('.'));
    return name;
  }

  function parseWhole(): Expression {
    depth += 1;
    if (depth > MAX_DEPTH) throw new ExpressionError('Nested too deeply');
    const expression = parseLevel(0);
    depth -= 1;
    return expression;
  }

  const expression = parseWhole();
  if (peek().kind !== 'end') throw new ExpressionError(`No FHIRPath at ${peek().text}`);
  return expression;
}
