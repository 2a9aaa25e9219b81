import { h } from 'hastscript';
import { cleanText } from './display-text.ts';
import type { Content } from './elements.ts';
import { value } from './elements.ts';
import { drawSection } from './letter.ts';
import type { LetterSection } from './letter.ts';
import { digestGroups, languageAttributes, nameOfLanguage, renderSheet } from './sheet.ts';
import type { SheetLanguage } from './texts/sheet-texts.ts';
import { sheetTextsIn } from './texts/sheet-texts-in.ts';

/** A letter as this page shows it; the same as the room of reports has it. */
export interface LetterOnPage {
  /** BCP 47 */
  readonly language: string;
  readonly title: string;
  readonly programme: { readonly name: string; readonly lines: readonly string[] };
  /** Names the case. */
  readonly foot: string;
  readonly sections: readonly LetterSection[];
  readonly verification?: {
    readonly heading: string;
    readonly text: string;
    readonly address: string;
    readonly digest: string;
    readonly digestLabel: string;
  };
}

export interface ReportPage {
  readonly stylesheet: string;
  /** Of this page, for the links to other languages: with `?lang=` behind it. */
  readonly address: string;
  readonly letter: LetterOnPage;
  /** BCP 47 tags of all languages in which the report is there. */
  readonly languages: readonly string[];
  readonly state: 'draft' | 'issued' | 'changed';
  /** Address of the PDF, where there is one. */
  readonly pdf?: string;
}

/** A report for a clinician to read and to print; its headings are those of the letter. */
export function renderReport(page: ReportPage): string {
  const { letter, stylesheet, state } = page;
  const { texts } = sheetTextsIn(letter.language);
  const { programme } = letter;
  return renderSheet(
    {
      language: letter.language,
      stylesheet,
      title: letter.title,
      organization: programme.name,
      tagline: texts.tagline,
    },
    h('h1', null, cleanText(letter.title)),
    h('div', { class: 'letterhead' }, ...[...programme.lines, letter.foot].map((line) => h('p', null, value(line)))),
    state === 'issued' ? null : h('p', { class: 'notice caution', role: 'status' }, texts.status[state]),
    ways(page, texts.report),
    ...letter.sections.map(drawSection),
    letter.verification === undefined ? null : drawVerification(letter.verification),
    h('p', { class: 'printed' }, texts.report.print),
  );
}

/** To the PDF and to the other languages; not printed. */
function ways(
  { letter, languages, address, pdf }: ReportPage,
  text: { readonly pdf: string; readonly inLanguages: string },
): Content {
  const others = languages.filter((tag) => tag !== letter.language);
  const links = others.map((tag) =>
    h(
      'a',
      { href: `${address}?lang=${encodeURIComponent(tag)}`, hreflang: tag, ...languageAttributes(tag) },
      nameOfLanguage(tag),
    ),
  );
  return h(
    'div',
    { class: 'ways' },
    pdf === undefined ? null : h('a', { class: 'button secondary', href: pdf }, text.pdf),
    others.length === 0 ? null : h('nav', { class: 'languages', 'aria-label': text.inLanguages }, ...links),
  );
}

function drawVerification(told: NonNullable<LetterOnPage['verification']>): Content {
  return h(
    'section',
    { class: 'part', 'aria-labelledby': 'verification' },
    h('h2', { id: 'verification' }, cleanText(told.heading)),
    h('p', null, cleanText(told.text)),
    h('p', null, h('a', { class: 'inline', href: told.address, dir: 'ltr' }, told.address)),
    h('p', null, cleanText(told.digestLabel), ': ', digestGroups(told.digest)),
  );
}

export interface NoReportPage {
  readonly stylesheet: string;
  readonly language: SheetLanguage;
  readonly reason: 'withdrawn' | 'pending';
}

/** In place of a report that was withdrawn, or whose document is being made: nothing of it is shown. */
export function renderNoReport({ stylesheet, language, reason }: NoReportPage): string {
  const { texts } = sheetTextsIn(language);
  const { title, text } = texts[reason];
  return renderSheet(
    { language, stylesheet, title, tagline: texts.tagline },
    h('h1', null, title),
    h('p', { class: reason === 'withdrawn' ? 'notice problem' : 'notice', role: 'alert' }, text),
  );
}
