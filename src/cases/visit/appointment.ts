import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Party } from '../module.ts';
import { notYourMove, refusal } from '../refusal.ts';

/** https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
export type AppointmentStatus =
  | 'proposed'
  | 'waitlist'
  | 'pending'
  | 'booked'
  | 'arrived'
  | 'checked-in'
  | 'fulfilled'
  | 'noshow'
  | 'cancelled'
  | 'entered-in-error';

/** R4 has no state machine of appointments: a date is proposed, booked, and kept, missed or called off. */
const MOVES: Readonly<Record<AppointmentStatus | 'none', readonly AppointmentStatus[]>> = {
  none: ['proposed', 'waitlist', 'pending', 'booked'],
  proposed: ['waitlist', 'pending', 'booked', 'cancelled', 'entered-in-error'],
  waitlist: ['proposed', 'pending', 'booked', 'cancelled', 'entered-in-error'],
  pending: ['booked', 'cancelled', 'entered-in-error'],
  booked: ['pending', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled', 'entered-in-error'],
  arrived: ['checked-in', 'fulfilled', 'noshow', 'cancelled', 'entered-in-error'],
  'checked-in': ['arrived', 'fulfilled', 'noshow', 'cancelled', 'entered-in-error'],
  fulfilled: ['entered-in-error'],
  noshow: ['entered-in-error'],
  cancelled: ['entered-in-error'],
  'entered-in-error': [],
};

/** What the home side may say of a date; the programme says the rest. */
const BY_PLACER: ReadonlySet<AppointmentStatus> = new Set(['proposed', 'waitlist', 'cancelled', 'entered-in-error']);
const SET: ReadonlySet<AppointmentStatus> = new Set(['pending', 'booked', 'arrived', 'checked-in']);

/** Whether its date is set: from then on it is the meeting of its step. */
export function isSet(status: AppointmentStatus): boolean {
  return SET.has(status);
}

export function statusOf({ status }: Resource): AppointmentStatus | undefined {
  return typeof status === 'string' && status !== 'none' && Object.hasOwn(MOVES, status)
    ? (status as AppointmentStatus)
    : undefined;
}

/** What stands against the status that an Appointment of a visit is given. */
export function statusIssues(before: Resource | undefined, after: Resource, party: Party | undefined): Issue[] {
  const to = statusOf(after);
  const from = before === undefined ? 'none' : (statusOf(before) ?? 'none');
  if (party === undefined || (party === 'placer' && to !== undefined && !BY_PLACER.has(to))) {
    return [
      notYourMove(
        'Setting the date of a visit',
        'the programme',
        'The home side sends a date that suits as a proposed Appointment, and answers one with an AppointmentResponse.',
        'Appointment.status',
      ),
    ];
  }
  if (to !== undefined && (to === from || MOVES[from].includes(to))) return [];
  const legal = MOVES[from].join(', ') || 'none';
  const text = `An appointment that is ${from === 'none' ? 'new' : from} cannot be what it was set to. Legal: ${legal}.`;
  return [refusal('business-rule', 'illegal-move', text, 'Appointment.status')];
}
