import { fault } from '../base/index.ts';
import type { Queryable } from '../store/index.ts';
import type { Wanted } from './bundle-answer.ts';
import type { PlannedWrite } from './bundle-writes.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';

export interface Drawn {
  readonly drafts: ReadonlyMap<PlannedWrite, Draft>;
  /** What conditional creates found, so that they write nothing. */
  readonly existing: ReadonlyMap<PlannedWrite, Committed>;
}

/**
 * Resolves all criteria at once, and decides by what they found. The transaction fails where identities overlap, resolved
 * ones included: https://hl7.org/fhir/R4/http.html#trules
 */
export async function drawWrites(
  house: House,
  context: Context,
  on: Queryable,
  planned: readonly PlannedWrite[],
  wanted: Wanted,
): Promise<Drawn> {
  const conditional = planned.filter((plan) => plan.criteria !== undefined);
  const criteria = conditional.map((plan) => plan.criteria!);
  const found = await resolveCriteria(house, context, on, criteria, wanted.body);
  const foundBy = new Map(conditional.map((plan, n) => [plan, found[n]]));
  const drafts = new Map<PlannedWrite, Draft>();
  const existing = new Map<PlannedWrite, Committed>();
  const deleted = new Set<string>();
  for (const plan of planned) {
    const met = foundBy.get(plan);
    // Deletions come first: to a create, what this Bundle deletes is gone.
    const one = met !== undefined && plan.entry.method === 'POST' && deleted.has(met.ref) ? undefined : met;
    const draft = plan.draw(one);
    if (draft !== undefined) drafts.set(plan, draft);
    else if (one !== undefined) existing.set(plan, one);
    if (draft?.method === 'DELETE') deleted.add(draft.ref);
  }
  refuseTwice([...drafts.values()]);
  return { drafts, existing };
}

function refuseTwice(drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (seen.has(draft.ref)) {
      const text = 'A transaction writes each record once. Join the entries for the same record.';
      throw fault(400, 'invalid', 'written-twice', text, draft.path);
    }
    seen.add(draft.ref);
  }
}
