import fc from 'fast-check';
import type { Actor, CaseRow, ReportStatus, Standing } from '../../src/cases/index.ts';
import {
  BUSINESS_STATUS_SYSTEM,
  isClosed,
  legalMoves,
  PHASES,
  TASK_KIND_SYSTEM,
  TASK_KINDS,
} from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { CaseModel, Outcome } from './case-model.ts';
import { tick, write } from './case-model.ts';
import { ACTORS, report } from './samples.ts';

/** What somebody does next; `pick` chooses among what there is then. */
export type Act =
  | { readonly do: 'wait'; readonly hours: number }
  | { readonly do: 'tick' }
  | {
      readonly do: 'move';
      readonly pick: number;
      readonly isLegal: boolean;
      readonly isOverridden: boolean;
      readonly to?: Standing;
    }
  | { readonly do: 'request'; readonly status: string }
  | { readonly do: 'report'; readonly id: string; readonly status: ReportStatus }
  | { readonly do: 'make'; readonly kind: (typeof TASK_KINDS)[number]; readonly status: string }
  | { readonly do: 'step'; readonly pick: number; readonly status: string }
  | { readonly do: 'record'; readonly pick: number }
  | { readonly do: 'rival' };

export interface Turn {
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
  { weight: 4, arbitrary: fc.record({ do: fc.constant('record'), pick }) },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'rival' }) },
);
export const turn: fc.Arbitrary<Turn> = fc.record({
  act,
  by: fc.oneof(
    { weight: 12, arbitrary: fc.constant('whoever may' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(ACTORS) as (keyof typeof ACTORS)[])) },
  ),
});

/** Records that are there from the beginning. */
export const OTHERS: readonly Resource[] = [
  { resourceType: 'Patient', id: 'p1' },
  { resourceType: 'DocumentReference', id: 'l1', status: 'current', subject: { reference: 'Patient/p1' } },
  ...['rev1', 'rev2'].flatMap((id): Resource[] => [
    {
      resourceType: 'PractitionerRole',
      id,
      active: true,
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/prog' },
    },
    { resourceType: 'Practitioner', id },
  ]),
  {
    resourceType: 'CareTeam',
    id: 'ct1',
    participant: ['rev1', 'rev2'].map((id) => ({ member: { reference: `PractitionerRole/${id}` } })),
  },
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
  'reviewer-unfit',
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

/** Does it in the case as it stands; what nobody can do there is nothing. */
export function take(model: CaseModel, { act, by }: Turn): Outcome {
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
      return write(model, actorOr(OF_HOME.has(step.kind) ? 'placer' : 'programme'), moved);
    }
    case 'record':
      return write(model, actorOr(act.pick % 2 === 0 ? 'programme' : 'placer'), otherRecord(model, act.pick));
    case 'rival':
      return write(model, actorOr('programme'), rivalTask(row));
  }
}

function movedTask(
  { row, records }: CaseModel,
  { pick, isLegal, isOverridden, to: given }: Extract<Act, { do: 'move' }>,
): Resource {
  const moves = legalMoves(row, 'programme').filter(({ via }) => via === 'Task');
  const ends = moves.filter(({ status }) => isClosed(status));
  // Most ways lead on: a case that ends at once shows little.
  const ways = pick % 8 === 0 || ends.length === moves.length ? moves : moves.filter((move) => !ends.includes(move));
  const to = given ?? (isLegal && ways.length > 0 ? ways[pick % ways.length]! : PHASES[pick % PHASES.length]!);
  const { extension: _extension, ...current } = records.get(row.task)!;
  return {
    ...current,
    status: to.status,
    businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: to.businessStatus }] },
    statusReason: REASON,
    input: INPUTS,
    ...(isOverridden ? { extension: OVERRIDES } : {}),
  };
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
    focus: { reference: FOCUS[kind] ?? model.row.serviceRequest },
    extension: OVERRIDES,
    for: { reference: 'Patient/p1' },
    owner: { reference: owner },
    input: INPUTS,
    ...(status === 'completed' ? { output: OUTPUTS } : {}),
  };
}

const FOCUS: Readonly<Record<string, string>> = { translation: 'DocumentReference/l1', mdt: 'CareTeam/ct1' };
const ABORT = { system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'abort' };

function rivalTask(row: CaseRow): Resource {
  const code = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
  const focus = { reference: row.serviceRequest };
  return { resourceType: 'Task', id: 'rival', status: 'requested', intent: 'order', code, focus, basedOn: [focus] };
}

const VIRTUAL_SERVICE = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const ATTENDS = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] };
const APPOINTMENT_STATUSES = ['booked', 'proposed', 'booked', 'fulfilled', 'noshow', 'cancelled', 'fulfilled'];

/** A message, a finding, something that is paid, delivered or met about: new, or changed. */
function otherRecord(model: CaseModel, pick: number): Resource {
  const basedOn = [{ reference: model.row.serviceRequest }];
  const invoice = [...model.records.keys()].filter((ref) => ref.startsWith('Invoice/')).at(-1);
  const meeting = model.row.state.steps.findLast(({ kind }) => kind === 'video-consultation' || kind === 'mdt');
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
      status: APPOINTMENT_STATUSES[pick % APPOINTMENT_STATUSES.length],
      extension: [{ url: VIRTUAL_SERVICE, extension: [{ url: 'address', valueUrl: 'https://visit.example/1' }] }],
      basedOn,
      ...(meeting === undefined ? {} : { supportingInformation: [{ reference: meeting.task }] }),
      start: new Date(model.clock + ((pick % 4) - 1) * 3_600_000).toISOString(),
      end: new Date(model.clock + ((pick % 4) - 0.5) * 3_600_000).toISOString(),
      participant: [
        { actor: { reference: 'PractitionerRole/rev1' }, status: 'accepted' },
        { actor: { reference: 'Patient/p1' }, status: 'accepted' },
        { actor: { reference: 'Practitioner/home1' }, type: [ATTENDS], status: 'accepted' },
      ],
    },
  ];
  return records[Math.floor(pick / 12) % records.length]!;
}
