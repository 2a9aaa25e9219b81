import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Issue } from '../../src/base/index.ts';
import type { Actor, CaseRow, Decision, ProgrammeRules, ReportStatus } from '../../src/cases/index.ts';
import {
  BUSINESS_STATUS_SYSTEM,
  isClosed,
  legalMoves,
  NO_RULES,
  nextTimer,
  parseState,
  PHASES,
  TASK_KIND_SYSTEM,
  TASK_KINDS,
} from '../../src/cases/index.ts';
import { SCHEMA } from '../../src/cases/programme/schema.ts';
import type { LedgerSpan } from '../../src/cases/state.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { CaseModel, Outcome } from './case-model.ts';
import { nowOf, openModel, tick, write } from './case-model.ts';
import { ACTORS, report } from './samples.ts';

const FOLDER = new URL('../../profiles/programmes/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const SHIPPED = FILES.map(
  (name) => SCHEMA.validate(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))).value as ProgrammeRules,
);
/** As they are, and with nothing that holds a case back before its work: so that sequences get to all that comes later. */
const RULES: readonly ProgrammeRules[] = [
  NO_RULES,
  ...SHIPPED,
  ...SHIPPED.map((rules): ProgrammeRules => ({
    ...rules,
    packet: [],
    confirmation: { required: false },
    payment: { when: 'none', coveredBy: [] },
    services: rules.services.map((service) => ({ ...service, reviewers: 0, team: false })),
  })),
];

/** What somebody does next; `pick` chooses among what there is then. */
type Act =
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'tick' }
  | { readonly do: 'move'; readonly pick: number; readonly isLegal: boolean; readonly isOverridden: boolean }
  | { readonly do: 'request'; readonly status: string }
  | { readonly do: 'report'; readonly id: string; readonly status: ReportStatus }
  | { readonly do: 'make'; readonly kind: (typeof TASK_KINDS)[number]; readonly status: string }
  | { readonly do: 'step'; readonly pick: number; readonly status: string }
  | { readonly do: 'record'; readonly pick: number }
  | { readonly do: 'rival' };

interface Turn {
  readonly act: Act;
  /** Mostly whoever may do it. */
  readonly by: keyof typeof ACTORS | 'whoever may';
}

const STEP_STATUSES = [
  'requested', 'received', 'accepted', 'rejected', 'ready', 'in-progress', 'on-hold', 'completed', 'completed', 'cancelled', 'failed',
  'entered-in-error',
]; // prettier-ignore
const REPORT_STATUSES: readonly ReportStatus[] = [
  'registered', 'partial', 'preliminary', 'final', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error',
]; // prettier-ignore

const pick = fc.nat(1000);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.integer({ min: -30, max: 400 }) }) },
  { weight: 3, arbitrary: fc.constant<Act>({ do: 'tick' }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('move'),
      pick,
      isLegal: fc.nat(9).map((n) => n > 0),
      isOverridden: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('request'),
      status: fc.constantFrom('active', 'active', 'active', 'revoked', 'completed', 'entered-in-error', 'on-hold'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('report'),
      id: fc.constantFrom('d1', 'd1', 'd2'),
      status: fc.constantFrom(...REPORT_STATUSES),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('make'),
      kind: fc.constantFrom(...TASK_KINDS),
      status: fc.constantFrom('requested', 'requested', 'requested', 'in-progress', 'completed', 'rejected'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('step'), pick, status: fc.constantFrom(...STEP_STATUSES) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('record'), pick }) },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'rival' }) },
) as fc.Arbitrary<Act>;
const turn: fc.Arbitrary<Turn> = fc.record({
  act,
  by: fc.oneof(
    { weight: 12, arbitrary: fc.constant('whoever may' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(ACTORS) as (keyof typeof ACTORS)[])) },
  ),
});

/** Records that are there from the beginning. */
const OTHERS: readonly Resource[] = [
  { resourceType: 'Patient', id: 'p1' },
  { resourceType: 'DocumentReference', id: 'l1', status: 'current', subject: { reference: 'Patient/p1' } },
  {
    resourceType: 'PractitionerRole',
    id: 'rev1',
    active: true,
    practitioner: { reference: 'Practitioner/rev1' },
    organization: { reference: 'Organization/prog' },
  },
  { resourceType: 'Practitioner', id: 'rev1' },
  {
    resourceType: 'Claim',
    id: 'c1',
    status: 'active',
    use: 'predetermination',
    referral: { reference: 'ServiceRequest/r1' },
    total: { value: 600, currency: 'USD' },
  },
  {
    resourceType: 'Coverage',
    id: 'v1',
    status: 'active',
    beneficiary: { reference: 'Patient/p1' },
    payor: [{ reference: 'Organization/ins' }],
  },
];

const GUIDE = 'https://consilium.example/fhir';
const OVERRIDABLE = [
  'packet-incomplete', 'service-unconfirmed', 'payment-waived', 'translation-open', 'reviews-missing', 'meeting-missing',
]; // prettier-ignore
const OVERRIDES = OVERRIDABLE.map((rule) => ({
  url: `${GUIDE}/StructureDefinition/override`,
  extension: [
    { url: 'rule', valueCode: rule },
    { url: 'reason', valueString: 'For the purpose of a test.' },
  ],
}));
const REASON = { coding: [{ system: `${GUIDE}/CodeSystem/decline-reason`, code: 'no-capacity' }] };

function input(code: string, value: object): object {
  return { type: { coding: [{ system: `${GUIDE}/CodeSystem/case-input`, code }] }, ...value };
}

function output(code: string, value: object): object {
  return { type: { coding: [{ system: `${GUIDE}/CodeSystem/case-output`, code }] }, ...value };
}

const SERVICE = {
  coding: [{ system: `${GUIDE}/CodeSystem/second-opinion-service`, code: 'single-specialist-opinion' }],
};
/** What each kind of step needs to be taken: enough for all, so that one form does. */
const INPUTS = [
  input('service', { valueCodeableConcept: SERVICE }),
  input('price', { valueMoney: { value: 500, currency: 'USD' } }),
];
const OUTPUTS = [
  output('service', { valueCodeableConcept: SERVICE }),
  output('answer', { valueString: 'It was done in March.' }),
  output('cost-estimate', { valueReference: { reference: 'Claim/c1' } }),
  output('materials', { valueString: 'Ten slides.' }),
];

const OF_HOME: ReadonlySet<string> = new Set(['information-request', 'offer', 'follow-up']);
const MADE_BY_HOME: ReadonlySet<string> = new Set(['abort']);

function take(model: CaseModel, { act, by }: Turn): Outcome {
  const actorOr = (usual: 'placer' | 'programme'): Actor => ACTORS[by === 'whoever may' ? usual : by];
  const { row, records } = model;
  switch (act.do) {
    case 'wait':
      model.clock += act.hours * 3_600_000;
      return undefined;
    case 'tick':
      return tick(model);
    case 'move':
      return write(model, actorOr('programme'), movedTask(model, act));
    case 'request': {
      const current = records.get(row.serviceRequest)!;
      return write(model, actorOr('placer'), { ...current, status: act.status });
    }
    case 'report':
      return write(model, actorOr('programme'), {
        ...report(act.status, { id: act.id }),
        subject: { reference: 'Patient/p1' },
      });
    case 'make':
      return write(
        model,
        actorOr(MADE_BY_HOME.has(act.kind) ? 'placer' : 'programme'),
        childTask(model, act.kind, act.status),
      );
    case 'step': {
      const { steps } = row.state;
      const step = steps[act.pick % steps.length];
      if (step === undefined) return undefined;
      const current = records.get(step.task)!;
      const moved = { ...current, status: act.status, statusReason: REASON, output: OUTPUTS };
      return write(model, actorOr(OF_HOME.has(step.kind) ? 'placer' : 'programme'), moved as Resource);
    }
    case 'record':
      return write(model, actorOr(act.pick % 2 === 0 ? 'programme' : 'placer'), otherRecord(model, act.pick));
    case 'rival':
      return write(model, actorOr('programme'), rivalTask(row));
  }
}

function movedTask(
  { row, records }: CaseModel,
  { pick, isLegal, isOverridden }: Extract<Act, { do: 'move' }>,
): Resource {
  const moves = legalMoves(row, 'programme').filter(({ via }) => via === 'Task');
  const ends = moves.filter(({ status }) => isClosed(status));
  // Most ways lead on: a case that ends at once shows little.
  const ways = pick % 8 === 0 || ends.length === moves.length ? moves : moves.filter((move) => !ends.includes(move));
  const to = isLegal && ways.length > 0 ? ways[pick % ways.length]! : PHASES[pick % PHASES.length]!;
  const { extension: _extension, ...current } = records.get(row.task)!;
  return {
    ...current,
    status: to.status,
    businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: to.businessStatus }] },
    statusReason: REASON,
    ...(isOverridden ? { extension: OVERRIDES } : {}),
  } as Resource;
}

function childTask(model: CaseModel, kind: string, status: string): Resource {
  const owner = OF_HOME.has(kind)
    ? 'Organization/hosp'
    : kind === 'review'
      ? 'PractitionerRole/rev1'
      : 'Organization/prog';
  return {
    resourceType: 'Task',
    id: `s${(model.made += 1)}`,
    status,
    intent: 'order',
    code: { coding: [kind === 'abort' ? ABORT : { system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: model.row.task }],
    focus: { reference: kind === 'translation' ? 'DocumentReference/l1' : model.row.serviceRequest },
    for: { reference: 'Patient/p1' },
    owner: { reference: owner },
    input: INPUTS,
    ...(status === 'completed' ? { output: OUTPUTS } : {}),
  };
}

const ABORT = { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'abort' };

function rivalTask(row: CaseRow): Resource {
  const code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
  const focus = { reference: row.serviceRequest };
  return { resourceType: 'Task', id: 'rival', status: 'requested', intent: 'order', code, focus, basedOn: [focus] };
}

const INVOICE = /^Invoice\//;

/** A message, a finding, something that is paid, delivered or met about: new, or changed. */
function otherRecord(model: CaseModel, pick: number): Resource {
  const basedOn = [{ reference: model.row.serviceRequest }];
  const invoice = [...model.records.keys()].filter((ref) => INVOICE.test(ref)).at(-1);
  const video = model.row.state.steps.findLast(({ kind }) => kind === 'video-consultation' || kind === 'mdt');
  const records: Resource[] = [
    { resourceType: 'Communication', id: `m${pick % 3}`, status: 'completed', basedOn },
    { resourceType: 'Observation', id: `o${pick % 3}`, status: 'final', code: { text: 'Finding' }, basedOn },
    { resourceType: 'SupplyDelivery', id: 'y1', status: pick % 3 === 0 ? 'in-progress' : 'completed' },
    {
      resourceType: 'DocumentReference',
      id: `l${pick % 3}`,
      status: pick % 5 === 0 ? 'entered-in-error' : 'current',
      subject: { reference: 'Patient/p1' },
    },
    {
      resourceType: 'PaymentNotice',
      id: `n${pick % 3}`,
      status: 'active',
      ...(invoice === undefined ? {} : { request: { reference: invoice } }),
      amount: { value: 500 * (1 + (pick % 2)), currency: 'USD' },
      paymentStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/paymentstatus', code: 'paid' }] },
    },
    {
      resourceType: 'Appointment',
      id: `a${pick % 2}`,
      status: ['proposed', 'booked', 'booked', 'fulfilled', 'noshow', 'cancelled'][pick % 6],
      basedOn,
      ...(video === undefined ? {} : { supportingInformation: [{ reference: video.task }] }),
      start: new Date(model.clock + (pick % 4) * 3_600_000).toISOString(),
      end: new Date(model.clock + (1 + (pick % 4)) * 3_600_000).toISOString(),
      participant: [{ actor: { reference: 'PractitionerRole/rev1' }, status: 'accepted' }],
    },
  ];
  return records[Math.floor(pick / 12) % records.length]!;
}

const STANDINGS = new Set(PHASES.map(({ status, businessStatus }) => `${status} ${businessStatus}`));
const OPEN_STEP = /^(draft|requested|received|accepted|ready|in-progress|on-hold)$/;
/** Kinds that may be open in a case that has its report. */
const LATE: ReadonlySet<string> = new Set(['translation', 'quote', 'video-consultation', 'follow-up']);
/** Codes, instants, references and numbers: nothing that somebody wrote in words. */
const SHORT = /^[\w.:/+-]{1,120}$/;

/** Told of the case as it stands after a turn; plain assertions, because there are millions of them. */
function check(model: CaseModel, before: CaseRow, outcome: Outcome, saidWaiting: boolean): void {
  const { row, records, events } = model;
  const { state } = row;
  const t0 = records.get(row.task)!;
  const place = `${row.status} ${row.businessStatus}`;
  assert.ok(row.status === 'entered-in-error' || STANDINGS.has(place), place);
  assert.equal(`${String(t0.status)} ${codeOf(t0.businessStatus)}`, place);
  assert.ok([...records.values()].filter(isOpenFulfilment).length <= 1);
  assert.deepEqual(parseState(JSON.stringify(state)), state);
  checkLedger(model);
  checkHold(row, saidWaiting);
  for (const { task, status, kind } of state.steps) {
    assert.equal(records.get(task)?.status, status, `${task} (${kind})`);
    const mayBeOpen = !isClosed(row.status) || (row.status === 'completed' && LATE.has(kind));
    assert.ok(mayBeOpen || !OPEN_STEP.test(status), `${kind} is ${status} in a case that is ${place}`);
  }
  assert.ok(!state.done.includes(nextTimer(model)?.key ?? ''));
  if (Array.isArray(outcome)) checkRefusal(outcome, row, before);
  else if (outcome !== undefined) checkEvents(model, outcome);
  if (row.status !== before.status || row.businessStatus !== before.businessStatus)
    assert.equal(events.at(-1)!.at, nowOf(model), `nothing tells that the case is ${place}`);
}

function checkRefusal(issues: Issue[], row: CaseRow, before: CaseRow): void {
  assert.equal(row, before);
  assert.ok(issues.length > 0);
  for (const { key, text, severity } of issues) {
    assert.equal(severity, 'error', key);
    assert.match(key, /^[a-z-]+$/);
    assert.match(text, /^[A-Z].*[.:]/s);
  }
}

function checkEvents(model: CaseModel, { events }: Decision): void {
  const last = events.at(-1);
  assert.ok(last === undefined || last.businessStatus === model.row.businessStatus, last?.type);
  for (const { type, detail = {}, focus, at } of events) {
    assert.equal(at, nowOf(model), type);
    for (const value of [focus, ...Object.values(detail)]) assert.match(value, SHORT, type);
  }
}

function checkLedger({ row, events, clock }: CaseModel): void {
  const { ledger } = row.state;
  const first = ledger[0]!;
  const last = ledger.at(-1)!;
  assert.equal(first.from, events[0]!.at);
  assert.equal(last.to === undefined, !isClosed(row.status));
  const endOf = ({ from, to }: LedgerSpan): number =>
    to === undefined ? Math.max(clock, Date.parse(from)) : Date.parse(to);
  let held = 0;
  ledger.forEach((span, n) => {
    assert.ok(n === ledger.length - 1 || span.to === ledger[n + 1]!.from);
    assert.ok(endOf(span) >= Date.parse(span.from));
    held += endOf(span) - Date.parse(span.from);
  });
  assert.equal(held, endOf(last) - Date.parse(first.from));
}

/** What is awaited, reckoned from the open steps and the payment anew. */
function checkHold({ status, businessStatus, state }: CaseRow, saidWaiting: boolean): void {
  if (isClosed(status) || businessStatus === 'cancellation-requested') return;
  const isEarly = status === 'requested' || status === 'received';
  const isOpen = (kinds: readonly string[]): boolean =>
    state.steps.some((step) => kinds.includes(step.kind) && OPEN_STEP.test(step.status));
  const isAwaited =
    isOpen(['information-request', 'offer']) ||
    (!isEarly && isOpen(['materials'])) ||
    (isEarly && state.payment === 'awaited');
  const waits = businessStatus.startsWith('awaiting-');
  assert.ok(isAwaited ? waits : !waits || saidWaiting, `${businessStatus}, awaited: ${isAwaited}`);
}

function isOpenFulfilment({ resourceType, code, status }: Resource): boolean {
  return resourceType === 'Task' && codeOf(code) === 'fulfill' && !isClosed(status as CaseRow['status']);
}

function codeOf(concept: unknown): string | undefined {
  return (concept as { coding?: { code: string }[] } | undefined)?.coding?.[0]?.code;
}

/** Plays a sequence and looks after each turn; says where the case came by, and what happened to it. */
function play(rules: ProgrammeRules, turns: readonly Turn[]): Set<string> {
  const service = rules.services.find(({ alone }) => alone)!.code;
  const model = openModel(rules, service, '2026-03-04T09:00:00.000Z', OTHERS);
  const seen = new Set<string>();
  let saidWaiting = false;
  for (const one of turns) {
    const before = model.row;
    const outcome = take(model, one);
    const { businessStatus } = model.row;
    const isSaid = one.act.do === 'move' && outcome !== undefined && !Array.isArray(outcome);
    const stays = saidWaiting && businessStatus === before.businessStatus;
    saidWaiting = businessStatus.startsWith('awaiting-') && (isSaid || stays);
    check(model, before, outcome, saidWaiting);
    seen.add(`${model.row.status} ${businessStatus}`);
    if (one.act.do === 'tick') checkNothingDue(model);
  }
  for (const { type } of model.events) seen.add(type);
  return seen;
}

function checkNothingDue(model: CaseModel): void {
  const { row, clock } = model;
  const next = nextTimer(model);
  assert.ok(next === undefined || Date.parse(next.at) > clock, next?.key);
  const again = tick(model);
  assert.ok(again !== undefined && !Array.isArray(again));
  assert.deepEqual(again.events, []);
  assert.deepEqual(model.row, row);
}

describe('whatever is done to a case, in whatever order', () => {
  const RUNS = 2000;
  it(`it stands where the table has a place, loses no time, and agrees with its records (${RUNS} runs)`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.constantFrom(...RULES), fc.array(turn, { maxLength: 40, size: 'max' }), (rules, turns) => {
        for (const one of play(rules, turns)) seen.set(one, (seen.get(one) ?? 0) + 1);
      }),
      { numRuns: RUNS },
    );
    console.log(JSON.stringify([...seen].sort(), null, 0));
    // The sequences are no use if they never leave the beginning.
    for (const place of STANDINGS) expect([place, seen.has(place)]).toEqual([place, true]);
  });
});
