import { Fault } from '../base/index.ts';
import type { Caller, Issue } from '../base/index.ts';
import { profilesOf } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { forgive, isError, relocate } from './check.ts';
import type { Context, House } from './house.ts';
import type { SentPacket } from './sent-packet.ts';
import { takeTurns } from './turns.ts';

/** Faults of records that are told: who has more of them has one cause in most of them. */
const MOST = 50;

/** For what the records of a packet would be refused if they were sent as they are, told from where they stood. */
export async function checkSent(house: House, { caller }: Context, packet: SentPacket): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  const turn = takeTurns();
  for (const record of [packet.request, ...packet.records.values()]) {
    if (issues.length >= MOST) break;
    issues.push(...errorsOf(house, caller, record, packet.names.get(`${record.resourceType}/${record.id ?? ''}`)));
    await turn();
  }
  return issues.slice(0, MOST);
}

function errorsOf(house: House, caller: Caller, record: Resource, place: string | undefined): Issue[] {
  const { resourceType: type } = record;
  // What the guide asks of a request is said, and better, by the rules of the case.
  const profiles = type === 'ServiceRequest' ? [] : profilesOf(record);
  try {
    const found = [
      ...house.validate(record, { type }),
      ...(profiles.length === 0 ? [] : house.validate(record, { profiles })),
    ];
    const errors = forgive(caller, found).filter(isError);
    const told = new Map(errors.map((issue) => [`${issue.key} ${issue.expression ?? ''}`, issue]));
    return [...told.values()].map((issue) => relocate(issue, type, place === undefined ? type : `${place}.resource`));
  } catch (error) {
    if (error instanceof Fault) return [...error.issues];
    throw error;
  }
}
