import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Sessions, SignedIn } from '../../auth/index.ts';
import { Fault } from '../../base/index.ts';
import { openLetter, readLetter } from '../../interactions/index.ts';
import type { Context, House, LanguageWish } from '../../interactions/index.ts';
import { renderNoReport, renderReport, STYLESHEET_VERSION } from '../../pages/index.ts';
import type { Bodies } from '../body.ts';
import { inChosenLanguage, languageOf, MAX_PAGE_FORM, replyPage, sheetLanguageOf } from '../page.ts';
import type { PeerOf } from '../peer.ts';
import { headerOf, pathParam } from '../request.ts';
import { isSentFromElsewhere, replySignIn } from '../sign-in-page.ts';
import type { Before } from '../sign-in-page.ts';
import { orNotice } from './flow-pages.ts';

interface Options {
  readonly house: House;
  readonly sessions: Sessions;
  readonly bodies: Bodies;
  readonly peerOf: PeerOf;
}

/**
 * A report for a clinician who is signed in: to read, to print, and as the signed PDF. Shown is what the person's
 * organisation may read, on the same way as any read. The address for people is /reports/{id}; the page is below /auth,
 * where alone browsers show who is signed in.
 */
export function reportPages({ house, sessions, bodies, peerOf }: Options): ServerRoute[] {
  const origin = new URL(house.base).origin;
  const stylesheet = `${origin}/auth/pages.css?v=${STYLESHEET_VERSION}`;
  const addressOf = (id: string): string => `${origin}/auth/reports/${encodeURIComponent(id)}`;

  async function show(request: Request, h: ResponseToolkit, before: Before = {}): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const id = pathParam(request, 'id');
    const address = addressOf(id);
    const language = languageOf(request);
    const signedIn = await sessions.find(req, res);
    if (signedIn === null) {
      const frame = { language, stylesheet, address, action: inChosenLanguage(request, address) };
      return replySignIn(h, sessions, frame, before);
    }
    const { letter, state, languages, hasPdf } = await readLetter(
      house,
      contextOf(request, signedIn),
      id,
      wishOf(request),
    );
    const pdf = `${address}/letter.pdf?lang=${encodeURIComponent(letter.language)}`;
    const page = renderReport({ stylesheet, address, letter, languages, state, ...(hasPdf ? { pdf } : {}) });
    return replyPage(h, page).header('content-language', letter.language);
  }

  async function signIn(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const sent = new Map((await bodies.readForm(req, MAX_PAGE_FORM)).toReversed());
    const form = Object.fromEntries(sent);
    if (isSentFromElsewhere(request)) return await show(request, h, { problem: 'expired' });
    const { problem, ...rest } = await sessions.signIn(req, res, form, peerOf(request));
    if (problem !== undefined) return await show(request, h, { problem, ...rest, login: form['login'] ?? '' });
    const address = inChosenLanguage(request, addressOf(pathParam(request, 'id')));
    return h.redirect(address).code(303).header('cache-control', 'no-store');
  }

  async function showLetter(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const id = pathParam(request, 'id');
    const signedIn = await sessions.find(req, res);
    if (signedIn === null) return h.redirect(addressOf(id)).code(303).header('cache-control', 'no-store');
    const { bytes, fileName } = await openLetter(house, contextOf(request, signedIn), id, wishOf(request));
    return (
      h
        .response(bytes)
        .type('application/pdf')
        .header('cache-control', 'no-store')
        // The server made it itself: a browser may show it. Viewers of browsers bring styles of their own.
        .header('content-disposition', `inline; filename="${fileName}"`)
        .header(
          'content-security-policy',
          "script-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
        )
    );
  }

  async function toPage(
    request: Request,
    h: ResponseToolkit,
    work: () => Promise<ResponseObject>,
  ): Promise<ResponseObject> {
    return orNotice(request, h, house, async () => {
      try {
        return await work();
      } catch (error) {
        const answer = error instanceof Fault ? explain(request, h, error) : undefined;
        if (answer === undefined) throw error;
        return answer;
      }
    });
  }

  /** What has words of its own. */
  function explain(
    request: Request,
    h: ResponseToolkit,
    { status, issues, headers }: Fault,
  ): ResponseObject | undefined {
    const reason = NO_REPORT.get(issues[0]?.key ?? '');
    if (reason === undefined) return undefined;
    const language = sheetLanguageOf(request);
    const response = replyPage(h, renderNoReport({ stylesheet, language, reason }), status);
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    return response.header('content-language', language);
  }

  const options = { auth: false } as const;
  const path = '/auth/reports/{id}';
  return [
    {
      method: 'GET',
      path: '/reports/{id}',
      options,
      handler: (request, h) =>
        h
          .redirect(`${addressOf(pathParam(request, 'id'))}${request.url.search}`)
          .code(303)
          .header('cache-control', 'no-store'),
    },
    { method: 'GET', path, options, handler: (request, h) => toPage(request, h, () => show(request, h)) },
    { method: 'POST', path, options, handler: (request, h) => toPage(request, h, () => signIn(request, h)) },
    {
      method: 'GET',
      path: `${path}/letter.pdf`,
      options,
      handler: (request, h) => toPage(request, h, () => showLetter(request, h)),
    },
  ];
}

const NO_REPORT: ReadonlyMap<string, 'withdrawn' | 'pending'> = new Map([
  ['report-withdrawn', 'withdrawn'],
  ['document-pending', 'pending'],
]);

/** Somebody reads with what the organisation and the person may see, without an app in between. */
function contextOf(request: Request, { caller }: SignedIn): Context {
  return { caller: { ...caller, scopes: ['user/*.r'] }, request: request.info.id };
}

/** The language that was chosen on the page, else those that the browser asks for: what is there of them. */
function wishOf(request: Request): LanguageWish {
  const acceptLanguage = request.url.searchParams.get('lang') ?? headerOf(request, 'accept-language');
  return acceptLanguage === undefined ? {} : { acceptLanguage };
}
