import { migrate } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { createTerminalLogger, withStore } from './connect.ts';

export const migrateCommand = defineCommand({
  name: 'migrate',
  summary: 'Brings the database to this release.',
  notes:
    'The server does so itself when it starts. DATABASE_URL has to name a login that owns the tables, and at the first\n' +
    'time one that may create roles.',
  options: {},
  example: 'migrate',
  async run({ loadConfig, terminal }) {
    const names = await withStore(loadConfig(), createTerminalLogger(terminal), ({ url }) => migrate(url));
    for (const name of names) terminal.print(`Migrated: ${name.replace(/\.ts$/, '')}`);
    terminal.print(
      names.length === 0 ? 'The database was at this release already.' : 'The database is at this release.',
    );
    return undefined;
  },
});
