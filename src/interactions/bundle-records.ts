import { splitReference } from '../fhir/index.ts';
import type { Condition, IndexValues } from '../search/index.ts';
import { keysToMeet, meetsAll, rowKey } from './conditional-match.ts';
import type { Draft } from './draft.ts';
import type { House } from './house.ts';

/** A record as the transaction will leave it. */
interface Made {
  readonly draft: Draft;
  readonly id: string;
  readonly rows: IndexValues;
}

interface MadeOfType {
  readonly records: readonly Made[];
  readonly byRow: ReadonlyMap<string, ReadonlySet<Made>>;
}

const EMPTY: ReadonlySet<string> = new Set();

/**
 * The records of a type as a transaction will leave them, for criteria that are asked before they are in the store. Rows
 * are read out of them only where criteria ask for their type. What patches make is not among them: it is not known yet.
 */
export class BundleRecords {
  readonly #house: House;
  readonly #drafts: ReadonlyMap<string, readonly Draft[]>;
  readonly #made = new Map<string, MadeOfType>();

  constructor(house: House, drafts: Iterable<Draft>) {
    this.#house = house;
    this.#drafts = Map.groupBy(drafts, ({ ref }) => splitReference(ref)[0]);
  }

  /** The drafts of records that meet the conditions; undefined where only the store could tell. */
  meeting(type: string, conditions: readonly Condition[]): readonly Draft[] | undefined {
    const { records, byRow } = this.#madeOf(type);
    const keys = keysToMeet(conditions);
    const candidates = keys === undefined ? records : new Set(keys.flatMap((key) => [...(byRow.get(key) ?? [])]));
    const meeting: Draft[] = [];
    for (const { draft, id, rows } of candidates) {
      const met = meetsAll(conditions, id, rows);
      if (met === undefined) return undefined;
      if (met) meeting.push(draft);
    }
    return meeting;
  }

  /** Records (`Type/id`) of which the store has what will not stand any more. */
  replaced(type: string): ReadonlySet<string> {
    const drafts = this.#drafts.get(type)?.filter(({ method }) => method === 'PUT' || method === 'DELETE');
    return drafts === undefined ? EMPTY : new Set(drafts.map(({ ref }) => ref));
  }

  #madeOf(type: string): MadeOfType {
    const known = this.#made.get(type);
    if (known !== undefined) return known;
    const records: Made[] = [];
    const byRow = new Map<string, Set<Made>>();
    for (const draft of this.#drafts.get(type) ?? []) {
      const { after, ref } = draft;
      if (after === undefined) continue;
      const made = { draft, id: splitReference(ref)[1], rows: this.#house.extract(after) };
      records.push(made);
      for (const { param, value } of made.rows.text) {
        const key = rowKey(param, value);
        byRow.set(key, (byRow.get(key) ?? new Set()).add(made));
      }
    }
    const made = { records, byRow };
    this.#made.set(type, made);
    return made;
  }
}
