import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Json } from './house.ts';

/** An answer read off the socket itself, for what no HTTP client would send. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
  /** Milliseconds until the answer was complete. */
  readonly ms: number;
  /** Bytes that the server took before the connection ended. */
  readonly sent: number;
}

/**
 * Opens a connection, lets `write` send what it likes, and resolves with the first answer when the server has closed
 * the connection.
 *
 * A write that finds the connection closed makes Node give up the socket, with an answer that may lie there unread:
 * then all is done once more, twice at most.
 */
export async function exchange(url: string, write: (socket: Socket) => unknown, retries = 2): Promise<RawAnswer> {
  try {
    return await exchangeOnce(url, write);
  } catch (error) {
    if (retries > 0 && (error as NodeJS.ErrnoException).code === 'EPIPE') return exchange(url, write, retries - 1);
    throw error;
  }
}

function exchangeOnce(url: string, write: (socket: Socket) => unknown): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const start = Date.now();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let failure: Error | undefined;
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      // Whoever sends endlessly finds out by a failing write; that alone is no failure of the exchange.
      Promise.resolve(write(socket)).catch((error: Error) => (failure = error));
    });
    socket.on('error', (error) => (failure = error));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      if (!text.startsWith('HTTP/1.1 ')) reject(failure ?? new Error(`no answer, but ${JSON.stringify(text)}`));
      else resolve({ ...parseAnswer(text), ms: Date.now() - start, sent: socket.bytesWritten });
    });
  });
}

function parseAnswer(text: string): Pick<RawAnswer, 'status' | 'headers' | 'text' | 'body'> {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.split(':', 1)[0]!, line.slice(line.indexOf(':') + 1).trim()]),
  );
  const content = text.slice(end + 4);
  return { status: Number(first.split(' ')[1]), headers, text: content, body: parseOrUndefined(content) };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
