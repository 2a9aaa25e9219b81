import { readReference } from './narrative-reference.ts';
import { findStyleFault } from './narrative-styles.ts';

const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite ' +
    'class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev ' +
    'rowspan rules scope shape span src start style summary tabindex title type valign value vspace width ' +
    'xml:id xml:lang xml:space xmlns'
  ).split(' '),
);

const ATTRIBUTE = /([\w:.-]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)')/g;
const LINKS = new Set(['href', 'src', 'cite', 'longdesc']);
const XHTML = 'http://www.w3.org/1999/xhtml';

/**
 * The first thing that is wrong with the attributes of a tag of a narrative, and where in them. `isRoot`: of the div,
 * which declares the namespace (http://hl7.org/fhir/R4/narrative.html).
 */
export function findAttributeFault(
  attributes: string,
  isRoot: boolean,
): { readonly at: number; readonly text: string } | undefined {
  const given = new Set<string>();
  for (const { 1: name = '', 2: double, 3: single, index } of attributes.matchAll(ATTRIBUTE)) {
    const text =
      given.has(name) || !ATTRIBUTES.has(name)
        ? 'Only attributes for formatting, links and pictures are allowed, each once. Remove this one.'
        : findValueFault(name, double ?? single ?? '');
    if (text !== undefined) return { at: index, text };
    given.add(name);
  }
  if (!isRoot || given.has('xmlns')) return undefined;
  return { at: 0, text: `Declare the namespace of XHTML on the div: <div xmlns="${XHTML}">.` };
}

function findValueFault(name: string, value: string): string | undefined {
  for (let at = value.indexOf('&'); at >= 0; at = value.indexOf('&', at + 1)) {
    const { fault } = readReference(value, at);
    if (fault !== undefined) return fault;
  }
  if (name === 'xmlns' && value !== XHTML) return `The namespace of a narrative is ${XHTML}, and no other.`;
  if (LINKS.has(name) && !isSafeLink(value)) {
    return 'Links go to http, https, ftp, mailto, tel, urn, cid, or to pictures as data:image/png, jpeg or gif.';
  }
  if (name === 'src' && isExternal(value)) {
    return 'A narrative loads nothing from elsewhere. Give the picture as data:image/png, jpeg or gif, by "#" and its id, or by a relative address.';
  }
  return name === 'style' ? findStyleFault(value) : undefined;
}

/** With a server of its own: browsers also take "/\" for the "//" before one. */
function isExternal(value: string): boolean {
  return /^\s*(?:(?:https?|ftp):|[\\/]{2})/i.test(value);
}

/** References and ordinary addresses; of data only pictures, and no character reference that could hide a scheme. */
function isSafeLink(value: string): boolean {
  const plain = value.replace(/&amp;/g, '').trim();
  if (/[&\s]/.test(plain.slice(0, 32))) return false;
  const scheme = /^[^/?#]*?:/.exec(plain)?.[0].toLowerCase();
  return (
    scheme === undefined ||
    ['http:', 'https:', 'ftp:', 'mailto:', 'tel:', 'urn:', 'cid:'].includes(scheme) ||
    /^data:image\/(png|jpeg|gif)[;,]/i.test(plain)
  );
}
