import type { Caller } from '../base/index.ts';
import type { GrantFacts, TokenFacts } from '../store/index.ts';

/** What an access token says of itself, once its signature and claims were found good. */
export interface Believed {
  readonly jti: string;
  /** Of the key that signed it. */
  readonly kid: string;
  readonly client: string;
  readonly subject: string;
  /** Hash of the grant that it came from; null: it is the client's own. */
  readonly grant: string | null;
  readonly scopes: readonly string[];
}

/**
 * Who sends a token, as things stand: a service as itself, an app as the person in front of it, within one
 * organisation. Undefined when any of it was taken back, is over or does not fit together.
 */
export function callerOf(token: Believed, facts: TokenFacts | undefined, now: Date): Caller | undefined {
  if (!facts?.isClientGood || facts.isRevoked) return undefined;
  const { client, scopes } = token;
  const { organization, role, grant } = facts;
  const lenient = facts.validation === 'lenient' ? ({ lenient: true } as const) : {};
  const caller = { client, organization, role, ...lenient, scopes };
  if (facts.kind === 'service') {
    return token.grant === null && token.subject === client ? Object.freeze(caller) : undefined;
  }
  if (grant === null || !isGood(grant, now)) return undefined;
  const isTheirs = grant.client === client && grant.person === token.subject;
  if (!isTheirs || grant.personOrganization !== organization) return undefined;
  return Object.freeze({ ...caller, ...personOf(grant) });
}

function isGood({ isRevoked, isPersonGood, expiresAt }: GrantFacts, now: Date): boolean {
  return !isRevoked && isPersonGood && expiresAt > now;
}

function personOf({ fhirUser, patient, patients }: GrantFacts): Pick<Caller, 'user' | 'patient' | 'patients'> {
  return {
    user: fhirUser,
    ...(patient === null ? {} : { patient }),
    ...(patients === null ? {} : { patients: Object.freeze([...patients]) }),
  };
}
