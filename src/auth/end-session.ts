import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import { revokeSession, writeIdentityAct } from '../store/index.ts';
import type { Database, PersonRow } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import { digestPayloadId } from './payload-id.ts';
import { sessionCookie } from './provider.ts';

interface Options {
  readonly provider: () => Provider;
  readonly database: Database;
  readonly addresses: Addresses;
  readonly clock: Clock;
}

/** Signs a person out: ends the session `uid` here and in the browser, and with it all that was not to outlive it. */
export async function endSession(
  { provider, database, addresses, clock }: Options,
  req: IncomingMessage,
  res: ServerResponse,
  uid: string,
  person: PersonRow,
): Promise<void> {
  const at = clock();
  await database.transact(async (on) => {
    const ended = await revokeSession(on, digestPayloadId(uid), at);
    await writeIdentityAct(on, {
      at,
      request: uuidv7(),
      interaction: 'sign-out',
      organization: person.organization,
      client: null,
      person: person.fhirUser,
      status: 200,
      detail: `${ended.length} grants ended`,
    });
  });
  await (await provider().Session.findByUid(uid))?.destroy();
  const { cookies } = provider().createContext(req, res);
  cookies.set(provider().cookieName('session'), null, sessionCookie(addresses));
}
