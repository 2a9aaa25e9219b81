/** What the doctor says of one thing it looked at. With `mend` it is a problem. */
export interface Finding {
  readonly check: string;
  readonly text: string;
  readonly mend?: string;
}
