import { SaxesParser } from 'saxes';
import { XHTML } from './names.ts';

/** Characters of a narrative that is brought into JSON's form; longer ones are refused by validation as they are. */
const MAX_REWRITTEN = 1024 * 1024;

/** The parts of well-formed markup: a comment, a CDATA section, a tag. */
const MARKUP = /<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*)>/g;
/** One attribute with the white space before it: looked for once a run, not once for each of its characters. */
const ATTRIBUTE = /(?<!\s)\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * The well-formed source of a div in XHTML, of which every element is known to be in that namespace, as JSON has it:
 * the namespace declared on the div and no other, no prefixes, no CDATA sections. All else is kept to the byte.
 */
export function normaliseDiv(source: string): string {
  if (source.length > MAX_REWRITTEN) return source;
  let isFirst = true;
  return source.replace(MARKUP, (whole, data?: string, slash?: string, name?: string, rest?: string) => {
    if (data !== undefined) return data.replace(/[&<>]/g, (character) => ESCAPES[character]!);
    if (name === undefined) return whole;
    const declaration = isFirst ? ` xmlns="${XHTML}"` : '';
    isFirst = false;
    return `<${slash}${name.slice(name.indexOf(':') + 1)}${declaration}${rest!.replace(ATTRIBUTE, dropDeclaration)}>`;
  });
}

function dropDeclaration(attribute: string, name: string): string {
  return name === 'xmlns' || name.startsWith('xmlns:') ? '' : attribute;
}

/**
 * A div as JSON has it → XML: a namespace that is missing is declared. undefined for what is no well-formed div in XHTML,
 * of which a document would become malformed, too.
 */
export function divToXml(div: string): string | undefined {
  const xml = div.trim();
  if (!xml.isWellFormed() || !/^<div[\s/>]/.test(xml) || !xml.endsWith('>')) return undefined;
  let namespace: string | undefined;
  let depth = 0;
  let faults = 0;
  const refuse = (): void => {
    faults += 1;
  };
  const parser = new SaxesParser({ xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('processinginstruction', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    const own = attributes['xmlns'];
    if (depth === 0) namespace = own;
    if (name.includes(':') || (own !== undefined && own !== XHTML)) refuse();
    depth += 1;
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(xml).close();
  if (faults > 0) return undefined;
  return namespace === undefined ? `<div xmlns="${XHTML}"${xml.slice('<div'.length)}` : xml;
}
