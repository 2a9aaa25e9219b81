import type { Block, Run } from './model.ts';

/** A block of label and value each; values that are missing leave no row. */
export function fields(rows: readonly (readonly [label: string, value: string | undefined])[]): Block {
  return {
    kind: 'fields',
    rows: rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [[label, value] as const])),
  };
}

export function paragraph(text: string): Block {
  return { kind: 'paragraph', runs: [{ text }] };
}

export function list(items: readonly string[], numbered = false): Block {
  return { kind: 'list', items: items.map((text): Run[] => [{ text }]), numbered };
}

/** Whether there is something to read in it. */
export function hasContent(block: Block): boolean {
  switch (block.kind) {
    case 'fields':
      return block.rows.length > 0;
    case 'list':
      return block.items.length > 0;
    case 'table':
      return block.rows.length > 0 || block.head.length > 0;
    case 'paragraph':
      return block.runs.some(({ text }) => text.trim() !== '');
    default:
      return true;
  }
}

/** All that a block says, its parts one after the other; a table's caption, which is for who cannot see it, left out. */
export function textsOf(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [textOfRuns(block.runs)];
    case 'list':
      return block.items.map(textOfRuns);
    case 'fields':
      return block.rows.flat();
    case 'table':
      return [...block.head, ...block.rows.flat(), ...(block.foot ?? [])];
    case 'person':
      return [block.name, ...block.lines];
    case 'heading':
    case 'notice':
      return [block.text];
  }
}

function textOfRuns(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}
