import type { Client } from 'pg';

/** Puts a record there as if its owner had sent it, for what only looks whether it stands; without a body: deleted. */
export async function putRecord(
  owner: Client,
  organization: string,
  ref: string,
  body: object | null = {},
  readers: readonly string[] = [organization],
): Promise<void> {
  const [resourceType, id] = ref.split('/');
  await owner.query(
    `insert into record (ref, type, version, owner, readers, since, last_updated, method, deleted, body)
      values ($1, $2, 1, $3, $4, array_fill(1, array[cardinality($4::text[])]), now(), 'PUT', $5, $6)`,
    [ref, resourceType, organization, readers, body === null, body && JSON.stringify({ resourceType, id, ...body })],
  );
}
