import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import type { ClientRow } from '../store/index.ts';
import type { Proof } from './client-authentication.ts';

/** What a request brings to prove which client sends it, besides an assertion. */
export interface Presented {
  /** Of the Authorization header or of the form; undefined: none, or none that can be read. */
  readonly secret?: string;
}

/** What the provider is to know of a client in a request that proves nothing, and is not asked to. */
export function describeClient(row: ClientRow): ClientMetadata {
  const { authMethod, jwks, jwksUri } = row;
  const keys = jwks === null ? { jwks_uri: jwksUri ?? '' } : { jwks: JSON.parse(jwks) as ClientMetadata['jwks'] };
  return {
    ...toMetadata(row),
    // Only the shape asks for it: without a proof nothing is compared with it.
    ...(needsSecret(row) ? { client_secret: randomBytes(32).toString('base64url') } : {}),
    ...(authMethod === 'private_key_jwt' ? keys : {}),
  };
}

/** The same for one whose assertion was found good: with the keys that count. */
export function describeProven(row: ClientRow, proof: Proof): ClientMetadata {
  return { ...toMetadata(row), jwks: proof.jwks };
}

/** The same for one that shows its secret; undefined when it is not its own. Only the secret's hash is stored. */
export function describeBySecret(row: ClientRow, secret: string | undefined): ClientMetadata | undefined {
  if (!needsSecret(row) || secret === undefined || row.secretHash === null) return undefined;
  const [given, stored] = [Buffer.from(hash('sha256', secret, 'base64url')), Buffer.from(row.secretHash)];
  const isOwn = given.length === stored.length && timingSafeEqual(given, stored);
  return isOwn ? { ...toMetadata(row), client_secret: secret } : undefined;
}

export function needsSecret({ authMethod }: ClientRow): boolean {
  return authMethod === 'client_secret_basic' || authMethod === 'client_secret_post';
}

function toMetadata({ id, kind, authMethod, redirectUris, organization }: ClientRow): ClientMetadata {
  const isApp = kind === 'app';
  return {
    client_id: id,
    grant_types: isApp ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
    response_types: isApp ? ['code'] : [],
    // Other modes would put the code where scripts and histories find it.
    ...(isApp ? { response_modes: ['query'] } : {}),
    redirect_uris: [...redirectUris],
    token_endpoint_auth_method: authMethod,
    // Schemes of their own are for apps that are installed, the provider says.
    application_type: redirectUris.some((uri) => !/^https?:/.test(uri)) ? 'native' : 'web',
    id_token_signed_response_alg: 'RS256',
    organization,
  };
}

/** The secret that a request presents, in its Authorization header (RFC 6749, section 2.3.1) or in its form. */
export function readSecret(authorization: string | undefined, form: unknown): string | undefined {
  if (typeof form === 'string' && form !== '') return form;
  const basic = /^basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return undefined;
  const [, secret] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
  try {
    return secret === undefined ? undefined : decodeURIComponent(secret.replace(/\+/g, '%20'));
  } catch {
    return undefined;
  }
}

/** Origins of the pages that a client returns to: those from which it may call. */
export function originsOf({ redirectUris }: Pick<ClientRow, 'redirectUris'>): string[] {
  return redirectUris.flatMap((uri) => {
    const origin = URL.parse(uri)?.origin;
    return origin === undefined || origin === 'null' ? [] : [origin];
  });
}
