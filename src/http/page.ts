import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { chooseTag, findTag } from '../base/index.ts';
import { chooseLanguage, LANGUAGE_TAGS, pagePolicy, readLanguage, SHEET_LANGUAGES } from '../pages/index.ts';
import type { Language, SheetLanguage } from '../pages/index.ts';
import { headerOf } from './request.ts';

/** Bytes of a page's form at most. */
export const MAX_PAGE_FORM = 64 * 1024;

/** The language that a person chose on the page, else the first of `locales` that there is, else what the browser asks for. */
export function languageOf(request: Request, locales = ''): Language {
  return chosenLanguage(request) ?? readLanguage(locales) ?? chooseLanguage(headerOf(request, 'accept-language'));
}

/** What the links to other languages say. */
export function chosenLanguage({ url }: Request): Language | undefined {
  return readLanguage(url.searchParams.get('lang') ?? '');
}

/** The same for pages that are there in more languages: those to which a letter leads. */
export function sheetLanguageOf(request: Request): SheetLanguage {
  const chosen = findTag(request.url.searchParams.get('lang') ?? '', SHEET_LANGUAGES);
  return chosen ?? chooseTag(headerOf(request, 'accept-language'), SHEET_LANGUAGES) ?? 'en';
}

/** The address of a page with the language that was chosen on it, if any. */
export function inChosenLanguage(request: Request, address: string): string {
  const chosen = chosenLanguage(request);
  return chosen === undefined ? address : `${address}?lang=${chosen}`;
}

/** A page that a person sees: kept nowhere, framed nowhere, without scripts. `returnsTo`: where its forms may lead besides here. */
export function replyPage(h: ResponseToolkit, html: string, status = 200, returnsTo?: string): ResponseObject {
  return h
    .response(html)
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-language', LANGUAGE_TAGS[languageOf(h.request)])
    .header('vary', 'Accept-Language')
    .header('cache-control', 'no-store')
    .header('content-security-policy', pagePolicy(returnsTo));
}
