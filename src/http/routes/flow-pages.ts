import type { Request, ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi';
import type { Flow, Outcome, Pending } from '../../auth/index.ts';
import { Fault } from '../../base/index.ts';
import { read } from '../../interactions/index.ts';
import type { House } from '../../interactions/index.ts';
import {
  describeScopes,
  LANGUAGE_TAGS,
  renderChoosePatient,
  renderConsent,
  renderNotice,
  renderSignIn,
  STYLESHEET_VERSION,
} from '../../pages/index.ts';
import type { NamedPatient } from '../../pages/index.ts';
import type { Bodies } from '../body.ts';
import { findPatients } from '../find-patients.ts';
import { chosenLanguage, inChosenLanguage, languageOf, MAX_PAGE_FORM, replyPage } from '../page.ts';
import { toNamedPatient } from '../patients-on-pages.ts';
import type { Identifier } from '../patients-on-pages.ts';
import type { PeerOf } from '../peer.ts';

/** Patients to choose from on one page. */
const PATIENTS = 20;

/** What was wrong before, and what the form said. */
interface Before {
  readonly problem?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly subject?: string;
  readonly login?: string;
  readonly query?: string;
}

interface StepOptions {
  readonly house: House;
  readonly flow: Flow;
  /** Where the organisation's identity provider is asked, if it has one; `again`: after something went wrong. */
  readonly upstreamOf: (pending: Pending, again: boolean) => Promise<{ name: string; href: string } | undefined>;
}

/** Shows what a person has to do next on the way to a code: sign in, choose the patient, or consent. */
export type ShowStep = (request: Request, h: ResponseToolkit, before?: Before) => Promise<ResponseObject>;

export function createShowStep({ house, flow, upstreamOf }: StepOptions): ShowStep {
  async function show(request: Request, h: ResponseToolkit, before: Before = {}): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const pending = await flow.find(req, res);
    const html = await render(request, pending, before);
    const usual = before.problem === undefined ? 200 : before.problem === 'throttled' ? 429 : 400;
    const { status = usual } = before;
    const response = replyPage(h, html, status, pending.returnsTo).header(
      'content-language',
      LANGUAGE_TAGS[languageOf(request, pending.locales)],
    );
    const { retryAfterSeconds } = before;
    return retryAfterSeconds === undefined ? response : response.header('retry-after', String(retryAfterSeconds));
  }

  async function render(request: Request, pending: Pending, before: Before): Promise<string> {
    const language = languageOf(request, pending.locales);
    const base = new URL(house.base).origin;
    const address = `${base}/auth/interaction/${pending.uid}`;
    const form = {
      language,
      stylesheet: `${base}/auth/pages.css?v=${STYLESHEET_VERSION}`,
      address,
      action: inChosenLanguage(request, address),
      csrf: pending.csrf,
      client: pending.client.name,
      organization: pending.organization.name,
    };
    const problem = before.problem as never;
    const again = before.problem === undefined ? {} : { problem };
    if (pending.step === 'sign-in') {
      const login = before.login ?? pending.login;
      const upstream = await upstreamOf(pending, before.problem !== undefined);
      const { retryAfterSeconds, subject } = before;
      return renderSignIn({
        ...form,
        ...again,
        ...(login === undefined ? {} : { login }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(subject === undefined ? {} : { subject }),
        ...(upstream === undefined ? {} : { upstream }),
      });
    }
    const { person, caller } = pending;
    const context = { caller, request: request.info.id };
    if (pending.step === 'choose-patient') {
      const { query = '' } = before;
      const patients = await findPatients(house, context, query, PATIENTS + 1);
      return renderChoosePatient({
        ...form,
        ...again,
        user: person.name,
        ...(query === '' ? {} : { query }),
        patients: patients.slice(0, PATIENTS),
        more: patients.length > PATIENTS,
      });
    }
    const patient = pending.patient === undefined ? undefined : await readPatient(pending.patient);
    const number = pending.case === undefined ? undefined : await numberOf(pending.case);
    const { scopes } = pending;
    return renderConsent({
      ...form,
      ...again,
      user: person.name,
      ...(patient === undefined ? {} : { patient }),
      ...(number === undefined ? {} : { case: { number } }),
      scopes: describeScopes(scopes, {
        language,
        organization: pending.organization.name,
        ...(patient === undefined ? {} : { patient: patient.name }),
      }),
      offline: scopes.includes('offline_access') ? 'offline' : scopes.includes('online_access') ? 'online' : undefined,
      returnsTo: hostOf(pending.returnsTo),
      manage: `${base}/auth/manage`,
    });

    async function readPatient(ref: string): Promise<NamedPatient> {
      const { body } = await read(house, context, 'Patient', ref.slice('Patient/'.length));
      return toNamedPatient(JSON.parse(body) as Record<string, unknown>);
    }

    async function numberOf(ref: string): Promise<string | undefined> {
      const { body } = await read(house, context, 'ServiceRequest', ref.slice('ServiceRequest/'.length));
      const { identifier = [] } = JSON.parse(body) as { identifier?: readonly Identifier[] };
      return identifier.find(({ type }) => type?.coding?.some(({ code }) => code === 'FILL'))?.value;
    }
  }

  return show;
}

interface Options {
  readonly house: House;
  readonly flow: Flow;
  readonly bodies: Bodies;
  readonly show: ShowStep;
  /** Whom attempts to sign in are counted for. */
  readonly peerOf: PeerOf;
}

/** The pages between an app's request and its code. */
export function flowPages({ house, flow, bodies, show, peerOf }: Options): ServerRoute[] {
  async function submit(request: Request, h: ResponseToolkit): Promise<ResponseObject> {
    const { req, res } = request.raw;
    const sent = await bodies.readForm(req, MAX_PAGE_FORM);
    const one = (name: string): string => sent.find(([key]) => key === name)?.[1] ?? '';
    const form = {
      csrf: one('csrf'),
      login: one('login'),
      password: one('password'),
      patient: one('patient'),
      scopes: sent.filter(([name]) => name === 'scope').map(([, value]) => value),
    };
    const chosen = chosenLanguage(request);
    const login = form.login === '' ? {} : { login: form.login };
    if (one('step') === 'search') return await show(request, h, { query: one('query') });
    const outcome = await act();
    if (outcome.kind === 'go') return h.redirect(outcome.to).code(303).header('cache-control', 'no-store');
    if (outcome.kind === 'again')
      return h.redirect(inChosenLanguage(request, request.path)).code(303).header('cache-control', 'no-store');
    return await show(request, h, { ...outcome, ...login, query: one('query') });

    async function act(): Promise<Outcome> {
      switch (one('step')) {
        case 'sign-in':
          return flow.signIn(req, res, chosen === undefined ? form : { ...form, locales: chosen }, peerOf(request));
        case 'choose':
          return flow.choosePatient(req, res, form);
        case 'consent':
          return flow.consent(req, res, form);
        case 'switch-user':
          return flow.switchUser(req, res, form);
        case 'cancel':
          return flow.cancel(req, res, form);
        default:
          return { kind: 'again' };
      }
    }
  }

  const path = '/auth/interaction/{uid}';
  const options = { auth: false } as const;
  return [
    { method: 'GET', path, options, handler: (request, h) => orNotice(request, h, house, () => show(request, h)) },
    { method: 'POST', path, options, handler: (request, h) => orNotice(request, h, house, () => submit(request, h)) },
  ];
}

/** A person gets a page, also where there is nothing to go on with. */
export async function orNotice(
  request: Request,
  h: ResponseToolkit,
  { base }: House,
  work: () => Promise<ResponseObject>,
): Promise<ResponseObject> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    const stylesheet = `${new URL(base).origin}/auth/pages.css?v=${STYLESHEET_VERSION}`;
    const kind = error.issues[0]?.key === 'interaction-over' ? 'expired' : 'error';
    const page = { language: languageOf(request), stylesheet, kind, reference: request.info.id } as const;
    return replyPage(h, renderNotice(page), error.status);
  }
}

function hostOf(address: string): string {
  const url = URL.parse(address);
  return url === null || url.host === '' ? address : url.host;
}
