import { approveClient } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';

export const approveClientCommand = defineCommand({
  name: 'client approve',
  summary: 'Lets a client in that an organisation has registered itself.',
  notes:
    'Those that wait are pending in `client list`. Look at its scopes and at its redirect URIs first: they have to be\n' +
    'addresses of the organisation or of the maker of the app (`client list --json`).',
  options: { id: { value: 'ID', text: 'Of the client, as `client list` shows it.', required: true } },
  example: 'client approve --id 01980000-0000-7000-8000-000000000000',
  async run(setting, { id }) {
    const { organization, scope } = await withDatabase(setting, ({ database }) =>
      approveClient({ database, clock: systemClock }, id),
    );
    setting.terminal.print(`${id} of ${organization} is approved with ${scope}.`);
    return undefined;
  },
});
