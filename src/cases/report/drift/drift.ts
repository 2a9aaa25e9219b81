/**
 * What differs between an original and its translation that no translation may change.
 * `numbers`: a number, or its direction (less, more); `doses`: a number with a unit of dose or measure; `units`: the same
 * number in another unit, or another rhythm (daily, weekly); `codes`: codings, and words with digits (`T790M`);
 * `results`: positive instead of negative.
 */
export type DriftKind =
  | 'sections'
  | 'entries'
  | 'codes'
  | 'questions'
  | 'numbers'
  | 'doses'
  | 'units'
  | 'dates'
  | 'laterality'
  | 'stage'
  | 'results';

/** One kind of difference at one place. */
export interface Drift {
  readonly kind: DriftKind;
  /** `section(plan)`, `section(answers).section(2)`: codes, and positions from 1 where there is no code of its own. */
  readonly place: string;
  /** What the original has and the translation has not. */
  readonly missing: number;
  /** What the translation has and the original has not. */
  readonly added: number;
  /** What kind of thing differs and in which blocks (from 1) of the text; without the patient's values. */
  readonly hint: string;
  /** The values, for those alone who may read both texts; a few of many. */
  readonly details: DriftValues;
}

export interface DriftValues {
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** A text, and the language (BCP 47) whose habits of writing numbers and dates count. */
export interface Wording {
  readonly text: string;
  readonly language?: string;
}
