import type { Issue } from '../../base/index.ts';
import type { CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import { CASE_INPUT_SYSTEM, SERVICE_SYSTEM } from '../catalogue.ts';
import { endOfDay, toInstant } from '../clock/calendar.ts';
import { AGREED } from '../clock/due.ts';
import type { Decision } from '../decision.ts';
import { chain, withState } from '../decision.ts';
import { dropPayment } from '../payment/ask.ts';
import type { CaseScene } from '../module.ts';
import { withFacts, withPayment } from '../payment/facts.ts';
import type { Money } from '../payment/money.ts';
import type { Terms } from '../payment/price.ts';
import { offeredTerms } from '../payment/price.ts';
import { baseOf, offerIssues, titleOf } from '../payment/services.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { illegalStep, refusal } from '../refusal.ts';
import { routeAnew, wantedToRoute } from '../routing/route.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes } from '../tree.ts';
import { noteStep } from './note.ts';
import type { StepCommand, StepRules } from './step.ts';
import { openSteps } from './step.ts';

/**
 * The programme offers something else than what was asked for: another service, price or date. The case waits for the
 * home side's answer; what it accepts holds for both.
 */
export const offer: StepRules = {
  kind: 'offer',
  makers: ['programme'],
  movers: ['placer'],
  during: ['requested', 'received'],
  ownedBy: 'placer',
  wanted: (scene, { after }) =>
    after.status === 'completed' && offeredTerms(after).service !== undefined ? wantedToRoute(scene) : {},
  known: openOffers,
  decide(scene, command, step, before) {
    const issues =
      before === undefined
        ? [...openOffers(scene, step), ...termsIssues(scene, command)]
        : changedIssues(command, step, before);
    if (issues.length > 0) return issues;
    if (before === undefined) {
      // While it is made the case begins to wait: for an answer that can be given.
      if (step.status !== 'requested') return [illegalStep(step.kind, undefined, ['requested'], step.status)];
      return makeOffer(scene, command, step);
    }
    if (step.status === before.status) return noteStep(scene, step, before);
    if (step.status === 'completed') return accept(scene, command, step);
    return noteStep(scene, step, before, step.status === 'rejected' ? 'alternative-rejected' : undefined);
  },
};

/** There is one offer at a time, or nobody knows which one is answered. */
function openOffers(scene: CaseScene, made?: Step): Issue[] {
  return openSteps(scene, 'offer')
    .filter(({ task }) => task !== made?.task)
    .map(({ task }) => {
      const text = `The offer ${task} is open: cancel it first, or wait for the home side's answer.`;
      return refusal('business-rule', 'offer-open', text, 'Task.code');
    });
}

function termsIssues(scene: Scene, { after }: StepCommand): Issue[] {
  const { rules, row } = scene;
  const { service, price, due } = offeredTerms(after);
  const priced = nodes(after.input).filter(({ type }) => codesIn(type, CASE_INPUT_SYSTEM).includes('price'));
  if (priced.length > 0 && (price === undefined || price.value < 0)) {
    const words = 'A price is valueMoney with a value that is not negative and a currency, such as 950 USD.';
    return [refusal('value', 'price-form', words, 'Task.input')];
  }
  if (service === undefined && price === undefined && due === undefined) {
    const words = `Say what is offered: Task.input of type service (a code of ${SERVICE_SYSTEM}) or price (valueMoney), both of ${CASE_INPUT_SYSTEM}; or when the report is there, in restriction.period.end.`;
    return [refusal('required', 'offer-empty', words, 'Task.input')];
  }
  return [
    ...(service === undefined || service === row.state.service
      ? []
      : offerIssues(rules, service, baseOf(row), 'Task.input')),
    ...currencyIssues(scene, service ?? row.state.service, price),
    ...dateIssues(scene, due),
  ];
}

/** A price may lie beyond what the programme's rules say; what it is in stays. */
function currencyIssues({ rules }: Scene, service: string, price: Money | undefined): Issue[] {
  const band = rules.services.find(({ code }) => code === service)?.price;
  if (price === undefined || band === undefined || band.currency === price.currency) return [];
  const text = `This programme's prices of ${titleOf(rules, service)} are in ${band.currency}: offer one in ${band.currency}.`;
  return [refusal('business-rule', 'payment-currency', text, 'Task.input')];
}

function dateIssues({ rules, now }: Scene, due: string | undefined): Issue[] {
  if (due === undefined || Date.parse(dueInstant(due, rules)) > Date.parse(now)) return [];
  const text = 'The date by which the report is offered lies in the past: give a later one in restriction.period.end.';
  return [refusal('business-rule', 'offer-date', text, 'Task.restriction.period.end')];
}

/** A date is kept until its day ends where the programme is; of a month or a year it is the first day. */
function dueInstant(due: string, { calendar }: ProgrammeRules): string {
  return due.includes('T') ? toInstant(Date.parse(due)) : endOfDay(new Date(due).toISOString().slice(0, 10), calendar);
}

function makeOffer({ row, rules, now }: Scene, { after }: StepCommand, { task, kind, status }: Step): Decision {
  const { service, due } = offeredTerms(after);
  const detail = {
    kind,
    status,
    ...(service === undefined ? {} : { service }),
    ...(due === undefined ? {} : { due: dueInstant(due, rules) }),
  };
  return { row, events: [caseEvent('alternative-offered', row, now, task, detail)] };
}

/** Both sides write the Task, so what is offered stays as it was made, and what was accepted is. */
function changedIssues({ before: stored, after }: StepCommand, step: Step, before: Step): Issue[] {
  const isSame = TERMS.every((name) => JSON.stringify(stored?.[name]) === JSON.stringify(after[name]));
  if (!isSame) {
    const words = `What is offered stays as it is: keep ${TERMS.join(', ')}. Reject it, or cancel it and make another offer.`;
    return [refusal('business-rule', 'offer-fixed', words, 'Task.input')];
  }
  if (before.status !== 'completed' || step.status === 'completed') return [];
  const words = 'The offer was accepted, and both sides go by it. Make another offer instead.';
  return [refusal('business-rule', 'offer-fixed', words, 'Task.status')];
}

const TERMS = ['input', 'restriction', 'description'] as const;

function accept(scene: Scene, command: StepCommand, step: Step): Decision {
  const { now } = scene;
  const terms = offeredTerms(command.after);
  const asked = scene.row.state.service;
  const service = terms.service ?? asked;
  const due = terms.due === undefined ? undefined : dueInstant(terms.due, scene.rules);
  const row = withDate(withTerms(scene, terms, service, step), asked, due);
  const detail = { kind: step.kind, status: step.status, ...(due === undefined ? {} : { due }) };
  const told: Decision = {
    row,
    events: [
      caseEvent('alternative-accepted', row, now, step.task, detail),
      ...(service === asked ? [] : [caseEvent('service-changed', row, now, step.task, { from: asked, to: service })]),
    ],
  };
  const accepted = service === asked ? told : chain(told, routeAnew({ ...scene, row }));
  const isOtherwise = service !== asked || terms.price !== undefined;
  // What is asked for now is not what was agreed on: the programme asks anew.
  return row.state.payment === 'awaited' && isOtherwise
    ? chain(accepted, dropPayment({ row: accepted.row }, undefined, 'Something else was agreed on'))
    : accepted;
}

/** The date that was agreed on is when the report is due, until another is or another service is given. */
function withDate(row: CaseRow, asked: string, due: string | undefined): CaseRow {
  return due === undefined && row.state.service === asked ? row : withFacts(row, { [AGREED]: due });
}

function withTerms(scene: Scene, { service: named, price }: Terms, service: string, { task }: Step) {
  const { row } = scene;
  const confirmed = named === undefined ? row : withState(row, { service, confirmed: true });
  // A price that was agreed on before was one of another service.
  if (price === undefined)
    return service === row.state.service ? confirmed : withPayment(confirmed, { agreed: undefined });
  return withPayment(confirmed, { agreed: task });
}
