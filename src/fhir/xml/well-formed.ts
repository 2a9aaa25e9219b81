/** What the parser says, which may quote the text, in words that do not. */
const REASONS: readonly (readonly [start: string, reason: string])[] = [
  ['unexpected close tag', 'an end tag does not match the start tag before it'],
  ['unmatched closing tag', 'an end tag has no start tag'],
  ['unclosed tag', 'it ends before all elements are closed'],
  ['unexpected end', 'it ends too early'],
  ['duplicate attribute', 'an element has the same attribute twice'],
  ['unbound namespace prefix', 'a prefix is not declared (xmlns:prefix="…")'],
  ['malformed character entity', 'a reference stands for a character that XML cannot hold'],
  ['documents may contain only one root', 'there is a second root element'],
  ['text data outside of root', 'there is text outside of the root element'],
  ['document must contain a root', 'it has no root element'],
  ['attribute without value', 'an attribute has no value'],
  ['unquoted attribute value', 'the value of an attribute stands without quotes'],
  ['an XML declaration must be', 'something stands before the XML declaration'],
  ['the XML declaration must', 'something stands before the XML declaration'],
  ['disallowed character.', 'there is a character that cannot stand here, such as a control character or a bare "<"'],
  ['disallowed character in', 'a name has a character that names cannot have'],
];

export function reasonOf(message: string): string {
  return REASONS.find(([start]) => message.startsWith(start))?.[1] ?? 'its markup is broken';
}

const REFERENCE = /&(?:amp|lt|gt|quot|apos|#[0-9]{1,10}|#x[0-9a-fA-F]{1,8});/y;
const STARTS = /&|<!--|<!\[CDATA\[/g;

/**
 * Position of the first "&" before `end` that begins neither one of XML's own entities nor a character reference. The
 * parser notices it only at the next semicolon, or never.
 */
export function findBadReference(text: string, end: number): number | undefined {
  STARTS.lastIndex = 0;
  for (let match = STARTS.exec(text); match !== null && match.index < end; match = STARTS.exec(text)) {
    if (match[0] === '&') {
      REFERENCE.lastIndex = match.index;
      if (!REFERENCE.test(text)) return match.index;
      continue;
    }
    const close = match[0] === '<!--' ? text.indexOf('-->', match.index) : text.indexOf(']]>', match.index);
    if (close < 0) return undefined;
    STARTS.lastIndex = close;
  }
  return undefined;
}
