import type { Caller } from '../base/index.ts';
import { commitWithin } from './commit.ts';
import type { House } from './house.ts';

/** A case by what its timer knows of it. */
export interface TimedCase {
  /** UUID. */
  readonly case: string;
  /** Id of the organisation. */
  readonly programme: string;
  /** T0, `Task/x` */
  readonly task: string;
}

/**
 * Does what is due in a case, as the programme, in one transaction with all that follows from it. Nothing due: nothing
 * happens; so it may be asked for twice.
 */
export async function runDueTimers(house: House, { case: id, programme, task }: TimedCase): Promise<void> {
  const caller: Caller = {
    client: 'consilium',
    organization: programme,
    role: 'programme',
    scopes: ['system/*.cruds'],
  };
  const context = { caller, request: `job case-timer ${id}` };
  await house.database.transact((on) => commitWithin(house, context, 'case-timer', on, [], task));
  house.wake();
}
