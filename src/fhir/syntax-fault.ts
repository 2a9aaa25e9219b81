const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** In what the reading stopped: a string, an escape in it, behind the value that is the whole text, or anywhere else. */
type Spot = 'string' | 'escape' | 'behind' | 'between';

export interface SyntaxFault {
  /** Position of the first character that cannot stand there, or the text's length if it ends too early. */
  readonly at: number;
  /** How to mend it; holds nothing of the text. */
  readonly advice: string;
}

/**
 * Where a text stops being JSON (RFC 8259). V8's own message tells it for some faults only. Nesting has to be bounded by
 * the caller.
 */
export function findSyntaxFault(text: string): SyntaxFault {
  let at = 0;
  let spot: Spot = 'between';

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = at;
    const matched = pattern.test(text);
    if (matched) at = pattern.lastIndex;
    return matched;
  }

  function takes(expected: string): boolean {
    for (const character of expected) {
      if (text[at] !== character) return false;
      at += 1;
    }
    return true;
  }

  // Each leaves `at` behind what it read, or answers false and leaves it where the fault is.
  function readString(): boolean {
    if (!takes('"')) return false;
    for (; at < text.length; at++) {
      const character = text[at]!;
      if (character === '"') return takes('"');
      if (character < ' ') return stopIn('string');
      if (character !== '\\') continue;
      at += 1;
      if (text[at] === 'u') {
        for (let digit = 0; digit < 4; digit++) if (!/[0-9a-fA-F]/.test(text[++at] ?? '')) return stopIn('escape');
      } else if (!'"\\/bfnrt'.includes(text[at] ?? ' ')) return stopIn('escape');
    }
    return false;
  }

  function stopIn(where: Spot): false {
    spot = where;
    return false;
  }

  function readList(close: string, readItem: () => boolean): boolean {
    at += 1;
    skip(SPACE);
    if (text[at] === close) return takes(close);
    for (;;) {
      if (!readItem()) return false;
      if (text[at] !== ',') return takes(close);
      at += 1;
      skip(SPACE);
    }
  }

  function readMember(): boolean {
    if (!readString()) return false;
    skip(SPACE);
    return takes(':') && readValue();
  }

  function readValue(): boolean {
    skip(SPACE);
    const first = text[at] ?? '';
    const word = WORDS[first];
    let isValue: boolean;
    if (first === '{') isValue = readList('}', readMember);
    else if (first === '[') isValue = readList(']', readValue);
    else if (first === '"') isValue = readString();
    else isValue = word === undefined ? skip(NUMBER) : takes(word);
    return isValue && skip(SPACE);
  }

  if (readValue()) spot = 'behind';
  return { at, advice: adviseOn(text, at, spot) };
}

/** By what stands there, for the slips that people and programs make. */
function adviseOn(text: string, at: number, spot: Spot): string {
  const here = text[at];
  if (here === undefined) return 'It ends too early: send all of it.';
  if (spot === 'string') return 'In strings write control characters as escapes (\\n, \\t), and leave U+0000 out.';
  if (spot === 'escape') {
    return 'A backslash begins one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; write one that is meant as \\\\.';
  }
  const before = text.slice(0, at).trimEnd().at(-1);
  if (here === '\ufeff') return 'Remove the byte order mark.';
  if (here === '/' || here === '#') return 'JSON has no comments: remove it.';
  if (here === "'") return 'Names and strings stand in double quotes.';
  if ((here === '}' || here === ']') && before === ',') return 'Remove the comma before the closing bracket.';
  if (/^0[0-9]/.test(text.slice(at - 1, at + 1))) return 'Write numbers without leading zeros.';
  if (/^-?(?:NaN|Infinity|undefined)/.test(text.slice(at, at + 10))) {
    return 'JSON has no NaN, Infinity or undefined: leave the element out.';
  }
  if (/^(?:True|False|None)/.test(text.slice(at, at + 5))) return 'Write true, false and null in small letters.';
  if (spot === 'behind') return 'Nothing may follow the resource: remove what does.';
  if (before === '{' || before === ',') return 'Here belongs a name or a value; names stand in double quotes.';
  return 'Mend it and send it again.';
}
