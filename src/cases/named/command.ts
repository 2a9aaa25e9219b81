import type { TaskKind } from '../catalogue.ts';
import type { Party } from '../module.ts';
import type { StepStatus } from '../state.ts';
import type { BusinessStatus, TaskStatus } from '../states.ts';

/** What may be told with a command; the types of the operation's parameters stand beside it. */
export type CommandParameter =
  | 'reason'
  | 'text'
  | 'task'
  | 'focus'
  | 'owner'
  | 'service'
  | 'language'
  | 'price'
  | 'number'
  | 'until'
  | 'replaces'
  | 'provenance'
  | 'override';

/** What goes where: a parameter, the code of case-input or case-output under which it is put, and what stands for it. */
export type Given = readonly [parameter: CommandParameter, type: string, otherwise?: string];

export type Effect =
  /** T0 goes there; `while`: only where the case stands so, else it stays. */
  | {
      readonly write: 'case';
      readonly to: readonly [TaskStatus, BusinessStatus];
      readonly while?: readonly BusinessStatus[];
      readonly override?: string;
      readonly input?: readonly Given[];
    }
  /** A step is made. */
  | {
      readonly write: 'new';
      readonly kind: TaskKind;
      /** Who has to act; `other`: not who gives the command; `named`: whom the parameter owner says. */
      readonly owner: Party | 'other' | 'named';
      /** What it is about; absent: nothing in particular. */
      readonly about?: 'focus' | 'case';
      readonly input?: readonly Given[];
    }
  /** A step that is open changes: the one that is told as task, else the only one of its kind. */
  | {
      readonly write: 'step';
      readonly kind: TaskKind | 'any';
      /** Absent: its status stays. */
      readonly to?: StepStatus;
      readonly output?: readonly Given[];
      /** Whether the Provenances that are told are named with it. */
      readonly history?: true;
      readonly owner?: true;
      /** Where none is open one is made as done. */
      readonly orMade?: true;
    }
  /** A message about a report of the case is sent; `otherwise`: its words where no text is told. */
  | { readonly write: 'message'; readonly category: string; readonly otherwise: string }
  /** The request changes: its status, or a record in what it names. */
  | { readonly write: 'request'; readonly to?: 'revoked' | 'entered-in-error' | 'completed' };

export interface NamedCommand {
  readonly code: string;
  readonly by: Party | 'either';
  /** What it does, for people. */
  readonly text: string;
  readonly effects: readonly Effect[];
  readonly needs?: readonly CommandParameter[];
}
