import type { KoaContextWithOIDC } from 'oidc-provider';
import { randomCode } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import { chooseLanguage, LANGUAGE_TAGS, pagePolicy, renderNotice, STYLESHEET_VERSION } from '../pages/index.ts';
import type { Addresses } from './addresses.ts';

/** What a person is shown of an error that no app can be told: the request is not even known to be an app's. */
export function showError(ctx: KoaContextWithOIDC, { issuer }: Addresses, reason: string, logger: Logger): void {
  const language = chooseLanguage(ctx.get('Accept-Language'));
  const reference = randomCode(12);
  // The name of the error alone: its words may repeat what was sent.
  logger.info({ reference, reason, client: ctx.oidc.client?.clientId }, 'an authorization was refused');
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
  ctx.body = renderNotice({ language, kind, reference, stylesheet: `${issuer}/pages.css?v=${STYLESHEET_VERSION}` });
}
