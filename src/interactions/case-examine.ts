import { uuidv7 } from '../base/index.ts';
import { baseRequests, examineOpening, readBase } from '../cases/index.ts';
import type { BaseCase, CaseRow } from '../cases/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { findCaseOf, readCaseMembersOfTypes } from '../store/index.ts';
import { applyDecision, tell } from './case-decide.ts';
import type { GatheredRecord } from './case-record.ts';
import { refuse } from './case-refusals.ts';
import type { State } from './case-state.ts';

/**
 * Looks at a case that is opened here, now that its record is known, by the rules of its programme; a programme that has
 * given none has nothing to look for. Returns what is made in consequence, as refs.
 */
export async function examineOpened(state: State, row: CaseRow, record: GatheredRecord): Promise<readonly string[]> {
  const { house, context, on, work, now } = state;
  if (row.rules === 0 || work.timers.has(row.id)) return [];
  const change = work.changes.find(({ ref }) => ref === row.serviceRequest)!;
  const rules = await house.rules.at(on, row.programme, row.rules);
  const { organization, role, user } = context.caller;
  const actor = { organization, role, ...(user === undefined ? {} : { user }) };
  const scene = { row, rules, actor, now, records: record.resources, mint: uuidv7 };
  const examined = examineOpening(scene, change.after!, await findBase(state, change.after!));
  if (Array.isArray(examined)) throw refuse(change, examined);
  tell(change, examined.remarks);
  const before = work.changes.length;
  await applyDecision(state, row, examined);
  return work.changes.slice(before).map(({ ref }) => ref);
}

/** The case of this server on which a request is based, as far as its sender may see it. */
export async function findBase(
  { on, context }: Pick<State, 'on' | 'context'>,
  request: Resource,
): Promise<BaseCase | undefined> {
  const { organization } = context.caller;
  for (const ref of baseRequests(request)) {
    const found = await findCaseOf(on, organization, ref);
    if (found === undefined) continue;
    const members = await readCaseMembersOfTypes(on, organization, found.id, ['DiagnosticReport', 'Observation']);
    return readBase(found, members.map(({ body }) => parseStored(body)));
  }
  return undefined;
}
