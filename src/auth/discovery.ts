import type { Addresses } from './addresses.ts';

/**
 * The document at `{fhir base}/.well-known/smart-configuration`: what is really there, with absolute addresses.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
 */
export function describeSmart(addresses: Addresses): Readonly<Record<string, unknown>> {
  return {
    token_endpoint: addresses.token,
    jwks_uri: addresses.jwks,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: ['system/*.cruds', 'system/*.rs', 'system/*.read', 'system/*.write', 'system/*.*'],
    code_challenge_methods_supported: ['S256'],
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  };
}
