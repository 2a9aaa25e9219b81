import { SHARED_TYPES } from '../access/index.ts';
import { parseQuery, splitReference } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { Condition } from '../search/index.ts';
import { findRefs } from '../store/index.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';
import { confineConditions } from './permit-search.ts';

/**
 * Which of some records meet criteria (`status=completed&…`), and may be found by the caller, as they stand now.
 * @param refs of records of `type`
 */
export async function findMatching(
  house: House,
  context: Context,
  type: string,
  query: string,
  refs: readonly string[],
): Promise<string[]> {
  const { organization, role } = context.caller;
  const options = { strict: true, maxCount: 1, defaultCount: 1, now: 0, base: house.base };
  const parsed = parseSearch(house, { types: [type] }, parseQuery(query), options);
  if (!parsed.ok) return [];
  const conditions: Condition[] = [
    { kind: 'id', any: refs.map((ref) => splitReference(ref)[1]) },
    ...confineConditions(house, context, type, parsed.query.parts[0]!.conditions),
  ];
  const asked = { organization, role, sharedTypes: SHARED_TYPES, keys: keysOf };
  const wanted = {
    ...parsed.query,
    parts: [{ type, conditions, sort: [] }],
    count: refs.length,
    total: 'none',
  } as const;
  return findRefs(house.database, asked, wanted, []);
}
