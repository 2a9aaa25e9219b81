/** A record on a page of a search. */
export interface FoundRecord {
  readonly ref: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly body: string;
}
