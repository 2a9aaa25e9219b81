import { expect, test } from '@jest/globals';
import { TASK_KIND_SYSTEM } from '../../../src/cases/index.ts';
import type { Step } from '../../../src/cases/index.ts';
import { meetingOf } from '../../../src/cases/visit/meeting-of.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { NOW, row } from '../samples.ts';

function step(task: string, kind: Step['kind'], changes: Partial<Step> = {}): Step {
  return { task: `Task/${task}`, kind, status: 'requested', by: 'programme', madeAt: NOW, since: NOW, ...changes };
}

const VIDEO = step('v1', 'video-consultation');
const TEAM = step('m1', 'mdt', { focus: 'CareTeam/c1' });
const ON_CASE = { basedOn: [{ reference: 'ServiceRequest/r1' }] };
const WITH_PATIENT = { participant: [{ actor: { reference: 'Patient/p1' } }] };
const COLLEAGUES = { participant: [{ actor: { reference: 'PractitionerRole/a' } }] };
const about = (...refs: string[]): object => ({ supportingInformation: refs.map((reference) => ({ reference })) });
const typed = (kind: string): object => ({ serviceType: [{ coding: [{ system: TASK_KIND_SYSTEM, code: kind }] }] });

test.each<[string, readonly Step[], object, string | undefined]>([
  ['no step is open', [], ON_CASE, undefined],
  ['the only step', [VIDEO], { ...ON_CASE, ...COLLEAGUES }, 'Task/v1'],
  ['an appointment at home', [VIDEO], WITH_PATIENT, undefined],
  ['a step that is over', [{ ...VIDEO, status: 'completed' }], ON_CASE, undefined],
  [
    'the one whose it is already',
    [VIDEO, step('v2', 'video-consultation', { notes: { appointment: 'Appointment/a1' } })],
    {},
    'Task/v2',
  ],
  [
    'the one whose it was when that ended',
    [VIDEO, { ...TEAM, status: 'completed', notes: { meeting: 'Appointment/a1' } }],
    ON_CASE,
    'Task/m1',
  ],
  ['the Task that is named', [VIDEO, TEAM], { ...WITH_PATIENT, ...about('Task/m1') }, 'Task/m1'],
  [
    'the team that is named',
    [VIDEO, TEAM],
    { ...WITH_PATIENT, ...about('DocumentReference/x', 'CareTeam/c1') },
    'Task/m1',
  ],
  ['the kind that is coded', [VIDEO, TEAM], { ...ON_CASE, ...WITH_PATIENT, ...typed('mdt') }, 'Task/m1'],
  ['a kind that is not open', [VIDEO], { ...ON_CASE, ...typed('mdt') }, undefined],
  ['patients meet the reviewer', [TEAM, VIDEO], { ...ON_CASE, ...WITH_PATIENT }, 'Task/v1'],
  ['colleagues meet as a team', [VIDEO, TEAM], { ...ON_CASE, ...COLLEAGUES }, 'Task/m1'],
  ['what is over when it is first written', [VIDEO], { ...ON_CASE, status: 'cancelled' }, undefined],
])('%s', (_what, steps, changes, task) => {
  const after = { resourceType: 'Appointment', id: 'a1', status: 'booked', ...changes } as Resource;
  const found = meetingOf(row('completed', 'report-issued', { steps }), { ref: 'Appointment/a1', after });
  expect(Array.isArray(found) ? found : found?.task).toBe(task);
});

test('of two alike it has to be said which', () => {
  const here = row('completed', 'report-issued', { steps: [VIDEO, step('v2', 'video-consultation')] });
  const after = { resourceType: 'Appointment', id: 'a1', status: 'booked', ...ON_CASE } as Resource;
  const found = meetingOf(here, { ref: 'Appointment/a1', after });
  expect(found).toMatchObject([{ key: 'meeting-unclear', expression: 'Appointment.supportingInformation' }]);
  expect((found as { text: string }[])[0]!.text).toContain(
    'Task/v1 (video-consultation), Task/v2 (video-consultation)',
  );
});
