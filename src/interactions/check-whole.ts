import { fault } from '../base/index.ts';
import { permitOf, scopeNeeded } from '../access/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';

/**
 * Refuses (403) a document to who may not read every record in it: what is signed as a whole is not given in parts. In
 * which wrapper the records come makes no difference: the right to read Bundles is not asked for.
 */
export async function checkWhole(house: House, context: Context, records: readonly Resource[]): Promise<void> {
  const { caller } = context;
  const types = [...new Set(records.map(({ resourceType }) => resourceType))].sort();
  const barred = types.filter((type) => permitOf(house, caller, type, 'r') === undefined);
  if (barred.length > 0) {
    const scopes = barred.map((type) => scopeNeeded(caller, type, 'r')).join(' ');
    const text = `The document is given as a whole or not at all, and the access token does not allow to read all of it. Ask for these scopes, too: ${scopes}.`;
    throw fault(403, 'forbidden', 'document-not-whole', text);
  }
  for (const record of records) {
    if (permitOf(house, caller, record.resourceType, 'r') === 'all') continue;
    const version = { ref: `${record.resourceType}/${record.id ?? ''}`, version: 1, body: JSON.stringify(record) };
    if (await isPermitted(house, context, house.database, 'r', version)) continue;
    const text = `The document is given as a whole or not at all, and the access token reaches only some of the ${record.resourceType} in it. Ask for a scope without a filter.`;
    throw fault(403, 'forbidden', 'document-not-whole', text);
  }
}
