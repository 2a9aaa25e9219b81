import { Fault, uuidv7 } from '../base/index.ts';
import type { Caller, Clock } from '../base/index.ts';
import { writeIdentityAct } from '../store/index.ts';
import type { Database } from '../store/index.ts';
import type { Addresses } from './addresses.ts';
import type { LiveToken, TokenVerifier } from './tokens.ts';

/** What RFC 7662 answers, with what SMART adds. */
export type IntrospectionAnswer = Readonly<Record<string, unknown>> & { readonly active: boolean };

export type Introspection = (
  /** The access token of who asks; undefined: none was sent. */
  bearer: string | undefined,
  /** The one that is asked about. */
  token: string | undefined,
) => Promise<IntrospectionAnswer>;

interface Options {
  readonly addresses: Addresses;
  readonly tokens: TokenVerifier;
  readonly database: Database;
  readonly clock: Clock;
}

const INACTIVE: IntrospectionAnswer = Object.freeze({ active: false });

/**
 * Makes what says of an access token whether it is good, and for what. A service asks about all tokens of its own
 * organisation's clients, an app about those of the grant that it was given; whatever else is asked about is inactive:
 * refresh tokens too, which are nobody's to look into. https://www.rfc-editor.org/rfc/rfc7662
 * https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html
 */
export function createIntrospection({ addresses, tokens, database, clock }: Options): Introspection {
  return async function introspect(bearer, token) {
    const asking = bearer === undefined ? undefined : await tokens.read(bearer);
    if (asking === undefined) {
      await note(undefined, 401, bearer === undefined ? 'token-missing' : 'token-invalid');
      throw unauthorized(bearer !== undefined);
    }
    const live = token === undefined ? undefined : await tokens.read(token);
    if (live === undefined) return INACTIVE;
    if (!mayAsk(asking, live)) {
      await note(asking.caller, 200, 'token-of-another');
      return INACTIVE;
    }
    return describe(live, addresses);
  };

  async function note(caller: Caller | undefined, status: number, detail: string): Promise<void> {
    const { organization = null, client = null, user: person = null } = caller ?? {};
    const at = clock();
    const act = { at, request: uuidv7(), interaction: 'introspect', organization, client, person } as const;
    await writeIdentityAct(database, { ...act, status, detail });
  }
}

function mayAsk(asking: LiveToken, about: LiveToken): boolean {
  if (asking.grant !== null) return asking.grant.hash === about.grant?.hash;
  return asking.caller.organization === about.caller.organization;
}

function describe({ claims, caller, grant }: LiveToken, { fhir }: Addresses): IntrospectionAnswer {
  const { scope, client_id, sub, iss, aud, jti, iat, exp } = claims;
  const standard = { active: true, token_type: 'Bearer', scope, client_id, sub, iss, aud, jti, iat, exp };
  if (grant === null) return standard;
  const { patient, encounter, context } = grant;
  return {
    ...(JSON.parse(context) as Record<string, unknown>),
    ...(patient === null ? {} : { patient: idOf(patient) }),
    ...(encounter === null ? {} : { encounter: idOf(encounter) }),
    ...(caller.user === undefined ? {} : { fhirUser: `${fhir}/${caller.user}` }),
    ...standard,
  };
}

function idOf(reference: string): string {
  return reference.slice(reference.indexOf('/') + 1);
}

function unauthorized(isSent: boolean): Fault {
  const issue = {
    severity: 'error',
    code: 'login',
    key: isSent ? 'token-invalid' : 'token-missing',
    text: 'Introspection asks for an access token of who asks: Authorization: Bearer …',
  } as const;
  return new Fault(401, issue, { 'www-authenticate': isSent ? 'Bearer error="invalid_token"' : 'Bearer' });
}
