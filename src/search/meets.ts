import type { IndexValues, RangeValue, TextValue } from './index-values.ts';
import type { Condition, RangeMatch, TextMatch } from './query.ts';
import { rangeHolds } from './range.ts';

/*
 * Whether one resource meets conditions, by its index rows: the same in code as the store says in SQL.
 */

/** One resource as it is looked at: its id, and its rows. */
export interface Indexed extends Pick<IndexValues, 'text' | 'range'> {
  readonly id: string;
}

/** Whether a resource's own rows tell all that the condition asks. Of others, what leads to it or from it, say, only the store knows. */
export function isToldByRows(condition: Condition): boolean {
  switch (condition.kind) {
    case 'id':
    case 'text':
    case 'range':
      return true;
    case 'missing':
      return condition.target === undefined;
    case 'all':
    case 'either':
      return condition.conditions.every(isToldByRows);
    default:
      return false;
  }
}

/** Whether the condition is met for sure: what rows do not tell counts as not met. */
export function meets(condition: Condition, record: Indexed): boolean {
  switch (condition.kind) {
    case 'id':
      return condition.any.includes(record.id);
    case 'text': {
      const { params, any, negated = false } = condition;
      const has = record.text.some((row) => params.includes(row.param) && any.some((match) => textAnswers(match, row)));
      return has !== negated;
    }
    case 'range': {
      const { params, any } = condition;
      return record.range.some((row) => params.includes(row.param) && any.some((match) => rangeAnswers(match, row)));
    }
    case 'missing': {
      const { params, missing } = condition;
      const has = [...record.text, ...record.range].some(({ param }) => params.includes(param));
      return condition.target === undefined && missing !== has;
    }
    case 'all':
      return condition.conditions.every((each) => meets(each, record));
    case 'either':
      return condition.conditions.some((each) => meets(each, record));
    default:
      return false;
  }
}

/** Whether a range row is what is asked for. */
export function rangeAnswers(match: RangeMatch, row: RangeValue): boolean {
  if (match.unit !== row.unit || !rangeHolds(match.prefix, row, match)) return false;
  return match.and === undefined || rangeAnswers(match.and, row);
}

/** Whether a text row is what is asked for. */
export function textAnswers(match: TextMatch, { value, detail }: TextValue): boolean {
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
