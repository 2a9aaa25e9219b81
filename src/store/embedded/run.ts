import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

const execute = promisify(execFile);

/**
 * Runs one of PostgreSQL's programs to its end as the account. Its environment is empty, so that neither PGDATA nor
 * PGPORT of the shell around us reaches it (Windows programs need theirs).
 */
export async function run(program: string, args: readonly string[], account: Account | undefined): Promise<void> {
  const env = process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } };
  try {
    await execute(program, args, { ...account, ...env, cwd: account ? '/' : undefined, windowsHide: true });
  } catch (error) {
    const { stderr, stdout, message } = error as Error & { stderr?: string; stdout?: string };
    const said = [stderr, stdout].filter((text) => text?.trim()).join('\n') || message;
    throw new Error(`${basename(program)} failed: ${said.trim()}`, { cause: error });
  }
}
