import { disablePerson, findPerson } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';

export const disableUserCommand = defineCommand({
  name: 'user disable',
  summary: 'Shuts somebody out: no sign-in, and all that was granted to apps ends at once.',
  notes: 'What the person has written stays. The login is not given to another.',
  options: { login: { value: 'LOGIN', text: 'As `user list` shows it.', required: true } },
  example: 'user disable --login an.tran',
  async run(setting, { login }) {
    await withDatabase(setting, async ({ database }) => {
      const registry = { database, clock: systemClock };
      const { id } = await findPerson(registry, login);
      await disablePerson(registry, id);
    });
    setting.terminal.print(`${login} is disabled, and what was granted has ended.`);
    return undefined;
  },
});
