import { keepTime } from './clock/keep-time.ts';
import { closeSteps } from './close-steps.ts';
import type { Decision } from './decision.ts';
import { chain, compose } from './decision.ts';
import { isHold, settleHolds } from './holds.ts';
import { markComplete } from './materials/complete.ts';
import { MODULES } from './modules.ts';
import { showStanding } from './records.ts';
import type { Scene } from './scene.ts';

/** All that follows from a decision, whatever it was: modules have their say, holds, steps, the clock, and T0 shows it. */
export function settle(scene: Scene, decision: Decision): Decision {
  const held = settleHolds(scene, decision);
  const followed = closeSteps(scene, follow(scene, held));
  const row = keepTime(scene.row, markComplete(followed.row, scene.rules, scene.now), scene.rules, scene.now);
  const { row: before } = scene;
  const stands = row.status === before.status && row.businessStatus === before.businessStatus;
  // While the clock stands still the due date moves with time: T0 says it anew when the case goes on.
  const isDated = isHold(row) || row.state.dueAt === before.state.dueAt;
  if (followed.task === undefined && stands && isDated) return { ...followed, row };
  return { ...followed, row, task: compose(followed.task, showStanding(row, scene.now)) };
}

/** Where a case has moved, the modules do what is to be done there. */
function follow(scene: Scene, decision: Decision): Decision {
  let decided = decision;
  for (const { moved } of MODULES) {
    const { row } = decided;
    if (moved === undefined) continue;
    if (row.status === scene.row.status && row.businessStatus === scene.row.businessStatus) break;
    const next = moved({ ...scene, row }, scene.row);
    if (next !== undefined) decided = chain(decided, next);
  }
  return decided === decision ? decided : settleHolds(scene, decided);
}
