/** A number (or date) that a text says. */
export interface Value {
  /** What it may mean: `1.5`, `3B`; `2026-03-04`. More than one where the text does not tell. */
  readonly readings: readonly string[];
  readonly unit?: string;
  readonly tail?: string;
  /** The unit stands behind another number of the same range or list. */
  readonly isShared?: true;
  /** A word that may well say something else: it may stand for a number of the other side, and lacks nowhere. */
  readonly isLoose?: true;
  /** As it is written. */
  readonly shown: string;
}
