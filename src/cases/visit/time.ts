import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { text } from '../tree.ts';
import { isSet, statusOf } from './appointment.ts';

const MINUTE = 60_000;

/** What stands against the time of a visit: its length is the programme's, and a date that is new lies ahead. */
export function timeIssues(scene: Scene, before: Resource | undefined, after: Resource): Issue[] {
  const start = text(after.start);
  const end = text(after.end);
  const status = statusOf(after);
  if (start === undefined || end === undefined) {
    // Before a date is set, there may be none yet.
    if (status === undefined || !isSet(status)) return [];
    return [refusal('required', 'visit-time', 'The date of a visit has a start and an end.', 'Appointment.start')];
  }
  const issues: Issue[] = [];
  const [least, most] = scene.rules.video.minutes;
  const minutes = (Date.parse(end) - Date.parse(start)) / MINUTE;
  if (!(minutes >= least && minutes <= most)) {
    const told = `A video consultation of this programme takes ${least} to ${most} minutes: set its end so.`;
    issues.push(refusal('business-rule', 'visit-time', told, 'Appointment.end'));
  }
  const isNew = before === undefined || text(before.start) !== start;
  if (isNew && Date.parse(start) < Date.parse(scene.now)) {
    const told = 'The date of a visit lies ahead. Set a later start.';
    issues.push(refusal('business-rule', 'visit-time', told, 'Appointment.start'));
  }
  return issues;
}

/** What stands against saying that a visit was held or missed: it has begun. */
export function begunIssues({ now }: Scene, after: Resource): Issue[] {
  const start = text(after.start);
  if (start === undefined || Date.parse(start) <= Date.parse(now)) return [];
  const told = 'The visit has not begun. Set it to cancelled if it does not take place, or change its start.';
  return [refusal('business-rule', 'visit-not-begun', told, 'Appointment.status')];
}
