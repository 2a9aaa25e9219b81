import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi';
import { chooseLanguage, LANGUAGE_TAGS, pagePolicy } from '../pages/index.ts';
import type { Language } from '../pages/index.ts';
import { headerOf } from './request.ts';

/** Bytes of a page's form at most. */
export const MAX_PAGE_FORM = 64 * 1024;

export function languageOf(request: Request): Language {
  return chooseLanguage(headerOf(request, 'accept-language'));
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
