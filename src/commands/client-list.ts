import { viewClient } from '../auth/index.ts';
import type { ClientView } from '../auth/index.ts';
import { listClients } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';

export const listClientsCommand = defineCommand({
  name: 'client list',
  summary: 'Lists the registered clients.',
  options: {
    organization: { value: 'ORG', text: 'Of one organisation alone.' },
    json: { text: 'As JSON: an array with all that is known of each.' },
  },
  example: 'client list --json',
  async run(setting, { organization, json }) {
    const { terminal } = setting;
    const window = organization === undefined ? {} : { organization };
    const rows = await withDatabase(setting, ({ database }) => listClients(database, window));
    const clients = rows.map(viewClient);
    if (json) terminal.print(JSON.stringify(clients, null, 2));
    else if (clients.length === 0)
      terminal.print(`There is no client yet. How to add one: ${PROGRAM} client add --help`);
    else {
      const table = clients.map((client) => [
        client.id,
        client.organization,
        client.kind,
        client.status,
        client.scope,
        describeProof(client),
        client.name,
      ]);
      const head = ['ID', 'ORGANISATION', 'KIND', 'STATUS', 'SCOPE', 'PROOF', 'NAME'];
      for (const line of alignColumns([head, ...table], '')) terminal.print(line);
    }
    return undefined;
  },
});

function describeProof({ authMethod, keys, jwksUri }: ClientView): string {
  if (authMethod === 'none') return 'public';
  if (authMethod !== 'private_key_jwt') return 'secret';
  return jwksUri ?? `${keys?.length ?? 0} ${keys?.length === 1 ? 'key' : 'keys'}`;
}
