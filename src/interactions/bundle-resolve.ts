import { readRecords } from '../store/index.ts';
import type { Transaction } from '../store/index.ts';
import type { Drawn } from './bundle-draw.ts';
import type { BundleNames, Named } from './bundle-names.ts';
import { BundleRecords } from './bundle-records.ts';
import { ConditionalReferences, renameReferences, replaceConditional } from './bundle-references.ts';
import type { PlannedWrite } from './bundle-writes.ts';
import { refuseMade } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { takeTurns } from './turns.ts';

type Drafts = ReadonlyMap<PlannedWrite, Draft>;

/**
 * Puts what records are called here into the drafts, then what conditional references mean once all is written. A draft
 * whose next version was told to others is bound to the version that it follows.
 */
export async function resolveReferences(
  house: House,
  context: Context,
  on: Transaction,
  planned: readonly PlannedWrite[],
  drawn: Drawn,
  names: BundleNames,
): Promise<Drafts> {
  const turn = takeTurns(on.check);
  const { drafts } = drawn;
  names.giveAnew(planned.map((plan) => nameOf(plan, drawn)));
  const rename = async (): Promise<Map<Draft, ReadonlyMap<string, string>>> => {
    const conditional = new Map<Draft, ReadonlyMap<string, string>>();
    for (const [plan, draft] of drafts) {
      const left = renameReferences(house, draft, plan.entry, names, plan.references);
      if (left.size > 0) conditional.set(draft, left);
      await turn();
    }
    return conditional;
  };
  let conditional = await rename();
  const { asked } = names;
  const standing = await readRecords(on, context.caller, asked);
  const versions = new Map(standing.map(({ ref, version }) => [ref, version]));
  names.learn(versions);
  if (asked.length > 0) conditional = await rename();

  const records = new BundleRecords(house, drafts.values(), on.check);
  for (const plan of planned) {
    await refuseMadeTwice(house, context, plan, drawn, records);
    await turn();
  }
  const references = new ConditionalReferences(house, context, on, records);
  for (const [draft, left] of conditional) {
    await replaceConditional(house, draft, left, references);
    await turn();
  }
  return asked.length === 0 ? drafts : bind(drafts, new Set(asked), versions);
}

function nameOf(plan: PlannedWrite, { drafts, existing }: Drawn): Named {
  const { entry } = plan;
  const found = existing.get(plan);
  if (found !== undefined) return { entry, ref: found.ref, version: found.version };
  const draft = drafts.get(plan);
  return { entry, ref: draft?.ref, version: draft === undefined ? undefined : nextVersion(draft) };
}

function nextVersion({ method, follows }: Draft): Named['version'] {
  // A patch may change nothing.
  if (method === 'PATCH') return undefined;
  if (method === 'POST') return 1;
  return follows === undefined ? 'ask' : follows + 1;
}

/** What was there already made nothing, and deletions come before all else. */
async function refuseMadeTwice(
  house: House,
  context: Context,
  plan: PlannedWrite,
  { drafts, existing }: Drawn,
  records: BundleRecords,
): Promise<void> {
  if (plan.criteria === undefined || plan.entry.method === 'DELETE' || existing.has(plan)) return;
  await refuseMade(house, context, plan.criteria, drafts.get(plan), records);
}

function bind(drafts: Drafts, refs: ReadonlySet<string>, versions: ReadonlyMap<string, number>): Drafts {
  return new Map(
    [...drafts].map(([plan, draft]) => [
      plan,
      refs.has(draft.ref) ? { ...draft, follows: versions.get(draft.ref) ?? 0 } : draft,
    ]),
  );
}
