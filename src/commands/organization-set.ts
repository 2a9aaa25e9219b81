import { buildHouse, publishOrganization } from '../app.ts';
import { setOrganization } from '../auth/index.ts';
import { systemClock } from '../base/index.ts';
import type { Caller, Role } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import { commit } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import { readRecord } from '../store/index.ts';
import type { OrganizationChange, OrganizationRow, Validation } from '../store/index.ts';
import { defineCommand, UsageError } from './command.ts';
import { joinTransaction, withDatabase } from './connect.ts';
import type { Connection } from './connect.ts';

const NAME = 'organization set';

export const setOrganizationCommand = defineCommand({
  name: NAME,
  summary: 'Changes the name of a partner organisation, or how strictly its records are taken.',
  notes:
    'Servers that run follow at once, without a restart; one that cannot be reached at this moment within ten seconds.\n' +
    'What was stored before stays as it is. Under a new name Organization/ID is published anew, with what else the\n' +
    'partner has put into it.',
  options: {
    id: { value: 'ID', text: 'Of the organisation, as `organization list` shows it.', required: true },
    name: { value: 'NAME', text: 'As partners are to know it.' },
    validation: {
      value: 'HOW',
      text: 'Whether codes that are not allowed refuse its records (strict) or not (lenient).',
      choices: ['strict', 'lenient'],
    },
  },
  example: 'organization set --id hospital-north --validation strict',
  async run(setting, { id, name, validation }) {
    if (name === undefined && validation === undefined) {
      throw new UsageError('Give --name NAME, --validation HOW, or both.', NAME);
    }
    const change: OrganizationChange = {
      ...(name === undefined ? {} : { name }),
      ...(validation === undefined ? {} : { validation: validation as Validation }),
    };
    const before = await withDatabase(setting, (connection) => setAndPublish(connection, id, change));
    for (const line of describeChange(before, change)) setting.terminal.print(line);
    return undefined;
  },
});

/** The registration is kept back until the new name is published, and falls with it. */
async function setAndPublish(
  { config, database, owner, logger }: Connection,
  id: string,
  change: OrganizationChange,
): Promise<Required<OrganizationRow>> {
  return await owner.transact(async (on) => {
    const registry = { database: joinTransaction(owner, on), clock: systemClock };
    const before = await setOrganization(registry, id, change);
    if (change.name === undefined) return before;
    const { house, close } = await buildHouse(config, database, logger);
    try {
      await publishName(house, id, change.name, before.role);
    } finally {
      await close();
    }
    return before;
  });
}

/** A partner may have completed its record, with an address for one: only the name is changed. */
async function publishName(house: House, id: string, name: string, role: Role): Promise<void> {
  const ref = `Organization/${id}`;
  const stored = await readRecord(house.database, id, ref);
  if (stored?.body == null) return await publishOrganization(house, { id, name, role });
  const caller: Caller = { client: 'consilium', organization: id, role, scopes: [] };
  const after = { ...parseStored(stored.body), name };
  await commit(house, { caller, request: 'command line' }, 'update', [
    { method: 'PUT', ref, after, path: 'Organization', ifMatch: stored.version },
  ]);
}

function describeChange(before: Required<OrganizationRow>, { name, validation }: OrganizationChange): string[] {
  const { id } = before;
  const lines: string[] = [];
  if (validation !== undefined) lines.push(`${id}: validation is ${compare(before.validation, validation)}.`);
  if (name !== undefined)
    lines.push(`${id}: the name is ${compare(before.name, name)}, published as Organization/${id}.`);
  return lines;
}

function compare(before: string, after: string): string {
  return before === after ? `${after}, as before` : `${after} (was ${before})`;
}
