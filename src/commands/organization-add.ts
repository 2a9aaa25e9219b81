import { publishOrganization } from '../app.ts';
import { addOrganization } from '../auth/index.ts';
import { Fault, ROLES, systemClock } from '../base/index.ts';
import type { Role } from '../base/index.ts';
import type { Validation } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { joinTransaction, withDatabase, withHouse } from './connect.ts';

export const addOrganizationCommand = defineCommand({
  name: 'organization add',
  summary: 'Registers a partner organisation and publishes it in the directory.',
  notes:
    'A placer sends cases, a programme gives the opinions, an insurer and an employer sponsor them. Organization/ID\n' +
    'becomes visible to all partners. Id and role cannot be changed afterwards; the rest by `organization set`.',
  options: {
    id: { value: 'ID', text: 'Letters, digits, points, hyphens; 64 at most.', required: true },
    name: { value: 'NAME', text: 'As partners know it.', required: true },
    role: { value: 'ROLE', text: 'Its part in a case.', required: true, choices: ROLES },
    validation: {
      value: 'HOW',
      text: 'Whether codes that are not allowed refuse its records (strict) or not (lenient).',
      choices: ['strict', 'lenient'],
    },
  },
  example: 'organization add --id hospital-north --name "Hospital North" --role placer',
  async run(setting, { id, name, role, validation = 'strict' }) {
    const organization = { id, name, role: role as Role, validation: validation as Validation };
    await withDatabase(setting, async (connection) => {
      const { database } = connection;
      await withHouse(connection, async (house) => {
        // Registered and published, or neither.
        await database.transact(async (on) => {
          const joined = joinTransaction(database, on);
          await addOrganization({ database: joined, clock: systemClock }, organization);
          await publishOrganization({ ...house, database: joined }, organization).catch((error: unknown) => {
            throw explainRefusal(error, id);
          });
        });
      });
    });
    setting.terminal.print(`${id} is registered as ${role} and published as Organization/${id}.`);
    return undefined;
  },
});

/** A partner may have sent a record under this id, and it stays theirs. */
function explainRefusal(error: unknown, id: string): unknown {
  if (!(error instanceof Fault) || ![403, 409].includes(error.status)) return error;
  return new Error(`Organization/${id} is the record of another partner already. Choose another id.`, { cause: error });
}
