import type { CaseRow, TASK_KINDS } from '../../src/cases/index.ts';
import type { ACTORS } from './samples.ts';

/*
 * What comes of every command in every place of a case, for every role: `legal`, `illegal` (refused, with what is legal)
 * or `forbidden` (not for this role). By hand, from the table of the design.
 */

export type Outcome = 'legal' | 'illegal' | 'forbidden';
export type StepCommandName = 'make' | 'complete' | 'cancel' | 'reject';
type Status = CaseRow['status'];
type Party = 'placer' | 'programme';

const EARLY = ['request amend', 'request revoke', 'request retract'];
const CHECKING = [
  'T0 received/service-confirmation',
  'T0 received/completeness-check',
  'T0 received/awaiting-information',
  'T0 received/awaiting-coverage',
  'T0 received/awaiting-payment',
  'T0 accepted/accepted',
  'T0 rejected/declined',
];
const WORKING = [
  'T0 in-progress/translating',
  'T0 in-progress/assigned',
  'T0 in-progress/under-review',
  'T0 in-progress/mdt-scheduled',
  'T0 in-progress/mdt-complete',
  'T0 in-progress/preliminary-outcome',
  'T0 in-progress/report-translation',
];
const HELD = ['T0 on-hold/awaiting-information', 'T0 on-hold/awaiting-materials'];
const DRAFTED = ['report registered', 'report partial', 'report preliminary'];
const GIVEN_UP = ['report cancelled'];
const CORRECTED = ['report amended', 'report corrected', 'report appended', 'report entered-in-error'];
const FAILED = ['T0 failed/cancelled'];

/** Writes of T0, the request and reports that are legal for the party whose they are. */
const LEGAL: Readonly<Record<Status, readonly string[]>> = {
  requested: ['T0 requested/submitted', ...CHECKING, ...EARLY, ...GIVEN_UP],
  received: [...CHECKING, ...EARLY, ...GIVEN_UP],
  accepted: ['T0 accepted/accepted', ...WORKING, ...EARLY, ...DRAFTED, ...GIVEN_UP],
  'in-progress': [...WORKING, ...HELD, ...FAILED, ...EARLY, ...DRAFTED, 'report final', ...GIVEN_UP],
  'on-hold': [...WORKING, ...HELD, ...FAILED, ...EARLY, ...DRAFTED, ...GIVEN_UP],
  completed: ['request retract', 'request close', ...CORRECTED],
  rejected: ['request retract', ...GIVEN_UP],
  cancelled: ['request retract', ...GIVEN_UP],
  failed: ['request retract', ...GIVEN_UP],
  'entered-in-error': GIVEN_UP,
};

function legalOf({ status, businessStatus }: CaseRow): readonly string[] {
  if (businessStatus === 'cancellation-requested') {
    const stays = `T0 ${status}/cancellation-requested`;
    return [stays, ...FAILED, 'request amend', 'request retract', ...DRAFTED, ...GIVEN_UP];
  }
  const stays = status === 'completed' ? [`T0 completed/${businessStatus}`] : [];
  return [...LEGAL[status], ...stays];
}

const OPEN: readonly Status[] = ['requested', 'received', 'accepted', 'in-progress', 'on-hold'];
const BEFORE: readonly Status[] = ['requested', 'received'];
const TAKEN: readonly Status[] = ['accepted', 'in-progress', 'on-hold'];
const FROM_RECEIVED: readonly Status[] = ['received', ...TAKEN];
const CLOSED: readonly Status[] = ['completed', 'rejected', 'cancelled', 'failed', 'entered-in-error'];

interface StepByHand {
  readonly makers: readonly Party[];
  /** In which T0 statuses it is made. */
  readonly madeIn: readonly Status[];
  readonly owner: Party;
  /** Who ends it; here it is always made by the first who may. */
  readonly by: Readonly<Record<'complete' | 'cancel' | 'reject', readonly Party[]>>;
  /** What nobody does with it. */
  readonly never?: 'reject';
  /** In which T0 statuses there can be one, and in which it can be open. */
  readonly canBe: readonly Status[];
  readonly openIn: readonly Status[];
}

const BOTH: readonly Party[] = ['programme', 'placer'];
const PROGRAMME: readonly Party[] = ['programme'];
const PLACER: readonly Party[] = ['placer'];
/** Done by the programme for itself; asked of it by the placer, who may call it off; asked by it of the placer. */
const OWN = {
  owner: 'programme',
  makers: PROGRAMME,
  by: { complete: PROGRAMME, cancel: PROGRAMME, reject: PROGRAMME },
} as const;
const ASKED = {
  owner: 'programme',
  makers: ['placer', 'programme'],
  by: { complete: PROGRAMME, cancel: BOTH, reject: PROGRAMME },
} as const;
const OF_HOME = { owner: 'placer', makers: PROGRAMME, by: { complete: PLACER, cancel: BOTH, reject: PLACER } } as const;
const ALL: readonly Status[] = [...OPEN, ...CLOSED];
const LATER: readonly Status[] = [...FROM_RECEIVED, ...CLOSED];

export const STEP_BY_HAND: Readonly<Record<(typeof TASK_KINDS)[number], StepByHand>> = {
  'service-confirmation': { ...OWN, madeIn: BEFORE, canBe: ALL, openIn: OPEN },
  'completeness-check': { ...OWN, madeIn: OPEN, canBe: ALL, openIn: OPEN },
  // The home side says that it cannot be had; it does not call off what it was asked for.
  'information-request': {
    ...OF_HOME,
    by: { complete: PLACER, cancel: PROGRAMME, reject: PLACER },
    madeIn: OPEN,
    canBe: ALL,
    openIn: OPEN,
  },
  translation: {
    ...OWN,
    madeIn: [...FROM_RECEIVED, 'completed'],
    canBe: LATER,
    openIn: [...FROM_RECEIVED, 'completed'],
  },
  // What travels is announced by whoever sends it; that it has come is said by whom it came to.
  materials: {
    owner: 'programme',
    makers: BOTH,
    by: { complete: PROGRAMME, cancel: BOTH, reject: BOTH },
    madeIn: OPEN,
    canBe: ALL,
    openIn: OPEN,
  },
  review: { ...OWN, madeIn: FROM_RECEIVED, canBe: LATER, openIn: FROM_RECEIVED },
  mdt: { ...OWN, madeIn: FROM_RECEIVED, canBe: LATER, openIn: FROM_RECEIVED },
  quote: { ...ASKED, madeIn: [...OPEN, 'completed'], canBe: ALL, openIn: [...OPEN, 'completed'] },
  offer: { ...OF_HOME, madeIn: BEFORE, canBe: [...BEFORE, ...CLOSED], openIn: BEFORE },
  'video-consultation': { ...ASKED, madeIn: [...OPEN, 'completed'], canBe: ALL, openIn: [...OPEN, 'completed'] },
  'follow-up': { ...OF_HOME, madeIn: ['completed'], canBe: ['completed', 'entered-in-error'], openIn: ['completed'] },
  abort: {
    owner: 'programme',
    makers: PLACER,
    by: { complete: PROGRAMME, cancel: PLACER, reject: [] },
    never: 'reject',
    madeIn: TAKEN,
    canBe: [...TAKEN, ...CLOSED],
    openIn: TAKEN,
  },
};

/** What the command of this name comes to, given by this role in a case that stands there. */
export function expected(from: CaseRow, name: string, role: keyof typeof ACTORS): Outcome {
  if (name === 'tick') return 'legal';
  if (role !== 'placer' && role !== 'programme') return 'forbidden';
  if (name.startsWith('record ') || name === 'message') return 'legal';
  if (/^(T0|report|request) /.test(name)) {
    if (role !== (name.startsWith('request ') ? 'placer' : 'programme')) return 'forbidden';
    return legalOf(from).includes(name) ? 'legal' : 'illegal';
  }
  const [verb, kind] = name.split(' ') as [StepCommandName, keyof typeof STEP_BY_HAND];
  return expectedStep(STEP_BY_HAND[kind], verb, from.status, role);
}

function expectedStep(step: StepByHand, verb: StepCommandName, status: Status, role: Party): Outcome {
  const { makers, madeIn, openIn, by } = step;
  if (verb === 'make') {
    if (!makers.includes(role)) return 'forbidden';
    return madeIn.includes(status) ? 'legal' : 'illegal';
  }
  if (openIn.includes(status))
    return by[verb].includes(role)
      ? 'legal'
      : step.never === verb && by.complete.includes(role)
        ? 'illegal'
        : 'forbidden';
  // What is over is over for who could have moved it; who asked for it could have called it off.
  const isTheirs = [...by.complete, ...by.reject].includes(role) || (verb === 'cancel' && makers[0] === role);
  return isTheirs ? 'illegal' : 'forbidden';
}
