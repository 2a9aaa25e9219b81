import { coveragesOf, payorsOf, SPONSOR_VIEW_TYPES, sponsorView } from '../cases/index.ts';
import { parseStored, splitReference } from '../fhir/index.ts';
import { findInsurers, readCaseMembers, refreshViews, saveSponsors } from '../store/index.ts';
import type { Queryable, Viewer } from '../store/index.ts';
import type { CaseWork } from './case-state.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';

/**
 * Keeps what insurers see of the cases that they sponsor: who they are, and a view of each record of the case that shows
 * what a payer may know of it. Comes last, when all stands as it will; a case that nobody sponsors asks the store nothing.
 */
export async function keepViews(
  house: Pick<House, 'extract'>,
  context: Context,
  on: Queryable,
  work: CaseWork,
): Promise<void> {
  const { organization } = context.caller;
  const cases: string[] = [];
  const whole: string[] = [];
  for (const id of work.requests.keys()) {
    const before = work.sponsors.get(id) ?? [];
    const after = mayChangeSponsors(work, id) ? await findSponsors(on, organization, work, id) : before;
    if (before.length + after.length === 0) continue;
    cases.push(id);
    if (before.join(' ') === after.join(' ')) continue;
    await saveSponsors(on, organization, id, after);
    whole.push(id);
  }
  if (cases.length === 0) return;
  const refs = work.members.filter(({ caseId, ref }) => cases.includes(caseId) && isShown(ref)).map(({ ref }) => ref);
  if (refs.length + whole.length === 0) return;
  await refreshViews(on, organization, viewerOf(house), { refs, cases, whole, types: SPONSOR_VIEW_TYPES });
}

function isShown(ref: string): boolean {
  return SPONSOR_VIEW_TYPES.includes(splitReference(ref)[0]);
}

/** Sponsors follow from the request and its Coverages. */
function mayChangeSponsors({ changes, cases }: CaseWork, id: string): boolean {
  const request = cases.get(id)?.serviceRequest;
  return changes.some(({ ref, after }) => ref === request || after?.resourceType === 'Coverage');
}

async function findSponsors(on: Queryable, organization: string, work: CaseWork, id: string): Promise<string[]> {
  const refs = coveragesOf(work.requests.get(id)!);
  if (refs.length === 0) return [];
  const texts = await readCaseMembers(on, organization, id, refs);
  return findInsurers(on, payorsOf(texts.map(parseStored)));
}

/** What sponsors are shown of a stored text, and what they find it by: what is not shown is not in their index either. */
export function viewerOf({ extract }: Pick<House, 'extract'>): Viewer {
  return (type, body, carrier) => {
    const view = sponsorView(parseStored(body), carrier);
    return view && { body: JSON.stringify(view), index: extract(view), keys: keysOf(type) };
  };
}
