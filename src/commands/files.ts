import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Reads a JSON file that the command line names. @throws Error with a readable text that quotes nothing of it */
export async function readJsonFile(folder: string, name: string): Promise<unknown> {
  const text = await readFile(resolve(folder, name), 'utf8').catch((error: unknown) => {
    throw explainFile(name, error);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`${name} is not JSON. Name the file as \`key generate\` wrote it.`);
  }
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
