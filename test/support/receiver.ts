import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answering = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

/** A subscriber's endpoint: keeps what it is sent, and answers as it is told. */
export interface Receiver {
  /** `http://127.0.0.1:port`, or https where it has a certificate. */
  readonly url: string;
  /** All that came, in order. */
  readonly received: readonly Received[];
  /** From now on answers so; 200 unless told. */
  answer(how: Answering): void;
  /** Nobody listens any more; whoever is connected is cut off. */
  close(): Promise<void>;
  /** Listens again, at the same address. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

/** PEM */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

export const OK: Answering = (_received, response) => void response.writeHead(200).end();

export async function startReceiver(answering: Answering = OK, identity?: ServerIdentity): Promise<Receiver> {
  const received: Received[] = [];
  let how = answering;
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      how(one, response, request);
    });
  };
  const server: Server = identity === undefined ? createServer(listener) : createSecureServer(identity, listener);
  const listen = (at: number): Promise<void> => new Promise((done) => server.listen(at, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    answer: (next) => void (how = next),
    close,
    open: () => listen(port),
    stop: close,
  };
}
