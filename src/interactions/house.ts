import type { Caller, Clock, Logger } from '../base/index.ts';
import type { ContentStore } from '../content/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { IndexValues } from '../search/index.ts';
import type { AuditTrail, Database, Queryable } from '../store/index.ts';
import type { TerminologyService } from '../terminology/index.ts';
import type { Validate } from '../validation/index.ts';
import type { RulesShelf } from './rules-shelf.ts';

/** What the interactions work with; wired once by `app`. */
export interface House {
  readonly database: Database;
  readonly definitions: Definitions;
  readonly terminology: TerminologyService;
  readonly validate: Validate;
  readonly extract: (resource: Resource) => IndexValues;
  readonly content: ContentStore;
  readonly trail: AuditTrail;
  /** The watermark that searches and histories state; see `store`. */
  readonly watermark: () => Promise<string>;
  /**
   * Ids of the partner organisations that review cases; `fresh`: asked of the store now. Asked over the connection that
   * the asker holds: waiting for a second one while all are held would be waiting for each other.
   */
  readonly programmes: (on: Queryable, fresh?: boolean) => Promise<readonly string[]>;
  readonly rules: RulesShelf;
  /**
   * Seals what a client takes along to its next page: it can neither read nor make it, and every process of this server
   * can open it. What was not sealed here opens as undefined.
   */
  readonly cursors: { readonly seal: (text: string) => string; readonly open: (sealed: string) => string | undefined };
  /** The CapabilityStatement as text. */
  readonly statement: () => string;
  /** Tells the dispatcher that something was committed. */
  readonly wake: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Public FHIR base without a slash at its end. */
  readonly base: string;
}

/** One request: who asks, and under which id it is logged and audited. */
export interface Context {
  readonly caller: Caller;
  readonly request: string;
}
