import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Sessions } from '../../auth/index.ts';
import type { Caller } from '../../base/index.ts';
import { search } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import { describeScopes, renderManage, renderNotice, STYLESHEET, STYLESHEET_VERSION } from '../../pages/index.ts';
import type { NamedPatient } from '../../pages/index.ts';
import type { Bodies } from '../body.ts';
import { inChosenLanguage, languageOf, MAX_PAGE_FORM, replyPage } from '../page.ts';
import { toNamedPatient } from '../patients-on-pages.ts';
import type { PeerOf } from '../peer.ts';
import { isSentFromElsewhere, replySignIn, statusOf } from '../sign-in-page.ts';
import type { Before } from '../sign-in-page.ts';
import { orNotice } from './flow-pages.ts';

interface Options {
  readonly house: House;
  readonly sessions: Sessions;
  readonly bodies: Bodies;
  readonly peerOf: PeerOf;
}

/** Where a person sees and ends what was granted, and the one stylesheet of all pages. */
export function managePages({ house, sessions, bodies, peerOf }: Options): ServerRoute[] {
  const base = new URL(house.base).origin;
  const stylesheet = `${base}/auth/pages.css?v=${STYLESHEET_VERSION}`;
  const address = `${base}/auth/manage`;

  async function show(request: Request, h: ResponseToolkit, before: Before & { done?: 'ended' | 'ended-all' } = {}) {
    const { req, res } = request.raw;
    const language = languageOf(request);
    const signedIn = await sessions.find(req, res);
    const { problem, done } = before;
    const frame = { language, stylesheet, address, action: inChosenLanguage(request, address) };
    if (signedIn === null) return replySignIn(h, sessions, frame, before);
    const { person, organization, grants, csrf } = signedIn;
    const patients = [...new Set(grants.flatMap(({ patient }) => patient ?? []))];
    const named = await findNamed(request, signedIn.caller, patients);
    const page = renderManage({
      ...frame,
      csrf,
      user: person.name,
      organization: organization.name,
      ...(problem === 'expired' ? { problem } : {}),
      ...(done === undefined ? {} : { done }),
      grants: grants.map(({ hash, client, clientName, patient, scope, createdAt, usedAt, offline }) => {
        const about = patient === null ? undefined : (named.get(patient) ?? { name: patient });
        return {
          id: hash,
          app: client,
          client: clientName,
          ...(about === undefined ? {} : { patient: about }),
          scopes: describeScopes(scope.split(' '), {
            language,
            organization: organization.name,
            ...(about === undefined ? {} : { patient: about.name }),
          }),
          since: createdAt.toISOString(),
          lastUsed: usedAt.toISOString(),
          offline,
        };
      }),
    });
    return replyPage(h, page, statusOf(before));
  }

  async function findNamed(
    request: Request,
    caller: Caller,
    refs: readonly string[],
  ): Promise<Map<string, NamedPatient>> {
    if (refs.length === 0) return new Map();
    const params = [
      ['_id', refs.map((ref) => ref.slice('Patient/'.length)).join(',')],
      ['_count', '200'],
    ] as const;
    const found = await search(house, { caller, request: request.info.id }, 'Patient', params, { strict: false });
    const { entry = [] } = JSON.parse(found) as { entry?: readonly { resource: Record<string, unknown> }[] };
    return new Map(entry.map(({ resource }) => [`Patient/${String(resource['id'])}`, toNamedPatient(resource)]));
  }

  async function submit(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const sent = new Map((await bodies.readForm(req, MAX_PAGE_FORM)).toReversed());
    const form = Object.fromEntries(sent);
    if (isSentFromElsewhere(request)) return await show(request, h, { problem: 'expired' });
    switch (form['step']) {
      case 'sign-in': {
        const { problem, ...rest } = await sessions.signIn(req, res, form, peerOf(request));
        if (problem !== undefined) return await show(request, h, { problem, ...rest, login: form['login'] ?? '' });
        break;
      }
      case 'end': {
        const { problem } = await sessions.end(req, res, form);
        return await show(request, h, problem === undefined ? { done: 'ended' } : { problem });
      }
      case 'end-all': {
        const { problem } = await sessions.endAll(req, res, form);
        return await show(request, h, problem === undefined ? { done: 'ended-all' } : { problem });
      }
      case 'sign-out': {
        const { problem } = await sessions.signOut(req, res, form);
        if (problem !== undefined) return await show(request, h, { problem });
        return replyPage(h, renderNotice({ language: languageOf(request), stylesheet, kind: 'signed-out' }));
      }
      default:
        break;
    }
    return h.redirect(inChosenLanguage(request, address)).code(303).header('cache-control', 'no-store');
  }

  const options = { auth: false } as const;
  return [
    {
      method: 'GET',
      path: '/auth/manage',
      options,
      handler: (request, h) => orNotice(request, h, house, () => show(request, h)),
    },
    {
      method: 'POST',
      path: '/auth/manage',
      options,
      handler: (request, h) => orNotice(request, h, house, () => submit(request, h)),
    },
    {
      method: 'GET',
      path: '/auth/pages.css',
      options,
      // Its address changes with it.
      handler: (_request, h) =>
        h
          .response(STYLESHEET)
          .type('text/css; charset=utf-8')
          .header('cache-control', 'public, max-age=31536000, immutable'),
    },
  ];
}
