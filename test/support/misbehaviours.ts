import { createPrivateKey } from 'node:crypto';
import { makeRoot } from '../../src/keys/index.ts';
import { OK } from './receiver.ts';
import type { Answering, Receiver, ServerIdentity } from './receiver.ts';

/** How an endpoint misbehaves. */
export interface Misbehaviour {
  /** What the record of a try says. */
  readonly reason: string;
  begin(receiver: Receiver, now: Date): Promise<void> | void;
  end(receiver: Receiver): Promise<void> | void;
}

/** After this long, in ms, the sender has given up: longer than the shortest time that a Subscription can give. */
const LATE_MS = 1300;

const heal = (receiver: Receiver): void => receiver.answer(OK);

function answers(reason: string, how: Answering): Misbehaviour {
  return { reason, begin: (receiver) => receiver.answer(how), end: heal };
}

function status(code: number, headers: Readonly<Record<string, string>> = {}): Misbehaviour {
  return answers(`http-${code}`, (_received, response) => void response.writeHead(code, headers).end());
}

export const RETRY_AFTER_SECONDS = 7200;
export const RETRY_AT_MINUTES = 90;

/** Every way of misbehaving, by name. `elsewhere`: an address that nothing may be sent to. */
export function misbehaviours(elsewhere: string): Readonly<Record<string, Misbehaviour>> {
  return {
    down: { reason: 'refused', begin: (receiver) => receiver.close(), end: (receiver) => receiver.open() },
    'answers 500': status(500),
    'answers 404': status(404),
    'answers 304': status(304),
    'never answers': answers('too-slow', () => undefined),
    'answers too late': answers('too-slow', (_received, response) => {
      setTimeout(() => response.writeHead(200).end(), LATE_MS).unref();
    }),
    'drips its answer': answers('too-slow', (_received, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 100).unref();
      response.on('close', () => clearInterval(drip));
    }),
    'breaks off in its answer': answers('connection-lost', (_received, response, request) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half of it', () => request.socket.resetAndDestroy());
    }),
    'breaks off without one': answers('connection-lost', (_received, _response, request) => {
      request.socket.resetAndDestroy();
    }),
    'answers without end': answers('too-large', (_received, response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    }),
    'does not speak HTTP': answers('unreachable', (_received, _response, request) => {
      request.socket.end('SSH-2.0-OpenSSH_9.9\r\n');
    }),
    'redirects to loopback': answers('redirect', (_received, response) => {
      response.writeHead(307, { location: `${elsewhere}/secret` }).end();
    }),
    'asks for two hours': status(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }),
    'asks for later': {
      reason: 'http-503',
      begin(receiver, now) {
        const at = new Date(now.getTime() + RETRY_AT_MINUTES * 60_000).toUTCString();
        receiver.answer((_received, response) => void response.writeHead(503, { 'retry-after': at }).end());
      },
      end: heal,
    },
  };
}

/** Answers as it should, and hangs up without having said so. */
export const HANGS_UP: Answering = (_received, response, request) => {
  response.writeHead(200).end(() => request.socket.destroy());
};

/** A certificate that nobody has signed but its own holder. */
export async function makeIdentity(): Promise<ServerIdentity> {
  const day = 86_400_000;
  const now = Date.now();
  const validity = { from: new Date(now - day), until: new Date(now + day) };
  const { privateJwk, certificate } = await makeRoot('receiver.example', validity);
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' });
  return { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: certificate };
}
