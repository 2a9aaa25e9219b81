import { uuidv7 } from '../base/index.ts';
import { baseRequests, examineOpening, readBase, specialtyNames, unknownSpecialtyIssues } from '../cases/index.ts';
import type { BaseCase, CaseRow } from '../cases/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { findCaseOf, readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { StoredRecord } from '../store/index.ts';
import { applyDecision, tell } from './case-decide.ts';
import { findSameNumber } from './case-same-number.ts';
import type { GatheredRecord } from './case-record.ts';
import { refuse } from './case-refusals.ts';
import type { CaseWork, State } from './case-state.ts';

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
  const specialties = specialtyNames(house.terminology);
  const specialtyName = (code: string): string | undefined => specialties.get(code);
  const scene = { row, rules, actor, now, records: record.resources, mint: uuidv7, specialtyName };
  const examined = examineOpening(scene, change.after!, await findBase(state, change.after!));
  if (Array.isArray(examined)) throw refuse(change, examined);
  tell(change, [
    ...(examined.remarks ?? []),
    ...unknownSpecialtyIssues(change.after!, specialties),
    ...(await findSameNumber(state, row, change.after!)),
  ]);
  const before = work.changes.length;
  await applyDecision(state, row, examined);
  return work.changes.slice(before).map(({ ref }) => ref);
}

/**
 * The case of this server on which a request is based, as far as its sender's organisation may see it: one that stands, or
 * that is opened by the same Bundle.
 * @param isSeen whether the sender itself may see an earlier request; absent: what it names was judged before
 */
export async function findBase(
  { on, context, work }: Pick<State, 'on' | 'context'> & Partial<Pick<State, 'work'>>,
  request: Resource,
  isSeen: (stored: StoredRecord) => Promise<boolean> = () => Promise.resolve(true),
): Promise<BaseCase | undefined> {
  const { organization } = context.caller;
  for (const ref of baseRequests(request)) {
    const opened = work === undefined ? undefined : openedBy(work, ref);
    if (opened !== undefined) return opened;
    const found = await findCaseOf(on, organization, ref);
    const [stored] = found === undefined ? [] : await readRecords(on, organization, [ref]);
    if (found === undefined || stored?.body == null || !(await isSeen(stored))) continue;
    const members = await readCaseMembersOfTypes(on, organization, found.id, ['DiagnosticReport', 'Observation']);
    return readBase(
      found,
      parseStored(stored.body),
      members.map(({ body }) => parseStored(body)),
    );
  }
  return undefined;
}

/** A case that is opened by the same Bundle: nobody has worked on it. */
function openedBy({ cases, changes, timers }: CaseWork, ref: string): BaseCase | undefined {
  const row = [...cases.values()].find(({ id, serviceRequest }) => serviceRequest === ref && !timers.has(id));
  const request = changes.find((change) => change.ref === ref)?.after;
  return row && readBase({ ...row, state: JSON.stringify(row.state) }, request, []);
}
