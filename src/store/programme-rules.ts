import type { Queryable, Statement } from './database.ts';

const READ: Statement = {
  name: 'programme_rules_read',
  text: 'select rules from programme_rules where organization = $1 and revision = $2',
};
const CURRENT: Statement = {
  name: 'programme_rules_current',
  text: 'select organization, max(revision) as revision from programme_rules group by organization',
};
const CURRENT_OF: Statement = {
  name: 'programme_rules_current_of',
  text: 'select revision from programme_rules where organization = $1 order by revision desc limit 1',
};
const SAVE: Statement = {
  name: 'programme_rules_save',
  text: `insert into programme_rules (organization, revision, rules)
    select $1, coalesce(max(revision), 0) + 1, $2 from programme_rules where organization = $1 returning revision`,
};

/** The rules of a programme under one revision, as JSON text. */
export async function readProgrammeRules(
  on: Queryable,
  organization: string,
  revision: number,
): Promise<string | undefined> {
  const [row] = await on.query<{ rules: string }>(READ, [organization, revision]);
  return row?.rules;
}

/** The latest revision of each programme that has given rules. */
export async function currentRevisions(
  on: Queryable,
): Promise<{ readonly organization: string; readonly revision: number }[]> {
  return on.query(CURRENT, []);
}

/** The latest revision of one programme; undefined where it has given no rules. */
export async function currentRevision(on: Queryable, organization: string): Promise<number | undefined> {
  const [row] = await on.query<{ revision: number }>(CURRENT_OF, [organization]);
  return row?.revision;
}

/** Keeps rules under the next revision of the programme, and says which that is. For the role that owns the schema. */
export async function saveProgrammeRules(on: Queryable, organization: string, text: string): Promise<number> {
  const [row] = await on.query<{ revision: number }>(SAVE, [organization, text]);
  return row!.revision;
}
