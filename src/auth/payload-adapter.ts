import { hash } from 'node:crypto';
import { errors } from 'oidc-provider';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../base/index.ts';
import { seal, unseal } from '../keys/index.ts';
import {
  consumeOidcPayload,
  deleteOidcGrant,
  deleteOidcPayload,
  findOidcPayload,
  saveOidcPayload,
} from '../store/index.ts';
import type { Database, StoredOidcPayload } from '../store/index.ts';

interface Options {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
}

/**
 * Where the authorization server keeps its codes, tokens, sessions and grants: under the SHA-256 of their id, sealed,
 * for a payload repeats its id. The provider looks whether a code was consumed and then consumes it: of those that do
 * so at once, only the first may go on.
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
        idHash: digest(id),
        payload: seal(masterKey, Buffer.from(JSON.stringify(payload)), purpose),
        grantHash: payload.grantId === undefined ? null : digest(payload.grantId),
        uidHash: payload.uid === undefined ? null : digest(payload.uid),
        expiresAt: expiresIn === undefined ? null : new Date(clock().getTime() + expiresIn * 1000),
      });
    },
    async find(id) {
      return open(await findOidcPayload(database, kind, { idHash: digest(id) }, clock()));
    },
    async findByUid(uid) {
      return open(await findOidcPayload(database, kind, { uidHash: digest(uid) }, clock()));
    },
    async findByUserCode() {
      // Only the device flow has user codes, and that is off.
      return undefined;
    },
    async consume(id) {
      if (await consumeOidcPayload(database, kind, digest(id), clock())) return;
      throw new errors.InvalidGrant('already consumed');
    },
    async destroy(id) {
      await deleteOidcPayload(database, kind, digest(id));
    },
    async revokeByGrantId(grantId) {
      await deleteOidcGrant(database, digest(grantId));
    },
  };
}

function digest(id: string): string {
  return hash('sha256', id, 'base64url');
}
