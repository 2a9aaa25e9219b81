import type { ServerRoute } from '@hapi/hapi';
import { systemClock } from '../../base/index.ts';
import { tellDocument } from '../../interactions/index.ts';
import type { House, ToldDocument } from '../../interactions/index.ts';
import { renderVerify, renderVerifyBusy, STYLESHEET_VERSION } from '../../pages/index.ts';
import type { SignedOnPage } from '../../pages/index.ts';
import { createAllowance } from '../allowance.ts';
import { replyPage, sheetLanguageOf } from '../page.ts';
import type { PeerOf } from '../peer.ts';
import { pathParam } from '../request.ts';

/** People check letters by hand: one in a few seconds is many. */
const WINDOW_MS = 60_000;
const OF_SENDER = 60;
const OF_UNKNOWN = 600;

/**
 * GET /verify/{uuid}: where the QR code of a letter leads. It tells everybody whether the document was signed here and
 * still holds, and nothing of whom it is about.
 */
export function verifyPage(house: House, peerOf: PeerOf): ServerRoute {
  const origin = new URL(house.base).origin;
  const stylesheet = `${origin}/auth/pages.css?v=${STYLESHEET_VERSION}`;
  const root = `${origin}/.well-known/consilium-report-root.pem`;
  const limits = { windowMs: WINDOW_MS, ofSender: OF_SENDER, ofUnknown: OF_UNKNOWN, clock: systemClock };
  const allowance = createAllowance(limits);
  return {
    method: 'GET',
    path: '/verify/{uuid}',
    options: { auth: false },
    async handler(request, h) {
      const language = sheetLanguageOf(request);
      if (!allowance.take(peerOf(request))) {
        const page = renderVerifyBusy({ language, stylesheet });
        return replyPage(h, page, 429).header('content-language', language).header('retry-after', '60');
      }
      const told = await tellDocument(house, pathParam(request, 'uuid'));
      const page = renderVerify({ language, stylesheet, root, signed: told && toSigned(told) });
      return replyPage(h, page, told === undefined ? 404 : 200).header('content-language', language);
    },
  };
}

function toSigned({ programme, issuedAt, language, status, digest, pdfSha256 }: ToldDocument): SignedOnPage {
  return { programme, issuedAt: issuedAt.toISOString(), language, state: status, digest, pdfDigest: pdfSha256 };
}
