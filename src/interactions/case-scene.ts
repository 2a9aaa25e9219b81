import { uuidv7 } from '../base/index.ts';
import { specialtyNames, wantedFor } from '../cases/index.ts';
import type { CaseRow, Command, Scene } from '../cases/index.ts';
import { collectReferences, parseStored as parseText, splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { lockRecords, readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { State } from './case-state.ts';
import { parseStored } from './draft.ts';

/** All that a command to a case is decided by: its rules, who gives it, and the records that it speaks of as they will stand. */
export async function setScene(state: State, row: CaseRow, command: Command): Promise<Scene> {
  const { house, context, on, now } = state;
  const { organization, role, user } = context.caller;
  const rules = await house.rules.at(on, row.programme, row.rules);
  const bare = {
    row,
    rules,
    actor: { organization, role, ...(user === undefined ? {} : { user }) },
    now,
    mint: uuidv7,
    specialtyName: (code: string) => specialtyNames(house.terminology).get(code),
  };
  const { refs = [], types = [], follow = [], hold = [] } = wantedFor(bare, command);
  if (refs.length + types.length + hold.length === 0) return { ...bare, records: new Map() };
  await holdWanted(state, hold);
  const own = new Set<string>();
  const found = await readWanted(state, row, [...refs, ...hold], types, own);
  if (follow.length > 0) await followNamed(state, found, new Set(follow), own);
  return { ...bare, records: found, former: formerOf(state, found), own };
}

function formerOf({ work }: State, found: ReadonlyMap<string, Resource>): Map<string, Resource> {
  return new Map(
    work.changes.flatMap(({ ref, before, consequence }) =>
      before === undefined || consequence === true || !found.has(ref) ? [] : [[ref, before] as const],
    ),
  );
}

/** What may change in consequence is read once nobody else can change it. */
async function holdWanted({ on, context, records }: State, refs: readonly string[]): Promise<void> {
  const fresh = refs.filter((ref) => !records.has(ref));
  for (const record of await lockRecords(on, context.caller.organization, fresh)) records.set(record.ref, record);
}

async function readWanted(
  state: State,
  row: CaseRow,
  refs: readonly string[],
  types: readonly string[],
  own: Set<string>,
): Promise<Map<string, Resource>> {
  const { on, context, work } = state;
  const { organization } = context.caller;
  const found = new Map<string, Resource>();
  if (types.length > 0) {
    for (const { ref, body } of await readCaseMembersOfTypes(on, organization, row.id, types))
      found.set(ref, parseText(body));
    for (const { ref, after } of work.changes) {
      if (after !== undefined && types.includes(after.resourceType)) found.set(ref, after);
    }
  }
  await readInto(state, found, refs, own);
  return found;
}

/** Reads what the records found name, as far as it is of these types, to the references' end. */
async function followNamed(
  state: State,
  found: Map<string, Resource>,
  types: ReadonlySet<string>,
  own: Set<string>,
): Promise<void> {
  let level = [...found.values()];
  while (level.length > 0) {
    const named = new Set(level.flatMap(collectReferences));
    const fresh = [...named].filter((ref) => !found.has(ref) && types.has(splitReference(ref)[0]));
    await readInto(state, found, fresh, own);
    level = fresh.flatMap((ref) => found.get(ref) ?? []);
  }
}

/**
 * Records as they will stand: those of this write, those that it holds, then those of the store.
 * @param own is told which of them are the caller's organisation's
 */
async function readInto(
  state: State,
  found: Map<string, Resource>,
  refs: readonly string[],
  own: Set<string>,
): Promise<void> {
  const { on, context, records, work } = state;
  const { organization } = context.caller;
  const missing = new Set<string>();
  for (const ref of refs) {
    const change = work.changes.find((one) => one.ref === ref);
    const here = change?.after ?? parseStored(records.get(ref));
    if ((change ?? records.get(ref))?.owner === organization) own.add(ref);
    if (here !== undefined) found.set(ref, here);
    else if (!found.has(ref)) missing.add(ref);
  }
  if (missing.size === 0) return;
  for (const record of await readRecords(on, organization, [...missing])) {
    const resource = parseStored(record);
    if (resource !== undefined) found.set(record.ref, resource);
    if (record.owner === organization) own.add(record.ref);
  }
}
