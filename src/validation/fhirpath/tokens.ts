/** An expression that is none of FHIRPath, or asks for what is not compiled here. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }
}

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'date' | 'variable' | 'this' | 'symbol' | 'end';
  /** Without quotes and escapes. */
  readonly text: string;
  /** `a` in backquotes is never a keyword. */
  readonly isQuoted: boolean;
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|(?<name>[A-Za-z_]\w*)|`(?<quoted>(?:[^`\\]|\\.)*)`|'(?<string>(?:[^'\\]|\\.)*)'|(?<number>\d+(?:\.\d+)?)|@(?<date>T?\d[\d:T.+Z-]*)|%(?:(?<variable>[A-Za-z_][\w-]*)|`(?<variable1>[^`]*)`|'(?<variable2>[^']*)')|(?<special>\$\w+)|(?<symbol><=|>=|!=|!~|[-+*/&|<>=~.,()[\]{}])/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/** The tokens of an expression (http://hl7.org/fhirpath/N1/grammar.html), an `end` last. Throws ExpressionError. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new ExpressionError(`No FHIRPath at character ${at + 1}`);
    const token = toToken(groups);
    if (token !== undefined) tokens.push(token);
  }
  return [...tokens, { kind: 'end', text: '', isQuoted: false }];
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { name, quoted, string, number, date, special, symbol } = groups;
  const variable = groups['variable'] ?? groups['variable1'] ?? groups['variable2'];
  if (name !== undefined) return { kind: 'name', text: name, isQuoted: false };
  if (quoted !== undefined) return { kind: 'name', text: unescape(quoted), isQuoted: true };
  if (string !== undefined) return { kind: 'string', text: unescape(string), isQuoted: true };
  if (number !== undefined) return { kind: 'number', text: number, isQuoted: false };
  if (date !== undefined) return { kind: 'date', text: date, isQuoted: false };
  if (variable !== undefined) return { kind: 'variable', text: variable, isQuoted: false };
  if (special !== undefined) return { kind: 'this', text: special, isQuoted: false };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, isQuoted: false };
  return undefined;
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, hex: string | undefined, other: string) =>
    hex === undefined ? (ESCAPES[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
