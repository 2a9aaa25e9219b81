import { Fault } from '../base/index.ts';
import { parseSearch } from '../search/index.ts';
import { searchRecords } from '../store/index.ts';
import type { Cursor, FoundRecord } from '../store/index.ts';
import { checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { confineQuery, searchAs } from './permit-search.ts';
import type { Params } from './subset-answer.ts';

/** Matches that are read at once. */
export const PAGE = 500;

/**
 * All that a search of this caller finds, page by page: for what the server itself goes by. The caller needs the scope to
 * search the type, and is given what its grants reach.
 * @param sort as `_sort` has it
 */
export async function* findAll(
  house: House,
  context: Context,
  type: string,
  params: Params,
  sort = '_id',
): AsyncGenerator<readonly FoundRecord[], void, undefined> {
  checkType(house, context, type, 's');
  const options = { strict: true, maxCount: PAGE, defaultCount: PAGE, now: house.clock().getTime(), base: house.base };
  const parsed = parseSearch(house, { types: [type] }, [...params, ['_sort', sort]], options);
  if (!parsed.ok) throw new Fault(400, parsed.issues);
  const query = { ...confineQuery(house, context, parsed.query), total: 'none' as const };
  let cursor: Cursor | undefined;
  do {
    const found = await searchRecords(house.database, searchAs(house, context, house.database), query, cursor);
    yield found.matches;
    cursor = found.next;
  } while (cursor !== undefined);
}
