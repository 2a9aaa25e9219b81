import type { CaseRow } from './case.ts';
import { keepTime } from './clock/keep-time.ts';
import { closeSteps } from './close-steps.ts';
import type { Decision } from './decision.ts';
import { chain, compose } from './decision.ts';
import { isHold, settleHolds } from './holds.ts';
import { markComplete } from './materials/complete.ts';
import { MODULES } from './modules.ts';
import { showService, showStanding } from './records.ts';
import type { Scene } from './scene.ts';
import type { Standing } from './states.ts';

/** All that follows from a decision, whatever it was: modules have their say, holds, steps, the clock, and T0 shows it. */
export function settle(scene: Scene, decision: Decision): Decision {
  // Where it was moved to is followed before it may have to wait there; where it waits already, it is known for what.
  const placed = isHold(decision.row) ? settleHolds(scene, decision) : decision;
  const followed = closeSteps(scene, followHolds(scene, follow(scene, placed, scene.row)));
  const row = keepTime(scene.row, markComplete(followed.row, scene.rules, scene.now), scene.rules, scene.now);
  const { row: before } = scene;
  const stands = isSamePlace(row, before);
  // While the clock stands still the due date moves with time: T0 says it anew when the case goes on.
  const isDated = isHold(row) || row.state.dueAt === before.state.dueAt;
  const isOfService = row.state.service === before.state.service && row.state.confirmed === before.state.confirmed;
  const task = isOfService ? followed.task : compose(followed.task, showService(row));
  if (task === undefined && stands && isDated) return { ...followed, row };
  return { ...followed, row, task: compose(task, showStanding(row, scene.now)) };
}

/** Where a case has moved, the modules do what is to be done there. */
function follow(scene: Scene, decision: Decision, from: CaseRow): Decision {
  let decided = decision;
  for (const { moved } of MODULES) {
    const { row } = decided;
    if (moved === undefined) continue;
    if (isSamePlace(row, from)) break;
    const next = moved({ ...scene, row }, from);
    if (next !== undefined) decided = chain(decided, next);
  }
  return decided;
}

/** Where it has to wait, or goes on, that is a move, too. */
function followHolds(scene: Scene, decision: Decision): Decision {
  const held = settleHolds(scene, decision);
  if (isSamePlace(held.row, decision.row)) return held;
  const followed = follow(scene, held, decision.row);
  return followed === held ? held : settleHolds(scene, followed);
}

function isSamePlace(one: Standing, other: Standing): boolean {
  return one.status === other.status && one.businessStatus === other.businessStatus;
}
