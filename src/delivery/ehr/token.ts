import { createGuardedFetch, OutboundError } from '../../base/index.ts';
import type { Clock } from '../../base/index.ts';
import type { EhrConnection } from '../../store/index.ts';
import { parseRetryAfter } from '../retry.ts';
import { Halt, later } from './outcome.ts';

/** Proves this server at a token endpoint with a key that its JWKS publishes; undefined: none of these algorithms is ours. */
export type AssertionSigner = (asked: {
  readonly clientId: string;
  /** The token endpoint. */
  readonly audience: string;
  /** JWS algorithms that it takes; undefined: it does not say. */
  readonly algorithms?: readonly string[];
}) => Promise<string | undefined>;

/** Access tokens of the EHRs, each kept until shortly before it expires. */
export interface EhrTokens {
  /** Undefined where the EHR asks for none. @throws Halt later */
  find(connection: EhrConnection): Promise<string | undefined>;
  /** It was not taken: another is asked for the next time. */
  forget(connection: EhrConnection, token: string): void;
}

interface Options {
  readonly signer: AssertionSigner;
  readonly allowedHosts: readonly string[];
  readonly clock: Clock;
  /** For each call, in ms. */
  readonly timeoutMs: number;
}

interface Kept {
  readonly token: string;
  /** Epoch ms. */
  readonly until: number;
}

/** What a .well-known/smart-configuration says. */
interface Described {
  readonly token_endpoint?: unknown;
  readonly token_endpoint_auth_signing_alg_values_supported?: unknown;
}

/** What is needed to find the patient and the request, and to write. */
const SCOPE = [
  ...['system/Patient.rs', 'system/ServiceRequest.rs', 'system/Binary.cu'],
  ...['system/Bundle.crus', 'system/DocumentReference.crus', 'system/DiagnosticReport.crus'],
].join(' ');
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Before its end a token is taken for over, in ms: it has to last for a push. */
const MARGIN_MS = 60_000;
/** How long a token is kept that does not say how long it lives, in ms. */
const UNTOLD_MS = 60_000;

/** SMART Backend Services, as a client. https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html */
export function createTokens({ signer, allowedHosts, clock, timeoutMs }: Options): EhrTokens {
  const kept = new Map<string, Kept>();
  const guarded = createGuardedFetch({ allowedHosts, timeoutMs });

  async function ask(connection: EhrConnection, clientId: string): Promise<Kept> {
    const { tokenUrl, algorithms } = await discover(connection);
    const proof = { clientId, audience: tokenUrl, ...(algorithms === undefined ? {} : { algorithms }) };
    const assertion = await signer(proof);
    if (assertion === undefined) throw later('ehr-token-algorithm: neither ES384 nor RS384 is taken');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: connection.scope ?? SCOPE,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await call(tokenUrl, { method: 'POST', headers, body: form });
    const body = await readObject(answer);
    if (!answer.ok) {
      const told = parseRetryAfter(answer.headers.get('retry-after') ?? undefined, clock());
      throw later(`ehr-token: ${answer.status}${tellError(body?.['error'])}`, told);
    }
    const { access_token: token, expires_in: seconds, token_type: type } = body ?? {};
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw later('ehr-token: none in the answer');
    if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw later('ehr-token: no Bearer token');
    const lives = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 - MARGIN_MS : UNTOLD_MS;
    return { token, until: clock().getTime() + lives };
  }

  /** Where tokens are given, and what proofs are taken there; the address that was registered goes first. */
  async function discover({
    baseUrl,
    tokenUrl,
  }: EhrConnection): Promise<{ tokenUrl: string; algorithms?: readonly string[] }> {
    const described: Described = await describe(baseUrl).catch((error: unknown) => {
      if (tokenUrl !== null && error instanceof Halt) return {};
      throw error;
    });
    const { token_endpoint: told, token_endpoint_auth_signing_alg_values_supported: listed } = described;
    const found = tokenUrl ?? told;
    if (typeof found !== 'string' || URL.parse(found) === null) throw later('ehr-discovery: no token endpoint');
    // What is proved there gets a token for whom the endpoint serves, which is then sent to the base: a server that names
    // another's endpoint as its own would be given that one's token.
    if (tokenUrl === null && new URL(found).origin !== new URL(baseUrl).origin)
      throw later('ehr-discovery: the token endpoint is at another host, and has to be registered');
    return Array.isArray(listed) ? { tokenUrl: found, algorithms: listed.map(String) } : { tokenUrl: found };
  }

  async function describe(baseUrl: string): Promise<Described> {
    const url = `${baseUrl}/.well-known/smart-configuration`;
    const answer = await call(url, { headers: { accept: 'application/json' } });
    const body = answer.ok ? await readObject(answer) : undefined;
    if (body !== undefined) return body;
    throw later(
      `ehr-discovery: ${answer.status}`,
      parseRetryAfter(answer.headers.get('retry-after') ?? undefined, clock()),
    );
  }

  async function call(...asked: Parameters<typeof guarded>): Promise<Response> {
    try {
      return await guarded(...asked);
    } catch (error) {
      if (error instanceof OutboundError) throw later(`ehr-token: ${error.reason}`);
      throw error;
    }
  }

  return {
    async find(connection) {
      const { clientId } = connection;
      if (clientId === null) return undefined;
      const key = keyOf(connection);
      const found = kept.get(key);
      if (found !== undefined && clock().getTime() < found.until) return found.token;
      const fresh = await ask(connection, clientId);
      kept.set(key, fresh);
      return fresh.token;
    },
    forget(connection, token) {
      const key = keyOf(connection);
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
}

/** One that was registered otherwise since is another. */
function keyOf({ organization, baseUrl, tokenUrl, clientId, scope }: EhrConnection): string {
  return JSON.stringify([organization, baseUrl, tokenUrl, clientId, scope]);
}

async function readObject(answer: Response): Promise<Readonly<Record<string, unknown>> | undefined> {
  const value: unknown = await answer.json().catch(() => undefined);
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** OAuth's error code, and nothing else that came: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function tellError(error: unknown): string {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` ${error}` : '';
}
