import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { STYLESHEET } from '../../src/pages/index.ts';
import { FORM } from '../pages/samples.ts';

/** What a form sent. */
export interface Sent {
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export interface PageServer {
  readonly address: string;
  /** The forms that came, in order. */
  readonly sent: Sent[];
  close(): Promise<void>;
}

/** What http gives the pages: no scripts, no images, one stylesheet of its own. */
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Serves pages by their path, as strictly as they are served in earnest, and keeps what their forms send. */
export async function servePages(pages: Readonly<Record<string, string>>): Promise<PageServer> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ type, body }) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': POLICY });
      response.end(body);
    });
  });

  async function answer(request: IncomingMessage): Promise<{ type: string; body: string | undefined }> {
    const { url = '', method } = request;
    if (url === FORM.stylesheet) return { type: 'text/css; charset=utf-8', body: STYLESHEET };
    const type = 'text/html; charset=utf-8';
    if (method !== 'POST') return { type, body: pages[url] };
    sent.push({ path: url, fields: [...new URLSearchParams(await text(request))] });
    return { type, body: '<!doctype html><title>sent</title>' };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
