/**
 * Who is calling, and what they were granted: the authorization server (SMART App Launch 2.2, Backend Services), its
 * clients, and the check of access tokens. The only importer of oidc-provider and
 * openid-client.
 * Words: *client* (a registered system of a partner organisation), *assertion* (its signed proof, good once),
 * *access token* (RFC 9068, five minutes), *caller* (what a good token comes to; src/base).
 * Must not decide what a caller may do with a record: that is access's work.
 */
export type { Auth, AuthOptions } from './auth.ts';
export { createAuth } from './auth.ts';
export { describeOAuth } from './discovery.ts';
export type { Flow, Outcome, Pending } from './flow.ts';
export type { Sessions, SignedIn } from './sessions.ts';
export type { Upstream } from './upstream.ts';
export type { Administration, Asker, Listed, Window } from './administration.ts';
export { createAdministration } from './administration.ts';
export type { EhrRegistration } from './ehr-connections.ts';
export { EHR_KINDS, findEhrConnection, removeEhrConnection, setEhrConnection } from './ehr-connections.ts';
export type { IdentityProvider } from './identity-providers.ts';
export { findIdentityProvider, removeIdentityProvider, setIdentityProvider } from './identity-providers.ts';
export type { PersonRegistration, PersonSetting } from './people.ts';
export { addPerson, disablePerson, findPerson, setPerson } from './people.ts';
export { makePassword } from './passwords.ts';
export type { ClientKeys, ClientRegistration, ClientRegistry, ClientSetting } from './registration-clients.ts';
export {
  addClient,
  approveClient,
  disableClient,
  setClient,
  setClientKeys,
  setClientSecret,
} from './registration-clients.ts';
export { addOrganization, setOrganization } from './registration-organizations.ts';
export type { Registry } from './registry.ts';
export { makeSecret } from './secrets.ts';
export type { SignIn, SignInAnswer, SignInRequest } from './sign-in.ts';
export { createSignIn } from './sign-in.ts';
export type { ClientView, PersonView } from './views.ts';
export { viewClient, viewPerson } from './views.ts';
export type { AssertionRequest, TokenAnswer, TokenRequest } from './request-token.ts';
export { requestToken } from './request-token.ts';
export type { Rotated, Rotation } from './rotate-server-keys.ts';
export { rotateServerKeys } from './rotate-server-keys.ts';
export type { ServerKeyAlg } from './sealed-keys.ts';
export { checkServerKeys, SERVER_KEY_ALGS } from './sealed-keys.ts';
