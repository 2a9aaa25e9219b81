import type { Condition } from '../../search/index.ts';
import type { Ask, Stage } from './ask.ts';
import { isOneIndex, missing, missingKey, VALUE } from './order.ts';
import type { SqlBuilder, Steps } from './sql.ts';
import { idStrands, rangeStrands, tailStrands, textStrands } from './strands.ts';
import type { Strand } from './strands.ts';

/**
 * The first records of a part in the page's order, looked for along an index that has this order: each row is asked for
 * all conditions until there are enough. The page merges the strands of a walk.
 *
 * Complete unless a strand came to the end of its bound before it had a page's worth. Where the order has a key, records
 * without it are not on the walk: they are its tail.
 */
export function walk(sql: SqlBuilder, steps: Steps, ask: Ask, part: number, start: Condition | undefined): Stage {
  const [key] = ask.order.keys;
  if (key === undefined) return merge(steps, ask, idStrands(sql, ask, part, start));
  if (ask.cursor?.[0] === missing(key)) return merge(steps, ask, []);
  const strands = key.table === 'range' ? rangeStrands(sql, ask, part, key) : textStrands(sql, ask, part, key);
  return merge(steps, ask, strands);
}

/** The records of a part that lack the only key of the order, which come behind all others. */
export function tail(sql: SqlBuilder, steps: Steps, ask: Ask, part: number): Stage {
  return merge(steps, ask, tailStrands(sql, ask, part, ask.order.keys[0]!));
}

function merge(steps: Steps, ask: Ask, strands: readonly Strand[]): Stage {
  const { keys } = ask.order;
  if (strands.length === 0) {
    const none = ['null::text as target', ...keys.map((key, n) => `${missingKey(key)} as k${n}`)];
    return { rows: `select ${none.join(', ')} where false`, incomplete: 'false' };
  }
  const named = strands.map(({ rows, from }) => ({ name: steps.addLimited(rows), from }));
  const cut = named.map(({ name, from }) => isCut(ask, name, from));
  return { rows: named.map(({ name }) => `select * from ${name}`).join(' union all '), incomplete: cut.join(' or ') };
}

/**
 * SQL: whether a strand came to the end of its bound too early. Even on a full page that counts: what is missing of one
 * strand may come before what the others have.
 */
function isCut(ask: Ask, name: string, from: string): string {
  const last = `from (${from}) w offset ${ask.bounds.walked - 1}`;
  const few = `(select count(*) from ${name}) < ${ask.limit}`;
  if (isOneIndex(ask.order)) return `${few} and exists (select 1 ${last})`;
  // Of what is equal by the first key, all has to be there.
  const [key] = ask.order.keys;
  const keyed = key!.table === 'range' ? 'w.low' : `'${VALUE}' || w.value`;
  return `exists (select 1 from (select ${keyed} as k0 ${last}) w
    where ${few} or w.k0 = (select ${key!.descending ? 'min' : 'max'}(k0) from ${name}))`;
}
