/** Absolute addresses of the server, all taken from its public base and never from a request. */
export interface Addresses {
  /** Issuer of access tokens, and where the authorization server is mounted. */
  readonly issuer: string;
  readonly token: string;
  readonly jwks: string;
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
    token: `${issuer}/token`,
    jwks: `${issuer}/jwks`,
    fhir: `${base}/fhir`,
    host,
    protocol: protocol.slice(0, -1),
  };
}
