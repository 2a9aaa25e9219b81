import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import type { Node } from '../elements.ts';
import { tellAmount, tellNumber, tellQuantity } from './amounts.ts';
import type { Block } from './model.ts';
import { tellConcept } from './reading.ts';
import type { Words } from './words/words.ts';

/** Levels of items within items: item, detail, subDetail. */
const INDENT = '\u2003';

/** A cost estimate as a table; amounts as they were written, in the one currency that all of it has. */
export function estimateTable(words: Words, claim: Resource): Block {
  const { estimate } = words;
  const currency = text(node(claim.total).currency) ?? text(node(nodes(claim.item)[0]?.net).currency) ?? '';
  const total = tellAmount(claim.total);
  return {
    kind: 'table',
    caption: estimate.caption,
    head: [estimate.item, estimate.quantity, estimate.unitPrice(currency), estimate.amount(currency)],
    rows: nodes(claim.item).flatMap((item) => itemRows(words, item, 0)),
    ...(total === undefined ? {} : { foot: [estimate.total, '', '', total] }),
    amounts: [1, 2, 3],
  };
}

function itemRows(words: Words, item: Node, depth: number): string[][] {
  const name = tellConcept(words, item.productOrService) ?? tellNumber(item.sequence) ?? '';
  const modifiers = nodes(item.modifier).flatMap((one) => tellConcept(words, one) ?? []);
  const row = [
    INDENT.repeat(depth) + [name, ...modifiers].join(words.comma),
    tellQuantity(item.quantity) ?? '',
    tellAmount(item.unitPrice) ?? '',
    tellAmount(item.net) ?? '',
  ];
  const within = [...nodes(item.detail), ...nodes(item.subDetail)];
  return [row, ...within.flatMap((one) => itemRows(words, one, depth + 1))];
}
