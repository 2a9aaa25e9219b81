import { systemClock } from '../base/index.ts';
import { readRules, specialtyNames } from '../cases/index.ts';
import { currentRevision, findOrganization, readProgrammeRules } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { withDatabase, withHouse } from './connect.ts';
import { PROGRAM } from './help.ts';
import { describeProgramme, warnOfCalendar } from './programme-summary.ts';

const NAME = 'programme show';

export const showProgrammeCommand = defineCommand({
  name: NAME,
  summary: 'Shows the rules of a programme.',
  options: {
    id: { value: 'ID', text: 'Of the programme, as `programme list` shows it.', required: true, positional: true },
    revision: { value: 'NUMBER', text: 'Those of an earlier revision, which open cases may go by.' },
    json: { text: 'As JSON: a file that `programme set` takes, with all that was filled in.' },
  },
  example: 'programme show seven-days',
  async run(setting, { id, revision, json }) {
    const { terminal } = setting;
    if (revision !== undefined && !/^[1-9]\d{0,8}$/.test(revision)) {
      throw new UsageError(`--revision is a whole number from 1, not "${revision}".`, NAME);
    }
    await withDatabase(setting, async (connection) => {
      const wanted = revision === undefined ? undefined : Number(revision);
      const found = await findRules(connection.database, id, wanted);
      const rules = readRules(found.text);
      if (json) return terminal.print(JSON.stringify(rules, null, 2));
      await withHouse(connection, async ({ terminology }) => {
        terminal.print(`Revision ${found.revision}`);
        for (const line of describeProgramme(rules, specialtyNames(terminology))) terminal.print(line);
      });
      for (const line of warnOfCalendar(rules, systemClock())) terminal.warn(line);
    });
    return undefined;
  },
});

/** @throws Error that says what is there instead */
async function findRules(
  on: Queryable,
  id: string,
  wanted: number | undefined,
): Promise<{ readonly revision: number; readonly text: string }> {
  const organization = await findOrganization(on, id);
  if (organization?.role !== 'programme') {
    throw new Error(`There is no programme ${id}. Which there are: ${PROGRAM} programme list`);
  }
  const current = await currentRevision(on, id);
  if (current === undefined) {
    throw new Error(
      `${id} has no rules yet: all services, nothing required, no clock. How to give some: ${PROGRAM} programme set --help`,
    );
  }
  const revision = wanted ?? current;
  const text = await readProgrammeRules(on, id, revision);
  if (text === undefined)
    throw new Error(`${id} has no revision ${revision} of its rules. The last one is ${current}.`);
  return { revision, text };
}
