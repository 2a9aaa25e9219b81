/** https://hl7.org/fhir/R4/narrative.html */
export interface Narrative {
  /** `empty`: it is still to be written. */
  readonly status: 'empty' | 'generated' | 'additional';
  readonly div: string;
}

/** A narrative of these parts; each is markup: see {@link paragraph}, {@link list}, {@link table}. */
export function narrative(status: Narrative['status'], ...parts: readonly string[]): Narrative {
  return { status, div: `<div xmlns="http://www.w3.org/1999/xhtml">${parts.join('')}</div>` };
}

export function paragraph(text: string): string {
  return `<p>${escape(text)}</p>`;
}

/** Paragraphs of a text in which a line that is empty parts them. */
export function paragraphs(text: string): string {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
  return parts.map((part) => paragraph(part.trim())).join('');
}

export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => line(row, 'td')).join('');
  return `<table><thead>${line(head, 'th')}</thead><tbody>${body}</tbody></table>`;
}

/** What XML has no place for: https://www.w3.org/TR/xml/#charsets */
const UNFIT = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Texts come from records of others: nothing of them may become markup. */
function escape(text: string): string {
  return text
    .replaceAll(UNFIT, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
