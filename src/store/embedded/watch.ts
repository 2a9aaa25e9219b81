import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../base/index.ts';
import type { Account } from './account.ts';

/** What the watchdog has to know to stop the server. */
export interface Watched {
  readonly place: string;
  readonly control: string;
  readonly account?: Account;
  /** Like `place`, removed in the end when the server was a throw-away one. */
  readonly folder: string;
  readonly ephemeral: boolean;
}

/**
 * Posts the watchdog. It is detached: neither Ctrl-C in the terminal nor the end of this process reaches it, only the
 * closing of the pipe. Returns the function that dismisses it.
 */
export function postWatchdog(watched: Watched, logger: Logger): () => void {
  const program = fileURLToPath(new URL('watchdog.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(watched)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  child.on('error', (error) => {
    logger.warn(
      { reason: error.message },
      'Nothing watches the embedded PostgreSQL: it outlives a kill of this process',
    );
  });
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return () => child.stdin.end('dismissed');
}

/** The server is stopped, but the system may take a moment to let go of its files. */
export async function removeEphemeral({ place, folder }: Watched): Promise<void> {
  for (const path of [place, folder]) await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
