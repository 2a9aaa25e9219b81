import type { CaseEventType } from '../case.ts';
import type { Service, TaskKind } from '../catalogue.ts';
import type { Party } from '../module.ts';
import type { Routing } from '../routing/specialty.ts';
import type { Holder } from '../state.ts';
import type { BusinessStatus } from '../states.ts';

/**
 * What a timeline says in one language. In a sentence, `{kind}`, `{service}`, `{status}`, `{why}`, `{when}`, `{part}`,
 * `{record}`, `{original}`, `{specialty}`, `{by}` and `{again}` stand for more that an event may tell: filled in behind `joint`, or left
 * out; `{because}` brings its own.
 */
export interface Words {
  readonly events: Readonly<Record<CaseEventType, string>>;
  readonly statuses: Readonly<Record<BusinessStatus, string>>;
  readonly kinds: Readonly<Record<TaskKind, string>>;
  /** By the codes of `SERVICES`. */
  readonly services: Readonly<Record<Service['code'], string>>;
  /** By the codes of `STATUS_REASONS`. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, string>>;
  /** By the type of the record that was added or corrected. */
  readonly records: Readonly<Record<string, string>>;
  /** Who ended a case that was withdrawn: `placer`, `programme`. */
  readonly endedBy: Readonly<Record<Party, string>>;
  /** By what a case was directed to its specialty. */
  readonly because: Readonly<Record<Routing['because'], string>>;
  /** Of what was asked before. */
  readonly reminder: string;
  /** `{time}`: a number with at most one decimal, and its unit. */
  readonly held: Readonly<Record<Holder, string>>;
  /** Between a sentence and what is added to it. */
  readonly joint: string;
  /** Of a date, a time of the day and how far that is from UTC. */
  readonly moment: string;
  /** Of dates and numbers (BCP 47). */
  readonly locale: string;
}
