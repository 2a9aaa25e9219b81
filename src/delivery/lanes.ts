import type { NumberingConsumer } from '../store/index.ts';
import { PUSH } from '../store/index.ts';
import { topicOf } from '../subscriptions/index.ts';

/**
 * What is numbered by itself: whether a record meets somebody's criteria takes as long as they make it, and nobody who
 * waits for what happens to a case is to wait for that.
 */
export interface Lane {
  readonly consumer: NumberingConsumer;
  /** Announcements that are numbered in one transaction: what is held of them in memory, and how long others wait. */
  readonly batch: number;
  /** Which announcements are looked at, by what is asked for at all: where nobody asks, a write costs no more than a look. */
  readonly kindsFor: (asked: readonly string[]) => readonly string[];
}

/** What is pushed into a partner's own server. */
export const PUSHED: ReadonlySet<string> = new Set([
  'report-issued',
  'report-amended',
  'report-translated',
  'report-withdrawn',
]);
/** What is announced of records, for plain criteria. */
const RECORD_KINDS = ['record', 'shared'];

const CASES: Lane = {
  consumer: 'delivery',
  batch: 500,
  kindsFor: (asked) => {
    const kinds = asked.flatMap((name): readonly string[] =>
      name === PUSH ? [...PUSHED] : (topicOf(name)?.events ?? []),
    );
    return [...new Set(kinds)].sort();
  },
};
const RECORDS: Lane = {
  consumer: 'delivery-records',
  batch: 100,
  kindsFor: (asked) => (asked.some((name) => name !== PUSH && topicOf(name) === undefined) ? RECORD_KINDS : []),
};

export const LANES = [CASES, RECORDS] as const;
