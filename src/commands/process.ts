import { callersFolder, loadConfig } from '../config.ts';
import type { Terminal } from './command.ts';
import { runCommandLine } from './run.ts';

/** Runs a command line as this process, and ends it. */
export async function runProcess(args: readonly string[]): Promise<never> {
  const { stdout, stderr } = process;
  // `client list | head -1` closes the pipe while we write: nobody is left to be told.
  for (const stream of [stdout, stderr]) stream.on('error', () => process.exit());
  const terminal: Terminal = {
    print: (line) => stdout.write(`${line}\n`),
    warn: (line) => stderr.write(`${line}\n`),
  };
  const status = await runCommandLine({ loadConfig, terminal, folder: callersFolder() }, args);
  // What was written reaches a pipe before the process goes.
  for (const stream of [stdout, stderr]) await new Promise((resolve) => stream.write('', resolve));
  return process.exit(status);
}
