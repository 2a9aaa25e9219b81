import type { Definitions } from '../definitions/index.ts';

/** What parsing needs to know besides the parameters. */
export interface Setting {
  readonly definitions: Definitions;
  /** Takes this server's own base off a URL. */
  readonly relative: (url: string) => string;
  /** Epoch milliseconds. */
  readonly now: number;
}
