import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { boundHandler } from './bounded-handler.ts';
import { OutboundError } from './outbound-error.ts';
import { isInsideAddress, isOwnAddress, isPublicAddress, ownAddresses } from './public-address.ts';

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface GuardOptions {
  /**
   * Hosts (`name` or `name:port`) that may also be reached by plain http and at private addresses. Empty: https and
   * public addresses only.
   */
  readonly allowedHosts?: readonly string[];
  /** Stands in for the system's resolver. */
  readonly resolve?: Resolve;
  /** Stands in for the addresses of this machine. */
  readonly ownAddresses?: () => readonly string[];
}

export interface DispatcherOptions extends GuardOptions {
  /** Connections to one origin at most, beyond which calls wait for each other; unbounded unless told. */
  readonly connections?: number;
  /** An answer's body at most, in bytes; 32 MiB unless told. */
  readonly maxBytes?: number;
  /** For a whole exchange, waiting for a connection included, in ms; 60,000 unless told. */
  readonly timeoutMs?: number;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const CONNECT_MS = 5_000;
const HEADER_BYTES_MOST = 16_384;
/** How long a connection is kept without a call, whatever the other side offers, in ms. */
const IDLE_MS_MOST = 30_000;

/**
 * An undici dispatcher that reaches https hosts on public addresses only. The addresses are looked up once, checked,
 * and handed to the socket: what was checked is what is connected to, so a name that changes its answer gains nothing.
 * Redirects, compressed bodies and what exceeds the bounds are no answers. It is made to be used for many calls: it
 * keeps connections, and reads no proxy from the environment.
 */
export function createGuardedDispatcher(options: DispatcherOptions = {}): Dispatcher {
  const { resolve = resolveBySystem, connections } = options;
  const { checkUrl, isAllowed, isCallable } = createUrlCheck(options);
  const { maxBytes = 32 * 1024 * 1024, timeoutMs = 60_000 } = options;
  const agent = new Agent({
    factory: (origin) =>
      new Pool(origin, {
        // Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says.
        connect: { lookup: lookupFor(new URL(origin)), timeout: CONNECT_MS, rejectUnauthorized: true },
        maxHeaderSize: HEADER_BYTES_MOST,
        keepAliveMaxTimeout: IDLE_MS_MOST,
        ...(connections === undefined ? {} : { connections }),
      }),
  });
  return agent.compose((dispatch) => (target, handler) => {
    const url = URL.parse(String(target.origin));
    if (url === null) throw new OutboundError('not-allowed', 'Only absolute https URLs are called.');
    checkUrl(url);
    checkRequest(target, url.hostname);
    const headers = askPlain(target.headers, url.hostname);
    // The origin as it was read for the checks, so that nobody reads it otherwise.
    return dispatch(
      { ...target, origin: url.origin, headers },
      boundHandler(handler, url.hostname, { maxBytes, timeoutMs }),
    );
  });

  function lookupFor(origin: URL): LookupFunction {
    const isFit = isAllowed(origin) ? isInsideAddress : isCallable;
    return (hostname, lookupOptions, done) => {
      const taken = resolve(hostname).then((addresses) => {
        if (addresses.length === 0) throw new OutboundError('unreachable', `${hostname} has no address.`);
        // One private address among public ones is refused too: nobody has a good reason for it.
        if (!addresses.every(isFit)) throw notPublic(hostname);
        return addresses.map((address) => ({ address, family: isIP(address) }));
      });
      taken.then(
        (found) => (lookupOptions.all === true ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
        (error: Error) => done(error, []),
      );
    };
  }
}

/** What stands against calling a URL, as far as it can be told without looking up its name; undefined: nothing. */
export function refuseUrl(url: string, options: GuardOptions = {}): string | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return 'Only absolute https URLs are called.';
  try {
    createUrlCheck(options).checkUrl(parsed);
    return undefined;
  } catch (error) {
    if (error instanceof OutboundError) return error.message;
    throw error;
  }
}

interface UrlCheck {
  /** @throws OutboundError */
  readonly checkUrl: (url: URL) => void;
  readonly isAllowed: (url: URL) => boolean;
  readonly isCallable: (address: string) => boolean;
}

function createUrlCheck({ allowedHosts = [], ownAddresses: own = ownAddresses }: GuardOptions): UrlCheck {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return { checkUrl, isAllowed, isCallable };

  function checkUrl(url: URL): void {
    const { protocol, hostname, username, password, port } = url;
    if (username !== '' || password !== '') {
      throw new OutboundError('not-allowed', `A URL with a user name or password is not called (${hostname}).`);
    }
    if (!/^https?:$/.test(protocol)) throw new OutboundError('not-allowed', 'Only absolute https URLs are called.');
    if (isAllowed(url)) return;
    if (protocol !== 'https:') throw new OutboundError('not-allowed', `Only https is called (${hostname}).`);
    if (port !== '' && Number(port) < 1024) {
      throw new OutboundError('not-allowed', `Of ports below 1024 only 443 is called (${hostname}).`);
    }
    const address = hostname.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0 && !isCallable(address)) throw notPublic(hostname);
  }

  function isAllowed({ hostname, port, protocol }: URL): boolean {
    return allowed.has(hostname) || allowed.has(`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
  }

  function isCallable(address: string): boolean {
    // What listens on this machine for itself alone answers at its public addresses, too.
    return isPublicAddress(address) && !isOwnAddress(address, own());
  }
}

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map((found) => found.address);
}

function checkRequest({ method, upgrade }: Dispatcher.DispatchOptions, hostname: string): void {
  if (METHODS.includes(method) && (upgrade ?? false) === false) return;
  throw new OutboundError('not-allowed', `Neither other methods nor other protocols are called (${hostname}).`);
}

/** The same headers, and the wish that the body come as it is. */
function askPlain(headers: Dispatcher.DispatchOptions['headers'], hostname: string): string[] {
  const asked = [...entriesOf(headers)].filter(([name]) => name !== 'accept-encoding');
  // The certificate would be compared with it instead of with the host that is called.
  if (asked.some(([name]) => name === 'host')) {
    throw new OutboundError('not-allowed', `A Host header of its own is not sent (${hostname}).`);
  }
  return [...asked, ['accept-encoding', 'identity']].flat();
}

function* entriesOf(headers: Dispatcher.DispatchOptions['headers']): Generator<[name: string, value: string]> {
  if (headers == null) return;
  const pairs = Symbol.iterator in headers ? pairsOf([...headers]) : Object.entries(headers);
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    for (const one of [value].flat()) yield [name.toLowerCase(), one];
  }
}

type Pair = [name: string, value: string | string[] | undefined];

/** Pairs, or names and values in turn. */
function pairsOf(list: readonly (string | Pair)[]): Pair[] {
  return list.flatMap((item, at): Pair[] => {
    if (typeof item !== 'string') return [item];
    const value = list[at + 1];
    return at % 2 === 0 && typeof value === 'string' ? [[item, value]] : [];
  });
}

function notPublic(hostname: string): OutboundError {
  return new OutboundError(
    'not-allowed',
    `${hostname} does not lie on a public address. Who runs this server may allow it all the same (OUTBOUND_ALLOWED_HOSTS).`,
  );
}
