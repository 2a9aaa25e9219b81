import { readdirSync, readFileSync } from 'node:fs';
import { parseRules } from '../../../src/cases/index.ts';
import type { ProgrammeRules } from '../../../src/cases/index.ts';
import type { TerminologyResource } from '../../../src/terminology/index.ts';
import { terminologyWith } from '../../terminology/r4.ts';

const FOLDER = new URL('../../../profiles/programmes/', import.meta.url);
const COMPILED = new URL('../../../profiles/compiled/', import.meta.url);

const compiled = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, COMPILED), 'utf8')) as TerminologyResource;

/** R4's terminology with the guide's codes that programme files use. */
export const terminology = terminologyWith(
  compiled('ValueSet-specialty'),
  compiled('ValueSet-payer-kind'),
  compiled('CodeSystem-payer-kind'),
);

/** Names of the programme files that come along. */
export const PROGRAMMES = readdirSync(FOLDER).map((name) => name.replace(/\.json$/, ''));

export function readFileOf(programme: string): string {
  return readFileSync(new URL(`${programme}.json`, FOLDER), 'utf8');
}

/** The rules of a programme file that comes along; fails when it has mistakes. */
export function rulesOf(programme: string): ProgrammeRules {
  const rules = parseRules(readFileOf(programme), terminology);
  if (Array.isArray(rules)) throw new Error(`${programme}: ${JSON.stringify(rules)}`);
  return rules;
}
