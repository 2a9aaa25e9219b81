import { findEhrConnection } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import { alignColumns } from './help.ts';

export const showEhrCommand = defineCommand({
  name: 'ehr show',
  summary: "Shows the FHIR server of a placer's own into which reports are written.",
  options: {
    organization: { value: 'ID', text: 'The placer, as `organization list` shows it.', required: true },
    json: { text: 'As JSON, as PUT /admin/organization/ehr takes it.' },
  },
  example: 'ehr show --organization hospital-north',
  async run({ terminal, ...setting }, { organization, json }) {
    const found = await withDatabase({ terminal, ...setting }, ({ database }) =>
      findEhrConnection({ database, clock: systemClock }, organization),
    );
    if (json) {
      terminal.print(JSON.stringify(found, null, 2));
      return undefined;
    }
    const { baseUrl, tokenUrl, clientId, scope, kinds, enabled } = found;
    const rows = [
      ['base', baseUrl],
      ['token endpoint', tokenUrl ?? (clientId === undefined ? 'none' : 'as the server says')],
      ['client id', clientId ?? 'none: no token is asked for'],
      ['scope', scope ?? 'what is needed'],
      ['written', kinds?.join(', ') ?? 'document, letter, report'],
      ['state', enabled === false ? 'off' : 'on'],
    ];
    for (const line of alignColumns(rows, '')) terminal.print(line);
    return undefined;
  },
});
