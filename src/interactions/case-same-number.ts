import type { Issue } from '../base/index.ts';
import { placerIdentifiers, sameNumberIssues } from '../cases/index.ts';
import type { CaseRow, NumberedCase } from '../cases/index.ts';
import type { Resource } from '../fhir/index.ts';
import { escapePart, parseSearch } from '../search/index.ts';
import { findCaseOf, findRefs } from '../store/index.ts';
import type { State } from './case-state.ts';
import { confineQuery, searchAs } from './permit-search.ts';

/** Of so many requests with one number one is open, or somebody numbers nothing. */
const MOST = 10;

/** What there is to say of other requests with the number of this one, as far as its sender may find them. */
export async function findSameNumber(
  { house, context, on, now }: State,
  row: CaseRow,
  request: Resource,
): Promise<Issue[]> {
  const [{ system, value } = {}] = placerIdentifiers(request);
  if (typeof system !== 'string' || typeof value !== 'string') return [];
  const token = `${escapePart(system)}|${escapePart(value)}`.replaceAll(',', '\\,');
  const options = { strict: true, maxCount: MOST, defaultCount: MOST, now: Date.parse(now), base: house.base };
  const parsed = parseSearch(house, { types: ['ServiceRequest'] }, [['identifier', token]], options);
  if (!parsed.ok) return [];
  const query = confineQuery(house, context, parsed.query);
  const refs = await findRefs(on, searchAs(house, context, on), query, [row.serviceRequest]);
  const cases: NumberedCase[] = [];
  for (const ref of refs) {
    const found = await findCaseOf(on, context.caller.organization, ref);
    if (found !== undefined) cases.push(found);
  }
  return sameNumberIssues(row, cases);
}
