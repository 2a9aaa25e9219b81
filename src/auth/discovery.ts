import { toAddresses } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import { IDENTITY_SCOPES } from './identity-scopes.ts';

const RESOURCE_SCOPES = ['patient', 'user', 'system'].flatMap((context) =>
  ['cruds', 'rs', 'read', 'write', '*'].map((letters) => `${context}/*.${letters}`),
);

/** What this server does of SMART App Launch. https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#capability-sets */
const CAPABILITIES = [
  'launch-ehr',
  'launch-standalone',
  'authorize-post',
  'client-public',
  'client-confidential-symmetric',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-banner',
  'context-style',
  'context-ehr-patient',
  'context-ehr-encounter',
  'context-standalone-patient',
  'permission-offline',
  'permission-online',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
];

/**
 * The document at `{fhir base}/.well-known/smart-configuration`: what is really there, with absolute addresses.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
 */
export function describeSmart(addresses: Addresses): Readonly<Record<string, unknown>> {
  return {
    issuer: addresses.issuer,
    jwks_uri: addresses.jwks,
    authorization_endpoint: addresses.authorize,
    token_endpoint: addresses.token,
    introspection_endpoint: addresses.introspect,
    revocation_endpoint: addresses.revoke,
    management_endpoint: addresses.manage,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: [...IDENTITY_SCOPES, ...RESOURCE_SCOPES],
    code_challenge_methods_supported: ['S256'],
    capabilities: CAPABILITIES,
  };
}

/** Where access is asked for, by the words that a CapabilityStatement has for it: the public address is enough to tell. */
export function describeOAuth(publicUrl: string): Readonly<Record<string, string>> {
  const { authorize, token, manage } = toAddresses(publicUrl);
  return { authorize, token, manage };
}

/**
 * What the OpenID document says other than the provider does of itself.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export function describeOpenId(addresses: Addresses): Readonly<Record<string, unknown>> {
  return { introspection_endpoint: addresses.introspect, response_modes_supported: ['query'] };
}

/** How an app may look like this server: no more than its colours. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#styling */
export const SMART_STYLE: Readonly<Record<string, string>> = {
  color_background: '#f6f8f9',
  color_error: '#a3243b',
  color_highlight: '#0b5563',
  color_modal_backdrop: '#10242a',
  color_success: '#1d6b46',
  color_text: '#17262b',
  dim_border_radius: '8px',
  dim_font_size: '16px',
  dim_spacing_size: '16px',
  font_family_body: 'system-ui, sans-serif',
  font_family_heading: 'system-ui, sans-serif',
};
