import { readFileSync } from 'node:fs';
import { parseRules } from '../../src/cases/programme/parse.ts';
import type { ProgrammeRules } from '../../src/cases/programme/rules.ts';
import { terminology } from '../profiles/validator.ts';
import { execute } from './server.ts';

/** The shipped programmes. */
export const PROGRAMMES = [
  'cancer-centre',
  'clinic-network',
  'imaging-records',
  'seven-days',
  'specialist-or-panel',
] as const;
export type ProgrammeName = (typeof PROGRAMMES)[number];

export function readProgramme(name: ProgrammeName): ProgrammeRules {
  const rules = parseRules(
    readFileSync(new URL(`../../profiles/programmes/${name}.json`, import.meta.url), 'utf8'),
    terminology,
  );
  if (Array.isArray(rules)) throw new Error(rules.map(({ text }) => text).join('\n'));
  return rules;
}

/** Lets a registered programme go by the rules of a shipped one. Cases that are open go on by those they were opened by. */
export async function giveRules(database: string, organization: string, name: ProgrammeName): Promise<void> {
  const rules = JSON.stringify({ ...readProgramme(name), programme: organization });
  await execute(
    database,
    `insert into programme_rules (organization, revision, rules) values ('${organization}', 1, $rules$${rules}$rules$)`,
  );
}
