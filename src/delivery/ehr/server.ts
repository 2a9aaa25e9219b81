import { Client } from 'fhir-kit-client';
import type { FhirResource, RequestOptions } from 'fhir-kit-client';
import type { Clock, createGuardedDispatcher } from '../../base/index.ts';
import type { EhrConnection } from '../../store/index.ts';
import { readCapability } from './capability.ts';
import type { EhrCapability } from './capability.ts';
import { isSame, identifiersOf, toToken } from './names.ts';
import type { Identifier } from './names.ts';
import { toHalt } from './refused.ts';
import type { EhrTokens } from './token.ts';

/** What the EHRs are reached with. */
export interface EhrTools {
  readonly tokens: EhrTokens;
  readonly dispatcher: ReturnType<typeof createGuardedDispatcher>;
  readonly clock: Clock;
  /** For each call, in ms. */
  readonly timeoutMs: number;
  /** For all calls of a push, in ms: after that, another process may begin with it anew. */
  readonly wholeMs: number;
}

/** The FHIR server of a home EHR. All of its functions throw Halt. */
export interface EhrServer {
  readonly capability: () => Promise<EhrCapability>;
  /** The records of a type with this identifier, whatever else the server answers. */
  readonly find: (type: string, identifier: Identifier) => Promise<FhirResource[]>;
  /** Gives `Type/id` of what stands there then; undefined where the answer does not say. */
  readonly write: (request: WriteRequest, resource: object) => Promise<string | undefined>;
  /** Gives the same for each entry. */
  readonly transact: (entries: readonly TransactionEntry[]) => Promise<(string | undefined)[]>;
}

/** As Bundle.entry.request has it. */
export interface WriteRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly ifNoneExist?: string;
}

export interface TransactionEntry {
  readonly fullUrl: string;
  readonly resource: object;
  readonly request: WriteRequest;
}

type Ask = (client: Client, options: RequestOptions) => Promise<FhirResource>;

/**
 * Opens the way to an EHR for one push, by fhir-kit-client over the guarded dispatcher; a token that is not taken is renewed
 * once.
 */
export function openServer(connection: EhrConnection, tools: EhrTools): EhrServer {
  const { tokens, dispatcher, clock, timeoutMs, wholeMs } = tools;
  const whole = AbortSignal.timeout(wholeMs);

  async function once(ask: Ask, token: string | undefined, headers: Readonly<Record<string, string>>) {
    const client = new Client({
      baseUrl: connection.baseUrl,
      ...(token === undefined ? {} : { bearerToken: token }),
      // The library calls `fetch` by itself: this is what it may reach with it.
      requestOptions: { dispatcher, redirect: 'error' },
    });
    return await ask(client, { headers, signal: AbortSignal.any([whole, AbortSignal.timeout(timeoutMs)]) });
  }

  async function ask(what: string, asking: Ask, headers: Readonly<Record<string, string>> = {}): Promise<FhirResource> {
    const token = await tokens.find(connection);
    try {
      return await once(asking, token, headers);
    } catch (error) {
      if (token === undefined || statusOf(error) !== 401) throw toHalt(error, what, clock);
      tokens.forget(connection, token);
    }
    const renewed = await tokens.find(connection);
    return await once(asking, renewed, headers).catch((error: unknown) => {
      throw toHalt(error, what, clock);
    });
  }

  return {
    async capability() {
      const what = 'CapabilityStatement';
      const asking: Ask = (client, options) => client.capabilityStatement(options);
      const statement = await once(asking, undefined, {}).catch((error: unknown) => {
        // It should be there for all to read, and is not everywhere.
        if (statusOf(error) === 401) return ask(what, asking);
        throw toHalt(error, what, clock, 'later');
      });
      return readCapability(statement);
    },
    async find(type, identifier) {
      const searchParams = { identifier: toToken(identifier), _count: 10 };
      const found = await ask(
        type,
        (client, options) => client.search({ resourceType: type, searchParams, options }),
        // A server that does not know the parameter gives all it has, or refuses where it is asked to be strict.
        { prefer: 'handling=strict' },
      );
      return entriesOf(found)
        .flatMap(({ resource }) => resource ?? [])
        .filter((one) => one.resourceType === type)
        .filter((one) => identifiersOf(one['identifier']).some((other) => isSame(identifier, other)));
    },
    async write({ method, url, ifNoneExist }, resource) {
      const headers = {
        'content-type': 'application/fhir+json',
        ...(ifNoneExist === undefined ? {} : { 'if-none-exist': ifNoneExist }),
      };
      const [type = ''] = url.split(/[/?]/, 1);
      const written = await ask(
        type,
        (client, options) => client.request(url, { method, options, body: resource }),
        headers,
      );
      return (
        refIn(written, type) ??
        refOfLocation(Client.httpFor(written).response?.headers.get('location'), type) ??
        (isPlainYes(written) ? refOfUpdate(method, url, type) : undefined)
      );
    },
    async transact(entries) {
      const body = { resourceType: 'Bundle', type: 'transaction', entry: entries };
      const answer = await ask('transaction', (client, options) => client.transaction({ body, options }));
      const answered = entriesOf(answer);
      return entries.map(({ resource, request: { method, url } }, at) => {
        const { resourceType: type } = resource as FhirResource;
        const { resource: told, response } = answered[at] ?? {};
        if (response?.status?.startsWith('2') !== true) return undefined;
        return refIn(told, type) ?? refOfLocation(response.location, type) ?? refOfUpdate(method, url, type);
      });
    },
  };
}

interface AnsweredEntry {
  readonly resource?: FhirResource;
  readonly response?: { readonly status?: string; readonly location?: string };
}

function entriesOf({ entry }: FhirResource): AnsweredEntry[] {
  return Array.isArray(entry) ? (entry as AnsweredEntry[]) : [];
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** `Type/id` of a record that came. */
export function refIn(record: FhirResource | undefined, type: string): string | undefined {
  const id = record?.resourceType === type ? record['id'] : undefined;
  return typeof id === 'string' && ID.test(id) ? `${type}/${id}` : undefined;
}

/** http://hl7.org/fhir/R4/http.html#create */
function refOfLocation(location: string | null | undefined, type: string): string | undefined {
  const [, found, id = ''] = /(?:^|\/)([A-Z][A-Za-z]+)\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(location ?? '') ?? [];
  return found === type && ID.test(id) ? `${type}/${id}` : undefined;
}

/** Of an update at an address that is known, a yes is enough: https://hl7.org/fhir/R4/http.html#ops */
function refOfUpdate(method: string, url: string, type: string): string | undefined {
  return method === 'PUT' && !url.includes('?') ? refOfLocation(url, type) : undefined;
}

/** Nothing, or what there is to say of it that is no fault. */
function isPlainYes({ resourceType, issue }: Partial<FhirResource>): boolean {
  if (resourceType === undefined) return true;
  const issues = (Array.isArray(issue) ? issue : []) as { readonly severity?: unknown }[];
  return (
    resourceType === 'OperationOutcome' && !issues.some(({ severity }) => severity === 'error' || severity === 'fatal')
  );
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly response?: { readonly status?: number } }).response?.status;
}
