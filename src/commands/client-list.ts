import { listClients } from '../store/index.ts';
import type { ClientRow } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns, PROGRAM } from './help.ts';

export const listClientsCommand = defineCommand({
  name: 'client list',
  summary: 'Lists the registered clients.',
  options: { json: { text: 'As JSON: an array with all that is known of each.' } },
  example: 'client list --json',
  async run(setting, { json }) {
    const { terminal } = setting;
    const clients = await withDatabase(setting, ({ database }) => listClients(database));
    if (json) terminal.print(JSON.stringify(clients.map(toJson), null, 2));
    else if (clients.length === 0)
      terminal.print(`There is no client yet. How to add one: ${PROGRAM} client add --help`);
    else {
      const table = clients.map((client) => [
        client.id,
        client.organization,
        client.disabled ? 'disabled' : 'active',
        client.scope,
        client.jwksUri ?? `${keyIds(client).length} registered`,
        client.name,
      ]);
      const head = ['ID', 'ORGANISATION', 'STATUS', 'SCOPE', 'KEYS', 'NAME'];
      for (const line of alignColumns([head, ...table], '')) terminal.print(line);
    }
    return undefined;
  },
});

function toJson(client: ClientRow): object {
  const { id, organization, role, name, scope, disabled, jwksUri } = client;
  return {
    id,
    organization,
    role,
    name,
    scope,
    disabled,
    ...(jwksUri === null ? { keys: keyIds(client) } : { jwksUri }),
  };
}

function keyIds({ jwks }: ClientRow): string[] {
  return jwks === null ? [] : (JSON.parse(jwks) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}
