import { findUnfitCharacter } from '../fhir/index.ts';
import { findAttributeFault } from './narrative-attributes.ts';
import { readReference } from './narrative-reference.ts';

/*
 * Narrative XHTML as http://hl7.org/fhir/R4/narrative.html#xhtml (rules txt-1, txt-2) allows it: a well-formed <div> of
 * formatting elements. Nothing that runs, loads or asks; read in one pass from left to right. What passes can stand in an
 * XML document as it is.
 */

/** Open elements at most, as in XML that is read. */
const MAX_DEPTH = 64;

const ELEMENTS = new Set(
  (
    'a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ' +
    'li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);

// White space is that of XML: of what \s holds beside it, nothing separates attributes.
const TAG =
  /<(\/?)([A-Za-z][\w:.-]*)((?:[ \t\r\n]+[\w:.-]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*)[ \t\r\n]*(\/?)>/y;
const COMMENT = /<!--(?:[^-]|-(?!-))*-->/y;
const MARKUP = /[<&]|\]\]>/g;
const FILLED = /[^ \t\r\n]/;

const ONE_DIV = 'The narrative is one <div>, with nothing before or behind it.';

/** What is wrong with a narrative, where, and how to mend it; holds nothing of its text. */
export interface NarrativeFault {
  /** Position in the div. */
  readonly at: number;
  readonly text: string;
}

/** The first thing that is wrong; undefined for a narrative that is allowed. */
export function findNarrativeFault(div: string): NarrativeFault | undefined {
  const unfit = findUnfitCharacter(div);
  if (unfit >= 0) return { at: unfit, text: 'XML cannot hold this character. Remove it.' };
  const reader = new Reader(div);
  while (!reader.isAtEnd) {
    const text = reader.readNext();
    if (text !== undefined) return { at: reader.at, text };
  }
  const text = reader.judgeWhole();
  return text === undefined ? undefined : { at: reader.at, text };
}

class Reader {
  /** Where the next piece begins, or the fault is. */
  at = 0;
  private readonly div: string;
  private readonly open: string[] = [];
  private hasContent = false;
  private isBegun = false;

  constructor(div: string) {
    this.div = div;
  }

  get isAtEnd(): boolean {
    return this.at >= this.div.length;
  }

  /** Reads a run of text, a comment, a reference or a tag. What is wrong with it, if something is. */
  readNext(): string | undefined {
    const { div, at } = this;
    MARKUP.lastIndex = at;
    const end = MARKUP.exec(div)?.index ?? div.length;
    if (end > at) return this.readText(div.slice(at, end));
    if (this.open.length === 0 && (this.isBegun || !/^<div[ \t\r\n>]/.test(div.slice(at, at + 5)))) return ONE_DIV;
    if (div[at] === '&') return this.readReference();
    COMMENT.lastIndex = at;
    const comment = COMMENT.exec(div);
    if (comment === null) return this.readTag();
    this.at += comment[0].length;
    return undefined;
  }

  /** What is wrong with the narrative as a whole, when all of it was read. */
  judgeWhole(): string | undefined {
    if (!this.isBegun) return ONE_DIV;
    if (this.open.length > 0) return 'It ends before all elements are closed. Close them.';
    if (this.hasContent) return undefined;
    this.at = 0;
    return 'It has no text. Give some, or leave the narrative out.';
  }

  private readText(text: string): string | undefined {
    const filled = text.search(FILLED);
    if (this.open.length === 0 && filled >= 0) {
      this.at += filled;
      return ONE_DIV;
    }
    this.hasContent ||= filled >= 0;
    this.at += text.length;
    return undefined;
  }

  private readReference(): string | undefined {
    const { length, fault } = readReference(this.div, this.at);
    this.hasContent = true;
    this.at += length;
    return fault;
  }

  private readTag(): string | undefined {
    TAG.lastIndex = this.at;
    const tag = TAG.exec(this.div);
    if (tag === null) return explainMarkup(this.div, this.at);
    const [whole, closing, name = '', attributes = '', single] = tag;
    if (!ELEMENTS.has(name)) return 'FHIR does not allow this element in a narrative. Leave it out.';
    if (closing !== '') {
      if (attributes !== '' || single !== '') return 'An end tag holds nothing but its name.';
      if (this.open.pop() !== name) return 'This end tag does not match the start tag before it.';
    } else {
      if (this.open.length === MAX_DEPTH) return `It is nested more than ${MAX_DEPTH} levels deep. Send it flatter.`;
      const fault = findAttributeFault(attributes, this.open.length === 0);
      if (fault !== undefined) {
        this.at += 1 + name.length + fault.at;
        return fault.text;
      }
      if (single === '') this.open.push(name);
      this.hasContent ||= name === 'img';
    }
    this.isBegun = true;
    this.at += whole.length;
    return undefined;
  }
}

/** What begins with "<" or "]]>" and is neither a tag nor a comment. */
function explainMarkup(div: string, at: number): string {
  if (div.startsWith(']]>', at)) return 'In text, write "]]>" as "]]&gt;".';
  if (/^<[!?]/.test(div.slice(at, at + 2))) {
    return 'A narrative has no DOCTYPE, no CDATA, no processing instructions, and no comments with "--". Leave it out.';
  }
  return 'Here is no well-formed tag of XHTML. Quote attributes; write a "<" that is text as &lt;.';
}
