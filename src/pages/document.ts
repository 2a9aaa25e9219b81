import { toHtml } from 'hast-util-to-html';
import { h, s } from 'hastscript';
import { cleanText } from './display-text.ts';
import type { Content } from './elements.ts';
import { value } from './elements.ts';
import { LANGUAGE_NAMES, LANGUAGE_TAGS } from './language.ts';
import type { Language } from './language.ts';
import { textsIn } from './texts/texts-in.ts';

/** What every page needs. */
export interface Frame {
  readonly language: Language;
  /** Address of {@link STYLESHEET}: the caller knows the public base. */
  readonly stylesheet: string;
  /** Address of the page, where it may be read in another language: with `?lang=` behind it. */
  readonly address?: string;
}

/** What a page with a form needs besides. */
export interface Form extends Frame {
  readonly action: string;
  /** Token against forgery, sent back as `csrf`. */
  readonly csrf: string;
}

export interface Page {
  readonly title: string;
  /** Whose page it is; left out where nobody is known. */
  readonly organization?: string | undefined;
  /** The page tells of a problem: its title says so first. */
  readonly isProblem?: boolean;
  /** Room for lists. */
  readonly wide?: boolean;
}

/** A whole HTML document. Values are texts and attributes of a tree, which escapes them; nothing is ever put in as markup. */
export function renderDocument(frame: Frame, page: Page, ...content: Content[]): string {
  const texts = textsIn(frame.language);
  const title = [page.title, page.organization, texts.product].filter((part) => part !== undefined).map(cleanText);
  const document = h(
    'html',
    { lang: LANGUAGE_TAGS[frame.language] },
    head(`${page.isProblem === true ? `${texts.problem}: ` : ''}${title.join(' · ')}`, frame.stylesheet),
    h(
      'body',
      { class: page.wide === true ? 'wide' : undefined },
      header(texts.product, page.organization),
      h('main', null, ...content),
      h('footer', null, languageLinks(frame, texts.inLanguage), h('p', null, texts.product, ' · ', texts.tagline)),
    ),
  );
  return `<!doctype html>${toHtml(document)}`;
}

export function head(title: string, stylesheet: string): Content {
  return h(
    'head',
    null,
    h('meta', { charset: 'utf-8' }),
    h('title', null, title),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('meta', { name: 'robots', content: 'noindex' }),
    h('link', { rel: 'stylesheet', href: stylesheet }),
  );
}

export function header(product: string, organization: string | undefined): Content {
  const owner = h('p', { class: 'organization' }, organization === undefined ? product : value(organization));
  const by = organization === undefined ? null : h('p', { class: 'product' }, product);
  return h('header', null, mark(), h('div', null, owner, by));
}

/** The same page in the other languages. */
function languageLinks({ address, language }: Frame, label: string): Content {
  if (address === undefined) return null;
  const others = (Object.keys(LANGUAGE_TAGS) as Language[]).filter((other) => other !== language);
  const links = others.map((other) => {
    const tag = LANGUAGE_TAGS[other];
    return h('a', { href: `${address}?lang=${other}`, hreflang: tag, lang: tag }, LANGUAGE_NAMES[other]);
  });
  return h('nav', { class: 'languages', 'aria-label': label }, ...links);
}

/** The sign of the product: two views on one thing. */
function mark(): Content {
  return s(
    'svg',
    { class: 'mark', viewBox: '0 0 40 40', width: 40, height: 40, 'aria-hidden': 'true', focusable: 'false' },
    s('circle', { cx: 15, cy: 20, r: 11 }),
    s('circle', { cx: 25, cy: 20, r: 11 }),
    s('path', { d: 'M20 10.2a11 11 0 0 1 0 19.6a11 11 0 0 1 0-19.6z' }),
  );
}
