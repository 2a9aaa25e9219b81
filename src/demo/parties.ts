import { Client } from 'fhir-kit-client';
import type { FhirResource } from 'fhir-kit-client';
import { createGuardedDispatcher, fetchGuarded, OutboundError } from '../base/index.ts';
import type { Told } from './narrator.ts';

/** A system that calls the server with its token, through whatever it has for that. */
export interface HomeEhr {
  /** Does one interaction of fhir-kit-client; an answer that is an error is told like any other. */
  ask(interaction: (client: Client) => Promise<FhirResource>): Promise<Told>;
  /** The bytes behind a Binary, which the library, made for resources, does not fetch. */
  download(path: string, accept: string): Promise<Told>;
}

export interface Partner {
  send(method: 'GET' | 'POST' | 'PUT', path: string, message?: Message): Promise<Told>;
}

export interface Message {
  /** A resource, or the bytes of a Binary. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Connection = ReturnType<typeof connect>;

const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Opens the ways to one server; nothing but that server is called. */
export function connect(base: string): {
  readonly homeEhr: (token: string) => HomeEhr;
  readonly partner: (token: string) => Partner;
  readonly close: () => Promise<void>;
} {
  const dispatcher = createGuardedDispatcher({ allowedHosts: [new URL(base).host] });

  function partner(token: string): Partner {
    return {
      async send(method, path, { body, headers = {} } = {}) {
        const url = `${base}/${path}`.replace(/\/$/, '');
        const began = performance.now();
        const answer = await fetchGuarded(url, {
          method,
          dispatcher,
          maxBytes: MAX_BYTES,
          timeoutMs: TIMEOUT_MS,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/fhir+json',
            ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
        });
        const ms = performance.now() - began;
        const isJson = answer.headers['content-type']?.includes('json') === true;
        const read = isJson ? (JSON.parse(Buffer.from(answer.body).toString('utf8')) as unknown) : answer.body;
        return { method, url, status: answer.status, ms, body: read };
      },
    };
  }

  function homeEhr(token: string): HomeEhr {
    const client = new Client({
      baseUrl: base,
      bearerToken: token,
      // The library calls `fetch` by itself: this is what it may reach with it.
      requestOptions: { dispatcher, redirect: 'error' },
    });
    return {
      async ask(interaction) {
        const began = performance.now();
        try {
          const resource = await interaction(client);
          const ms = performance.now() - began;
          const { request, response } = Client.httpFor(resource);
          return {
            method: request?.method ?? '',
            url: request?.url ?? base,
            status: response?.status ?? 0,
            ms,
            body: resource,
          };
        } catch (error) {
          if (!isAnswer(error)) throw new OutboundError('unreachable', `${base} did not answer.`, error);
          const { response, config } = error;
          const ms = performance.now() - began;
          return { method: config.method, url: config.url, status: response.status, ms, body: response.data };
        }
      },
      download: (path, accept) => partner(token).send('GET', path, { headers: { accept } }),
    };
  }

  return { homeEhr, partner, close: () => dispatcher.close() };
}

/** What fhir-kit-client throws for an answer of 400 and above. */
interface AnswerError {
  readonly response: { readonly status: number; readonly data: unknown };
  readonly config: { readonly method: string; readonly url: string };
}

function isAnswer(error: unknown): error is Error & AnswerError {
  return error instanceof Error && 'response' in error && 'config' in error;
}
