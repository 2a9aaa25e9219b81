import type { Client } from 'pg';
import { documentReference, patient, serviceRequest } from './records.ts';
import type { Json } from './records.ts';
import { PROGRAMME } from './stage.ts';
import type { Stage } from './stage.ts';

const PATIENTS = 1250;
/** Of each patient's requests, the drafts are what the search finds. */
export const DRAFTS = 10;
const OTHERS = 6;
/** The first patients have a long list of documents. */
const DOCUMENTED = 100;
const DOCUMENTS = 60;
const PER_TRANSACTION = 250;
const AT_ONCE = 2;

/** What was written, by the ids that the server gave. */
export interface Seeded {
  /** `Patient/id`, each with ten drafts among its requests. */
  readonly patients: readonly string[];
  /** `Patient/id`, each with sixty documents. */
  readonly documented: readonly string[];
  readonly drafts: readonly Draft[];
  /** `ServiceRequest/id` of drafts and others. */
  readonly requests: readonly string[];
}

export interface Draft {
  readonly ref: string;
  readonly subject: string;
  readonly number: number;
}

/** Stores new records and gives their refs, in their order. */
export type Write = (resources: readonly Json[]) => Promise<string[]>;

/** Writes 20,000 requests, 1,250 patients and 6,000 documents: the same for the server and the floor. */
export async function seed(write: Write, owner: Client): Promise<Seeded> {
  const patients = await write(count(PATIENTS).map(patient));
  const planned = patients.flatMap((subject, n) =>
    count(DRAFTS + OTHERS).map((m) => ({ subject, number: n * (DRAFTS + OTHERS) + m, draft: m < DRAFTS })),
  );
  const requests = await write(
    planned.map(({ subject, number, draft }) =>
      serviceRequest({ subject, number, programme: PROGRAMME, status: draft ? 'draft' : 'on-hold' }),
    ),
  );
  const documented = patients.slice(0, DOCUMENTED);
  await write(
    documented.flatMap((subject, n) =>
      count(DOCUMENTS).map((m) => documentReference(subject, n * DOCUMENTS + m, dayOf(m))),
    ),
  );
  // As autovacuum would do within the minute.
  await owner.query('vacuum analyze');
  const drafts = planned.flatMap((one, n) => (one.draft ? [{ ...one, ref: requests[n]! }] : []));
  return { patients, documented, drafts, requests };
}

/** Instants over several months, in no order of writing. */
function dayOf(n: number): string {
  return new Date(Date.UTC(2025, 6, 1 + ((n * 37) % 180), 8, n)).toISOString();
}

/** Writes through the server's own transactions, two at a time. */
export function writeByTransactions(origin: string, stage: Stage): Write {
  return async (resources) => {
    const refs = new Array<string>(resources.length);
    let from = 0;
    async function work(): Promise<void> {
      while (from < resources.length) {
        const start = from;
        from += PER_TRANSACTION;
        const written = await writeSome(origin, await stage.token(), resources.slice(start, start + PER_TRANSACTION));
        for (const [n, ref] of written.entries()) refs[start + n] = ref;
      }
    }
    await Promise.all(count(AT_ONCE).map(work));
    return refs;
  };
}

async function writeSome(origin: string, token: string, resources: readonly Json[]): Promise<string[]> {
  const entry = resources.map((resource) => ({ resource, request: { method: 'POST', url: resource['resourceType'] } }));
  const answer = await fetch(`${origin}/fhir`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Seeding failed with status ${answer.status}: ${text.slice(0, 1000)}`);
  const { entry: written } = JSON.parse(text) as { entry: { response: { location: string } }[] };
  return written.map(({ response }) => /([A-Z][A-Za-z]+\/[^/]+)\/_history/.exec(response.location)![1]!);
}

function count(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
