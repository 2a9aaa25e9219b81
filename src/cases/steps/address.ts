import type { Issue } from '../../base/index.ts';
import { partyOf } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';

/** What the home side makes for the programme to work on has to be addressed to it, or it could not write it. */
export function addressIssues(scene: Scene, { by, owner, kind }: Step): Issue[] {
  if (by !== 'placer' || partyOf(scene) !== 'placer') return [];
  const programme = `Organization/${scene.row.programme}`;
  if (owner === programme) return [];
  const text = `The programme works the step ${kind}, too: name ${programme} as its owner.`;
  return [refusal('business-rule', 'step-owner', text, 'Task.owner')];
}
