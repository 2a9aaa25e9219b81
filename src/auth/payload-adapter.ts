import { hash } from 'node:crypto';
import { errors } from 'oidc-provider';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../base/index.ts';
import { seal, unseal } from '../keys/index.ts';
import {
  consumeOidcPayload,
  deleteOidcPayload,
  findOidcGrant,
  findOidcPayload,
  saveOidcPayload,
} from '../store/index.ts';
import type { Database, StoredOidcPayload } from '../store/index.ts';
import { endGrant } from './revocation.ts';

interface Options {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
}

/**
 * Where the authorization server keeps its codes, tokens, sessions and grants: under the SHA-256 of their id, sealed,
 * for a payload repeats its id. The provider looks whether a code was consumed and then consumes it: of those that do
 * so at once, only the first may go on, and as with one that was consumed before, somebody else has it: all that came
 * from the same grant ends. https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export function createPayloadAdapter(kind: string, { database, masterKey, clock }: Options): Adapter {
  const purpose = `oidc ${kind}`;

  function open(row: StoredOidcPayload | undefined): AdapterPayload | undefined {
    if (row === undefined) return undefined;
    const payload = JSON.parse(Buffer.from(unseal(masterKey, row.payload, purpose)).toString('utf8')) as AdapterPayload;
    const consumed = row.consumedAt === null ? {} : { consumed: Math.floor(row.consumedAt.getTime() / 1000) };
    return { ...payload, ...consumed };
  }

  return {
    async upsert(id, payload, expiresIn) {
      await saveOidcPayload(database, {
        kind,
        idHash: digestPayloadId(id),
        payload: seal(masterKey, Buffer.from(JSON.stringify(payload)), purpose),
        grantHash: payload.grantId === undefined ? null : digestPayloadId(payload.grantId),
        uidHash: payload.uid === undefined ? null : digestPayloadId(payload.uid),
        expiresAt: expiresIn === undefined ? null : new Date(clock().getTime() + expiresIn * 1000),
      });
    },
    async find(id) {
      return open(await findOidcPayload(database, kind, { idHash: digestPayloadId(id) }, clock()));
    },
    async findByUid(uid) {
      return open(await findOidcPayload(database, kind, { uidHash: digestPayloadId(uid) }, clock()));
    },
    async findByUserCode() {
      // Only the device flow has user codes, and that is off.
      return undefined;
    },
    async consume(id) {
      const idHash = digestPayloadId(id);
      if (await consumeOidcPayload(database, kind, idHash, clock())) return;
      const grant = await findOidcGrant(database, kind, idHash);
      if (grant !== undefined) await endGrant(database, clock, grant, 'used-twice');
      throw new errors.InvalidGrant('already consumed');
    },
    async destroy(id) {
      const isFirst = await deleteOidcPayload(database, kind, digestPayloadId(id));
      // The way back to the app is gone once: of several at once, the others would each get a code.
      if (kind === 'Interaction' && !isFirst) throw new errors.SessionNotFound('interaction session not found');
    },
    async revokeByGrantId(grantId) {
      await endGrant(database, clock, digestPayloadId(grantId), 'provider');
    },
  };
}

/** Under what an id of the authorization server is kept; of a grant it is `app_grant.hash`. */
export function digestPayloadId(id: string): string {
  return hash('sha256', id, 'base64url');
}
