import { h } from 'hastscript';
import { cleanText } from './display-text.ts';
import { renderDocument } from './document.ts';
import type { Frame } from './document.ts';
import { textsIn } from './texts/texts-in.ts';

export interface NoticePage extends Frame {
  readonly kind: 'error' | 'signed-out' | 'expired' | 'cancelled';
  /** By which support finds the request in the log. */
  readonly reference?: string;
  /** Instead of the usual words for the kind. */
  readonly title?: string;
  readonly text?: string;
}

/** Where a way ends: what happened, what to do now, and nothing that is the application's or a patient's secret. */
export function renderNotice(page: NoticePage): string {
  const texts = textsIn(page.language);
  const usual = texts.notices[page.kind];
  const title = cleanText(page.title ?? usual.title);
  return renderDocument(
    page,
    { title },
    h('h1', null, title),
    h('p', { class: 'lede', role: page.kind === 'error' ? 'alert' : undefined }, cleanText(page.text ?? usual.text)),
    page.reference === undefined
      ? null
      : h(
          'div',
          { class: 'notice reference' },
          h('p', null, texts.reference),
          h('p', null, h('code', null, cleanText(page.reference))),
          h('p', { class: 'hint' }, texts.referenceHint),
        ),
  );
}
