import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseEventType, CaseRow } from './case.ts';
import { caseEvent, isPlacer } from './case.ts';
import { SERVICE_SYSTEM } from './catalogue.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { chain, withState } from './decision.ts';
import { exclusionsOf } from './exclusions/exclusions.ts';
import { overrideIssues } from './exclusions/override.ts';
import { intakeIssues, isSecondOpinionRequest, placerIdentifiers } from './intake.ts';
import { baseOf, hasRules, offerIssues } from './payment/services.ts';
import { keepRequest, moveTask } from './records.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import { routeAnew } from './routing/route.ts';
import type { Scene } from './scene.ts';
import { isClosed, legalMoves } from './states.ts';
import { codesIn, referencesOf } from './tree.ts';

type RequestCommand = Extract<Command, { before: Resource }>;

/** The ServiceRequest was written by its placer. */
export function decideRequest(scene: Scene, command: RequestCommand): Decision | Issue[] {
  const { row, actor, now } = scene;
  if (!isPlacer(row, actor)) {
    return [
      notYourMove(
        'Writing the ServiceRequest',
        'the placer',
        'The programme works the case through its Task.',
        'ServiceRequest.status',
      ),
    ];
  }
  const issues = fixedIssues(command);
  if (issues.length > 0) return issues;
  switch (command.kind) {
    case 'amend':
      return amend(scene, command);
    case 'close':
      return close(row, now);
    case 'revoke':
      return revoke(row, now);
    case 'retract':
      return retract(row, now);
  }
}

function amend(scene: Scene, command: RequestCommand): Decision | Issue[] {
  const { row, now } = scene;
  if (isClosed(row.status)) {
    return [illegalMove(row, 'placer', 'Changing the request', 'ServiceRequest.status')];
  }
  const issues = [...intakeIssues(command.after, row.programme), ...amendedIssues(scene, command)];
  if (issues.length > 0) return issues;
  const amended: Decision = {
    row,
    serviceRequest: keepRequest(row),
    events: [requestEvent('request-amended', row, now)],
  };
  const service = codesIn(command.after.code, SERVICE_SYSTEM)[0] ?? '';
  if (service === codesIn(command.before.code, SERVICE_SYSTEM)[0] || service === row.state.service) return amended;
  if (isServiceSettled(scene)) {
    const text =
      'The service of this case is settled: it is confirmed, paid for or worked on, and is changed by the programme alone. Ask for it by a Communication on the case, and accept its offer; or withdraw the request and send another.';
    return [refusal('business-rule', 'service-confirmed', text, 'ServiceRequest.code')];
  }
  const unfit = offerIssues(scene.rules, service, baseOf(row), 'ServiceRequest.code');
  if (unfit.length > 0) return unfit;
  const next = withState(row, { service });
  const event = caseEvent('service-changed', next, now, row.serviceRequest, { from: row.state.service, to: service });
  const changed = { ...amended, row: next, events: [...amended.events, event] };
  return chain(changed, routeAnew({ ...scene, row: next }));
}

/** What an amendment may not bring into a case that was opened without it. */
function amendedIssues({ rules, row, now }: Scene, { before, after }: RequestCommand): Issue[] {
  const emergency = (request: Resource): Issue[] =>
    exclusionsOf(rules, request, [], now).flatMap(({ code, issue }) => (code === 'emergency' ? [issue] : []));
  return [
    // With priority stat it is refused at the intake already.
    ...(after.priority === 'stat' || emergency(before).length > 0 ? [] : emergency(after)),
    ...(row.rules === 0 ? [] : overrideIssues(after)),
  ];
}

/** Whether somebody goes by the service that the request asks for: an advisor, who pays, or who works on it. */
function isServiceSettled({ row: { status, state }, rules }: Scene): boolean {
  if (state.confirmed === true) return true;
  const isPaid = state.payment === 'awaited' || state.payment === 'settled' || state.payment === 'covered';
  return isPaid || (hasRules(rules) && status !== 'requested' && status !== 'received');
}

function close(row: CaseRow, now: string): Decision | Issue[] {
  if (row.status !== 'completed') {
    return [illegalMove(row, 'placer', 'Setting the request to completed', 'ServiceRequest.status')];
  }
  return { row, serviceRequest: keepRequest(row), events: [requestEvent('request-completed', row, now)] };
}

function revoke(row: CaseRow, now: string): Decision | Issue[] {
  const target = legalMoves(row, 'placer').find((move) => move.status !== 'entered-in-error');
  if (target === undefined) return [illegalMove(row, 'placer', 'Withdrawing the request', 'ServiceRequest.status')];
  const next: CaseRow = { ...row, status: target.status, businessStatus: target.businessStatus };
  const cancelled = next.status === 'cancelled';
  return {
    row: next,
    task: moveTask(next, now, cancelled ? 'withdrawn' : undefined),
    serviceRequest: keepRequest(row),
    events: [
      cancelled
        ? caseEvent('case-cancelled', next, now, row.serviceRequest, { by: 'placer', reason: 'withdrawn' })
        : requestEvent('cancellation-requested', next, now),
    ],
  };
}

function retract(row: CaseRow, now: string): Decision | Issue[] {
  if (row.status === 'entered-in-error') {
    return [illegalMove(row, 'placer', 'Retracting the request', 'ServiceRequest.status')];
  }
  const next: CaseRow = { ...row, status: 'entered-in-error' };
  return {
    row: next,
    task: moveTask(next, now),
    serviceRequest: keepRequest(row),
    events: [requestEvent('case-entered-in-error', next, now)],
  };
}

/** What nobody changes once the request is sent: whom it is about, that it asks for an opinion, the placer's number. */
function fixedIssues({ before, after }: RequestCommand): Issue[] {
  const issues: Issue[] = [];
  if (referencesOf(after.subject)[0] !== referencesOf(before.subject)[0]) {
    issues.push(
      refusal(
        'business-rule',
        'subject-fixed',
        'The patient of a sent request cannot be changed. Set this one to entered-in-error and send a new request.',
        'ServiceRequest.subject',
      ),
    );
  }
  if (requestsOf(after.basedOn) !== requestsOf(before.basedOn)) {
    issues.push(
      refusal(
        'business-rule',
        'based-on-fixed',
        'The earlier request on which a sent one is based cannot be changed: the case was opened by what its service needs of it.',
        'ServiceRequest.basedOn',
      ),
    );
  }
  if (!isSecondOpinionRequest(after)) {
    issues.push(
      refusal(
        'business-rule',
        'service-required',
        'A sent request keeps asking for a second-opinion service.',
        'ServiceRequest.code',
      ),
    );
  }
  if (placerIdentifiers(after)[0]?.value !== placerIdentifiers(before)[0]?.value) {
    issues.push(
      refusal(
        'business-rule',
        'placer-identifier-fixed',
        "The placer's own number of a sent request cannot be changed.",
        'ServiceRequest.identifier',
      ),
    );
  }
  return issues;
}

function requestsOf(basedOn: unknown): string {
  return referencesOf(basedOn)
    .filter((ref) => ref.startsWith('ServiceRequest/'))
    .join(' ');
}

function requestEvent(type: CaseEventType, row: CaseRow, now: string) {
  return caseEvent(type, row, now, row.serviceRequest);
}
