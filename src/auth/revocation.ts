import { uuidv7 } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import { findGrant, findPerson, revokeGrant, revokeToken, writeIdentityAct } from '../store/index.ts';
import type { ClientRow, Database } from '../store/index.ts';
import type { TokenVerifier } from './tokens.ts';

/** Why a grant ended, for the audit. */
export type GrantEnding = 'revoked' | 'ended-by-person' | 'signed-out' | 'used-twice' | 'provider';

interface Options {
  readonly tokens: TokenVerifier;
  readonly database: Database;
  readonly clock: Clock;
}

export type Revocation = (request: { readonly client: ClientRow; readonly token: string }) => Promise<void>;

/**
 * Makes what takes back a client's own access tokens: with one that came from a grant goes the whole grant. What is no
 * token, or another client's, is passed over in silence. https://www.rfc-editor.org/rfc/rfc7009#section-2
 */
export function createRevocation({ tokens, database, clock }: Options): Revocation {
  return async function revoke({ client, token }) {
    const live = await tokens.read(token);
    if (live?.caller.client !== client.id) return;
    if (live.grant !== null) {
      await endGrant(database, clock, live.grant.hash, 'revoked');
      return;
    }
    const { jti, exp } = live.claims;
    await database.transact(async (on) => {
      await revokeToken(on, String(jti), new Date(Number(exp) * 1000));
      await writeIdentityAct(on, {
        at: clock(),
        request: uuidv7(),
        interaction: 'revoke',
        organization: client.organization,
        client: client.id,
        status: 200,
        detail: 'access-token',
      });
    });
  };
}

/** Ends a grant and all that came from it, on every process, and notes it; true where it still held. */
export async function endGrant(database: Database, clock: Clock, hash: string, why: GrantEnding): Promise<boolean> {
  return await database.transact(async (on) => {
    if (!(await revokeGrant(on, hash, clock()))) return false;
    const grant = await findGrant(on, hash);
    const person = await findPerson(on, grant?.person ?? '');
    await writeIdentityAct(on, {
      at: clock(),
      request: uuidv7(),
      interaction: 'revoke',
      organization: person?.organization ?? null,
      client: grant?.client ?? null,
      person: person?.fhirUser ?? null,
      status: 200,
      detail: why,
    });
    return true;
  });
}
