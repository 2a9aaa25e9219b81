/**
 * Who is calling, and what they were granted: the authorization server (SMART App Launch 2.2, Backend Services), its
 * clients, and the check of access tokens. The only importer of oidc-provider.
 * Words: *client* (a registered system of a partner organisation), *assertion* (its signed proof, good once),
 * *access token* (RFC 9068, five minutes), *caller* (what a good token comes to; src/base).
 * Must not decide what a caller may do with a record: that is access's work.
 */
export type { Auth, AuthOptions } from './auth.ts';
export { createAuth } from './auth.ts';
export type { ClientKeys, ClientRegistration, Registry } from './registration.ts';
export { addClient, addOrganization, disableClient, setClientKeys, setOrganization } from './registration.ts';
export type { AssertionRequest, TokenAnswer, TokenRequest } from './request-token.ts';
export { requestToken } from './request-token.ts';
export { checkServerKeys } from './server-keys.ts';
