import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/index.ts';
import { seal, unseal } from '../keys/index.ts';
import { consumeOidcPayload, findOidcPayload, saveOidcPayload } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import { digestPayloadId } from './payload-id.ts';

const KIND = 'UpstreamTrip';
/** To sign in elsewhere and come back, in ms. */
const TRIP_MS = 600_000;

/** What has to come back from an identity provider the way it went there. */
export interface Trip {
  /** Of the authorization that it was made for, which one browser has the cookie of. */
  readonly uid: string;
  readonly organization: string;
  readonly issuer: string;
  /** Ours there. */
  readonly clientId: string;
  readonly verifier: string;
  readonly nonce: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** The app wants the person to sign in now, whoever is signed in there. */
  readonly anew: boolean;
  /** How long ago the person may have signed in there, in seconds; undefined: however long. */
  readonly maxAge?: number;
}

/** The ways to identity providers and back, each good once and for ten minutes. On all processes. */
export interface Trips {
  /** Gives the state to be sent along: nobody can guess it, and it names the authorization that it belongs to. */
  begin(trip: Omit<Trip, 'startedAt'>): Promise<string>;
  /** Undefined: there is none, or its time is over. One that was used is found until then. */
  find(state: string): Promise<Trip | undefined>;
  /** True for whoever comes first. */
  use(state: string): Promise<boolean>;
}

export function createTrips(options: {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
}): Trips {
  const { database, masterKey, clock } = options;
  return {
    async begin(trip) {
      const state = `${trip.uid}.${randomBytes(32).toString('base64url')}`;
      const startedAt = clock().getTime();
      await saveOidcPayload(database, {
        kind: KIND,
        idHash: digestPayloadId(state),
        payload: seal(masterKey, Buffer.from(JSON.stringify({ ...trip, startedAt })), KIND),
        grantHash: null,
        uidHash: null,
        expiresAt: new Date(startedAt + TRIP_MS),
      });
      return state;
    },
    async find(state) {
      const row = await findOidcPayload(database, KIND, { idHash: digestPayloadId(state) }, clock());
      if (row === undefined) return undefined;
      return JSON.parse(Buffer.from(unseal(masterKey, row.payload, KIND)).toString('utf8')) as Trip;
    },
    async use(state) {
      return await consumeOidcPayload(database, KIND, digestPayloadId(state), clock());
    },
  };
}

/** The authorization that a state belongs to; undefined when it is no state of ours. */
export function uidOf(state: string): string | undefined {
  return /^([\w-]{1,64})\.[\w-]{43}$/.exec(state)?.[1];
}
