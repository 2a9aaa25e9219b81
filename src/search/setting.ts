import type { Definitions } from '../definitions/index.ts';
import type { Answer, TerminologyService } from '../terminology/index.ts';

/** What search knows of FHIR: its definitions, and what codes and units mean. */
export interface Knowledge {
  readonly definitions: Definitions;
  readonly terminology: Pick<TerminologyService, 'canonicalQuantity' | 'expandValueSet'>;
}

/** What parsing needs to know besides the parameters. */
export interface Setting extends Knowledge {
  /** Takes this server's own base off a URL. */
  readonly relative: (url: string) => string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What `expandValueSet` answered for value sets by the names that `namedSets` gave. */
  readonly sets: ReadonlyMap<string, Answer>;
}
