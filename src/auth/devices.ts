import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { randomCode } from '../base/index.ts';
import type { Sealer } from '../keys/index.ts';
import type { Addresses } from './addresses.ts';
import { normaliseLogin } from './logins.ts';
import { sessionCookie } from './provider.ts';

const NAME = 'consilium_device';
const REMEMBERED_MS = 400 * 86_400_000;

/**
 * Browsers in which somebody has signed in before. Attempts from these are counted by themselves: who guesses at a login
 * elsewhere does not keep its owner out. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export interface Devices {
  /** Which of the browsers of this login it is; undefined: none. */
  find(req: IncomingMessage, res: ServerResponse, login: string): string | undefined;
  /** Remembers the browser; to be called after the right password only. */
  remember(req: IncomingMessage, res: ServerResponse, login: string): void;
}

interface Options {
  readonly provider: () => Provider;
  readonly sealer: Sealer;
  readonly addresses: Addresses;
}

export function createDevices({ provider, sealer, addresses }: Options): Devices {
  const options = { ...sessionCookie(addresses), signed: false, maxAge: REMEMBERED_MS };

  function find(req: IncomingMessage, res: ServerResponse, login: string): string | undefined {
    const sealed = provider().createContext(req, res).cookies.get(NAME, { signed: false });
    const opened = sealed === undefined ? undefined : sealer.open(sealed);
    const [of, device] = opened?.split(' ') ?? [];
    return of === normaliseLogin(login) ? device : undefined;
  }

  return {
    find,
    remember(req, res, login) {
      if (find(req, res, login) !== undefined) return;
      const sealed = sealer.seal(`${normaliseLogin(login)} ${randomCode(20)}`);
      provider().createContext(req, res).cookies.set(NAME, sealed, options);
    },
  };
}
