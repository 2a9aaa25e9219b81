import type { ClientRow, PersonRow } from '../store/index.ts';

/** What may be known of a client: nothing that proves that one is it. */
export interface ClientView {
  readonly id: string;
  readonly organization: string;
  readonly role: ClientRow['role'];
  readonly name: string;
  readonly kind: ClientRow['kind'];
  readonly status: 'active' | 'pending' | 'disabled';
  readonly scope: string;
  readonly authMethod: ClientRow['authMethod'];
  /** Ids of its public keys. */
  readonly keys?: readonly string[];
  readonly jwksUri?: string;
  /** Of apps. */
  readonly redirectUris?: readonly string[];
  readonly launchUri?: string;
}

export function viewClient(row: ClientRow): ClientView {
  const { id, organization, role, name, kind, scope, authMethod, jwks, jwksUri, redirectUris, launchUri } = row;
  return {
    ...{ id, organization, role, name, kind, status: statusOf(row), scope, authMethod },
    ...(jwks === null ? {} : { keys: (JSON.parse(jwks) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid) }),
    ...(jwksUri === null ? {} : { jwksUri }),
    ...(kind === 'app' ? { redirectUris } : {}),
    ...(launchUri === null ? {} : { launchUri }),
  };
}

/** Let in, waiting for the operator's approval, or shut out for good. */
function statusOf({ approved, disabled }: ClientRow): ClientView['status'] {
  if (disabled) return 'disabled';
  return approved ? 'active' : 'pending';
}

/** What may be known of somebody who signs in. */
export interface PersonView {
  readonly id: string;
  readonly organization: string;
  readonly login: string;
  readonly name: string;
  readonly status: 'active' | 'disabled';
  readonly fhirUser: string;
  /** Of those who are no staff. */
  readonly patients?: readonly string[];
  readonly hasPassword: boolean;
  /** `sub` at the organisation's identity provider. */
  readonly subject?: string;
}

export function viewPerson(row: PersonRow): PersonView {
  const { id, organization, login, name, disabled, fhirUser, patients, password, subject } = row;
  return {
    ...{ id, organization, login, name, status: disabled ? 'disabled' : 'active', fhirUser },
    ...(patients === null ? {} : { patients }),
    hasPassword: password !== null,
    ...(subject === null ? {} : { subject }),
  };
}
