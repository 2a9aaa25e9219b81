import type { Caller, Clock, Logger } from '../base/index.ts';
import type { ContentStore } from '../content/index.ts';
import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { IndexValues } from '../search/index.ts';
import type { AuditTrail, Database, Queryable, SecretOwner } from '../store/index.ts';
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
  /** What stands against sending to a URL, as a text; undefined: nothing that can be told without looking up its name. */
  readonly refuseEndpoint: (url: string) => string | undefined;
  /** The secrets with which notifications are signed: for nobody but the organisation of their Subscription. */
  readonly secrets: SigningSecrets;
  /** Tells the dispatcher that something was committed. */
  readonly wake: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Public FHIR base without a slash at its end. */
  readonly base: string;
}

/** Of Subscriptions; `subscription`: `Subscription/x`. */
export interface SigningSecrets {
  /** Those that sign now, the newest first, each with what it is used from and until. */
  show(owner: SecretOwner): Promise<readonly { readonly secret: string; readonly from: Date; readonly until?: Date }[]>;
  /** Has another sign, and the former ones beside it for so long. */
  rotate(owner: SecretOwner, rotation: { readonly overlapHours: number }): Promise<unknown>;
}

/** One request: who asks, and under which id it is logged and audited. */
export interface Context {
  readonly caller: Caller;
  readonly request: string;
}
