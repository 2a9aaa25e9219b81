import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
} from 'openid-client';
import type { IDToken } from 'openid-client';
import type { Clock, Logger } from '../base/index.ts';
import { Fault } from '../base/index.ts';
import { findIdentityProvider as findRow, findPersonBySubject, writeIdentityAct } from '../store/index.ts';
import type { Database, IdentityAct, PersonRow } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import type { Flow, Outcome, Pending } from './flow.ts';
import { findIdentityProvider } from './identity-providers.ts';
import type { IdentityProvider } from './identity-providers.ts';
import type { ServerKeys } from './server-keys.ts';
import { createConfigurations } from './upstream-configurations.ts';
import { isUnreachable, reasonOf } from './upstream-reason.ts';
import { createTrips, uidOf } from './upstream-trips.ts';
import type { Trip } from './upstream-trips.ts';

/** How far the clocks of two machines may differ, in s. */
const TOLERANCE_SECONDS = 30;
/** Characters of what a provider may send back: a code of some sort, the state, its name. */
const QUERY_MOST = 8_000;

/** How the person would like to be asked. */
export interface Wishes {
  /** As a language tag; the app's own wish goes before it. */
  readonly language: string;
  /** By another account than the one that is signed in there: that one did not do. */
  readonly another: boolean;
}

/**
 * Signing in with the OpenID Connect provider of one's own organisation. Only persons whose `subject` the organisation
 * has registered come in so: no address and no name makes anybody out to be somebody.
 * https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export interface Upstream {
  isOffered(organization: string): Promise<boolean>;
  /** Sends a person, who is asked to sign in, to the organisation's provider. */
  begin(req: IncomingMessage, res: ServerResponse, wishes: Wishes): Promise<Outcome>;
  /** Where what a provider sends back belongs to: the pages of the one authorization, to which its cookie goes. */
  readonly returnOf: (query: string) => string | undefined;
  /** Takes in whom the provider vouches for. `request`: for the audit. @throws Fault 400 in any other browser, or too late */
  finish(req: IncomingMessage, res: ServerResponse, query: string, request: string): Promise<Outcome>;
}

interface Options {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly addresses: Addresses;
  readonly serverKeys: Pick<ServerKeys, 'current'>;
  readonly flow: Flow;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly allowedHosts: readonly string[];
}

type SignInStep = Extract<Pending, { step: 'sign-in' }>;

/** What a provider says, or why that counts for nothing: a word for the audit, and the status of the answer. */
type Heard = { readonly claims: IDToken } | { readonly why: string; readonly status?: number };

/** For whom, and under which request, a sign-in is noted. */
type Act = Pick<IdentityAct, 'request' | 'organization' | 'client'>;

export function createUpstream(options: Options): Upstream {
  const { database, masterKey, addresses, flow, clock, logger } = options;
  const configurations = createConfigurations(options);
  const trips = createTrips(options);

  async function begin(req: IncomingMessage, res: ServerResponse, wishes: Wishes): Promise<Outcome> {
    const pending = await flow.find(req, res);
    if (pending.step !== 'sign-in') return { kind: 'again' };
    const organization = pending.organization.id;
    const provider = await findIdentityProvider({ database, masterKey }, organization);
    if (provider === undefined) return { kind: 'again' };
    try {
      return { kind: 'go', to: await toProvider(pending, provider, wishes) };
    } catch (error) {
      if (error instanceof Fault) throw error;
      logger.warn({ organization, reason: reasonOf(error) }, 'an identity provider was not to be had');
      return { kind: 'problem', problem: 'upstream', status: 503 };
    }
  }

  async function toProvider(pending: SignInStep, provider: IdentityProvider, wishes: Wishes): Promise<string> {
    const { uid, organization, login, asked } = pending;
    const configuration = await configurations.find(organization.id, provider);
    const verifier = randomPKCECodeVerifier();
    const nonce = randomNonce();
    const { anew, maxAge } = asked;
    const state = await trips.begin({
      uid,
      organization: organization.id,
      issuer: provider.issuer,
      clientId: provider.clientId,
      verifier,
      nonce,
      anew,
      ...(maxAge === undefined ? {} : { maxAge }),
    });
    const url = buildAuthorizationUrl(configuration, {
      scope: 'openid',
      response_type: 'code',
      redirect_uri: addresses.upstream,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ui_locales: asked.locales ?? wishes.language,
      ...(login === undefined || wishes.another ? {} : { login_hint: login }),
      ...(anew || wishes.another ? { prompt: 'login' } : {}),
      ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
    });
    return url.href;
  }

  async function finish(req: IncomingMessage, res: ServerResponse, query: string, request: string): Promise<Outcome> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const trip = await trips.find(state);
    const pending = await flow.find(req, res).catch(async (error: unknown) => {
      // Nobody is told more; but of a way that was really begun, somebody may look why it ended elsewhere.
      if (trip !== undefined && error instanceof Fault && error.status === 400) {
        const { organization } = trip;
        await note({ request, organization, client: null }, 401, 'another browser, or too late');
      }
      throw error;
    });
    if (pending.step !== 'sign-in') return { kind: 'again' };
    const organization = pending.organization.id;
    const act = { request, organization, client: pending.client.id };
    const answer = await hear(pending, trip, state, query);
    if ('why' in answer) {
      await note(act, 401, answer.why);
      return { kind: 'problem', problem: 'upstream', status: answer.status ?? 400 };
    }
    const { claims } = answer;
    const person = await findPersonBySubject(database, organization, claims.iss, claims.sub);
    if (person === undefined || person.disabled) {
      await note(act, 401, person === undefined ? 'subject unknown' : 'person disabled', person);
      return { kind: 'problem', problem: 'stranger', subject: claims.sub };
    }
    if (pending.expected !== undefined && pending.expected !== person.id) {
      await note(act, 401, 'launch for another', person);
      return { kind: 'problem', problem: 'another' };
    }
    await note(act, 200, undefined, person);
    return await flow.admit(req, res, person, { amr: ['federated'], ...signedInAt(claims) });
  }

  /** What the provider vouches for, if this is the answer to what it was asked here; the state is used up. */
  async function hear(pending: SignInStep, trip: Trip | undefined, state: string, query: string): Promise<Heard> {
    const organization = pending.organization.id;
    if (trip === undefined) return { why: 'state unknown' };
    if (trip.uid !== pending.uid || trip.organization !== organization) return { why: 'state of another sign-in' };
    if (!(await trips.use(state))) return { why: 'state used before' };
    const provider = await findIdentityProvider({ database, masterKey }, organization);
    if (provider?.issuer !== trip.issuer || provider.clientId !== trip.clientId) return { why: 'provider changed' };
    try {
      const claims = await redeem(provider, trip, state, query);
      return isFreshEnough(claims, trip) ? { claims } : { why: 'signed in there too long ago' };
    } catch (error) {
      if (error instanceof Fault) throw error;
      const why = reasonOf(error);
      if (why === 'key selection failed') configurations.forget(organization);
      return { why, status: isUnreachable(error) ? 503 : 400 };
    }
  }

  async function note(act: Act, status: number, why?: string, person?: PersonRow): Promise<void> {
    await writeIdentityAct(database, {
      ...act,
      at: clock(),
      interaction: 'sign-in',
      person: person?.fhirUser ?? null,
      status,
      detail: why === undefined ? 'identity provider' : `identity provider: ${why}`,
    });
  }

  /** Checks what came back (state, issuer, and of the id_token signature, issuer, audience, nonce and time) and gives it. */
  async function redeem(provider: IdentityProvider, trip: Trip, state: string, query: string): Promise<IDToken> {
    const configuration = await configurations.find(trip.organization, provider);
    const url = new URL(addresses.upstream);
    url.search = query;
    const answer = await authorizationCodeGrant(configuration, url, {
      expectedState: state,
      expectedNonce: trip.nonce,
      pkceCodeVerifier: trip.verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
    if (claims === undefined) throw new Error('The identity provider sent no id_token.');
    return claims;
  }

  function signedInAt({ auth_time: at }: IDToken): { at?: number } {
    return at === undefined ? {} : { at: Math.min(at, Math.floor(clock().getTime() / 1000)) };
  }

  return {
    isOffered: async (organization) => (await findRow(database, organization)) !== undefined,
    begin,
    returnOf(query) {
      const uid = query.length > QUERY_MOST ? undefined : uidOf(new URLSearchParams(query).get('state') ?? '');
      if (uid === undefined) return undefined;
      const url = new URL(`${addresses.issuer}/interaction/${uid}/upstream/return`);
      url.search = query;
      return url.href;
    },
    finish,
  };
}

/** Some providers take a wish to sign in anew for a suggestion. */
function isFreshEnough({ auth_time: at }: IDToken, { startedAt, anew, maxAge }: Trip): boolean {
  if (at === undefined) return maxAge === undefined;
  const oldest = anew ? 0 : (maxAge ?? Infinity);
  return at >= startedAt / 1000 - oldest - TOLERANCE_SECONDS;
}
