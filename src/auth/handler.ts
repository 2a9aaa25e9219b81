import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../base/index.ts';
import type { Caller, Logger } from '../base/index.ts';
import type { Jwks } from '../keys/index.ts';
import type { Addresses } from './addresses.ts';
import { SMART_STYLE } from './discovery.ts';
import { readBody, readForm } from './form.ts';
import type { LaunchRequest, Launches } from './launches.ts';
import { resend } from './unnamed-refresh.ts';

interface Options {
  readonly addresses: Addresses;
  readonly provider: (req: IncomingMessage, res: ServerResponse) => void;
  /** Who refreshes without saying so. */
  readonly nameRefreshing: (form: URLSearchParams) => Promise<string | undefined>;
  readonly jwks: () => Jwks;
  readonly authenticate: (token: string) => Caller | Promise<Caller>;
  readonly introspect: (bearer: string | undefined, token: string | undefined) => Promise<object>;
  readonly launches: Launches;
  readonly isAppOrigin: (origin: string) => Promise<boolean>;
  readonly logger: Logger;
}

/** Characters of what an app asks for, at most: as much as goes into an address. */
const ADDRESS_MOST = 16_384;

type Handle = (req: IncomingMessage, res: ServerResponse, path: string) => void | Promise<void>;

/** An address below /auth: what it takes, and who answers. */
interface Endpoint {
  readonly methods: readonly string[];
  readonly handle: Handle;
  /** Whether the query means something; elsewhere it is cut off, for a token in one would end up in logs. */
  readonly query?: true;
}

/** Makes the handler of what below /auth is for programs: one endpoint an address, everything else is not there. */
export function createHandler(options: Options): (req: IncomingMessage, res: ServerResponse) => void {
  const { addresses, jwks, introspect, launches, logger } = options;
  const mount = new URL(addresses.issuer).pathname;
  const endpoints: Readonly<Record<string, Endpoint>> = {
    '/authorize': { methods: ['GET', 'POST'], handle: authorize, query: true },
    '/token': { methods: ['POST', 'OPTIONS'], handle: answerToken },
    '/revoke': { methods: ['POST', 'OPTIONS'], handle: forPages },
    '/introspect': { methods: ['POST'], handle: answerIntrospection },
    '/launches': { methods: ['POST'], handle: answerLaunch },
    '/jwks': { methods: ['GET', 'HEAD'], handle: (_req, res) => send(res, 200, jwks(), PUBLIC) },
    '/smart-style.json': { methods: ['GET', 'HEAD'], handle: (_req, res) => send(res, 200, SMART_STYLE, PUBLIC) },
    '/.well-known/openid-configuration': { methods: ['GET', 'HEAD', 'OPTIONS'], handle: provide },
  };
  const resume: Endpoint = { methods: ['GET'], handle: provide };

  function provide(req: IncomingMessage, res: ServerResponse, path: string): void {
    Object.assign(req, { url: path, originalUrl: mount + path });
    options.provider(req, res);
  }

  /**
   * Both ways of asking become one. Consent is asked for at every launch; who wants to stay has to say so, too, or the
   * provider takes the wish away. https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
   */
  async function authorize(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    let params = new URLSearchParams((req.url ?? '').split('?').slice(1).join('?'));
    if (req.method === 'POST') {
      const form = await readForm(req);
      if (typeof form === 'string') return refuseForm(res, form);
      params = form;
      // As long as an address may be: it is kept until the person has decided.
      if (form.toString().length > ADDRESS_MOST) return refuseForm(res, 'too-large');
      req.method = 'GET';
    }
    // Others would put the code where scripts and histories find it; what is not known is refused, by the way that is.
    if (params.has('response_mode') && params.get('response_mode') !== 'query') params.set('response_mode', 'none');
    const prompts = params.getAll('prompt').flatMap((text) => text.split(' '));
    const staying = params.getAll('scope').some((scope) => scope.split(' ').includes('offline_access'));
    if (staying && params.getAll('prompt').length < 2 && !prompts.includes('none') && !prompts.includes('consent')) {
      params.set('prompt', [...prompts, 'consent'].join(' ').trim());
    }
    provide(req, res, `${path}?${params.toString()}`);
  }

  /** An app without a secret may leave out who it is; the provider has to be told. */
  async function answerToken(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (req.method === 'OPTIONS' || req.headers.authorization !== undefined) return await forPages(req, res, path);
    const form = await readForm(req);
    if (form === 'not-a-form') return provide(req, res, path);
    if (form === 'too-large') return refuseForm(res, form);
    const client = await options.nameRefreshing(form);
    if (client !== undefined) form.set('client_id', client);
    provide(resend(req, form.toString()), res, path);
  }

  /** A page's browser asks first; it hears yes where some app returns to that page's origin. */
  async function forPages(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (req.method !== 'OPTIONS') return provide(req, res, path);
    const { origin } = req.headers;
    if (origin === undefined || !(await options.isAppOrigin(origin))) return send(res, 204, undefined);
    send(res, 204, undefined, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Authorization, Content-Type, Accept',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
  }

  async function answerIntrospection(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const bearer = bearerOf(req);
    // Who shows no token is told so, whatever else is wrong.
    const form = bearer === undefined ? new URLSearchParams() : await readForm(req);
    if (typeof form === 'string') return refuseForm(res, form);
    const [token, ...others] = form.getAll('token');
    if (others.length > 0) return refuse(res, 400, 'invalid_request', 'send one token');
    send(res, 200, await introspect(bearer, token));
  }

  async function answerLaunch(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const token = bearerOf(req);
    if (token === undefined) {
      res.setHeader('www-authenticate', 'Bearer');
      return refuse(res, 401, 'invalid_token', 'send an access token with the scope launches');
    }
    const caller = await options.authenticate(token);
    const request = parseObject(await readBody(req));
    if (request === undefined) return refuse(res, 400, 'invalid_request', 'send a JSON object of 64 KB at most');
    send(res, 201, await launches.create(caller, request));
  }

  return (req, res) => {
    const [path = ''] = (req.url ?? '').slice('/auth'.length).split('?');
    const endpoint = endpoints[path] ?? (/^\/authorize\/[\w-]{1,100}$/.test(path) ? resume : undefined);
    if (endpoint === undefined) {
      refuse(res, 404, 'not_found', 'there is nothing at this address');
    } else if (!endpoint.methods.includes(req.method ?? '')) {
      res.setHeader('allow', endpoint.methods.join(', '));
      refuse(res, 405, 'invalid_request', `use ${endpoint.methods[0]} here`);
    } else {
      Promise.try(endpoint.handle, req, res, path).catch((error: unknown) => fail(res, error, logger));
    }
  };
}

const PRIVATE = { 'cache-control': 'no-store', pragma: 'no-cache' };
/** For pages of all origins. */
const PUBLIC = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' };

function fail(res: ServerResponse, error: unknown, logger: Logger): void {
  if (res.headersSent) {
    res.destroy();
  } else if (error instanceof Fault) {
    for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
    const [issue] = error.issues;
    refuse(res, error.status, issue?.key ?? 'invalid_request', issue?.text ?? '');
  } else {
    logger.error({ reason: error instanceof Error ? error.name : 'unknown' }, 'the authorization server failed');
    refuse(res, 500, 'server_error', 'the server failed to answer');
  }
}

function refuseForm(res: ServerResponse, why: 'too-large' | 'not-a-form'): void {
  if (why === 'too-large') refuse(res, 413, 'invalid_request', 'the body is too large');
  else refuse(res, 415, 'invalid_request', 'send application/x-www-form-urlencoded');
}

function refuse(res: ServerResponse, status: number, error: string, description: string): void {
  send(res, status, { error, error_description: description });
}

function send(res: ServerResponse, status: number, body: object | undefined, headers: object = PRIVATE): void {
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  res.writeHead(status, { ...type, ...headers });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}

function bearerOf(req: IncomingMessage): string | undefined {
  // Of two, node keeps the first and a proxy may have judged by the second.
  if (req.rawHeaders.filter((item, n) => n % 2 === 0 && /^authorization$/i.test(item)).length > 1) return undefined;
  return /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(req.headers.authorization ?? '')?.[1];
}

function parseObject(text: string | undefined): LaunchRequest | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
