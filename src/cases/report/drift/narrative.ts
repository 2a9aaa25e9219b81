/** A paragraph, list item, heading or cell of a narrative. */
export interface TextBlock {
  readonly kind: 'cell' | 'item' | 'heading' | 'paragraph';
  readonly text: string;
}

const KINDS: Readonly<Record<string, TextBlock['kind']>> = {
  td: 'cell',
  th: 'cell',
  li: 'item',
  dt: 'item',
  dd: 'item',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
};
/** Where one of these begins or ends, the text before it is over. */
const BREAKS: ReadonlySet<string> = new Set([
  ...Object.keys(KINDS),
  ...'p div table thead tbody tfoot tr caption ul ol dl pre blockquote hr'.split(' '),
]);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * The text of a narrative (https://hl7.org/fhir/R4/narrative.html#xhtml) block by block. Empty cells keep their place, so
 * that tables compare cell by cell. Reads each character once, whatever the markup.
 */
export function readBlocks(div: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  let kind: TextBlock['kind'] = 'paragraph';
  let text = '';
  const endBlock = (next: TextBlock['kind']): void => {
    if (kind === 'cell' || text.trim() !== '') blocks.push({ kind, text: text.trim() });
    kind = next;
    text = '';
  };
  let at = 0;
  while (at < div.length) {
    const open = div.indexOf('<', at);
    const end = open < 0 ? div.length : open;
    text += unescapeText(div.slice(at, end));
    if (open < 0) break;
    const markup = readMarkup(div, open);
    at = markup.end;
    const { name, isEnd } = markup;
    if (name === 'br') text += ' ';
    if (name === 'sup' && !isEnd) text += '^';
    // Letters have the words of a picture in its place.
    if (name === 'img') text += ` ${unescapeText(alternativeOf(div.slice(open, at)))} `;
    if (!BREAKS.has(name)) continue;
    const inner = KINDS[name];
    if (isEnd) endBlock('paragraph');
    // What stands around the paragraphs of an item or a cell is still of it.
    else endBlock(inner ?? (text.trim() === '' && (name === 'p' || name === 'div') ? kind : 'paragraph'));
  }
  endBlock('paragraph');
  return blocks;
}

interface Markup {
  /** Lower case, without prefix; empty for comments. */
  readonly name: string;
  readonly isEnd: boolean;
  readonly end: number;
}

function readMarkup(div: string, open: number): Markup {
  if (div.startsWith('<!--', open)) {
    // Of `<!-->` nothing is its end yet.
    const close = div.indexOf('-->', open + 4);
    return { name: '', isEnd: false, end: close < 0 ? div.length : close + 3 };
  }
  let quote = '';
  let end = open + 1;
  for (; end < div.length; end += 1) {
    const character = div[end]!;
    if (quote === '' && character === '>') break;
    if (quote === character) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  const [, slash = '', name = ''] = /^<(\/?)(?:[\w-]{1,20}:)?([\w-]{1,20})/.exec(div.slice(open, open + 45)) ?? [];
  return { name: name.toLowerCase(), isEnd: slash !== '', end: end + 1 };
}

function alternativeOf(tag: string): string {
  const attributes = tag.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  for (const [, name, double, single] of attributes) if (name === 'alt') return double ?? single ?? '';
  return '';
}

function unescapeText(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
