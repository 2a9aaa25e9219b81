import { h } from 'hastscript';
import { cleanPassage, cleanText } from './display-text.ts';
import type { Content } from './elements.ts';
import { value } from './elements.ts';
import { languageAttributes } from './sheet.ts';

/** A stretch of text in one style. */
export interface Run {
  readonly text: string;
  readonly bold?: true;
  readonly italic?: true;
}

/** What a letter consists of; the same as the room of reports has it. */
export type LetterBlock =
  | { readonly kind: 'heading'; readonly level: 3 | 4; readonly text: string }
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'fields'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Run[])[]; readonly numbered: boolean }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly foot?: readonly string[];
      readonly amounts?: readonly number[];
    }
  | { readonly kind: 'person'; readonly name: string; readonly lines: readonly string[] }
  | { readonly kind: 'notice'; readonly text: string };

export interface LetterSection {
  readonly heading: string;
  readonly language?: string;
  readonly blocks: readonly LetterBlock[];
}

/** A section below a heading of the second rank. */
export function drawSection({ heading, language, blocks }: LetterSection, number: number): Content {
  const id = `section-${number}`;
  return h(
    'section',
    { class: 'part', 'aria-labelledby': id, ...(language === undefined ? {} : languageAttributes(language)) },
    h('h2', { id }, cleanText(heading)),
    ...blocks.map(drawBlock),
  );
}

function drawBlock(block: LetterBlock): Content {
  switch (block.kind) {
    case 'heading':
      return h(`h${block.level}`, null, cleanText(block.text));
    case 'paragraph':
      return h('p', { dir: 'auto' }, ...drawRuns(block.runs));
    case 'fields':
      return drawFields(block.rows);
    case 'list':
      return h(
        block.numbered ? 'ol' : 'ul',
        { class: 'items' },
        ...block.items.map((runs) => h('li', null, ...drawRuns(runs))),
      );
    case 'table':
      return drawTable(block);
    case 'person':
      return h(
        'div',
        { class: 'person' },
        h('p', { class: 'said' }, value(block.name)),
        ...block.lines.map((line) => h('p', null, value(line))),
      );
    case 'notice':
      return h('p', { class: 'notice', dir: 'auto' }, cleanPassage(block.text));
  }
}

function drawRuns(runs: readonly Run[]): Content[] {
  return runs.map(({ text, bold, italic }) => {
    const said: Content = cleanPassage(text);
    const slanted = italic === true ? h('em', null, said) : said;
    return bold === true ? h('strong', null, slanted) : slanted;
  });
}

/** Whoever sees it reads on from label to value. */
export function drawFields(rows: readonly (readonly [label: string, value: string])[]): Content {
  const drawn = rows.map(([label, told]) =>
    h('div', null, h('dt', null, cleanText(label)), h('dd', null, value(told))),
  );
  return h('dl', { class: 'facts' }, ...drawn);
}

function drawTable({ caption, head, rows, foot, amounts = [] }: Extract<LetterBlock, { kind: 'table' }>): Content {
  const line = (cells: readonly string[], name: 'th' | 'td'): Content => {
    const scope = name === 'th' ? { scope: 'col' } : {};
    return h(
      'tr',
      null,
      ...cells.map((cell, column) => {
        const amount = amounts.includes(column) ? { class: 'amount' } : {};
        return h(name, { ...scope, ...amount }, value(cell));
      }),
    );
  };
  return h(
    'div',
    // What is wider than the page is moved by who reads it, also by keys.
    { class: 'wide-table', role: 'region', 'aria-label': cleanText(caption), tabindex: '0' },
    h(
      'table',
      null,
      h('caption', null, cleanText(caption)),
      h('thead', null, line(head, 'th')),
      h('tbody', null, ...rows.map((row) => line(row, 'td'))),
      foot === undefined ? null : h('tfoot', null, line(foot, 'td')),
    ),
  );
}
