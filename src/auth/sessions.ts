import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Caller, Clock } from '../base/index.ts';
import type { Sealer } from '../keys/index.ts';
import { findGrant, findPerson, listGrants, listOrganizations, revokeSession } from '../store/index.ts';
import type { Database, ListedGrant, PersonRow } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import type { Devices } from './devices.ts';
import { endSession } from './end-session.ts';
import { digestPayloadId } from './payload-id.ts';
import { isOutdated, SESSION_SECONDS, sessionCookie } from './provider.ts';
import { endGrant } from './revocation.ts';
import type { SignIn } from './sign-in.ts';

/** Somebody who is signed in, and what holds of the grants. */
export interface SignedIn {
  readonly person: PersonRow;
  /** Reads the names of those in context with just this much. */
  readonly caller: Caller;
  readonly organization: { readonly id: string; readonly name: string };
  readonly grants: readonly ListedGrant[];
  readonly csrf: string;
}

/** The page where a person sees and ends what was granted. Null: nobody is signed in in this browser. */
export interface Sessions {
  find(req: IncomingMessage, res: ServerResponse): Promise<SignedIn | null>;
  /** The form's proof for a page that nobody is signed in at. */
  readonly csrf: () => string;
  /** Signs in without an app; cookies are set on the response. A problem otherwise. */
  signIn(
    req: IncomingMessage,
    res: ServerResponse,
    form: SessionForm,
    address: string | undefined,
  ): Promise<SessionOutcome>;
  /** Ends one of the person's own grants. */
  end(req: IncomingMessage, res: ServerResponse, form: SessionForm): Promise<SessionOutcome>;
  /** Ends all that the person granted one app. */
  endAll(req: IncomingMessage, res: ServerResponse, form: SessionForm): Promise<SessionOutcome>;
  /** Ends the session, and with it all that was not to outlive it. */
  signOut(req: IncomingMessage, res: ServerResponse, form: SessionForm): Promise<SessionOutcome>;
}

export interface SessionForm {
  readonly csrf?: string;
  readonly login?: string;
  readonly password?: string;
  readonly grant?: string;
  /** Id of an app. */
  readonly app?: string;
}

export type SessionOutcome =
  { readonly problem?: undefined } | { readonly problem: string; readonly retryAfterSeconds?: number };

interface Options {
  readonly provider: () => Provider;
  readonly database: Database;
  readonly signIn: SignIn;
  readonly devices: Devices;
  readonly csrf: Sealer;
  readonly clock: Clock;
  readonly addresses: Addresses;
}

const EXPIRED = { problem: 'expired' } as const;
const NOBODY = 'nobody';

export function createSessions({ provider, database, signIn, devices, csrf, clock, addresses }: Options): Sessions {
  const cookie = sessionCookie(addresses);
  type Session = InstanceType<Provider['Session']>;

  async function open(req: IncomingMessage, res: ServerResponse): Promise<[Session, PersonRow] | undefined> {
    const session = await provider().Session.get(provider().createContext(req, res));
    const { accountId } = session;
    const person = accountId === undefined ? undefined : await findPerson(database, accountId);
    const counts = person !== undefined && !person.disabled && !isOutdated(session.loginTs, person, clock());
    return counts ? [session, person] : undefined;
  }

  function isOurs(form: SessionForm, binding: string): boolean {
    return form.csrf !== undefined && csrf.open(form.csrf) === binding;
  }

  return {
    csrf: () => csrf.seal(NOBODY),

    async find(req, res) {
      const found = await open(req, res);
      if (found === undefined) return null;
      const [session, person] = found;
      const organization = (await listOrganizations(database)).find(({ id }) => id === person.organization);
      const { fhirUser, role, patients } = person;
      return {
        person,
        caller: {
          client: 'consilium',
          organization: person.organization,
          role,
          scopes: ['user/Patient.rs'],
          user: fhirUser,
          ...(patients === null ? {} : { patients }),
        },
        organization: { id: person.organization, name: organization?.name ?? person.organization },
        grants: await listGrants(database, person.id, clock()),
        csrf: csrf.seal(session.uid),
      };
    },

    async signIn(req, res, form, address) {
      if (!isOurs(form, NOBODY)) return EXPIRED;
      const { login = '' } = form;
      const device = devices.find(req, res, login);
      const answer = await signIn({
        login,
        ...(device === undefined ? {} : { device }),
        password: form.password ?? '',
        ...(address === undefined ? {} : { address }),
      });
      if ('problem' in answer) return answer;
      devices.remember(req, res, login);
      const former = await open(req, res);
      if (former !== undefined) {
        await revokeSession(database, digestPayloadId(former[0].uid), clock());
        await former[0].destroy();
      }
      const ctx = provider().createContext(req, res);
      const session = new (provider().Session)();
      const since = Math.ceil((answer.person.sessionsSince?.getTime() ?? 0) / 1000);
      const loginTs = Math.max(Math.floor(clock().getTime() / 1000), since);
      session.loginAccount({ accountId: answer.person.id, loginTs, amr: ['pwd'] });
      await session.save(SESSION_SECONDS);
      ctx.cookies.set(provider().cookieName('session'), session.jti, cookie);
      return {};
    },

    async end(req, res, form) {
      const found = await open(req, res);
      if (found === undefined || !isOurs(form, found[0].uid)) return EXPIRED;
      const grant = form.grant === undefined ? undefined : await findGrant(database, form.grant);
      if (grant?.person === found[1].id) await endGrant(database, clock, grant.hash, 'ended-by-person');
      return {};
    },

    async endAll(req, res, form) {
      const found = await open(req, res);
      if (found === undefined || !isOurs(form, found[0].uid)) return EXPIRED;
      const grants = await listGrants(database, found[1].id, clock());
      const ofApp = grants.filter(({ client }) => client === form.app);
      for (const { hash } of ofApp) await endGrant(database, clock, hash, 'ended-by-person');
      return {};
    },

    async signOut(req, res, form) {
      const found = await open(req, res);
      if (found === undefined || !isOurs(form, found[0].uid)) return EXPIRED;
      const [{ uid }, person] = found;
      await endSession({ provider, database, addresses, clock }, req, res, uid, person);
      return {};
    },
  };
}
