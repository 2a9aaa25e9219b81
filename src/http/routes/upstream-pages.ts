import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Outcome, Pending, Upstream } from '../../auth/index.ts';
import { fault } from '../../base/index.ts';
import type { House } from '../../interactions/index.ts';
import { LANGUAGE_TAGS } from '../../pages/index.ts';
import { languageOf } from '../page.ts';
import { orNotice } from './flow-pages.ts';
import type { ShowStep } from './flow-pages.ts';

interface Options {
  readonly house: House;
  readonly upstream: Upstream;
  readonly show: ShowStep;
}

/** Makes the function that says where the sign-in page leads to the organisation's own, when it has one. */
export function offerUpstream(house: House, upstream: Upstream) {
  return async (
    { uid, organization }: Pending,
    again: boolean,
  ): Promise<{ name: string; href: string } | undefined> => {
    if (!(await upstream.isOffered(organization.id))) return undefined;
    const href = `${new URL(house.base).origin}/auth/interaction/${uid}/upstream`;
    return { name: organization.name, href: again ? `${href}?again` : href };
  };
}

/** The way to an organisation's own sign-in, and back. */
export function upstreamPages({ house, upstream, show }: Options): ServerRoute[] {
  async function leave(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const wishes = {
      language: LANGUAGE_TAGS[languageOf(request)],
      another: request.url.searchParams.has('again'),
    };
    return await follow(request, h, await upstream.begin(req, res, wishes));
  }

  async function comeBack(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    return await follow(request, h, await upstream.finish(req, res, request.url.search, request.info.id));
  }

  async function follow(request: Request, h: ResponseToolkit, outcome: Outcome): Promise<ResponseObject> {
    if (outcome.kind === 'go') return redirect(h, outcome.to);
    if (outcome.kind === 'problem') return await show(request, h, outcome);
    return redirect(h, request.path.replace(/\/upstream(\/return)?$/, ''));
  }

  /** The cookie of an authorization goes to its own pages alone: what comes back to the one address is sent on there. */
  async function sendOn(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const to = upstream.returnOf(request.url.search);
    if (to !== undefined) return redirect(h, to);
    const text =
      'This address is for identity providers to send people back to, with the state that they were sent with.';
    throw fault(400, 'invalid', 'state-missing', text);
  }

  const page = (
    path: string,
    work: (request: Request, h: ResponseToolkit) => Promise<ResponseObject>,
  ): ServerRoute => ({
    method: 'GET',
    path,
    options: { auth: false },
    handler: (request, h) => orNotice(request, h, house, () => work(request, h)),
  });
  return [
    page('/auth/interaction/{uid}/upstream', leave),
    page('/auth/interaction/{uid}/upstream/return', comeBack),
    page('/auth/upstream/callback', sendOn),
  ];
}

function redirect(h: ResponseToolkit, to: string): ResponseObject {
  return h.redirect(to).code(303).header('cache-control', 'no-store');
}
