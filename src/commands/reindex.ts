import { buildHouse } from '../app.ts';
import { SERVER_ORGANIZATION } from '../base/index.ts';
import { parseStored } from '../fhir/index.ts';
import { viewerOf } from '../interactions/index.ts';
import { paramKey } from '../search/index.ts';
import { listOrganizations, reindexSlice } from '../store/index.ts';
import type { IndexReader } from '../store/index.ts';
import { defineCommand } from './command.ts';
import { withDatabase } from './connect.ts';
import type { Connection } from './connect.ts';

export const reindexCommand = defineCommand({
  name: 'reindex',
  summary: 'Makes the search index of all records what this release searches by.',
  notes:
    'After an update whose notes say so: records that were stored before are then found by what is new, too. The server\n' +
    'may run meanwhile; a few records at a time are held. It may be broken off and begun again: what is right already is\n' +
    'only looked at. Words for full text (_text, _content) follow while the server runs, after those of new records.',
  options: {},
  example: 'reindex',
  async run(setting) {
    await withDatabase(setting, async (connection) => {
      const partners = await listOrganizations(connection.database);
      for (const id of [...partners.map((partner) => partner.id), SERVER_ORGANIZATION]) {
        const { records, added, removed } = await reindexAll(connection, id);
        setting.terminal.print(`${id}: ${records} records, ${added} entries added, ${removed} removed.`);
      }
    });
    return undefined;
  },
});

async function reindexAll({ config, database, logger }: Connection, organization: string) {
  const { house, close } = await buildHouse(config, database, logger);
  const read: IndexReader = (type, body) => ({
    ...house.extract(parseStored(body)),
    kept: [paramKey(type, '_id'), paramKey(type, '_lastUpdated')],
  });
  const sum = { records: 0, added: 0, removed: 0 };
  try {
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      const slice = await database.transact((on) => reindexSlice(on, read, viewerOf(house), organization, from));
      sum.records += slice.records;
      sum.added += slice.added;
      sum.removed += slice.removed;
      after = slice.next;
    }
  } finally {
    await close();
  }
  return sum;
}
