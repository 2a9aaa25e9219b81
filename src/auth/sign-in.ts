import { isIPv6 } from 'node:net';
import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import { findPersonByLogin, forgetAttempts, giveBackAttempt, takeAttempt, writeIdentityAct } from '../store/index.ts';
import type { AttemptTerms, Database, PersonRow } from '../store/index.ts';
import { attemptKey, isLogin, normaliseLogin } from './logins.ts';
import { verifyPassword } from './passwords.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** Five attempts at a login, then one after 30 s, after one minute, two, four, eight, and then every quarter of an hour. */
const PER_LOGIN: AttemptTerms = {
  free: 5,
  waitMs: 30 * SECOND_MS,
  waitMsMost: 15 * MINUTE_MS,
  // As long as `sweepIdentity` keeps them.
  forgetMs: 60 * MINUTE_MS,
};
/** Failures from one address in each quarter of an hour: a hospital has one for all. */
const WINDOW_MS = 15 * MINUTE_MS;
const PER_ADDRESS: AttemptTerms = { free: 50, waitMs: WINDOW_MS, waitMsMost: WINDOW_MS, forgetMs: WINDOW_MS };

export interface SignInRequest {
  readonly login: string;
  readonly password: string;
  /** Whose people may sign in; all unless told. */
  readonly organization?: string;
  /** For which app, for the audit. */
  readonly client?: string;
  /** The browser, where this login signed in from it before: its attempts are counted by themselves. */
  readonly device?: string;
  /** Where the request comes from; undefined when that cannot be told. */
  readonly address?: string;
  /** Under which the request is logged. */
  readonly request?: string;
}

/**
 * The same problem for whoever is not known, disabled, or has another password. Only who knows the password of somebody of
 * another organisation is told that it is `elsewhere`.
 */
export type SignInAnswer =
  | { readonly person: PersonRow }
  | { readonly problem: 'wrong' | 'elsewhere' }
  | { readonly problem: 'throttled'; readonly retryAfterSeconds: number };

export type SignIn = (request: SignInRequest) => Promise<SignInAnswer>;

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  /** How passwords are compared; usually left to `verifyPassword`. */
  readonly verify?: typeof verifyPassword;
}

/**
 * Makes the function that lets somebody in by login and password. Nothing of its answers, nor how long they take, tells
 * who does not know the password whether a login is known; each is noted, and nobody is let in without that. It counts on all processes together.
 * The function throws Fault 503 when too many sign in at once, or the database is away.
 */
export function createSignIn({ database, clock, verify = verifyPassword }: Options): SignIn {
  return async function signIn(request) {
    const login = normaliseLogin(request.login);
    const { device } = request;
    const byLogin = device === undefined ? attemptKey('login', login) : attemptKey('device', login, device);
    const byAddress = request.address === undefined ? undefined : addressKey(request.address);
    const wait = await takeTurn(byLogin, byAddress);
    if (wait > 0) {
      await note(request, 429);
      return { problem: 'throttled', retryAfterSeconds: Math.ceil(wait / SECOND_MS) };
    }
    const found = isLogin(login) ? await findPersonByLogin(database, login) : undefined;
    const isRight = await verify(request.password, found?.password ?? null).catch(async (error: unknown) => {
      // Nothing was compared: whoever found the server busy is not to wait for it.
      for (const key of [byLogin, byAddress]) if (key !== undefined) await giveBackAttempt(database, key);
      throw error;
    });
    const isTheirs = found !== undefined && isRight && !found.disabled;
    if (!isTheirs || !isAtHome(found, request)) {
      await note(request, 401);
      return { problem: isTheirs ? 'elsewhere' : 'wrong' };
    }
    await note(request, 200, found);
    await forgetAttempts(database, byLogin);
    if (byAddress !== undefined) await giveBackAttempt(database, byAddress);
    return { person: found };
  };

  /** Counts the attempt before it is made; how long it has to wait, in ms. */
  async function takeTurn(byLogin: string, byAddress: string | undefined): Promise<number> {
    const now = clock();
    if (byAddress !== undefined && (await takeAttempt(database, byAddress, now, PER_ADDRESS)) > 0) {
      return WINDOW_MS - (now.getTime() % WINDOW_MS);
    }
    return await takeAttempt(database, byLogin, now, PER_LOGIN);
  }

  /** Each window has a key of its own: an address that is never quiet is not shut out for ever. */
  function addressKey(address: string): string {
    return attemptKey('address', networkOf(address), String(Math.floor(clock().getTime() / WINDOW_MS)));
  }

  /** What was typed is not noted: people type passwords into the wrong field. */
  async function note({ organization, client, request }: SignInRequest, status: number, person?: PersonRow) {
    await writeIdentityAct(database, {
      at: clock(),
      request: request ?? uuidv7(),
      interaction: 'sign-in',
      organization: person?.organization ?? organization ?? null,
      client: client ?? null,
      person: person?.fhirUser ?? null,
      status,
      detail: null,
    });
  }
}

function isAtHome(person: PersonRow, { organization }: SignInRequest): boolean {
  return organization === undefined || person.organization === organization;
}

/** Of IPv6 everybody has a whole /64 to come from. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
