import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/commands/run.ts';
import { loadConfig } from '../../src/config.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

/** A folder of a test's own, in which its commands run. */
export function makeFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-cli-'));
  // For the user that runs the embedded PostgreSQL where the tests run as root.
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs one command line as a person would, and waits for its end. */
export async function runConsilium(folder: string, env: Environment, ...args: string[]): Promise<Outcome> {
  const child = spawnConsilium(folder, env, args);
  const said = { stdout: '', stderr: '' };
  child.stdout!.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr!.on('data', (chunk) => (said.stderr += String(chunk)));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...said };
}

/** The same within this process, which saves half a second each time: for what is not about processes. */
export async function callConsilium(folder: string, env: Environment, ...args: string[]): Promise<Outcome> {
  const said: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
  const terminal = {
    print: (line: string) => said.stdout.push(`${line}\n`),
    warn: (line: string) => said.stderr.push(`${line}\n`),
  };
  const status = await runCommandLine({ loadConfig: () => loadConfig(env), terminal, folder }, args);
  return { status, stdout: said.stdout.join(''), stderr: said.stderr.join('') };
}

/** Starts `serve` and waits until it listens. */
export async function startServer(folder: string, env: Environment): Promise<ChildProcess> {
  return await untilListening(spawnConsilium(folder, env, ['serve']));
}

/** Starts `serve` as npm does, behind a shell; the shell is what comes back. */
export async function startServerBehindShell(folder: string, env: Environment): Promise<ChildProcess> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  // The second command keeps shells from giving their own process to the first.
  const script = `"${process.execPath}" "${CLI}" serve; exit`;
  const settings = { PATH, NODE_COMPILE_CACHE, npm_lifecycle_event: 'start', ...env };
  return await untilListening(spawn('sh', ['-c', script], { cwd: folder, env: settings }));
}

async function untilListening(child: ChildProcess): Promise<ChildProcess> {
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'close').then(() => Promise.reject(new Error(`The server ended: ${said}`)));
  ended.catch(() => undefined);
  const listening = new Promise<void>((resolve) => {
    child.stdout!.on('data', () => said.includes('is listening') && resolve());
  });
  await Promise.race([listening, ended]);
  return child;
}

/** Sends a signal and gives the exit status; null when the signal killed the process. */
export async function stopServer(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  child.kill(signal);
  const [status] = await closed;
  return status;
}

export function spawnConsilium(
  folder: string,
  env: Environment,
  args: readonly string[],
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  // Nothing of the shell around us: settings are those of the test alone.
  return spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
}
