import type { EngineModule } from '../module.ts';
import { clockTick, clockTimers, isClockTimer } from './timers.ts';

/** The clock's part in the engine: the first contact, the warning and the due date. */
export const clock: EngineModule = {
  timers: ({ row, rules }) => clockTimers(row, rules),
  tick: (scene, timer) => (isClockTimer(timer) ? { row: scene.row, events: clockTick(scene, timer) } : undefined),
};
