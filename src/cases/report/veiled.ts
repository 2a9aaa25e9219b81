import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';
import { readBlocks } from './drift/narrative.ts';

/** Letters are drawn in another order than that in which they are written: 15 is read as 51. */
const TURNED = /[\u202d\u202e]/;
const STYLE = /[\s"']style\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
const VEILING = new RegExp(
  '(?:^|;)\\s*(?:display\\s*:\\s*none|visibility\\s*:\\s*(?:hidden|collapse)|(?:opacity|font-size)\\s*:\\s*[0.]+(?:%|[a-z]+)?' +
    '\\s*(?:!|;|$)|color\\s*:\\s*transparent|text-indent\\s*:\\s*-|unicode-bidi\\s*:\\s*(?:bidi|isolate)-override)',
  'i',
);

/**
 * Whether a section has text that not everybody reads as it is written: a style hides it from those who see the narrative
 * and not the letter, or its letters are turned round.
 */
export function isVeiled(section: Node): boolean {
  const div = nodes(section.text).flatMap((narrative) => text(narrative.div) ?? [])[0] ?? '';
  const said = [text(section.title) ?? '', ...readBlocks(div).map((block) => block.text)];
  if (said.some((words) => TURNED.test(words))) return true;
  return [...div.matchAll(STYLE)].some(([, double, single]) => VEILING.test(double ?? single ?? ''));
}
