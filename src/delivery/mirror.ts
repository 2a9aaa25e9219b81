import type { Caller } from '../base/index.ts';
import { uuidv7 } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { commitWithin, parseStored } from '../interactions/index.ts';
import type { Context, Draft, House } from '../interactions/index.ts';
import { findOrganization, markShown, readRecord, readUnshown } from '../store/index.ts';
import type { Claim, Database, UnshownSubscription } from '../store/index.ts';
import type { PushNever } from './ehr/outcome.ts';
import { describeUnpushed } from './unpushed.ts';

/** Subscriptions that are looked after in one go. */
const MOST = 50;

/**
 * Has the records of subscriptions show what became of them, and tells their organisation of those that have failed. Done
 * after the fact, so that a process that dies in between leaves it to the next.
 */
export async function showOutcomes(house: House, worker: Database, complain: (error: Error) => void): Promise<void> {
  for (const one of await readUnshown(worker, MOST)) await show(house, one).catch(complain);
}

/** Tells an organisation of a report that cannot be brought into its own server: the others go on, so nothing else shows it. */
export async function tellOfUnpushed(house: House, claim: Claim, report: string, outcome: PushNever): Promise<void> {
  const again =
    `have event ${claim.first} sent once more: POST /admin/deliveries/${claim.id.replace('/', ':')}/replay with ` +
    `{"from": ${claim.first}, "until": ${claim.first}}`;
  const text = describeUnpushed(report, outcome, again);
  const context = await contextFor(house, claim);
  await house.database.transact((on) =>
    commitWithin(house, context, 'delivery', on, [tell(house, claim.organization, text)]),
  );
  house.wake();
}

/** Work that the server does for an organisation. */
async function contextFor(house: House, { id, organization }: Pick<Claim, 'id' | 'organization'>): Promise<Context> {
  const role = (await findOrganization(house.database, organization))?.role ?? 'placer';
  const caller: Caller = { client: 'consilium', organization, role, scopes: ['system/*.cruds'] };
  return { caller, request: `delivery ${id}` };
}

async function show(house: House, one: UnshownSubscription): Promise<void> {
  const context = await contextFor(house, one);
  await house.database.transact(async (on) => {
    // First: of several processes that are at it, one tells.
    if (!(await markShown(on, one))) return;
    const stored = await readRecord(on, one.organization, one.id);
    const before = parseStored(stored);
    const drafts: Draft[] = [];
    // What its own client has switched off has no error.
    const error = one.status === 'error' || one.error !== null ? describe(one) : undefined;
    if (stored !== undefined && before !== undefined && (before.status !== one.status || before.error !== error)) {
      const { error: _error, ...rest } = before;
      const after = { ...rest, status: one.status, ...(error === undefined ? {} : { error }) } as Resource;
      drafts.push({
        method: 'PUT',
        ref: one.id,
        after,
        path: 'Subscription',
        ifMatch: stored.version,
        consequence: true,
      });
    }
    if (one.status === 'error' || one.error === 'gone') {
      const name = isPush(one.id) ? 'Reports into your own FHIR server' : one.id;
      drafts.push(tell(house, one.organization, `${name}: ${describe(one)}`, isPush(one.id) ? undefined : one.id));
    }
    if (drafts.length > 0) await commitWithin(house, context, 'delivery', on, drafts);
  });
  house.wake();
}

/** A push into a partner's own server has no record. */
function isPush(id: string): boolean {
  return id.startsWith('push/');
}

function describe({ id, status, error, events, delivered }: UnshownSubscription): string {
  if (status === 'off') {
    const why = error === 'gone' ? 'The endpoint answered 410' : 'Its end is reached';
    return `${why}: it is switched off, and what happens from now on is not kept for it. Requested again, it is told of what happens from then on; search by _lastUpdated for what happened meanwhile.`;
  }
  if (error === 'criteria-too-slow') {
    return 'Its criteria took so long to match that others waited for it, and it is told nothing more, nor is anything kept for it. Ask for less by criteria, or for a topic, and set the status to requested: it is told of what happens from then on; search by _lastUpdated for what happened meanwhile.';
  }
  const waiting = events - delivered;
  const kept =
    waiting === 0
      ? 'Nothing waits to be sent'
      : `${waiting} ${waiting === 1 ? 'event waits' : 'events wait'} to be sent`;
  const [, lost] = /^lost-from-(\d+)$/.exec(error ?? '') ?? [];
  const why =
    lost === undefined
      ? `Sending was given up (${error ?? 'unknown'})`
      : `Events from number ${lost} on did not arrive within 30 days and are deleted`;
  const how = isPush(id)
    ? 'mend the connection and send PUT /admin/organization/ehr'
    : 'mend the endpoint and set the status to requested';
  return `${why}. ${kept}: ${how}, and it goes on with event ${delivered + 1}.`;
}

/** To the organisation: a message of its own among its records, which any of its systems may look for. */
function tell(house: House, organization: string, text: string, about?: string): Draft {
  const id = uuidv7();
  const after = {
    resourceType: 'Communication',
    id,
    status: 'completed',
    category: [{ text: 'delivery-failed' }],
    priority: 'urgent',
    recipient: [{ reference: `Organization/${organization}` }],
    ...(about === undefined ? {} : { about: [{ reference: about }] }),
    sent: house.clock().toISOString(),
    payload: [{ contentString: text }],
  } as Resource;
  return { method: 'POST', ref: `Communication/${id}`, after, path: 'Communication', consequence: true };
}
