import type { Queryable, Statement } from './database.ts';

/** Something that happened to a case, as it was told with the change itself. */
export interface StoredEvent {
  /** Rises with time within a case. */
  readonly position: number;
  /** Id of the organisation that did it; what the server did by itself, it did for the programme. */
  readonly organization: string;
  /** `Practitioner/x`, where one was signed in. */
  readonly person?: string;
  /** JSON text. */
  readonly event: string;
}

/** A page of a case's events. */
export interface EventWindow {
  /** Those behind this position. */
  readonly after?: number;
  /** Those of this moment or later: milliseconds since 1970. */
  readonly since?: number;
  readonly limit: number;
}

const READ: Statement = {
  name: 'case_events_read',
  text: `select position, organization, person, event from case_event
    where case_id = $2 and position > $3 and at >= $4 and (select set_config('app.org', $1, true)) is not null
    order by position limit $5`,
};

/** Events of a case of this organisation, in the order in which they happened; of another's case there are none. */
export async function readCaseEvents(
  on: Queryable,
  organization: string,
  caseId: string,
  { after = 0, since, limit }: EventWindow,
): Promise<StoredEvent[]> {
  const from = since === undefined ? '-infinity' : new Date(since).toISOString();
  const rows = await on.query<Omit<StoredEvent, 'person'> & { person: string | null }>(READ, [
    organization,
    caseId,
    after,
    from,
    limit,
  ]);
  return rows.map(({ person, ...row }) => (person === null ? row : { ...row, person }));
}
