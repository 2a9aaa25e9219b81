const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/**
 * Where a text stops being JSON (RFC 8259): the position of the first character that cannot stand there, or the text's
 * length if it ends too early. V8's own message tells it for some faults only. Nesting has to be bounded by the caller.
 */
export function findSyntaxFault(text: string): number {
  let at = 0;

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
      if (character < ' ') return false;
      if (character !== '\\') continue;
      at += 1;
      if (text[at] === 'u') {
        for (let digit = 0; digit < 4; digit++) if (!/[0-9a-fA-F]/.test(text[++at] ?? '')) return false;
      } else if (!'"\\/bfnrt'.includes(text[at] ?? ' ')) return false;
    }
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

  readValue();
  return at;
}
