import type { Issue } from '../../base/index.ts';
import { caseEvent } from '../case.ts';
import type { CaseRow } from '../case.ts';
import { CANONICAL } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { EngineModule, RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { notYourMove, refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import type { Resource } from '../../fhir/index.ts';
import { acknowledgedKey } from './acknowledged.ts';
import { isWithdrawn } from './outcome.ts';

/** Categories of the messages that mean something to a case. */
export const MESSAGE_SYSTEM = `${CANONICAL}/CodeSystem/message-kind`;
export const REPORT_ACKNOWLEDGED = 'report-acknowledged';

/** The home side says that it has a report: once for each version of it, by a message about it. */
export const acknowledgement: EngineModule = {
  record: {
    types: ['Communication'],
    decide: (scene, command) =>
      isAcknowledgement(command.after) && !wasSaid(command) ? acknowledge(scene, command) : undefined,
  },
};

/** The issued reports of a case that the home side has not acknowledged as they stand, in the order of their issue. */
export function unacknowledged(row: CaseRow): string[] {
  return standing(row).filter((one) => row.state.facts[acknowledgedKey(one)] === undefined);
}

/** The reports of a case that were issued and not withdrawn. A case from before they were counted has the one of its row. */
function standing({ report, state }: CaseRow): string[] {
  const answer = report === undefined || isWithdrawn(state) ? [] : [report];
  return [...new Set([...answer, ...state.reports])];
}

function isAcknowledgement({ category }: Resource): boolean {
  return nodes(category).some((one) => codesIn(one, MESSAGE_SYSTEM).includes(REPORT_ACKNOWLEDGED));
}

/** A draft has said nothing yet. */
function isSaid({ status }: Resource): boolean {
  return status === 'completed';
}

function wasSaid({ before }: RecordCommand): boolean {
  return before !== undefined && isAcknowledgement(before) && isSaid(before);
}

function acknowledge(scene: Scene, { after, ref }: RecordCommand): Decision | Issue[] {
  const { row, now } = scene;
  if (partyOf(scene) !== 'placer') {
    const instead = 'The programme sees in the timeline when it has been.';
    return [notYourMove('Acknowledging a report', 'the home side', instead, 'Communication.category')];
  }
  if (!isSaid(after)) {
    const text = 'A report is acknowledged by a message that was sent: set its status to completed.';
    return [refusal('business-rule', 'report-acknowledged', text, 'Communication.status')];
  }
  const [report, another] = referencesOf(after.about).filter((one) => one.startsWith('DiagnosticReport/'));
  if (report !== undefined && report === row.report && isWithdrawn(row.state)) {
    const text = `The report was withdrawn: there is nothing in it to acknowledge. Leave the category out to write about it. ${tellOpen(row)}`;
    return [refusal('business-rule', 'report-acknowledged', text, 'Communication.about')];
  }
  if (report === undefined || another !== undefined || !standing(row).includes(report)) {
    const text = `Name the one issued report of this case that is acknowledged in about. ${tellOpen(row)}`;
    return [refusal('business-rule', 'report-acknowledged', text, 'Communication.about')];
  }
  if (!unacknowledged(row).includes(report)) {
    const text = `${report} has been acknowledged as it stands. Leave the category out to write about it; it may be acknowledged again once it is changed.`;
    return [refusal('business-rule', 'report-acknowledged', text, 'Communication.about')];
  }
  const next = withState(row, { facts: { ...row.state.facts, [acknowledgedKey(report)]: now } });
  return { row: next, events: [caseEvent('report-acknowledged', next, now, report, { message: ref })] };
}

function tellOpen(row: CaseRow): string {
  const open = unacknowledged(row);
  return open.length === 0 ? 'None is to be acknowledged.' : `To be acknowledged: ${open.join(', ')}.`;
}
