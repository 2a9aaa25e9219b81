import type { Condition, RangeMatch, SearchPart, TextMatch } from '../../src/search/index.ts';
import { rangeHolds } from '../../src/search/range.ts';

/** A record with its index rows, as the store keeps them. */
export interface Modelled {
  readonly ref: string;
  readonly type: string;
  readonly readers: readonly string[];
  readonly at: number;
  readonly text: readonly { readonly param: number; readonly value: string; readonly detail: string }[];
  readonly range: readonly {
    readonly param: number;
    readonly unit: string;
    readonly low: number;
    readonly high: number;
  }[];
}

/** What a search means, word for word and record by record: for comparing, not for speed. */
export class Model {
  readonly #records: ReadonlyMap<string, Modelled>;
  readonly #lastUpdated: (type: string) => number;

  /** `records`: those that the caller may see. */
  constructor(records: readonly Modelled[], lastUpdated: (type: string) => number) {
    this.#records = new Map(records.map((record) => [record.ref, record]));
    this.#lastUpdated = lastUpdated;
  }

  /** The refs of all matches in their order; without a sort, by ref. */
  find(parts: readonly SearchPart[]): string[] {
    const found = parts.flatMap((part) =>
      [...this.#records.values()]
        .filter(({ type, ref }) => type === part.type && part.conditions.every((one) => this.#holds(ref, one)))
        .map((record) => ({ ref: record.ref, keys: this.#keysOf(record, part) })),
    );
    const sort = parts[0]!.sort;
    const ids = sort.findIndex(({ kind }) => kind === 'id');
    const keys = ids < 0 ? sort : sort.slice(0, ids);
    const backwards = (ids < 0 ? sort[0] : sort[ids])?.descending === true;
    return found
      .sort((a, b) => {
        for (const [n, { descending }] of keys.entries()) {
          const order = compareKeys(a.keys[n], b.keys[n], descending);
          if (order !== 0) return order;
        }
        return compare(a.ref, b.ref) * (backwards ? -1 : 1);
      })
      .map(({ ref }) => ref);
  }

  #keysOf(record: Modelled, { sort, type }: SearchPart): (string | number | undefined)[] {
    return sort.map(({ kind, params, descending }) => {
      const all: readonly (string | number)[] =
        kind === 'text'
          ? record.text.filter(({ param }) => params.includes(param)).map(({ value }) => value)
          : record.range
              .filter(({ param }) => (kind === 'lastUpdated' ? [this.#lastUpdated(type)] : params).includes(param))
              .map(({ low }) => low);
      return all.toSorted((a, b) => compare(a, b) * (descending ? -1 : 1))[0];
    });
  }

  /** `ref` may be one of nothing: then it has no rows. */
  #holds(ref: string, condition: Condition): boolean {
    const record = this.#records.get(ref);
    const text = record?.text ?? [];
    const range = record?.range ?? [];
    switch (condition.kind) {
      case 'id':
        return condition.any.some((id) => ref === `${ref.split('/')[0]}/${id}`);
      case 'text': {
        const some = text.some(
          (row) => condition.params.includes(row.param) && condition.any.some((match) => textHolds(row, match)),
        );
        return some !== (condition.negated === true);
      }
      case 'range':
      case 'lastUpdated':
        return range.some(
          (row) => condition.params.includes(row.param) && condition.any.some((match) => answers(row, match)),
        );
      case 'missing':
        return condition.missing !== [...text, ...range].some(({ param }) => condition.params.includes(param));
      case 'chain':
        return text.some(
          ({ param, value }) =>
            condition.params.includes(param) &&
            value.startsWith(`${condition.targetType}/`) &&
            (condition.there === undefined || this.#records.has(value)) &&
            condition.conditions.every((one) => this.#holds(value, one)),
        );
      case 'has':
        return [...this.#records.values()].some(
          (source) =>
            source.type === condition.sourceType &&
            source.text.some(({ param, value }) => condition.params.includes(param) && value === ref) &&
            condition.conditions.every((one) => this.#holds(source.ref, one)),
        );
      case 'all':
        return condition.conditions.every((one) => this.#holds(ref, one));
      case 'either':
        return condition.conditions.some((one) => this.#holds(ref, one));
      default:
        throw new Error(`The model does not know ${condition.kind}.`);
    }
  }
}

function answers(row: Modelled['range'][number], match: RangeMatch): boolean {
  const { unit, prefix, and } = match;
  return row.unit === unit && rangeHolds(prefix, row, match) && (and === undefined || answers(row, and));
}

function textHolds(row: { readonly value: string; readonly detail: string }, match: TextMatch): boolean {
  switch (match.op) {
    case 'equal':
      return row.value === match.value && (match.detail === undefined || row.detail === match.detail);
    case 'exact':
      return row.value === match.value && row.detail === match.detail;
    case 'prefix':
      return row.value.startsWith(match.value);
    case 'contains':
      return row.value.includes(match.value);
    case 'system':
      return row.detail === match.detail;
    case 'among':
      return match.values.some((value, n) => row.value === value && row.detail === match.details[n]);
    case 'version':
      return row.value === match.value && (row.detail === match.detail || row.detail.startsWith(`${match.detail}.`));
  }
}

function compareKeys(a: string | number | undefined, b: string | number | undefined, descending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compare(a, b) * (descending ? -1 : 1);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
