import type { Issue } from '../../base/index.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { paymentFacts, withPayment } from '../payment/facts.ts';
import { estimatedPrice } from '../payment/price.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import { addressIssues } from './address.ts';
import { noteStep } from './note.ts';
import type { StepCommand, StepRules } from './step.ts';

/**
 * What treatment at the programme would cost, or the opinion itself where its price is on request: asked by either side,
 * answered by the programme with an estimate. It may come after the report, for those who travel.
 */
export const quote: StepRules = {
  kind: 'quote',
  makers: ['placer', 'programme'],
  movers: ['programme'],
  during: ['requested', 'received', 'accepted', 'in-progress', 'on-hold', 'completed'],
  late: true,
  wanted: (_scene, { after }) => ({ refs: estimatesOf(after) }),
  decide(scene, command, step, before) {
    const isAnswered = step.status === 'completed' && before?.status !== 'completed';
    if (isAnswered) return answer(scene, command, step, before);
    if (step.status === 'entered-in-error') return takeBack(scene, command, step, before);
    const issues = before === undefined ? addressIssues(scene, step) : [];
    return issues.length > 0 ? issues : noteStep(scene, step, before);
  },
};

function answer(scene: Scene, { after }: StepCommand, step: Step, before: Step | undefined): Decision | Issue[] {
  const { row, records } = scene;
  const estimates = estimatesOf(after);
  const isEstimate = (ref: string): boolean => {
    const claim = records.get(ref);
    return (
      claim?.resourceType === 'Claim' &&
      claim.use === 'predetermination' &&
      claim.status === 'active' &&
      referencesOf(claim.referral).includes(row.serviceRequest)
    );
  };
  if (estimates.length === 0 || !estimates.every(isEstimate)) {
    const text = `Name the estimate: a Task.output of type cost-estimate (${CASE_OUTPUT_SYSTEM}) with valueReference to an active Claim of use predetermination whose referral is ${row.serviceRequest}.`;
    return [refusal('required', 'estimate-missing', text, 'Task.output')];
  }
  const noted = noteStep(scene, step, before);
  const priced = estimates.find((ref) => estimatedPrice(records.get(ref)!, row.state.service) !== undefined);
  return priced === undefined ? noted : chain(noted, { row: withPayment(row, { agreed: priced }), events: [] });
}

/** A price that was said in error is none. */
function takeBack(scene: Scene, command: StepCommand, step: Step, before: Step | undefined): Decision {
  const noted = noteStep(scene, step, before);
  const { agreed } = paymentFacts(scene.row);
  const isItsPrice =
    agreed !== undefined && command.before !== undefined && estimatesOf(command.before).includes(agreed);
  return isItsPrice ? chain(noted, { row: withPayment(scene.row, { agreed: undefined }), events: [] }) : noted;
}

function estimatesOf(task: StepCommand['after']): string[] {
  return nodes(task.output)
    .filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('cost-estimate'))
    .flatMap(({ valueReference }) => referencesOf(valueReference));
}
