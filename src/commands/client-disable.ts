import { disableClient } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';

export const disableClientCommand = defineCommand({
  name: 'client disable',
  summary: 'Shuts a client out: no new tokens, and those that it has are refused at once.',
  notes: 'What the client has sent stays. Its id is not given to another.',
  options: { id: { value: 'ID', text: 'Of the client, as `client list` shows it.', required: true } },
  example: 'client disable --id ehr-north',
  async run(setting, { id }) {
    await withDatabase(setting, ({ database }) => disableClient({ database, clock: systemClock }, id));
    setting.terminal.print(`${id} is disabled, and its tokens are refused.`);
    return undefined;
  },
});
