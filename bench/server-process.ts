import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const START_MS = 120_000;

/** Consilium in a process of its own, started as production starts it. */
export interface ServerProcess {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** The settings that it was started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where its inspector listens; only when it was asked for. */
  readonly inspector: string | undefined;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

export async function startServerProcess({ inspect }: { readonly inspect: boolean }): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-bench-'));
  const port = await freePort();
  const settings = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: folder,
    EMBEDDED_DATABASE: 'yes',
    LOG_LEVEL: 'warn',
    // The receiver of notifications.
    OUTBOUND_ALLOWED_HOSTS: '127.0.0.1',
  };
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...(inspect ? ['--inspect=127.0.0.1:0'] : []), 'src/main.ts'], {
    cwd: PROJECT,
    env: { PATH, HOME, ...settings },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let inspector: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const found = /Debugger listening on (ws:\S+)/.exec(text)?.[1];
    if (found === undefined && !/inspector|[Dd]ebugg/.test(text)) process.stderr.write(text);
    inspector ??= found;
  });
  const origin = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, origin);
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin, settings, inspector, stop };
}

async function untilReady(child: ChildProcess, origin: string): Promise<void> {
  for (const began = Date.now(); Date.now() - began < START_MS; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode} while starting.`);
    const answer = await fetch(`${origin}/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  throw new Error(`The server was not ready after ${START_MS / 1000} s.`);
}

/** Asks a process of ours to end, and waits until it has. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
