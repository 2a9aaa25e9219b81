import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { TaskKind } from '../catalogue.ts';
import type { CaseRow } from '../case.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { CaseScene, EngineModule, Party } from '../module.ts';
import type { Scene, Wanted } from '../scene.ts';
import type { Step, StepStatus } from '../state.ts';
import type { TaskStatus } from '../states.ts';

/** A child Task of the case is written. */
export interface StepCommand {
  readonly kind: 'step';
  readonly step: TaskKind;
  /** `Task/x` */
  readonly task: string;
  /** Absent for a new one. */
  readonly before?: Resource;
  readonly after: Resource;
}

/** A kind of child Task: who may make and move it, while the case is where, and what follows. One file each. */
export interface StepRules extends EngineModule {
  readonly kind: TaskKind;
  readonly makers: readonly Party[];
  /** Who moves it on; who made it may also cancel it. */
  readonly movers: readonly Party[];
  /** T0 statuses in which it can be made. Once made it can be moved until the case is closed, `late` ones after it, too. */
  readonly during: readonly TaskStatus[];
  /** Whether it outlives the closing of the case with its report; all others are cancelled then. */
  readonly late?: true;
  /** The organisation that its Task.owner has to be or to belong to; absent: either. */
  readonly ownedBy?: Party;
  /** What stands against making one, as far as that is known without looking anything up: told before somebody tries it. */
  readonly known?: (scene: CaseScene) => readonly Issue[];
  /** Records that `decide` looks at. */
  readonly wanted?: (scene: Omit<Scene, 'records'>, command: StepCommand) => Wanted;
  /**
   * What stands against it beside the rules above, or what follows. `scene.row` already has the step as it will be;
   * `step` is that, `before` the step as it was.
   */
  readonly decide: (scene: Scene, command: StepCommand, step: Step, before: Step | undefined) => Decision | Issue[];
}

const CLOSED: ReadonlySet<StepStatus> = new Set(['rejected', 'completed', 'cancelled', 'failed', 'entered-in-error']);

export function isOpenStep(step: Pick<Step, 'status'>): boolean {
  return !CLOSED.has(step.status);
}

/** The open steps of one kind, in the order in which they were made. */
export function openSteps(scene: Pick<Scene, 'row'>, kind: TaskKind): Step[] {
  return scene.row.state.steps.filter((step) => step.kind === kind && isOpenStep(step));
}

/** All moves of a child Task that R4's state machine has. https://hl7.org/fhir/R4/task.html#statemachine */
export const STEP_MOVES: Readonly<Record<StepStatus | 'none', readonly StepStatus[]>> = {
  none: ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'completed'],
  draft: ['requested', 'cancelled', 'entered-in-error'],
  requested: ['received', 'accepted', 'rejected', 'ready', 'in-progress', 'completed', 'cancelled', 'entered-in-error'],
  received: ['accepted', 'rejected', 'ready', 'in-progress', 'completed', 'cancelled', 'entered-in-error'],
  accepted: ['ready', 'in-progress', 'completed', 'failed', 'cancelled', 'entered-in-error'],
  ready: ['in-progress', 'completed', 'failed', 'cancelled', 'entered-in-error'],
  'in-progress': ['on-hold', 'completed', 'failed', 'cancelled', 'entered-in-error'],
  'on-hold': ['in-progress', 'failed', 'cancelled', 'entered-in-error'],
  completed: ['entered-in-error'],
  rejected: ['entered-in-error'],
  cancelled: ['entered-in-error'],
  failed: ['entered-in-error'],
  'entered-in-error': [],
};

export function isStepStatus(value: unknown): value is StepStatus {
  return typeof value === 'string' && value !== 'none' && Object.hasOwn(STEP_MOVES, value);
}

/** The row with this step in place of its former self, or as its last. */
export function withStep(row: CaseRow, step: Step): CaseRow {
  const { steps } = row.state;
  const known = steps.some((one) => one.task === step.task);
  return withState(row, {
    steps: known ? steps.map((one) => (one.task === step.task ? step : one)) : [...steps, step],
  });
}
