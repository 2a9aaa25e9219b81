import { readdir } from 'node:fs/promises';
import knex from 'knex';
import type { Knex } from 'knex';

const FOLDER = new URL('../../migrations/', import.meta.url);

class FolderSource implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    return (await readdir(FOLDER)).filter((name) => /^\d{4}_.*\.ts$/.test(name)).sort();
  }
  getMigrationName(name: string): string {
    return name;
  }
  async getMigration(name: string): Promise<Knex.Migration> {
    return (await import(new URL(name, FOLDER).href)) as Knex.Migration;
  }
}

function connect(url: string): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: url, application_name: 'consilium-migrate' },
    pool: { min: 0, max: 1 },
    migrations: { migrationSource: new FolderSource(), tableName: 'migration' },
  });
}

/**
 * Brings the database at `url` to this release's schema, as the role that owns it. Safe to run from several processes
 * at once: the later ones wait. Returns the names of the migrations that were run.
 */
export async function migrate(url: string): Promise<string[]> {
  const db = connect(url);
  try {
    // Its own lock, held by the session: knex's lock row would stay behind after a kill.
    return await db.transaction(async (lock) => {
      await lock.raw('select pg_advisory_xact_lock(4036724)');
      const runner = connect(url);
      try {
        const [, names] = (await runner.migrate.latest({ disableMigrationsListValidation: false })) as [
          number,
          string[],
        ];
        return names;
      } finally {
        await runner.destroy();
      }
    });
  } finally {
    await db.destroy();
  }
}

/** The migrations of this release that the database at `url` has not had. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const db = connect(url);
  try {
    const [, pending] = (await db.migrate.list()) as [unknown[], { file?: string }[] | string[]];
    return pending.map((item) => (typeof item === 'string' ? item : (item.file ?? '')));
  } finally {
    await db.destroy();
  }
}
