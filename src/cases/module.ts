import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Decision } from './decision.ts';
import type { Scene, Wanted } from './scene.ts';
import type { Timer } from './state.ts';
import type { BusinessStatus } from './states.ts';

export type Party = 'placer' | 'programme';

/** What is at hand of a case without looking anything up; `records` holds T0, and may hold nothing. */
export type CaseScene = Pick<Scene, 'row' | 'rules' | 'records'>;

/** Another record that is made on the case, or belongs to it, is written. */
export interface RecordCommand {
  readonly kind: 'record';
  /** `Type/id` */
  readonly ref: string;
  readonly before?: Resource;
  readonly after: Resource;
}

/** The programme writes T0, or a final report, and moves the case. */
export interface GuardedMove {
  /** T0 or the report as it is to be: bears overrides. */
  readonly after?: Resource;
  /** T0 as it stands: overrides that it bears already were given for an earlier move. */
  readonly before?: Resource;
  readonly to: BusinessStatus;
}

/** A part of the engine that knows one subject (payment, the clock, one kind of step) and takes part wherever that matters. */
export interface EngineModule {
  /** What it makes of other records that are written on the case. */
  readonly record?: {
    readonly types: readonly string[];
    readonly wanted?: (scene: Omit<Scene, 'records'>, command: RecordCommand) => Wanted;
    /** Undefined: nothing to do with this subject. */
    readonly decide: (scene: Scene, command: RecordCommand) => Decision | Issue[] | undefined;
  };
  /** What has to be done before the case may go where its programme moves it. */
  readonly guard?: {
    readonly to: readonly BusinessStatus[];
    /** The rule by which the programme may set aside what stands against the move, with a reason on T0. */
    readonly overridable?: string;
    readonly wanted?: (scene: Omit<Scene, 'records'>) => Wanted;
    /** What stands against the move; nothing: an empty list. */
    readonly check: (scene: Scene, move: GuardedMove) => readonly Issue[];
    /** As far as that is known without looking anything up: what is told of a move before somebody tries it. */
    readonly known?: (scene: CaseScene) => readonly Issue[];
  };
  /** What follows when the case has moved, by whatever write. `scene.row` is where it stands now, `before` where it stood. */
  readonly moved?: (scene: Scene, before: Scene['row']) => Decision | undefined;
  /** Records that `moved` looks at, where the case may go to `to`. */
  readonly wantedWhenMoved?: (scene: Omit<Scene, 'records'>, to: BusinessStatus) => Wanted;
  /** What follows when the placer has changed the sent request, for example named more records in it. */
  readonly amended?: {
    readonly wanted: (scene: Omit<Scene, 'records'>, after: Resource) => Wanted;
    readonly decide: (scene: Scene) => Decision | undefined;
  };
  /** All that falls due in the case, done or not; few, and computed from the row alone. */
  readonly timers?: (scene: Pick<Scene, 'row' | 'rules'>) => readonly Timer[];
  /** The work of one of its timers that is due; undefined: the timer is not its own. */
  readonly tick?: (scene: Scene, timer: Timer) => Decision | undefined;
}

/** The party that an actor is to the case; undefined: none. */
export function partyOf({ row, actor }: Pick<Scene, 'row' | 'actor'>): Party | undefined {
  if (actor.role === 'placer' && actor.organization === row.placer) return 'placer';
  if (actor.role === 'programme' && actor.organization === row.programme) return 'programme';
  return undefined;
}
