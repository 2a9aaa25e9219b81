import type { IncomingMessage, ServerResponse } from 'node:http';
import { server as createHapi } from '@hapi/hapi';
import type { AuthCredentials, Request, ResponseToolkit, Server } from '@hapi/hapi';
import type { Administration, Flow, Sessions, Upstream } from '../auth/index.ts';
import { Fault, fault, randomCode } from '../base/index.ts';
import type { Caller, Logger } from '../base/index.ts';
import type { DeliveryDesk } from '../delivery/index.ts';
import type { EventStreams } from '../delivery/index.ts';
import type { XmlCodec } from '../fhir/index.ts';
import type { House } from '../interactions/index.ts';
import type { Pace } from './pace.ts';
import { createBodies } from './body.ts';
import { allowOrigins } from './cors.ts';
import { answerBrokenRequests, createListener } from './listener.ts';
import { PACE } from './pace.ts';
import { createPeerReader } from './peer.ts';
import { replyRefusal } from './reply-json.ts';
import { replyFault, toFault } from './reply.ts';
import { checkAddress, formatOfRefusal, headerOf } from './request.ts';
import { adminRoutes, isAdmin } from './routes/admin.ts';
import { authRoute } from './routes/auth.ts';
import { bundleRoute } from './routes/bundle.ts';
import { metadataRoute, smartConfigurationRoute } from './routes/conformance.ts';
import { EVENT_STREAM, eventStreamRoute } from './routes/event-stream.ts';
import { fallbackRoutes } from './routes/fallback.ts';
import { createShowStep, flowPages } from './routes/flow-pages.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { managePages } from './routes/manage-pages.ts';
import { metricsRoute } from './routes/metrics.ts';
import type { Metrics } from './routes/metrics.ts';
import { operationRoutes } from './routes/operations.ts';
import { readRoute, vreadRoute } from './routes/read.ts';
import { reportRootRoute } from './routes/report-root.ts';
import { reportPages } from './routes/report-page.ts';
import { searchRoutes } from './routes/search.ts';
import { offerUpstream, upstreamPages } from './routes/upstream-pages.ts';
import { verifyPage } from './routes/verify-page.ts';
import { webhookKeysRoute } from './routes/webhook-keys.ts';
import type { PublishedKeys } from './routes/webhook-keys.ts';
import { writeRoutes } from './routes/write.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly house: House;
  /** The CapabilityStatement as text, made when it is first asked for. */
  readonly metadata: () => string;
  readonly xml: XmlCodec;
  readonly auth: {
    authenticate(token: string): Caller | Promise<Caller>;
    handler(request: IncomingMessage, response: ServerResponse): void;
    smartConfiguration(): object;
    isAppOrigin(origin: string): Promise<boolean>;
    readonly flow: Flow;
    readonly sessions: Sessions;
    readonly upstream: Upstream;
  };
  readonly administration: Administration;
  /** Ended by whoever started them, before the server is stopped. */
  readonly streams: EventStreams;
  readonly deliveries: DeliveryDesk;
  /** Undefined: nobody may read them. */
  readonly metrics?: Metrics;
  readonly ready: () => Promise<boolean>;
  /** The certificate behind the signatures of reports, in PEM. */
  readonly reportRoot: () => Promise<string>;
  /** The public keys with which notifications are signed. */
  readonly webhookKeys: () => Promise<PublishedKeys>;
  /** Origins whose pages may call; `*`: all. None unless told. */
  readonly corsOrigins?: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  readonly logger: Logger;
  /** How fast bodies have to come; usually left to `PACE`. */
  readonly pace?: Pace;
}

/** Builds the listening side of the house; `start()` opens the port, `stop({ timeout })` lets requests finish. */
export function createServer(options: ServerOptions): Server {
  const { house, auth, logger, metadata, xml } = options;
  const listener = createListener();
  const server = createHapi({
    listener,
    host: options.host,
    port: options.port,
    compression: { minBytes: 1024 },
    // A compressor would keep an event back until there is enough to compress.
    mime: { override: { [EVENT_STREAM]: { compressible: false } } },
    // Bodies are read by the routes (`body.ts`): hapi's own reader changes bad UTF-8, and its time limit does not cut.
    routes: {
      // The override keeps hapi from judging Content-Type, which it does by reading the whole body first.
      payload: {
        output: 'stream',
        parse: false,
        override: 'application/octet-stream',
        maxBytes: Number.MAX_SAFE_INTEGER,
        timeout: false,
      },
      state: { parse: false, failAction: 'ignore' },
      security: {
        hsts: { maxAge: 31_536_000 },
        xframe: 'deny',
        xss: false,
        noOpen: false,
        noSniff: true,
        referrer: 'no-referrer',
      },
      response: { emptyStatusCode: 200 },
    },
    router: { stripTrailingSlash: true },
    // What goes wrong is logged once, in `toFault`.
    debug: false,
  });
  // It goes into the id of each request, which people are shown: hapi's own holds the name of the machine.
  server.info.id = randomCode(8);
  server.app.xml = xml;
  answerBrokenRequests(listener, logger);

  server.auth.scheme('bearer', () => ({ authenticate: (request, h) => authenticate(auth, request, h) }));
  server.auth.strategy('bearer', 'bearer');
  server.auth.default('bearer');
  const pace = options.pace ?? PACE;
  const bodies = createBodies(pace, xml);
  const peerOf = createPeerReader(options.trustedProxies ?? []);
  const show = createShowStep({ house, flow: auth.flow, upstreamOf: offerUpstream(house, auth.upstream) });
  const routes = [
    metadataRoute(house, metadata, xml),
    smartConfigurationRoute(() => auth.smartConfiguration()),
    bundleRoute(house, bodies),
    ...searchRoutes(house, bodies),
    ...writeRoutes(house, bodies),
    readRoute(house),
    ...historyRoutes(house),
    vreadRoute(house),
    ...operationRoutes(house, bodies),
    eventStreamRoute(house, options.streams),
    ...flowPages({ house, flow: auth.flow, bodies, show, peerOf }),
    ...upstreamPages({ house, upstream: auth.upstream, show }),
    ...managePages({ house, sessions: auth.sessions, bodies, peerOf }),
    ...reportPages({ house, sessions: auth.sessions, bodies, peerOf }),
    verifyPage(house, peerOf),
    authRoute((request, response) => auth.handler(request, response), pace),
    ...adminRoutes(options.administration, options.deliveries, bodies),
    reportRootRoute(options.reportRoot),
    webhookKeysRoute(options.webhookKeys),
    ...healthRoutes(options.ready),
    metricsRoute(options.metrics),
  ];
  server.ext('onRequest', (request, h) => {
    checkAddress(request);
    return h.continue;
  });
  server.ext('onPreResponse', (request, h) => {
    const { response } = request;
    if (!(response instanceof Error)) return h.continue;
    const refused = toFault(response, request, logger);
    noteRefusal(house, request, refused);
    if (isAdmin(request)) return replyRefusal(h, refused);
    request.app.format = formatOfRefusal(request);
    return replyFault(h, refused);
  });
  allowOrigins(server, options.corsOrigins ?? [], (origin) => auth.isAppOrigin(origin));
  server.events.on('response', (request) => logRequest(request, logger));
  // Last: each extension of the server makes all routes that are there anew.
  server.route([...routes, ...fallbackRoutes(routes)]);
  return server;
}

async function authenticate(auth: ServerOptions['auth'], request: Request, h: ResponseToolkit) {
  // Of two, node keeps the first and a proxy may have judged by the second.
  if (request.raw.req.rawHeaders.filter((item, n) => n % 2 === 0 && /^authorization$/i.test(item)).length > 1) {
    throw fault(400, 'invalid', 'authorization-twice', 'The request has several Authorization headers. Send one.');
  }
  const header = headerOf(request, 'authorization');
  const token = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    const issue = {
      severity: 'error',
      code: 'login',
      key: 'token-missing',
      text: 'Send an access token: Authorization: Bearer … (where to get one stands in /fhir/.well-known/smart-configuration).',
    } as const;
    throw new Fault(401, issue, { 'www-authenticate': 'Bearer' });
  }
  const recheck = async (): Promise<Caller> => auth.authenticate(token);
  return h.authenticated({ credentials: { user: { caller: await recheck(), recheck } } });
}

/** Refusals are audited like everything else; when even that fails, the refusal stands. */
function noteRefusal(house: House, request: Request, refused: Fault): void {
  const caller = (request.auth.credentials as AuthCredentials | null)?.user?.caller;
  // What nobody in particular asked for is no act on a record; noting it would let strangers fill the trail.
  if (caller === undefined && refused.status !== 401) return;
  try {
    house.trail.note({
      request: request.info.id,
      ...(caller === undefined ? {} : { organization: caller.organization, client: caller.client }),
      interaction: `${request.method} ${request.route.path}`,
      status: refused.status,
      ...(refused.issues[0] === undefined ? {} : { detail: refused.issues[0].key }),
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** One line a request: the route's pattern, never the address itself, which may hold identifiers. */
function logRequest(request: Request, logger: Logger): void {
  // From the socket's own response, because the authorization server answers past hapi (see `authRoute`).
  const status = request.raw.res.statusCode;
  const ms = Date.now() - request.info.received;
  logger.info({ request: request.info.id, method: request.method, route: request.route.path, status, ms }, 'request');
}
