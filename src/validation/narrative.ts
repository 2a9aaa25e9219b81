/*
 * Narrative XHTML as http://hl7.org/fhir/R4/narrative.html#xhtml (rules txt-1, txt-2) allows it: a well-formed <div> of
 * formatting elements. Nothing that runs, loads or asks; read in one pass from left to right.
 */

const ELEMENTS = new Set(
  (
    'a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ' +
    'li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);

const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite ' +
    'class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev ' +
    'rowspan rules scope shape span src start style summary tabindex title type valign value vspace width ' +
    'xml:id xml:lang xml:space xmlns'
  ).split(' '),
);

const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const PLAIN = /(?:[^<&]|&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9a-fA-F]+);)+/y;
const COMMENT = /<!--(?:[^-]|-(?!-))*-->/y;
const LINKS = new Set(['href', 'src', 'cite', 'longdesc']);
const XHTML = 'http://www.w3.org/1999/xhtml';

export function isNarrative(text: string): boolean {
  const open: string[] = [];
  let hasContent = false;
  let at = 0;
  const source = text.trim();
  if (!/^<div[\s>]/.test(source)) return false;
  while (at < source.length) {
    if (at > 0 && open.length === 0) return false;
    const plain = match(PLAIN, source, at) ?? match(COMMENT, source, at);
    if (plain !== null) {
      hasContent ||= !plain[0].startsWith('<!--') && plain[0].trim() !== '';
      at += plain[0].length;
      continue;
    }
    const tag = match(TAG, source, at);
    if (tag === null) return false;
    const [whole, closing, name = '', attributes = '', single] = tag;
    if (!ELEMENTS.has(name)) return false;
    if (closing !== '') {
      if (attributes !== '' || open.pop() !== name) return false;
    } else {
      if (!areAllowed(attributes)) return false;
      if (single === '') open.push(name);
      hasContent ||= name === 'img';
    }
    at += whole.length;
  }
  return open.length === 0 && hasContent;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function areAllowed(attributes: string): boolean {
  for (const [, name = '', double, quoted] of attributes.matchAll(ATTRIBUTE)) {
    const value = double ?? quoted ?? '';
    if (!ATTRIBUTES.has(name)) return false;
    if (name === 'xmlns' && value !== XHTML) return false;
    if (LINKS.has(name) && !isSafeLink(value)) return false;
    if (name === 'style' && /[\\&]|\/\*|url\s*\(|expression\s*\(|@import|javascript:/i.test(value)) return false;
  }
  return true;
}

/** References and ordinary addresses; of data only pictures, and no character reference that could hide a scheme. */
function isSafeLink(value: string): boolean {
  const plain = value.replace(/&amp;/g, '').trim();
  if (/[&\s]/.test(plain.slice(0, 32))) return false;
  const scheme = /^[^/?#]*?:/.exec(plain)?.[0].toLowerCase();
  return (
    scheme === undefined ||
    ['http:', 'https:', 'mailto:', 'tel:', 'urn:', 'cid:'].includes(scheme) ||
    /^data:image\/(png|jpeg|gif)[;,]/i.test(plain)
  );
}
