/** The part an organisation plays on this server; `server`: the server's own, which publishes its guide. */
export type Role = 'placer' | 'programme' | 'insurer' | 'employer' | 'server';

/** The roles that a partner can be registered with. */
export const ROLES: readonly Role[] = ['placer', 'programme', 'insurer', 'employer'];

/** Id of the server's own organisation. It has no clients; nobody signs in as the server. */
export const SERVER_ORGANIZATION = 'consilium';

/**
 * Who is asking, decided once per request by `auth` and then carried as a value.
 * Nothing further down looks at tokens or headers again.
 */
export interface Caller {
  /** OAuth client_id. */
  readonly client: string;
  /** The partner organisation the client belongs to; its directory record is `Organization/{organization}`. */
  readonly organization: string;
  readonly role: Role;
  /** Whether its records are also taken with codes that are not allowed; structure, and codes acted on, never are. */
  readonly lenient?: true;
  /** Granted SMART scopes, each as the token has it, e.g. `system/ServiceRequest.cruds`. */
  readonly scopes: readonly string[];
  /**
   * Reference of the signed-in person (`Practitioner/x`), when there is one. Then `user/` and `patient/` scopes count, and
   * `system/` ones only without.
   */
  readonly user?: string;
  /** The Patient in the launch context (`Patient/x`), whom `patient/` scopes are about. */
  readonly patient?: string;
  /** The Patients to whom `user/` scopes are confined: of somebody who is no staff, those whom that person stands for. */
  readonly patients?: readonly string[];
}
