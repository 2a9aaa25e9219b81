import pg from 'pg';

const LEAST_MAJOR = 15;
const CONNECT_MS = 5_000;

/**
 * Reaches the PostgreSQL at `url` once, before anything else is tried. Gives its version, e.g. `18.4`.
 * @throws Error that says why it cannot be used and how to mend it, without the password.
 */
export async function checkServer(url: string): Promise<string> {
  const client = await connectOnce(url);
  try {
    const { rows } = await client.query<{ number: string; version: string }>(
      `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
    );
    const version = rows[0]!.version.split(' ')[0]!;
    // server_version_num: the major version times 10,000.
    if (Number(rows[0]!.number) >= LEAST_MAJOR * 10_000) return version;
    throw new Error(
      `The database runs on PostgreSQL ${version}, and Consilium needs ${LEAST_MAJOR} or later. ` +
        'Upgrade it, or set DATABASE_URL to another one.',
    );
  } finally {
    await client.end();
  }
}

/** A connection of its own. @throws Error with a readable text */
export async function connectOnce(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'consilium-check',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Error(explainFailure(client, error as Error & { code?: string }), { cause: error });
  }
}

function explainFailure(
  { host, port, user, database }: pg.Client,
  { code, message }: Error & { code?: string },
): string {
  const place = `${host}:${port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return `No PostgreSQL answers at ${place}. Start it, or set DATABASE_URL to where it is.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host ${host} of DATABASE_URL is not known. Correct its name.`;
    case '28P01':
    case '28000':
      return `PostgreSQL at ${place} does not let ${user ?? 'this user'} in: correct user and password in DATABASE_URL, or pg_hba.conf (${message}).`;
    case '3D000':
      return `PostgreSQL at ${place} has no database "${database ?? ''}". Create it, or correct its name in DATABASE_URL.`;
    default:
      return `PostgreSQL at ${place} cannot be used: ${message}. Correct DATABASE_URL, or look into the log of that server.`;
  }
}
