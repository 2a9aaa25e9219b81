import type { Issue } from '../base/index.ts';
import type { Actor, CaseRow } from './case.ts';
import type { Command } from './command.ts';
import { decideMove } from './decide-move.ts';
import { decideReport } from './decide-report.ts';
import { decideRequest } from './decide-request.ts';
import type { Decision } from './decision.ts';

/**
 * Decides one command.
 * @param now instant
 * @returns the decision, or why not: key `not-your-move` (code `forbidden`) for the wrong party, `illegal-move`
 *   (`business-rule`, lists the legal moves) where the case does not stand so, or the rule that is not met
 */
export function decide(row: CaseRow, command: Command, actor: Actor, now: string): Decision | Issue[] {
  switch (command.kind) {
    case 'move':
      return decideMove(row, command, actor, now);
    case 'report':
      return decideReport(row, command, actor, now);
    default:
      return decideRequest(row, command, actor, now);
  }
}
