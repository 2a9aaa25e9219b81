import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import { CASE_OUTPUT_SYSTEM, SERVICE_SYSTEM } from '../catalogue.ts';
import { AGREED } from '../clock/due.ts';
import type { Decision } from '../decision.ts';
import { chain, withState } from '../decision.ts';
import { withFacts } from '../payment/facts.ts';
import { baseOf, hasRules, offerIssues } from '../payment/services.ts';
import type { CaseScene } from '../module.ts';
import { refusal } from '../refusal.ts';
import { routeAnew, wantedToRoute } from '../routing/route.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import { makeStep } from './make.ts';
import { noteStep } from './note.ts';
import type { StepRules } from './step.ts';
import { openSteps } from './step.ts';

/** The rule under which a case goes on whose service nobody has confirmed. */
export const SERVICE_UNCONFIRMED = 'service-unconfirmed';

/**
 * A care advisor of the programme looks, with the patient, which service fits: the one that was asked for, or another of
 * the programme. Nothing is paid before, where the programme works like that.
 */
export const serviceConfirmation: StepRules = {
  kind: 'service-confirmation',
  makers: ['programme'],
  movers: ['programme'],
  during: ['requested', 'received'],
  ownedBy: 'programme',
  wanted: (scene, { after }) => (after.status === 'completed' ? wantedToRoute(scene) : {}),
  decide(scene, { after }, step, before) {
    if (step.status === 'completed' && before?.status !== 'completed') return confirm(scene, after, step);
    // What was confirmed in error is to be confirmed anew.
    const isTakenBack = before?.status === 'completed' && step.status === 'entered-in-error';
    const row = isTakenBack ? withState(scene.row, { confirmed: undefined }) : scene.row;
    return noteStep({ ...scene, row }, step, before);
  },
  moved: askAdvisor,
  wantedWhenMoved: ({ row }, to) => (to === 'service-confirmation' ? { refs: [row.task] } : {}),
  guard: {
    to: ['awaiting-payment', 'awaiting-coverage', 'accepted'],
    overridable: SERVICE_UNCONFIRMED,
    check: unconfirmedIssues,
    known: unconfirmedIssues,
  },
};

function unconfirmedIssues({ row, rules }: CaseScene): Issue[] {
  if (!rules.confirmation.required || row.state.confirmed === true) return [];
  const [open] = openSteps({ row }, 'service-confirmation');
  const how =
    open === undefined
      ? 'Move the Task to service-confirmation, and complete the Task that is made for it'
      : `Complete ${open.task}`;
  const text = `An advisor confirms the service before it is paid or accepted. ${how}, with the service in its output.`;
  return [refusal('business-rule', SERVICE_UNCONFIRMED, text, 'Task.businessStatus')];
}

function confirm(scene: Scene, task: Resource, step: Step): Decision | Issue[] {
  const { row, now } = scene;
  const service = confirmedService(task);
  if (service === undefined) {
    const text = `Say which service it is: a Task.output of type service (${CASE_OUTPUT_SYSTEM}), with one code of ${SERVICE_SYSTEM} as valueCodeableConcept.`;
    return [refusal('required', 'service-output', text, 'Task.output')];
  }
  const asked = row.state.service;
  // What was asked for was judged when the case was opened.
  const issues = service === asked ? [] : offerIssues(scene.rules, service, baseOf(row), 'Task.output');
  if (issues.length > 0) return issues;
  const confirmed = withState(row, { service, confirmed: true });
  if (service === asked) {
    return { row: confirmed, events: [caseEvent('service-confirmed', confirmed, now, step.task, { service })] };
  }
  // A date that was agreed on was one of the service before.
  const next = withFacts(confirmed, { [AGREED]: undefined });
  const event = caseEvent('service-changed', next, now, step.task, { from: asked, to: service });
  return chain({ row: next, events: [event] }, routeAnew({ ...scene, row: next }));
}

function confirmedService(task: Resource): string | undefined {
  const outputs = nodes(task.output).filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('service'));
  const codes = outputs.flatMap(({ valueCodeableConcept }) => codesIn(valueCodeableConcept, SERVICE_SYSTEM));
  return codes.length === 1 ? codes[0] : undefined;
}

/** Where the service is to be confirmed somebody is asked to do it. */
function askAdvisor(scene: Scene): Decision | undefined {
  const { row, rules } = scene;
  // A case that was sent in error keeps its business status.
  if (row.status !== 'received' || row.businessStatus !== 'service-confirmation') return undefined;
  if (row.state.confirmed === true || !hasRules(rules)) return undefined;
  if (openSteps(scene, 'service-confirmation').length > 0 || rules.steps?.includes('service-confirmation') === false)
    return undefined;
  const [patient] = referencesOf(scene.records.get(row.task)?.for);
  const asked = { kind: 'service-confirmation', owner: 'programme', patient, input: [] } as const;
  return makeStep(scene, asked, 'step-requested', { status: 'requested' });
}
