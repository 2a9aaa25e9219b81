import { viewPerson } from '../auth/index.ts';
import { listPeople } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';

export const listUsersCommand = defineCommand({
  name: 'user list',
  summary: 'Lists those who sign in.',
  options: {
    organization: { value: 'ORG', text: 'Of one organisation alone.' },
    json: { text: 'As JSON: an array with all that is known of each.' },
  },
  example: 'user list --organization hospital-north',
  async run(setting, { organization, json }) {
    const { terminal } = setting;
    const window = organization === undefined ? {} : { organization };
    const rows = await withDatabase(setting, ({ database }) => listPeople(database, window));
    const people = rows.map(viewPerson);
    if (json) terminal.print(JSON.stringify(people, null, 2));
    else if (people.length === 0)
      terminal.print(`There is nobody yet. How to add somebody: ${PROGRAM} user add --help`);
    else {
      const table = people.map((person) => [
        person.login,
        person.organization,
        person.status,
        person.fhirUser,
        person.patients?.join(' ') ?? 'all',
        [...(person.hasPassword ? ['password'] : []), ...(person.subject === undefined ? [] : ['provider'])].join(', '),
        person.name,
      ]);
      const head = ['LOGIN', 'ORGANISATION', 'STATUS', 'USER', 'PATIENTS', 'BY', 'NAME'];
      for (const line of alignColumns([head, ...table], '')) terminal.print(line);
    }
    return undefined;
  },
});
