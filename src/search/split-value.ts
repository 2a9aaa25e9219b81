/**
 * Splits at `separator` where it is not escaped with `\`. The escapes stay in the parts, so that they can be split
 * again at another separator before `unescapeValue`. See http://hl7.org/fhir/R4/search.html#escaping.
 */
export function splitValue(text: string, separator: ',' | '|' | '$'): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

export function unescapeValue(text: string): string {
  return text.replace(/\\([\\,$|])/g, '$1');
}

const SPECIAL = /[\\$|]/;

/** Escapes a text that is put together with others. */
export function escapePart(text: string): string {
  // Hardly any text has them, and looking costs less than replacing.
  return SPECIAL.test(text) ? text.replace(/[\\$|]/g, '\\$&') : text;
}
