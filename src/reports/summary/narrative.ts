import type { Told } from './tell-record.ts';

const XHTML = 'http://www.w3.org/1999/xhtml';

/** https://hl7.org/fhir/R4/narrative.html */
export interface Narrative {
  readonly status: 'generated';
  readonly div: string;
}

/** A section for people: its lines as a table, and sentences about it. */
export function writeNarrative(
  language: string,
  columns: readonly string[],
  rows: readonly Told[],
  sentences: readonly string[],
): Narrative {
  const table = rows.length === 0 ? '' : writeTable(columns, rows);
  const said = sentences.map((sentence) => `<p>${escapeText(sentence)}</p>`).join('');
  return {
    status: 'generated',
    div: `<div xmlns="${XHTML}" lang="${language}" xml:lang="${language}">${table}${said}</div>`,
  };
}

function writeTable(columns: readonly string[], rows: readonly Told[]): string {
  const head = columns.map((column) => `<th>${escapeText(column)}</th>`).join('');
  const body = rows.map(({ what, when, detail }) => {
    const cells = [what, when, detail].map((cell) => `<td>${escapeText(cell)}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** Texts are others': nothing of them may become markup, or what XML has no place for. */
function escapeText(value: string): string {
  return value
    .replaceAll(UNFIT, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** https://www.w3.org/TR/xml/#charsets */
const UNFIT = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
