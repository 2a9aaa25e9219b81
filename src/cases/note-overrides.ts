import { caseEvent } from './case.ts';
import type { Decision } from './decision.ts';
import { withState } from './decision.ts';
import type { GivenOverride } from './exclusions/override.ts';
import { overrideProvenance } from './exclusions/override.ts';
import type { Scene } from './scene.ts';

/**
 * Keeps what was overridden: in the case, in its timeline, and who did it and why in a Provenance.
 * @param target the record that bears the overrides, `Type/id`
 */
export function noteOverrides(
  { row, actor, now, mint }: Omit<Scene, 'records' | 'rules'>,
  used: readonly GivenOverride[],
  target: string,
): Decision {
  const made = used.map((override) => overrideProvenance(override, target, actor, now, mint()));
  const overrides = used.map(({ rule }, n) => ({
    rule,
    at: now,
    by: actor.role,
    provenance: `Provenance/${made[n]?.id ?? ''}`,
  }));
  const next = used.length === 0 ? row : withState(row, { overrides: [...row.state.overrides, ...overrides] });
  return {
    row: next,
    events: overrides.map(({ rule, provenance }) => caseEvent('rule-overridden', next, now, provenance, { rule })),
    makes: made.map((resource) => ({ resource, owner: actor.organization })),
  };
}
