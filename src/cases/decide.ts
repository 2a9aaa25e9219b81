import type { Issue } from '../base/index.ts';
import type { Command } from './command.ts';
import { decideMove } from './decide-move.ts';
import { decideRecord } from './decide-record.ts';
import { decideReport } from './decide-report.ts';
import { decideRequest } from './decide-request.ts';
import { decideStep } from './decide-step.ts';
import { decideTick } from './decide-tick.ts';
import type { Decision } from './decision.ts';
import { chain } from './decision.ts';
import { MODULES } from './modules.ts';
import { settle } from './settle.ts';
import type { Scene } from './scene.ts';
import { stepLimitIssues } from './step-limit.ts';
import { tellChanges } from './tell-changes.ts';

/**
 * Decides one command, and all that follows from it for the case: what it waits for, its clock, its open steps.
 * @returns the decision, or why not: key `not-your-move` (code `forbidden`) for the wrong party, `illegal-move`
 *   (`business-rule`, lists the legal moves) where the case does not stand so, or the rule that is not met
 */
export function decide(scene: Scene, command: Command): Decision | Issue[] {
  const decided = decideCommand(scene, command);
  if (Array.isArray(decided)) return decided;
  const settled = tellChanges(command, settle(scene, decided));
  const issues = command.kind === 'tick' ? [] : stepLimitIssues(scene.row, settled.row);
  return issues.length > 0 ? issues : settled;
}

function decideCommand(scene: Scene, command: Command): Decision | Issue[] {
  switch (command.kind) {
    case 'move':
      return decideMove(scene, command);
    case 'report':
      return decideReport(scene, command);
    case 'step':
      return decideStep(scene, command);
    case 'record':
      return decideRecord(scene, command);
    case 'tick':
      return decideTick(scene);
    default:
      return amend(scene, command.kind, decideRequest(scene, command));
  }
}

/** A request that was changed may hold more than it did: the modules look at it. */
function amend(scene: Scene, kind: Command['kind'], decided: Decision | Issue[]): Decision | Issue[] {
  if (kind !== 'amend' || Array.isArray(decided)) return decided;
  return MODULES.reduce<Decision>((so, { amended }) => {
    const next = amended?.decide({ ...scene, row: so.row });
    return next === undefined ? so : chain(so, next);
  }, decided);
}
