import { SaxesParser } from 'saxes';

/** An element of a narrative. */
export interface Markup {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Markup | string)[];
}

/** As deep as validation lets a narrative be; what is deeper stands with its text at this depth. */
const MAX_DEPTH = 64;

interface Open extends Markup {
  readonly children: (Markup | string)[];
}

/** Addresses that lead out of the letter: others say nothing on paper. */
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:|ftp:\/\/|urn:|doi:)/i;

/** A link says where it leads, since paper has none: unless its text does. */
function tellAddress({ name, attributes: { href }, children }: Open): void {
  const address = href?.trim() ?? '';
  if (name !== 'a' || !ADDRESS.test(address)) return;
  const said = saidIn(children).replace(/\s+/g, '');
  const bare = address.replace(/^(?:https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '');
  if (!said.includes(bare)) children.push(` (${address})`);
}

function saidIn(children: readonly (Markup | string)[]): string {
  return children.map((child) => (typeof child === 'string' ? child : saidIn(child.children))).join('');
}

/** The tree of a narrative's div. Of markup that is not well-formed nothing but its text is left. */
export function parseMarkup(div: string): Markup {
  const root: Open = { name: 'div', attributes: {}, children: [] };
  const open: Open[] = [root];
  let excess = 0;
  let isBroken = false;
  const parser = new SaxesParser({ xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  parser.on('error', () => {
    isBroken = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= MAX_DEPTH) excess += 1;
    else {
      const element: Open = { name: name.toLowerCase(), attributes, children: [] };
      open.at(-1)!.children.push(element);
      open.push(element);
    }
  });
  parser.on('closetag', () => {
    if (excess > 0) excess -= 1;
    else tellAddress(open.pop()!);
  });
  const add = (text: string): void => {
    open.at(-1)!.children.push(text);
  };
  parser.on('text', add);
  parser.on('cdata', add);
  try {
    parser.write(div).close();
  } catch {
    isBroken = true;
  }
  if (!isBroken) return root;
  return { ...root, children: [div.replace(/<[^<>]*>/g, ' ')] };
}
