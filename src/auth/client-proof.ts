import type { Clock } from '../base/index.ts';
import type { Jwks, PublicJwk } from '../keys/index.ts';
import { signAssertion } from './request-token.ts';
import type { ServerKeys } from './server-keys.ts';

/** Where this server is a client itself: SMART Backend Services of another server. */
export interface ProofRequest {
  readonly clientId: string;
  /** The token endpoint. */
  readonly audience: string;
  /** What it says that it takes; undefined: it does not say. */
  readonly algorithms?: readonly string[];
}

/**
 * Signs a client's assertion with a key that this server publishes; undefined where none of its algorithms is taken.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
 */
export async function proveClient(
  serverKeys: Pick<ServerKeys, 'current'>,
  clock: Clock,
  { clientId, audience, algorithms }: ProofRequest,
): Promise<string | undefined> {
  const { access, id } = serverKeys.current();
  const takes = (alg: string): boolean => algorithms?.includes(alg) ?? alg === 'ES384';
  const privateJwk = takes('ES384') ? access : takes('RS384') ? forRs384(id) : undefined;
  return privateJwk && (await signAssertion({ clientId, privateJwk, audience, now: clock() }));
}

/**
 * Keys as other servers look for them: SMART has them take ES384 or RS384, so the key of the id_tokens (RS256) stands there
 * for RS384, too, under a name of its own.
 */
export function publishKeys({ keys }: Jwks): Jwks {
  return { keys: [...keys, ...keys.filter(({ kty }) => kty === 'RSA').map(forRs384)] };
}

function forRs384<K extends PublicJwk>(key: K): K {
  return { ...key, kid: `${key.kid}.RS384`, alg: 'RS384' };
}
