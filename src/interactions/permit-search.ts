import { fault } from '../base/index.ts';
import { conditionOf, isConfined, patientsAround, permitOf, SHARED_TYPES } from '../access/index.ts';
import { parseStored, splitReference } from '../fhir/index.ts';
import type { Condition, SearchQuery } from '../search/index.ts';
import type { FoundRecord, Queryable, SearchContext } from '../store/index.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';
import { isPermitted, reaches, sameReach } from './permit-record.ts';

/*
 * What a search of this caller may find: its grants are conditions like those that it asks, before anything is found,
 * counted or sorted.
 */

/** As whom the store searches; what comes along with matches has to be the caller's to read, and so has what leads there. */
export function searchAs(house: House, context: Context, on: Queryable): SearchContext {
  const { organization, role } = context.caller;
  const asked = { organization, role, sharedTypes: SHARED_TYPES, keys: keysOf };
  if (!isConfined(house, context.caller)) return asked;
  return { ...asked, keepLinked: (records) => keepLinked(house, context, on, records) };
}

/**
 * Types that may not be read at all stay: that they were left out is told. But where grants are about some patients, what is
 * of others is not even that, or it would be told of them that they are there.
 */
async function keepLinked(
  house: House,
  context: Context,
  on: Queryable,
  records: readonly FoundRecord[],
): Promise<FoundRecord[]> {
  const kept: FoundRecord[] = [];
  for (const record of records) {
    const isKept =
      permitOf(house, context.caller, splitReference(record.ref)[0], 'r') === undefined
        ? await mayBeToldOf(house, context, on, record)
        : await isPermitted(house, context, on, 'r', record);
    if (isKept) kept.push(record);
  }
  return kept;
}

async function mayBeToldOf(
  house: House,
  context: Context,
  on: Queryable,
  { ref, body }: FoundRecord,
): Promise<boolean> {
  const told = sameReach(house, patientsAround(house, context.caller), splitReference(ref)[0]);
  return told === 'all' || reaches(house, context, on, told, ref, parseStored(body));
}

/** The search with what the caller's grants leave of each type. */
export function confineQuery(house: House, context: Context, query: SearchQuery): SearchQuery {
  if (!isConfined(house, context.caller)) return query;
  const parts = query.parts.map((part) => ({
    ...part,
    conditions: confineConditions(house, context, part.type, part.conditions),
  }));
  return { ...query, parts };
}

/** Conditions on records of a type; those on what they refer to, or are referred to by, are confined as well, lest they tell of it. */
export function confineConditions(
  house: House,
  context: Context,
  type: string,
  conditions: readonly Condition[],
): Condition[] {
  const permit = permitOf(house, context.caller, type, 's');
  const own = permit === undefined ? NOTHING : conditionOf(permit);
  const asked = conditions.map((condition) => confineLinks(house, context, condition));
  return own === undefined ? asked : [...asked, ...(own.kind === 'all' ? own.conditions : [own])];
}

/** Whether a type may be searched was judged before: this is for what was not. */
const NOTHING: Condition = { kind: 'id', any: [] };

function confineLinks(house: House, context: Context, condition: Condition): Condition {
  switch (condition.kind) {
    case 'chain':
      return {
        ...condition,
        conditions: confineConditions(house, context, condition.targetType, condition.conditions),
      };
    case 'has':
      return {
        ...condition,
        conditions: confineConditions(house, context, condition.sourceType, condition.conditions),
      };
    case 'all':
    case 'either':
      return { ...condition, conditions: condition.conditions.map((each) => confineLinks(house, context, each)) };
    case 'tree': {
      // The way up or down may lead over what the caller does not see.
      if (permitOf(house, context.caller, condition.type, 's') === 'all') return condition;
      const text = `:above and :below look at all records of ${condition.type}, and the access token reaches only some. Leave the modifier out.`;
      throw fault(403, 'forbidden', 'hierarchy-confined', text);
    }
    default:
      return condition;
  }
}
