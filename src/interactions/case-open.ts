import { fault, randomCode, uuidv7 } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { caseNumber, keepTime, openCase, showStanding } from '../cases/index.ts';
import { localReference } from '../fhir/index.ts';
import type { Reference } from '../fhir/index.ts';
import { refuse } from './case-refusals.ts';
import { addTo, parties } from './case-state.ts';
import type { State } from './case-state.ts';
import type { Change } from './draft.ts';

/** Opens the case of a request that is sent with this change: its number, its Task, its first event. */
export async function openFor(state: State, change: Change): Promise<void> {
  const { context, work } = state;
  refuseOthers(state, change);
  const request = change.after!;
  const programme = await programmeOf(state, change);
  if (programme === context.caller.organization) throw notForOneself(change);
  const { revision, rules } = await state.house.rules.current(state.on, programme);
  const ids = { case: uuidv7(), task: uuidv7(), number: caseNumber(state.now, randomCode(8)) };
  const opened = openCase({
    serviceRequest: request,
    placer: context.caller.organization,
    programme,
    now: state.now,
    rules: revision,
    ids,
  });
  if (Array.isArray(opened)) throw refuse(change, opened);
  const { serviceRequest, task, events } = opened;
  const row = keepTime(opened.case, opened.case, rules, state.now);
  change.after = serviceRequest;
  work.cases.set(row.id, row);
  for (const ref of [change.ref, row.task]) {
    addTo(state.byRef, ref, row.id);
    addTo(state.byAnchor, ref, row.id);
  }
  change.readers = parties(row);
  work.changes.push({
    method: 'POST',
    ref: row.task,
    after: showStanding(row, state.now)(task),
    path: change.path,
    owner: row.programme,
    readers: parties(row),
    consequence: true,
  });
  for (const event of events) work.events.push({ row, event });
}

/** Only a placer can withdraw a request again, so nobody else sends one. */
function refuseOthers({ context }: State, change: Change): void {
  if (context.caller.role === 'placer') return;
  throw fault(
    403,
    'forbidden',
    'not-your-move',
    'Sending a second-opinion request is for placers alone. The hospital that treats the patient sends it; as a draft it may be kept here.',
    `${change.path}.status`,
  );
}

function notForOneself(change: Change): Fault {
  return fault(
    403,
    'forbidden',
    'not-your-move',
    'A second opinion is asked of another organisation. Name another programme in ServiceRequest.performer.',
    `${change.path}.performer`,
  );
}

async function programmeOf(state: State, change: Change): Promise<string> {
  const { programmes } = state.house;
  const performers = (change.after!.performer as Reference[] | undefined) ?? [];
  const named = performers
    .map((performer) => localReference(performer.reference))
    .find((ref) => ref?.startsWith('Organization/'));
  if (named !== undefined) {
    const id = named.slice('Organization/'.length);
    // One that was registered a moment ago is not refused.
    if ((await programmes(state.on)).includes(id) || (await programmes(state.on, true)).includes(id)) return id;
  } else if (performers.length === 0) {
    const [only, another] = await programmes(state.on, true);
    if (only !== undefined && another === undefined) return only;
  }
  throw fault(
    422,
    'business-rule',
    'programme-unknown',
    'The request names no programme of this server as its performer. Search Organization for the programmes and name one in ServiceRequest.performer.',
    `${change.path}.performer`,
  );
}
