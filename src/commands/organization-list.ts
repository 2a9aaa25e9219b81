import { listOrganizations } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';

export const listOrganizationsCommand = defineCommand({
  name: 'organization list',
  summary: 'Lists the partner organisations.',
  options: { json: { text: 'As JSON: an array of id, name, role, validation.' } },
  example: 'organization list',
  async run(setting, { json }) {
    const { terminal } = setting;
    const rows = await withDatabase(setting, ({ database }) => listOrganizations(database));
    if (json) terminal.print(JSON.stringify(rows, null, 2));
    else if (rows.length === 0)
      terminal.print(`There is no organisation yet. How to add one: ${PROGRAM} organization add --help`);
    else {
      const table = rows.map(({ id, role, name, validation = 'strict' }) => [id, role, validation, name]);
      for (const line of alignColumns([['ID', 'ROLE', 'VALIDATION', 'NAME'], ...table], '')) terminal.print(line);
    }
    return undefined;
  },
});
