import { Client } from 'pg';

const TABLES = ['record', 'record_version', 'search_text', 'search_range', 'cases', 'case_member', 'outbox', 'content'];

/** How many rows each table of records has, seen past row-level security: what a request changed, or did not. */
export async function countRows(databaseUrl: string): Promise<Record<string, number>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counts = TABLES.map((table) => `(select count(*)::int from ${table}) as ${table}`);
    const { rows } = await client.query<Record<string, number>>(`select ${counts.join(', ')}`);
    return rows[0]!;
  } finally {
    await client.end();
  }
}
