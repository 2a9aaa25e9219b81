import { rangeHolds } from '../search/index.ts';
import type { Condition, IndexValues, TextMatch } from '../search/index.ts';

/*
 * Whether a record that is not written yet would meet criteria, by its index rows: the same in code as the store says in
 * SQL. Three answers: what only the store knows (chains, say) leaves it open.
 */

/** `id`: of the record; undefined: it cannot be told from its rows alone. */
export function meetsAll(conditions: readonly Condition[], id: string, rows: IndexValues): boolean | undefined {
  let isOpen = false;
  for (const condition of conditions) {
    const met = meets(condition, id, rows);
    if (met === false) return false;
    isOpen ||= met === undefined;
  }
  return isOpen ? undefined : true;
}

function meets(condition: Condition, id: string, { text, range }: IndexValues): boolean | undefined {
  switch (condition.kind) {
    case 'id':
      return condition.any.includes(id);
    case 'text': {
      const { params, any, negated = false } = condition;
      const found = text.some(
        (row) => params.includes(row.param) && any.some((match) => matches(match, row.value, row.detail)),
      );
      return found !== negated;
    }
    case 'range': {
      const { params, any } = condition;
      return range.some(
        (row) =>
          params.includes(row.param) &&
          any.some((match) => match.unit === row.unit && rangeHolds(match.prefix, row, match)),
      );
    }
    case 'missing': {
      const { params, missing, target } = condition;
      // Which type a reference shows is the store's to tell.
      if (target !== undefined) return undefined;
      return missing !== [...text, ...range].some(({ param }) => params.includes(param));
    }
    case 'all':
      return meetsAll(condition.conditions, id, { text, range });
    case 'either': {
      const met = condition.conditions.map((each) => meets(each, id, { text, range }));
      return met.includes(true) ? true : met.includes(undefined) ? undefined : false;
    }
    case 'chain':
    case 'has':
    case 'lastUpdated':
    case 'near':
    case 'tree':
    case 'words':
      return undefined;
  }
}

function matches(match: TextMatch, value: string, detail: string): boolean {
  switch (match.op) {
    case 'equal':
      return value === match.value && (match.detail === undefined || detail === match.detail);
    case 'exact':
      return value === match.value && detail === match.detail;
    case 'prefix':
      return value.startsWith(match.value);
    case 'contains':
      return value.includes(match.value);
    case 'system':
      return detail === match.detail;
    case 'among':
      return match.values.some((each, n) => value === each && detail === match.details[n]);
    case 'version':
      return value === match.value && (detail === match.detail || detail.startsWith(`${match.detail}.`));
  }
}

/**
 * Keys of rows, one of which a record has that meets the conditions; undefined where there are none to go by. Of rows:
 * `rowKey`.
 */
export function keysToMeet(conditions: readonly Condition[]): string[] | undefined {
  for (const condition of conditions) {
    if (condition.kind !== 'text' || condition.negated === true) continue;
    const values = condition.any.map((match) => ('value' in match && IS_WHOLE[match.op] ? match.value : undefined));
    if (values.includes(undefined)) continue;
    return condition.params.flatMap((param) => values.map((value) => rowKey(param, value!)));
  }
  return undefined;
}

const IS_WHOLE: Readonly<Record<TextMatch['op'], boolean>> = {
  equal: true,
  exact: true,
  version: true,
  prefix: false,
  contains: false,
  system: false,
  among: false,
};

export function rowKey(param: number, value: string): string {
  return `${param} ${value}`;
}
