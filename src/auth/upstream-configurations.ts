import {
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  PrivateKeyJwt,
} from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import { createGuardedFetch } from '../base/index.ts';
import type { Clock } from '../base/index.ts';
import type { PrivateJwk } from '../keys/index.ts';
import type { IdentityProvider } from './identity-providers.ts';
import type { ServerKeys } from './server-keys.ts';

/** How long what a provider says of itself is taken for current, in ms. */
const FRESH_MS = 600_000;
/** Before one that was not to be reached is asked again, in ms. */
const RETRY_MS = 5_000;
/** For each call of a provider, in ms. */
const TIMEOUT_MS = 5_000;
const BYTES_MOST = 65_536;

/** What the identity providers of the organisations say of themselves, and their keys. */
export interface Configurations {
  /** @throws Error when the provider is not to be reached, or is another than it was registered as */
  find(organization: string, provider: IdentityProvider): Promise<Configuration>;
  /** Has it read anew the next time: its keys may have changed. */
  forget(organization: string): void;
}

interface Options {
  readonly serverKeys: Pick<ServerKeys, 'current'>;
  readonly clock: Clock;
  readonly allowedHosts: readonly string[];
}

type Keys = ReturnType<ServerKeys['current']>;

interface Remembered {
  readonly provider: IdentityProvider;
  /** The server's keys of then. */
  readonly keys: Keys;
  readonly configuration: Promise<Configuration>;
  /** Epoch ms. */
  until: number;
}

/**
 * Reads what identity providers publish, over https from public addresses, 64 KB and five seconds a call, and keeps it
 * for ten minutes; keys are read again every five minutes, and where one is unknown. Whoever waits for the same
 * provider waits for the same call.
 */
export function createConfigurations({ serverKeys, clock, allowedHosts }: Options): Configurations {
  const remembered = new Map<string, Remembered>();
  const guarded = createGuardedFetch({ allowedHosts, maxBytes: BYTES_MOST, timeoutMs: TIMEOUT_MS });

  function find(organization: string, provider: IdentityProvider): Promise<Configuration> {
    const now = clock().getTime();
    const found = remembered.get(organization);
    const keys = serverKeys.current();
    if (found !== undefined && now < found.until && isFor(found, provider, keys)) return found.configuration;
    const entry = { provider, keys, configuration: discover(provider, keys), until: now + FRESH_MS };
    entry.configuration.catch(() => (entry.until = clock().getTime() + RETRY_MS));
    remembered.set(organization, entry);
    return entry.configuration;
  }

  async function discover(provider: IdentityProvider, keys: Keys): Promise<Configuration> {
    const issuer = new URL(provider.issuer);
    const configuration = await discovery(issuer, provider.clientId, {}, await proofOf(provider, keys), {
      [customFetch]: guarded,
      // Without these checks, that the token came over TLS would do in place of its signature.
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
    });
    // The library forgives a slash, and some providers more: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
    if (configuration.serverMetadata().issuer !== provider.issuer) {
      const text = 'The identity provider says that it is another issuer than it was registered as.';
      throw Object.assign(new Error(text), { code: 'OTHER_ISSUER' });
    }
    return configuration;
  }

  return { find, forget: (organization) => void remembered.delete(organization) };
}

function isFor(found: Remembered, { issuer, clientId, secret }: IdentityProvider, { access, id }: Keys): boolean {
  const { provider, keys } = found;
  const isSame = provider.issuer === issuer && provider.clientId === clientId && provider.secret === secret;
  return isSame && keys.access.kid === access.kid && keys.id.kid === id.kid;
}

/** How this server proves itself at a provider: by the secret that it was given there, or one of its own keys. */
async function proofOf({ secret }: IdentityProvider, { access, id }: Keys): Promise<ClientAuth> {
  if (secret !== undefined) return ClientSecretBasic(secret);
  const [byAccess, byId] = [await toProof(access), await toProof(id)];
  return (server, client, body, headers) => {
    const takes = server.token_endpoint_auth_signing_alg_values_supported;
    return (takes?.includes('ES384') === true ? byAccess : byId)(server, client, body, headers);
  };
}

async function toProof(jwk: PrivateJwk): Promise<ClientAuth> {
  const algorithm =
    jwk.kty === 'EC' ? { name: 'ECDSA', namedCurve: 'P-384' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, algorithm, false, ['sign']);
  return PrivateKeyJwt({ key, kid: jwk.kid });
}
