import type { Condition, SearchPart } from '../../search/index.ts';
import type { Ask, Stage } from './ask.ts';
import { findFrom, isMetBy, isThere, mayBeAbsent } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { keyOfCandidate } from './order.ts';
import { probe } from './probe.ts';
import type { SqlBuilder, Steps } from './sql.ts';

/** All records of a part, with their keys, that are found from `start`; nothing where there are too many to begin with. */
export function collect(sql: SqlBuilder, steps: Steps, ask: Ask, part: number, start: Condition): Stage {
  const { type } = ask.parts[part]!;
  const first = steps.count;
  const idKey = ask.context.keys(type).id;
  const { rows, brings } = matchesFrom(sql, steps, ask.parts[part]!, idKey, start, ask.order.keys.length > 0);
  return { rows: withKeys(sql, ask, part, rows, brings), incomplete: `not (${steps.within(first)})` };
}

/** The same where there is nothing to start from, by asking every record of the type. */
export function collectAmongAll(sql: SqlBuilder, ask: Ask, part: number): Stage {
  const { type } = ask.parts[part]!;
  const rows = matchesAmongAll(sql, ask.parts[part]!, ask.context.keys(type).id);
  return { rows: withKeys(sql, ask, part, rows, undefined), incomplete: 'false' };
}

function withKeys(sql: SqlBuilder, ask: Ask, part: number, rows: string, brings: Candidates['brings']): string {
  const { type } = ask.parts[part]!;
  const keys = ask.order.keys.map((key, n) => `, ${keyOfCandidate(sql, type, key, part, brings)} as k${n}`);
  return keys.length === 0 ? rows : `select c.target${keys.join('')} from (${rows}) c offset 0`;
}

/** The targets that are found from `start` and meet all conditions, each once; with what the candidates bring along. */
export function matchesFrom(
  sql: SqlBuilder,
  steps: Steps,
  part: SearchPart,
  idKey: number,
  start: Condition,
  bringing = false,
): { rows: string; brings: Candidates['brings'] } {
  const first = steps.count;
  const { step, brings } = findFrom(sql, steps, part.type, start, part.conditions);
  const rest = part.conditions.filter((condition) => !isMetBy(condition, start));
  const probes = rest.map((condition) => probe(sql, part.type, condition, 'd.target'));
  if (mayBeAbsent(start)) probes.push(isThere(sql, part.type, idKey, 'd.target'));
  const columns = bringing && brings !== undefined ? `d.target, d.${brings.column}` : 'd.target';
  const where = [steps.within(first), ...probes].filter((text) => text !== 'true');
  const rows = `select distinct ${columns} from ${step} d${where.length === 0 ? '' : ` where ${where.join(' and ')}`}`;
  return { rows, brings: bringing ? brings : undefined };
}

/** All records of a type that meet conditions from which nothing can be started. */
export function matchesAmongAll(sql: SqlBuilder, part: SearchPart, idKey: number): string {
  const probes = part.conditions.map((condition) => probe(sql, part.type, condition, 'd.target'));
  return `select d.target from search_text d where ${[`d.reader ${sql.readers(part.type)}`, `d.param = ${sql.param(idKey)}`, `d.value = ''`, ...probes].join(' and ')}`;
}
