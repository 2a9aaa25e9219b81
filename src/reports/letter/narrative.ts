import type { Markup } from './markup.ts';
import { parseMarkup } from './markup.ts';
import type { Block, Run } from './model.ts';
import { RunWriter, textOf } from './runs.ts';
import type { Style } from './runs.ts';
import { readTable } from './table.ts';

/** How deep a list's item stands below another, shown by blanks: a list of a letter has one level. */
const INDENT = '\u2003';

const BLOCKS: ReadonlySet<string> = new Set(
  'div p h1 h2 h3 h4 h5 h6 ul ol dl dt dd li table caption blockquote pre hr'.split(' '),
);
const BOLD: ReadonlySet<string> = new Set(['b', 'strong', 'th', 'dt']);
const ITALIC: ReadonlySet<string> = new Set(['i', 'em', 'cite', 'dfn', 'var']);

/**
 * What a narrative says, as blocks of a letter: none of its text is lost, whatever elements it stands in.
 * http://hl7.org/fhir/R4/narrative.html#xhtml
 * @param div Narrative.div
 * @param caption what its tables are called that have no caption
 */
export function readNarrative(div: string, caption: string): Block[] {
  const writer = new BlockWriter(caption);
  writer.write(parseMarkup(div), {});
  return writer.end();
}

class BlockWriter {
  private readonly blocks: Block[] = [];
  private readonly caption: string;
  private runs = new RunWriter();

  constructor(caption: string) {
    this.caption = caption;
  }

  end(): Block[] {
    this.flush();
    return this.blocks;
  }

  write(element: Markup, style: Style): void {
    for (const child of element.children) {
      if (typeof child === 'string') this.runs.write(child, style);
      else if (BLOCKS.has(child.name)) this.writeBlock(child, style);
      else this.writeInline(child, style);
    }
  }

  private writeInline(element: Markup, style: Style): void {
    if (element.name === 'br') this.runs.breakLine();
    else if (element.name === 'img') this.runs.write(element.attributes.alt ?? '', style);
    else this.write(element, styleWithin(element, style));
  }

  private writeBlock(element: Markup, style: Style): void {
    this.flush();
    const { name } = element;
    if (/^h[1-6]$/.test(name)) this.addHeading(element);
    else if (name === 'ul' || name === 'ol') this.addList(element, style);
    else if (name === 'table') this.addTable(element);
    else this.write(element, styleWithin(element, style));
    this.flush();
  }

  private flush(): void {
    const runs = this.runs.end();
    this.runs = new RunWriter();
    if (runs.length > 0) this.blocks.push({ kind: 'paragraph', runs });
  }

  private addHeading(element: Markup): void {
    const text = textOf(element);
    if (text !== '') this.blocks.push({ kind: 'heading', level: element.name < 'h4' ? 3 : 4, text });
  }

  private addTable(element: Markup): void {
    const { title, ...table } = readTable(element, this.caption);
    if (title !== undefined) this.blocks.push({ kind: 'paragraph', runs: [{ text: title, bold: true }] });
    if (table.head.length + table.rows.length > 0) this.blocks.push(table);
  }

  private addList(element: Markup, style: Style): void {
    // Only numbers from 1 on are the letter's own; others are part of the text.
    const numbered = element.name === 'ol' && isPlainlyNumbered(element);
    const items = itemsOf(element, style, { depth: 0, labelled: element.name === 'ol' && !numbered });
    if (items.length > 0) this.blocks.push({ kind: 'list', items, numbered });
  }
}

interface ListPlace {
  readonly depth: number;
  /** Whether the numbers of its items have to be written into them. */
  readonly labelled: boolean;
}

/** The items of a list and of those within them, one after the other. */
function itemsOf(list: Markup, style: Style, place: ListPlace): Run[][] {
  const items: Run[][] = [];
  let number = Number.parseInt(list.attributes.start ?? '1', 10) || 1;
  for (const child of list.children) {
    if (typeof child === 'string') {
      if (child.trim() !== '') items.push([{ text: child.trim().replace(/\s+/g, ' ') }]);
      continue;
    }
    number = Number.parseInt(child.attributes.value ?? '', 10) || number;
    const label = place.labelled ? `${tellNumber(list, number)}. ` : '';
    for (const item of readItem(child, style, place.depth, label)) items.push(item);
    number += 1;
  }
  return items;
}

function readItem(item: Markup, style: Style, depth: number, label: string): Run[][] {
  const before = INDENT.repeat(depth) + label;
  const own = new RunWriter();
  const below: Run[][][] = [];
  const walk = (element: Markup, within: Style): void => {
    for (const child of element.children) {
      if (typeof child === 'string') own.write(child, within);
      else if (child.name === 'ul' || child.name === 'ol')
        below.push(itemsOf(child, within, { depth: depth + 1, labelled: child.name === 'ol' }));
      else if (child.name === 'br') own.breakLine();
      else if (child.name === 'img') own.write(child.attributes.alt ?? '', within);
      else if (BLOCKS.has(child.name) || child.name === 'tr') {
        own.breakLine();
        walk(child, styleWithin(child, within));
        own.breakLine();
      } else {
        if (child.name === 'td' || child.name === 'th') own.write(' ', within);
        walk(child, styleWithin(child, within));
      }
    }
  };
  walk(item, style);
  const runs = own.end();
  const first = before === '' || runs.length === 0 ? runs : [{ text: before }, ...runs];
  return [...(first.length === 0 ? [] : [first]), ...below.flat()];
}

function styleWithin({ name }: Markup, style: Style): Style {
  if (BOLD.has(name)) return { ...style, bold: true };
  if (ITALIC.has(name)) return { ...style, italic: true };
  if (name === 'pre') return { ...style, kept: true };
  return name === 'sup' || name === 'sub' ? { ...style, script: name } : style;
}

function isPlainlyNumbered(list: Markup): boolean {
  const { start = '1', type = '1' } = list.attributes;
  return start === '1' && type === '1' && !hasNested(list) && list.children.every(isPlainItem);
}

function isPlainItem(child: Markup | string): boolean {
  if (typeof child === 'string') return child.trim() === '';
  return child.attributes.value === undefined && textOf(child) !== '';
}

function hasNested(element: Markup): boolean {
  return element.children.some(
    (child) => typeof child !== 'string' && (child.name === 'ul' || child.name === 'ol' || hasNested(child)),
  );
}

/** As `type` of HTML 4 has it. https://www.w3.org/TR/html401/struct/lists.html#adef-type-OL */
function tellNumber({ attributes }: Markup, number: number): string {
  const { type } = attributes;
  if ((type === 'a' || type === 'A') && number >= 1 && number <= 26)
    return String.fromCharCode(type.charCodeAt(0) + number - 1);
  return String(number);
}
