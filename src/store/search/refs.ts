import type { SearchQuery } from '../../search/index.ts';
import type { Queryable } from '../database.ts';
import { builderFor, createAsk } from './ask.ts';
import type { SearchContext } from './ask.ts';
import { allMatches } from './count.ts';
import { named, SET_CALLER, Steps, visible } from './sql.ts';

/**
 * Refs of matches that are not among `except`, `query.count` at most and in no order; without their bodies, however
 * large. Its time grows with the matches.
 */
export async function findRefs(
  on: Queryable,
  context: SearchContext,
  query: SearchQuery,
  except: readonly string[],
): Promise<string[]> {
  const ask = createAsk(context, query, undefined);
  const sql = builderFor(ask);
  const steps = new Steps();
  const rows = allMatches(sql, steps, ask);
  const others = `not exists (select 1 from unnest(${sql.param(except)}::text[]) e where e = c.target collate "C")`;
  const text = `${steps.before()}select r.ref from (${rows}) c join ${sql.records} r on r.ref = c.target
    where ${SET_CALLER} and ${visible('r')} and ${others} limit ${sql.param(query.count, '::int8')}`;
  return (await on.query<{ ref: string }>(named(text), sql.values)).map(({ ref }) => ref);
}
