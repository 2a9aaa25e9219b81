import type { KoaContextWithOIDC } from 'oidc-provider';
import { chooseLanguage, LANGUAGE_TAGS, pagePolicy, renderNotice, STYLESHEET_VERSION } from '../pages/index.ts';
import type { Addresses } from './addresses.ts';

/** What a person is shown of an error that no app can be told: the request is not even known to be an app's. */
export function showError(ctx: KoaContextWithOIDC, { issuer }: Addresses): void {
  const language = chooseLanguage(ctx.get('Accept-Language'));
  const kind = ctx.oidc.route === 'resume' ? 'expired' : 'error';
  ctx.type = 'html';
  ctx.set({
    'Content-Language': LANGUAGE_TAGS[language],
    Vary: 'Accept-Language',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': pagePolicy(),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  ctx.body = renderNotice({ language, kind, stylesheet: `${issuer}/pages.css?v=${STYLESHEET_VERSION}` });
}
