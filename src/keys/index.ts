/**
 * Keys and what is signed or sealed with them: JWK, JWS, certificates, secrets at rest. The only
 * importer of node-jose and @peculiar/x509.
 * Words: *JWK* (one key), *JWKS* (a set of public ones), *kid* (a key's name), *master key* (MASTER_KEY, under which
 * all secrets of the database lie sealed).
 * Must not store anything, fetch anything, or know what a token is for.
 */
export type { CertificateFacts, CertifiedKey, Validity } from './certificate.ts';
export { makeLeaf, makeRoot, readCertificate, showFingerprint } from './certificate.ts';
export type { ChainRefusal, ChainVerdict } from './chain.ts';
export { checkChain } from './chain.ts';
export type { JwsHeader, JwsRefusal, ReadJws, Signer } from './detached.ts';
export { createSigner, detachPayload, isSignedText, readJws } from './detached.ts';
export type { Jwks, PrivateJwk, PublicJwk, SigningAlgorithm } from './jwk.ts';
export { checkPublicJwks, generateKey, thumbprint, toPublicJwk } from './jwk.ts';
export type { JwtClaims, JwtExpectation, JwtRefusal, JwtVerdict } from './jwt.ts';
export { readKid, signJwt, verifyJwt } from './jwt.ts';
export type { Sealer } from './seal.ts';
export { createSealer, masterKeyId, parseMasterKey, seal, sealJson, unseal, unsealJson } from './seal.ts';
export type { WebhookMessage, WebhookPrivateJwk, WebhookPublicJwk } from './webhook.ts';
export {
  makeWebhookKey,
  newSecret,
  openWebhookKey,
  showSecret,
  showWebhookKey,
  signWebhook,
  toWebhookId,
  toWebhookPublicJwk,
} from './webhook.ts';
