import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { referencesOf, text } from '../tree.ts';

type Edits = Map<string, (current: Resource) => Resource>;

export function slotsOf(appointment: Resource): string[] {
  return referencesOf(appointment.slot).filter((ref) => ref.startsWith('Slot/'));
}

/**
 * What stands against the slots of a visit: each is there, is free, and together they have room for it.
 * @param held slots that the visit has already
 */
export function slotIssues({ records }: Scene, appointment: Resource, held: readonly string[]): Issue[] {
  const slots = slotsOf(appointment);
  const issues: Issue[] = [];
  const place = 'Appointment.slot';
  for (const ref of slots) {
    const slot = records.get(ref);
    if (slot === undefined) {
      issues.push(refusal('not-found', 'slot-unknown', `${ref} is no slot that you can see. Name another one.`, place));
    } else if (slot.status !== 'free' && !held.includes(ref)) {
      issues.push(refusal('conflict', 'slot-taken', `${ref} is not free any more. Name another slot.`, place));
    }
  }
  const found = slots.flatMap((ref) => records.get(ref) ?? []);
  const start = text(appointment.start);
  const end = text(appointment.end);
  if (issues.length > 0 || found.length === 0 || start === undefined || end === undefined) return issues;
  const opens = Math.min(...found.map((slot) => Date.parse(String(slot.start))));
  const closes = Math.max(...found.map((slot) => Date.parse(String(slot.end))));
  if (Date.parse(start) >= opens && Date.parse(end) <= closes) return [];
  return [refusal('business-rule', 'slot-time', 'The visit lies within its slots: set start and end so.', place)];
}

/** How slots change when a visit takes some instead of those that it had. */
export function takeSlots(taken: readonly string[], held: readonly string[]): Edits {
  const edits: Edits = new Map();
  for (const ref of held) if (!taken.includes(ref)) edits.set(ref, (slot) => ({ ...slot, status: 'free' }));
  for (const ref of taken) if (!held.includes(ref)) edits.set(ref, (slot) => ({ ...slot, status: 'busy' }));
  return edits;
}
