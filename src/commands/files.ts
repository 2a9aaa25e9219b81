import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** Reads a JSON file that the command line names. @throws Error with a readable text that quotes nothing of it */
export async function readJsonFile(folder: string, name: string): Promise<unknown> {
  const json = await readFile(resolve(folder, name), 'utf8').catch((error: unknown) => {
    throw explainFile(name, error);
  });
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw new Error(`${name} is not JSON. Name the file as \`key generate\` wrote it.`);
  }
}

/**
 * Reads a secret that stands in a file alone, or that comes by standard input (`-`): on the command line itself others
 * would see it. A line break at its end is none of it.
 */
export async function readSecret(folder: string, name: string): Promise<string> {
  const reading = name === '-' ? text(process.stdin) : readFile(resolve(folder, name), 'utf8');
  const secret = await reading.catch((error: unknown) => {
    throw explainFile(name, error);
  });
  const [line = '', ...more] = secret.replace(/\r?\n$/, '').split(/\r?\n/);
  const where = name === '-' ? 'Standard input' : name;
  if (line === '') throw new Error(`${where} is empty. It holds the secret alone, in one line.`);
  if (more.length > 0) throw new Error(`${where} has several lines. It holds the secret alone, in one line.`);
  return line;
}

/** What the system says of a file, in words. */
export function explainFile(name: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new Error(TEXTS[code]?.(name) ?? `${name}: ${message}`, { cause: error });
}

const TEXTS: Readonly<Record<string, (name: string) => string>> = {
  ENOENT: (name) => `${name}: there is no such file or folder. Check the path.`,
  EEXIST: (name) => `${name} is there already, and nothing is overwritten. Choose another name, or remove it first.`,
  EISDIR: (name) => `${name} is a folder. Name a file.`,
  ENOTDIR: (name) => `${name}: a part of the path is no folder. Check the path.`,
  EACCES: (name) => `${name}: this user may not. Check whose file and folder it is.`,
};
