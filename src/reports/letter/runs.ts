import type { Markup } from './markup.ts';
import type { Run } from './model.ts';

/** How a stretch of a narrative is set. */
export interface Style {
  readonly bold?: true;
  readonly italic?: true;
  readonly script?: 'sup' | 'sub';
  /** White space counts as it stands (pre). */
  readonly kept?: true;
}

const PLAIN = '0123456789+-−';

function formsOf(shifted: string): ReadonlyMap<string, string> {
  return new Map(Array.from(PLAIN, (one, at) => [one, shifted.charAt(at)]));
}

const RAISED = formsOf('⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻');
const LOWERED = formsOf('₀₁₂₃₄₅₆₇₈₉₊₋₋');
/** The white space of XHTML; a no-break space is none. */
const SPACES = /[ \t\r\n\f]+/g;

/** Puts stretches of text together as a reader sees them: white space folded, lines broken where they are to be. */
export class RunWriter {
  private readonly runs: { text: string; bold?: true; italic?: true }[] = [];
  /** What stands between what was written and what comes next. */
  private pending: '' | ' ' | '\n' = '';

  write(text: string, style: Style): void {
    if (style.kept === true) return this.writeLines(text, style);
    const folded = text.replace(SPACES, ' ');
    const words = folded.replace(/^ | $/g, '');
    if (folded.startsWith(' ')) this.space();
    if (words === '') return;
    this.push(words, style);
    if (folded.endsWith(' ')) this.space();
  }

  /** Several in a row are one: an empty line says nothing. */
  breakLine(): void {
    if (this.runs.length > 0) this.pending = '\n';
  }

  end(): Run[] {
    return this.runs;
  }

  private space(): void {
    if (this.runs.length > 0 && this.pending === '') this.pending = ' ';
  }

  private writeLines(text: string, { kept: _kept, ...style }: Style): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) this.breakLine();
      this.write(line, style);
    }
  }

  private push(text: string, { bold, italic, script }: Style): void {
    const shown = shift(text, script);
    const last = this.runs.at(-1);
    if (last !== undefined) last.text += this.pending;
    this.pending = '';
    if (last !== undefined && last.bold === bold && last.italic === italic) last.text += shown;
    else this.runs.push({ text: shown, ...(bold && { bold }), ...(italic && { italic }) });
  }
}

/** "10<sup>9</sup>" must not come to be read as 109. Letters have no raised form of their own, and need none. */
function shift(text: string, script: Style['script']): string {
  if (script === undefined) return text;
  const forms = script === 'sup' ? RAISED : LOWERED;
  return text.replace(/[0-9+\-−]/g, (one) => forms.get(one) ?? one);
}

/** The text of an element and all in it, folded to one line. */
export function textOf(element: Markup): string {
  const writer = new RunWriter();
  collect(element, writer, {});
  return writer
    .end()
    .map(({ text }) => text)
    .join('')
    .replaceAll('\n', ' ');
}

/** The text of an element with its lines: what stands in a paragraph or an item of its own comes on a new one. */
export function linesOf(element: Markup): string {
  const writer = new RunWriter();
  collect(element, writer, {});
  return writer
    .end()
    .map(({ text }) => text)
    .join('');
}

const LINES: ReadonlySet<string> = new Set(
  'br p div li tr dt dd h1 h2 h3 h4 h5 h6 table pre blockquote caption hr'.split(' '),
);

function collect(element: Markup, writer: RunWriter, style: Style): void {
  for (const child of element.children) {
    if (typeof child === 'string') {
      writer.write(child, style);
      continue;
    }
    const { name, attributes } = child;
    if (LINES.has(name)) writer.breakLine();
    if (name === 'td' || name === 'th') writer.write(' ', style);
    if (name === 'img') writer.write(attributes.alt ?? '', style);
    else if (name === 'sup' || name === 'sub') collect(child, writer, { ...style, script: name });
    else if (name === 'pre') collect(child, writer, { ...style, kept: true });
    else collect(child, writer, style);
    if (LINES.has(name)) writer.breakLine();
  }
}
