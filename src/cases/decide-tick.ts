import type { Decision } from './decision.ts';
import { chain, withState } from './decision.ts';
import { MODULES } from './modules.ts';
import type { Scene } from './scene.ts';
import type { Timer } from './state.ts';

/** The next thing that falls due in a case and was not done yet, if there is any. */
export function nextTimer(scene: Pick<Scene, 'row' | 'rules'>): Timer | undefined {
  const { done } = scene.row.state;
  let next: Timer | undefined;
  for (const module of MODULES) {
    for (const timer of module.timers?.(scene) ?? []) {
      if (done.includes(timer.key)) continue;
      if (next === undefined || Date.parse(timer.at) < Date.parse(next.at)) next = timer;
    }
  }
  return next;
}

/** More than falls due in any case at once: what would go on beyond is a fault of the rules, and is left for the next tick. */
const AT_ONCE = 50;

/** Does all that is due, the oldest first; each is done once. Nothing due: nothing happens. */
export function decideTick(scene: Scene): Decision {
  let decided: Decision = { row: scene.row, events: [] };
  for (let n = 0; n < AT_ONCE; n++) {
    const here = { ...scene, row: decided.row };
    const timer = nextTimer(here);
    if (timer === undefined || Date.parse(timer.at) > Date.parse(scene.now)) break;
    const marked = { ...here, row: withState(here.row, { done: [...here.row.state.done, timer.key] }) };
    decided = chain(decided, work(marked, timer));
  }
  return decided;
}

function work(scene: Scene, timer: Timer): Decision {
  for (const { tick } of MODULES) {
    const decided = tick?.(scene, timer);
    if (decided !== undefined) return decided;
  }
  return { row: scene.row, events: [] };
}
