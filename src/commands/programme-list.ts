import { readRules } from '../cases/index.ts';
import { currentRevisions, listOrganizations, readProgrammeRules } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';

export const listProgrammesCommand = defineCommand({
  name: 'programme list',
  summary: 'Lists the programmes, and which have rules.',
  options: {
    json: { text: 'As JSON: an array of id, name and, of a programme with rules, revision, title, services.' },
  },
  example: 'programme list',
  async run(setting, { json }) {
    const { terminal } = setting;
    const programmes = await withDatabase(setting, ({ database }) => listProgrammes(database));
    if (json) terminal.print(JSON.stringify(programmes, null, 2));
    else if (programmes.length === 0)
      terminal.print(`There is no programme yet. How to add one: ${PROGRAM} organization add --help`);
    else {
      const table = programmes.map(({ id, name, revision, title, services }) => [
        id,
        revision === undefined ? 'none' : String(revision),
        services === undefined ? 'all' : String(services.length),
        title ?? name,
      ]);
      for (const line of alignColumns([['ID', 'REVISION', 'SERVICES', 'TITLE'], ...table], '')) terminal.print(line);
    }
    return undefined;
  },
});

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly revision?: number;
  readonly title?: string;
  readonly services?: readonly string[];
}

async function listProgrammes(on: Queryable): Promise<Listed[]> {
  const organizations = (await listOrganizations(on)).filter(({ role }) => role === 'programme');
  const revisions = new Map((await currentRevisions(on)).map((row) => [row.organization, row.revision]));
  const listed: Listed[] = [];
  for (const { id, name } of organizations) {
    const revision = revisions.get(id);
    const text = revision === undefined ? undefined : await readProgrammeRules(on, id, revision);
    if (revision === undefined || text === undefined) listed.push({ id, name });
    else {
      const { title, services } = readRules(text);
      listed.push({ id, name, revision, title, services: services.map(({ code }) => code) });
    }
  }
  return listed;
}
