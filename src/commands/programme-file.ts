import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseRules } from '../cases/index.ts';
import type { ProgrammeRules } from '../cases/index.ts';
import type { TerminologyService } from '../terminology/index.ts';
import type { Setting } from './command.ts';
import { explainFile } from './files.ts';

/** The rules in a file; undefined when it has mistakes, all of which are told then, a line each. */
export async function readProgrammeFile(
  { folder, terminal }: Setting,
  file: string,
  terminology: TerminologyService,
): Promise<ProgrammeRules | undefined> {
  const text = await readFile(resolve(folder, file), 'utf8').catch((error: unknown) => {
    throw explainFile(file, error);
  });
  const rules = parseRules(text, terminology);
  if (!Array.isArray(rules)) return rules;
  for (const { expression, text: mistake } of rules) {
    terminal.warn(expression === undefined ? mistake : `${expression}: ${mistake}`);
  }
  terminal.warn(`${file} has ${rules.length === 1 ? 'a mistake' : `${rules.length} mistakes`}.`);
  return undefined;
}
