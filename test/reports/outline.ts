import type { Block, Letter } from '../../src/reports/index.ts';

/** What a letter says, line by line, as one can read it in a test: `# heading`, `- item`, `label = value`, `| cell | cell |`. */
export function outline(letter: Letter): string[] {
  return letter.sections.flatMap(({ heading, language, blocks }) => [
    `# ${heading}${language === undefined ? '' : ` (${language})`}`,
    ...blocks.flatMap(lines),
  ]);
}

export function lines(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${block.text}`];
    case 'paragraph':
      return [runs(block.runs)];
    case 'fields':
      return block.rows.map(([label, value]) => `${label} = ${value}`);
    case 'list':
      return block.items.map((item, at) => `${block.numbered ? `${at + 1}.` : '-'} ${runs(item)}`);
    case 'table':
      return [block.head, ...block.rows, block.foot ?? []]
        .filter((row) => row.length > 0)
        .map((row) => `| ${row.join(' | ')} |`);
    case 'person':
      return [`@ ${block.name}`, ...block.lines.map((line) => `  ${line}`)];
    case 'notice':
      return [`! ${block.text}`];
  }
}

function runs(given: readonly { readonly text: string; readonly bold?: true; readonly italic?: true }[]): string {
  return given.map(({ text, bold, italic }) => (bold ? `*${text}*` : italic ? `/${text}/` : text)).join('');
}
