import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What `FHIR.oauth2.authorize` is told, beside where it returns to. */
export interface AppSettings {
  readonly iss: string;
  readonly clientId: string;
  readonly scope: string;
  readonly clientSecret?: string;
  readonly clientPrivateJwk?: object;
}

export interface AppServer {
  /** Origin of the app's pages: by name, so that the browser takes it for another site than the server. */
  readonly origin: string;
  /** Takes effect with the next launch. */
  configure(settings: AppSettings): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};
/** The official library as it is published, unpatched. */
const LIBRARY = new URL('../../node_modules/fhirclient/build/fhir-client.js', import.meta.url);

/** Serves the pages of test/browser/app, as a SMART app's own web server does. */
export async function serveApp(): Promise<AppServer> {
  let settings: AppSettings | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    void read(pathname.slice(1)).then(({ type, body }) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(body);
    });
  });

  async function read(name: string): Promise<{ type: string; body: string | Buffer | undefined }> {
    if (name === 'settings.json') return { type: 'application/json', body: JSON.stringify(settings) };
    const file = name === 'fhir-client.js' ? LIBRARY : new URL(`app/${name}`, import.meta.url);
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) return { type: 'text/plain', body: undefined };
    return { type, body: await readFile(file).catch(() => undefined) };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    configure(next) {
      settings = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
