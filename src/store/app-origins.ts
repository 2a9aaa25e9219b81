import type { Queryable } from './database.ts';

/** Whether some app that is let in returns to pages of this origin. */
export async function isAppOrigin(on: Queryable, origin: string): Promise<boolean> {
  const rows = await on.query(
    {
      name: 'client-origin',
      text: `select 1 from client, unnest(redirect_uris) as uri
        where kind = 'app' and approved_at is not null and disabled_at is null
          and (uri = $1 or starts_with(uri, $1 || '/') or starts_with(uri, $1 || '?')) limit 1`,
    },
    [origin],
  );
  return rows.length > 0;
}
