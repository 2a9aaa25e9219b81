import type { Issue } from '../../base/index.ts';
import type { Command } from '../command.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { freshOverrides } from '../exclusions/override.ts';
import type { Guarded } from '../guards.ts';
import { noteOverrides } from '../note-overrides.ts';
import type { Scene } from '../scene.ts';
import { amendmentIssues } from './amendment.ts';
import { finalIssues } from './final.ts';
import type { ReportKind } from './final.ts';
import { TRANSLATION_DRIFT } from './pair.ts';
import { translatorIssues } from './translator.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** What stands against issuing or changing a report, all at once; what is overridden with a reason is let through. */
export function judgeReport(scene: Scene, command: ReportCommand, kind: ReportKind): Guarded {
  const { before, after, to, report } = command;
  const isChange = to !== 'final' && before !== undefined;
  const issues = [
    ...finalIssues(scene, after, kind),
    ...translatorIssues(scene, before, after),
    ...(isChange ? amendmentIssues(scene, before, after, to) : []),
  ];
  // A draft's override counts when the draft is issued; once it is, only what a change brings anew.
  const given = freshOverrides(isChange ? before : undefined, after).find(({ rule }) => rule === TRANSLATION_DRIFT);
  const isSetAside = ({ key }: Issue): boolean => given !== undefined && key === TRANSLATION_DRIFT;
  const stand = issues.filter((issue) => issue.severity === 'error' && !isSetAside(issue));
  const used = issues.some(isSetAside) ? [given].flatMap((one) => one ?? []) : [];
  const told = issues.filter((issue) => issue.severity !== 'error' || isSetAside(issue));
  return {
    refusals: stand,
    allowed: (decision: Decision) => ({
      ...chain(decision, noteOverrides({ ...scene, row: decision.row }, used, report)),
      remarks: [...(decision.remarks ?? []), ...told.map((issue) => (isSetAside(issue) ? asWarning(issue) : issue))],
    }),
  };
}

function asWarning(issue: Issue): Issue {
  return { ...issue, severity: 'warning' };
}
