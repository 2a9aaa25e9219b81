/** Absolute addresses of the server, all taken from its public base and never from a request. */
export interface Addresses {
  /** Issuer of access tokens, and where the authorization server is mounted. */
  readonly issuer: string;
  readonly authorize: string;
  readonly token: string;
  readonly jwks: string;
  readonly revoke: string;
  readonly introspect: string;
  /** Where a person sees and ends what was granted. */
  readonly manage: string;
  readonly launches: string;
  /** Where the identity providers of the organisations send people back to: registered there as redirect_uri. */
  readonly upstream: string;
  readonly style: string;
  /** The FHIR base: the audience of access tokens. */
  readonly fhir: string;
  readonly host: string;
  readonly protocol: string;
}

export function toAddresses(publicUrl: string): Addresses {
  const base = publicUrl.replace(/\/+$/, '');
  const { host, protocol } = new URL(base);
  const issuer = `${base}/auth`;
  return {
    issuer,
    authorize: `${issuer}/authorize`,
    token: `${issuer}/token`,
    jwks: `${issuer}/jwks`,
    revoke: `${issuer}/revoke`,
    introspect: `${issuer}/introspect`,
    manage: `${issuer}/manage`,
    launches: `${issuer}/launches`,
    upstream: `${issuer}/upstream/callback`,
    style: `${issuer}/smart-style.json`,
    fhir: `${base}/fhir`,
    host,
    protocol: protocol.slice(0, -1),
  };
}
