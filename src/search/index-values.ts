/** A row for the text index. Both texts are bounded by `boundKey`. */
export interface TextValue {
  /** `paramKey(type, code)`; the display texts of a token under `code:text`, `Reference.identifier` under `code:identifier`. */
  param: number;
  /**
   * token: the code · reference: `Type/id`, or absolute as it is; a canonical without its version · uri: as it is ·
   * string: normalised · composite: see `composite.ts`. `''` marks
   * an element without a value to look for (a concept with nothing but text), which is not `:missing`.
   */
  value: string;
  /**
   * token: the system · canonical: the version · string: the original · literal reference: `low/high` of its record's
   * date (`dateKey`) · otherwise, or where there is none, `''`.
   */
  detail: string;
}

/** A row for the range index: half open, `[low, high)`. */
export interface RangeValue {
  param: number;
  /**
   * `''` for dates and numbers. A quantity has one row for each way to ask for it: `''` (any unit), `system|code` or, of
   * units that have a scale, `=g.m-3` with the bounds in these base units, and `|code` (this code or unit in any system),
   * so that equality of unit answers every search. Of a composite the texts of its other parts stand before:
   * `8480-6$=g.m-1.s-2`.
   */
  unit: string;
  /** Epoch milliseconds or a number; without end: ±8.64e15 for dates, ±Number.MAX_VALUE for numbers. */
  low: number;
  high: number;
}

export interface IndexValues {
  text: TextValue[];
  range: RangeValue[];
}

/** Up to here, looking through the rows is cheaper than hashing them. */
const FEW = 32;

/** Collects rows, each only once. */
export class RowCollector implements IndexValues {
  readonly text: TextValue[] = [];
  readonly range: RangeValue[] = [];
  readonly #references: TextValue[] = [];
  /** Keys of the rows, once there are many: a record with thousands of values must not take quadratic time. */
  #texts: Set<string> | undefined;
  #ranges: Set<string> | undefined;

  addText(param: number, value: string, detail: string): void {
    if (this.text.length < FEW) {
      for (const row of this.text) {
        if (row.param === param && row.value === value && row.detail === detail) return;
      }
    } else {
      this.#texts ??= new Set(this.text.map((row) => textKey(row.param, row.value, row.detail)));
      if (!addNew(this.#texts, textKey(param, value, detail))) return;
    }
    this.text.push({ param, value, detail });
  }

  /** The detail of these rows is written by `dateReferences`. */
  addReference(param: number, value: string): void {
    const before = this.text.length;
    this.addText(param, value, '');
    if (this.text.length > before) this.#references.push(this.text[before]!);
  }

  /** Writes into the rows of all references when the record is about: the bounds of its rows under `date`. */
  dateReferences(date: number): void {
    let [low, high] = [Infinity, -Infinity];
    for (const row of this.range) {
      if (row.param !== date) continue;
      low = Math.min(low, row.low);
      high = Math.max(high, row.high);
    }
    if (low > high) return;
    const detail = `${low}/${high}`;
    for (const row of this.#references) row.detail = detail;
  }

  addRange(param: number, unit: string, low: number, high: number): void {
    if (this.range.length < FEW) {
      for (const row of this.range) {
        if (row.param === param && row.low === low && row.high === high && row.unit === unit) return;
      }
    } else {
      this.#ranges ??= new Set(this.range.map((row) => rangeKey(row.param, row.unit, row.low, row.high)));
      if (!addNew(this.#ranges, rangeKey(param, unit, low, high))) return;
    }
    this.range.push({ param, unit, low, high });
  }
}

function textKey(param: number, value: string, detail: string): string {
  return JSON.stringify([param, value, detail]);
}

function rangeKey(param: number, unit: string, low: number, high: number): string {
  return `${param} ${low} ${high} ${unit}`;
}

function addNew(keys: Set<string>, key: string): boolean {
  const before = keys.size;
  return keys.add(key).size > before;
}
