import { fault } from '../base/index.ts';
import { splitReference } from '../fhir/index.ts';
import type { Condition, TextValue } from '../search/index.ts';
import { beginOf, findMeeting, keysToMeet } from './conditional-match.ts';
import type { RowKey, Unwritten, Work } from './conditional-match.ts';
import type { Draft } from './draft.ts';
import type { House } from './house.ts';
import { takeTurns } from './turns.ts';

/** A record as the transaction will leave it. */
interface Made extends Unwritten {
  readonly draft: Draft;
}

/** Who has a row under a parameter, by its value, and by how that begins. */
interface MadeByRow {
  readonly whole: ReadonlyMap<string, readonly Made[]>;
  readonly begin: ReadonlyMap<string, readonly Made[]>;
}

interface MadeOfType {
  readonly records: ReadonlySet<Made>;
  /** Of the parameters that were asked for. */
  readonly byRow: Map<number, MadeByRow>;
}

const EMPTY: ReadonlySet<string> = new Set();

/**
 * The records of a type as a transaction will leave them, for criteria that are asked before they are in the store. Rows
 * are read out of them only where criteria ask for their type. What patches make is not among them: it is not known yet.
 */
export class BundleRecords {
  readonly #house: Pick<House, 'extract'>;
  readonly #drafts: ReadonlyMap<string, readonly Draft[]>;
  readonly #made = new Map<string, Promise<MadeOfType>>();
  readonly #work: Work;

  /** `check`: throws where this is to go on no longer; see `takeTurns`. */
  constructor(house: Pick<House, 'extract'>, drafts: Iterable<Draft>, check: () => void) {
    this.#house = house;
    this.#drafts = Map.groupBy(drafts, ({ ref }) => splitReference(ref)[0]);
    this.#work = countWork(takeTurns(check));
  }

  /**
   * The drafts of records that meet the conditions; undefined where only the store could tell.
   * @throws Fault 413 where too much has been compared, over all that was asked
   */
  async meeting(type: string, conditions: readonly Condition[]): Promise<readonly Draft[] | undefined> {
    const made = await this.#madeOf(type);
    const keys = keysToMeet(conditions);
    const candidates = keys === undefined ? made.records : await this.#findByRow(made, keys);
    const { sure, perhaps } = await findMeeting(conditions, candidates, this.#work);
    return perhaps.size > sure.size ? undefined : Array.from(sure, ({ draft }) => draft);
  }

  /** Records (`Type/id`) of which the store has what will not stand any more. */
  replaced(type: string): ReadonlySet<string> {
    const drafts = this.#drafts.get(type)?.filter(({ method }) => method === 'PUT' || method === 'DELETE');
    return drafts === undefined ? EMPTY : new Set(drafts.map(({ ref }) => ref));
  }

  #madeOf(type: string): Promise<MadeOfType> {
    const made = this.#made.get(type) ?? this.#make(type);
    this.#made.set(type, made);
    return made;
  }

  async #make(type: string): Promise<MadeOfType> {
    const records = new Set<Made>();
    for (const draft of this.#drafts.get(type) ?? []) {
      const { after, ref } = draft;
      if (after === undefined) continue;
      const { text, range } = this.#house.extract(after);
      const byParam = <R extends { readonly param: number }>(rows: readonly R[]): Map<number, R[]> =>
        Map.groupBy(rows, ({ param }) => param);
      records.add({ draft, id: splitReference(ref)[1], text: byParam(text), range: byParam(range) });
      await this.#work.pause();
    }
    return { records, byRow: new Map() };
  }

  async #findByRow(made: MadeOfType, keys: readonly RowKey[]): Promise<Set<Made>> {
    const found = new Set<Made>();
    for (const { param, value, isBegin } of keys) {
      const { begin, whole } = made.byRow.get(param) ?? (await this.#orderByRow(made, param));
      const having = (isBegin ? begin : whole).get(value) ?? [];
      if (this.#work.count(1 + having.length)) await this.#work.pause();
      for (const one of having) found.add(one);
    }
    return found;
  }

  async #orderByRow({ records, byRow }: MadeOfType, param: number): Promise<MadeByRow> {
    const whole = new Map<string, Made[]>();
    const begin = new Map<string, Made[]>();
    for (const made of records) {
      for (const { value } of made.text.get(param) ?? NO_ROWS) {
        add(whole, value, made);
        const beginning = beginOf(value);
        if (beginning !== undefined) add(begin, beginning, made);
        if (this.#work.count(1)) await this.#work.pause();
      }
    }
    const ordered = { whole, begin };
    byRow.set(param, ordered);
    return ordered;
  }
}

const NO_ROWS: readonly TextValue[] = [];

function add(to: Map<string, Made[]>, key: string, made: Made): void {
  const there = to.get(key);
  if (there === undefined) to.set(key, [made]);
  // All rows of a record come together.
  else if (there.at(-1) !== made) there.push(made);
}

/**
 * Comparisons of a transaction at most, some seconds' worth: 5,000 conditional creates of which each looks at all of the
 * others need half as many.
 */
const MOST = 50_000_000;
/** Comparisons between two looks at the clock: even those of the longest texts take a few ms only. */
const STEP = 256;

function countWork(turn: () => Promise<void>): Work {
  let [left, step] = [MOST, STEP];
  return {
    count(comparisons) {
      left -= comparisons;
      step -= comparisons;
      if (left < 0) throw tooCostly();
      if (step > 0) return false;
      step = STEP;
      return true;
    },
    pause: turn,
  };
}

function tooCostly(): Error {
  const text =
    'The criteria of this transaction would have to be compared with too many values of the records that it makes. ' +
    'Use criteria that name a value as a whole, such as identifier, or send the Bundle in parts.';
  return fault(413, 'too-costly', 'criteria-too-costly', text, 'Bundle.entry');
}
