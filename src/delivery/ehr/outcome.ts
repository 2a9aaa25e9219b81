import type { Identifier } from './names.ts';

/** What came of a push. Reasons are codes and short texts: nothing of a patient, of a token or of a path is in them. */
export type PushOutcome = PushDone | PushLater | PushNever;

export interface PushDone {
  readonly kind: 'done';
  readonly written: readonly WrittenThere[];
  /** What could not be written there as it is here, and what stands in its place. */
  readonly left: readonly string[];
}

export interface PushLater {
  readonly kind: 'later';
  readonly reason: string;
  /** In ms: what the EHR has asked for. */
  readonly retryAfterMs?: number;
}

/** Trying again would change nothing. */
export interface PushNever {
  readonly kind: 'never';
  readonly reason: string;
  /** What else than that it is not there its readers have to know; of records that stand there, which. */
  readonly trouble?: Trouble;
}

export type Trouble =
  /** This server has made no documents of it. */
  | { readonly kind: 'unfiled' }
  /** An earlier text stands there, and looks as if it held. */
  | { readonly kind: 'outdated'; readonly standing: readonly StandingThere[] }
  /** It was withdrawn, and looks there as if it held. */
  | { readonly kind: 'withdrawn'; readonly standing: readonly StandingThere[] };

/** What cannot be changed there. */
export interface StandingThere {
  readonly type: string;
  /** Ours, by which it is found there; undefined: that of each signed document. */
  readonly key?: Identifier;
  /** `Type/id` there; undefined: it may not be there, and cannot be looked for. */
  readonly theirs?: string;
}

export interface WrittenThere {
  /** `Type/id` */
  readonly ours: string;
  readonly theirs: string;
}

/** Ends a push from wherever it is. */
export class Halt extends Error {
  readonly outcome: PushLater | PushNever;

  constructor(outcome: PushLater | PushNever) {
    super(outcome.reason);
    this.name = 'Halt';
    this.outcome = outcome;
  }
}

export function later(reason: string, retryAfterMs?: number): Halt {
  return new Halt({ kind: 'later', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

export function never(reason: string, trouble?: Trouble): Halt {
  return new Halt({ kind: 'never', reason, ...(trouble === undefined ? {} : { trouble }) });
}
