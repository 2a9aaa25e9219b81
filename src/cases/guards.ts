import type { Issue } from '../base/index.ts';
import type { Decision } from './decision.ts';
import { chain } from './decision.ts';
import type { GivenOverride } from './exclusions/override.ts';
import { freshOverrides, overrideIssues, overridesIn } from './exclusions/override.ts';
import type { GuardedMove } from './module.ts';
import { MODULES } from './modules.ts';
import { noteOverrides } from './note-overrides.ts';
import type { Scene } from './scene.ts';

export interface Guarded {
  readonly refusals: Issue[];
  /** The decision to move, with what was overridden noted, told and put into a Provenance. */
  readonly allowed: (decision: Decision) => Decision;
}

/** What the modules have against a move of the case, all at once; what its Task overrides with a reason is let through. */
export function guardIssues(scene: Scene, move: GuardedMove): Guarded {
  const given = move.after === undefined ? [] : freshOverrides(move.before, move.after);
  const spent = move.before === undefined ? [] : overridesIn(move.before);
  const refusals = move.after === undefined ? [] : overrideIssues(move.after);
  const remarks: Issue[] = [];
  const used = new Set<GivenOverride>();
  for (const { guard } of MODULES) {
    if (guard?.to.includes(move.to) !== true) continue;
    const issues = guard.check(scene, move);
    const override = given.find(({ rule }) => rule === guard.overridable);
    if (override === undefined)
      refusals.push(...(spent.some(({ rule }) => rule === guard.overridable) ? issues.map(sayAnew) : issues));
    else if (issues.length > 0) {
      used.add(override);
      remarks.push(...issues.map((issue) => ({ ...issue, severity: 'warning' as const })));
    }
  }
  const bearer = move.after === undefined ? scene.row.task : `${move.after.resourceType}/${move.after.id ?? ''}`;
  return {
    refusals,
    allowed: (decision) => ({
      ...chain(decision, noteOverrides({ ...scene, row: decision.row }, [...used], bearer)),
      remarks: [...(decision.remarks ?? []), ...remarks],
    }),
  };
}

/** An override lets one move through: what came up since then, nobody has set aside. */
function sayAnew(issue: Issue): Issue {
  return {
    ...issue,
    text: `${issue.text} The override that the Task bears was given for an earlier move: give one with a reason of its own.`,
  };
}
