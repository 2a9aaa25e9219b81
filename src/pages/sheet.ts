import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { languageOf } from '../base/index.ts';
import { cleanText } from './display-text.ts';
import { head, header } from './document.ts';
import type { Content } from './elements.ts';

/** A page that reads like a sheet of paper, in any language. */
export interface Sheet {
  /** BCP 47 */
  readonly language: string;
  /** Address of the stylesheet. */
  readonly stylesheet: string;
  readonly title: string;
  /** Whose sheet it is. */
  readonly organization?: string | undefined;
  readonly tagline: string;
}

const PRODUCT = 'Consilium';

/** A whole HTML document. */
export function renderSheet(sheet: Sheet, ...content: Content[]): string {
  const { language, stylesheet, organization, tagline } = sheet;
  const title = [sheet.title, organization, PRODUCT].filter((part) => part !== undefined).map(cleanText);
  const document = h(
    'html',
    { lang: language, dir: directionOf(language) },
    head(title.join(' · '), stylesheet),
    h(
      'body',
      { class: 'sheet' },
      header(PRODUCT, organization),
      h('main', null, ...content),
      h('footer', null, h('p', null, PRODUCT, ' · ', tagline)),
    ),
  );
  return `<!doctype html>${toHtml(document)}`;
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** The direction in which a language is written. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(languageOf(language)) ? 'rtl' : 'ltr';
}

/** Attributes of an element in another language than its page. */
export function languageAttributes(language: string): { readonly lang: string; readonly dir: 'ltr' | 'rtl' } {
  return { lang: language, dir: directionOf(language) };
}

/** What a language is called by those who speak it. */
export function nameOfLanguage(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
}

/** A digest in hexadecimal as it is compared by eye: in groups, from left to right in any language. */
export function digestGroups(digest: string): Content {
  const groups = digest.match(/.{1,8}/g) ?? [];
  return h('code', { class: 'digest', dir: 'ltr' }, ...groups.map((group) => h('span', null, group, ' ')));
}
