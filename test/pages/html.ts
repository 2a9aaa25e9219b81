/** One element of a page, as the page's text has it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What is read in it, with that of the elements inside. */
  text: string;
  /** Names from the root to this one. */
  readonly path: string;
}

const VOID: ReadonlySet<string> = new Set(['meta', 'link', 'input']);
const TOKEN =
  /<!doctype html>|<\/(?<closed>[a-z0-9]+)>|<(?<opened>[a-z0-9]+)(?<attributes>(?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*(?<ends>\/?)>|(?<text>[^<]+)/gy;
const ATTRIBUTE = /([a-zA-Z-]+)(?:="([^"]*)")?/g;

/** Reads a page strictly: whatever is not well-formed, or not of the few kinds of token that the pages use, is refused. */
export function readHtml(html: string): Element[] {
  const all: Element[] = [];
  const open: Element[] = [];
  let position = 0;
  for (const match of html.matchAll(TOKEN)) {
    const { closed, opened, attributes = '', ends, text } = match.groups ?? {};
    position += match[0].length;
    if (text !== undefined) for (const element of open) element.text += decode(text);
    if (closed !== undefined && open.pop()?.name !== closed) throw new Error(`</${closed}> closes nothing`);
    if (opened === undefined) continue;
    const path = [...open.map(({ name }) => name), opened].join('>');
    const element = { name: opened, attributes: readAttributes(attributes), text: '', path };
    all.push(element);
    if (ends !== '/' && !VOID.has(opened)) open.push(element);
  }
  if (position !== html.length) throw new Error(`Not understood: ${html.slice(position, position + 60)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name ?? ''}> is not closed`);
  return all;
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, decode(value)]));
}

function decode(text: string): string {
  return text.replaceAll(/&#x([0-9A-F]+);/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
}

/** The elements of one name. */
export function named(elements: readonly Element[], ...names: string[]): Element[] {
  return elements.filter(({ name }) => names.includes(name));
}
