import { describe, expect, test } from '@jest/globals';
import type { Issue } from '../../../src/base/index.ts';
import { CASE_OUTPUT_SYSTEM, commandOf, decide, NO_RULES, TASK_KIND_SYSTEM } from '../../../src/cases/index.ts';
import type { CaseRow, Command, Decision, ProgrammeRules, Scene, Step } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, NOW, report, request, row, scene } from '../samples.ts';

const VISIT = 'https://consilium.example/fhir/CodeSystem/visit-business-status';
const LINK = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const TYPES = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

/** A programme that adds a video consultation to the report, with the home doctor and in English. */
const RULES: ProgrammeRules = {
  ...NO_RULES,
  programme: 'prog',
  services: NO_RULES.services.map((service) =>
    service.code === 'video-consultation'
      ? { ...service, alone: false, addOnTo: ['multidisciplinary-opinion'], afterReport: true }
      : service,
  ),
  video: { minutes: [30, 45], localDoctor: 'required', summary: true },
};

function child(status: string, visit?: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Task',
    id: 'v1',
    status,
    intent: 'order',
    ...(visit === undefined ? {} : { businessStatus: { coding: [{ system: VISIT, code: visit }] } }),
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: 'video-consultation' }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: 'Organization/prog' },
    ...changes,
  };
}

function step(changes: Partial<Step> = {}): Step {
  const at = '2026-03-01T08:00:00Z';
  return {
    task: 'Task/v1',
    kind: 'video-consultation',
    status: 'requested',
    by: 'placer',
    madeAt: at,
    since: at,
    ...changes,
  };
}

const BOOKED = { visit: 'visit-scheduled', appointment: 'Appointment/a1', slots: 'Slot/s1' };

function answered(changes: Partial<Step> = {}): CaseRow {
  return row('completed', 'report-issued', { steps: [step(changes)], reports: ['DiagnosticReport/d1'] });
}

const PATIENT = { actor: { reference: 'Patient/p1' }, status: 'accepted' };
const REVIEWER = { actor: { reference: 'PractitionerRole/rev' }, status: 'accepted' };
const DOCTOR = { actor: { reference: 'PractitionerRole/home' }, status: 'accepted' };
const link = (address: string): Record<string, unknown> => ({
  extension: [{ url: LINK, extension: [{ url: 'address', valueUrl: address }] }],
});

function appointment(status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Appointment',
    id: 'a1',
    status,
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    start: '2026-03-10T09:00:00Z',
    end: '2026-03-10T09:30:00Z',
    participant: [PATIENT, REVIEWER, DOCTOR],
    ...link('https://meet.example/room-1'),
    ...changes,
  };
}

const SLOT = { slot: [{ reference: 'Slot/s1' }] };

function slot(status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Slot',
    id: 's1',
    status,
    start: '2026-03-10T09:00:00Z',
    end: '2026-03-10T10:00:00Z',
    ...changes,
  };
}

function speaks(id: string, code: string): [string, Resource] {
  const language = { coding: [{ code }] };
  return [`Patient/${id}`, { resourceType: 'Patient', id, communication: [{ language }] }];
}

const RECORDS: readonly (readonly [string, Resource])[] = [
  ['ServiceRequest/r1', request()],
  ['Slot/s1', slot('free')],
  [
    'PractitionerRole/rev',
    { resourceType: 'PractitionerRole', id: 'rev', organization: { reference: 'Organization/prog' } },
  ],
  [
    'PractitionerRole/home',
    { resourceType: 'PractitionerRole', id: 'home', organization: { reference: 'Organization/hosp' } },
  ],
];

interface Given {
  readonly by?: keyof typeof ACTORS;
  readonly before?: Resource;
  readonly rules?: ProgrammeRules;
  readonly records?: readonly (readonly [string, Resource])[];
  readonly now?: string;
}

function give(here: CaseRow, after: Resource, given: Given = {}): Decision | Issue[] {
  const { by = 'programme', before, rules = RULES, records = [], now = NOW } = given;
  const command = commandOf({ ...(before === undefined ? {} : { before }), after }, here) as Command;
  const changes: Partial<Scene> = { rules, records: new Map([...RECORDS, ...records]), now };
  return decide(scene(here, ACTORS[by], changes), command);
}

function decided(decision: Decision | Issue[]): Decision {
  if (Array.isArray(decision)) throw new Error(decision.map(({ text }) => text).join(' '));
  return decision;
}

function keys(decision: Decision | Issue[]): string[] {
  return Array.isArray(decision) ? decision.map(({ key }) => key) : [];
}

function events({ events }: Decision): string[] {
  return events.map(({ type }) => type);
}

describe('ordered', () => {
  test.each(['placer', 'programme'] as const)('by the %s after the report: the case stays answered', (by) => {
    const made = decided(give(row('completed', 'report-issued'), child('requested'), { by }));
    expect(made.row).toMatchObject({ status: 'completed', state: { steps: [{ kind: 'video-consultation' }] } });
    expect(events(made)).toEqual(['step-requested']);
  });

  test.each(['insurer', 'employer', 'foreign placer', 'foreign programme'] as const)(
    'by the %s it is refused',
    (by) => {
      expect(keys(give(row('completed', 'report-issued'), child('requested'), { by }))).toEqual(['not-your-move']);
    },
  );

  test('before the report, where it comes after it, it is refused', () => {
    expect(keys(give(row('in-progress', 'under-review'), child('requested')))).toEqual(['service-after-report']);
  });

  test('where the programme has none, or none to this service, it is refused', () => {
    const none = { ...RULES, services: RULES.services.filter(({ code }) => code !== 'video-consultation') };
    expect(keys(give(row('completed', 'report-issued'), child('requested'), { rules: none }))).toEqual([
      'service-not-offered',
    ]);
    const other = row('completed', 'report-issued', { service: 'pathology-review' });
    expect(keys(give(other, child('requested')))).toEqual(['service-not-alone']);
  });

  test('as the service of the case itself it comes before the report', () => {
    const alone = row('accepted', 'accepted', { service: 'video-consultation' });
    expect(keys(give(alone, child('requested')))).toEqual([]);
  });

  test.each(['rejected', 'cancelled', 'failed', 'entered-in-error'] as const)(
    'in a case that is %s it is refused',
    (status) => {
      expect(keys(give(row(status, 'cancelled'), child('requested')))).toEqual(['illegal-move']);
    },
  );

  test('it outlives the report, and is moved by the programme alone', () => {
    const early = row('in-progress', 'under-review', { steps: [step()] });
    const issued = decided(give(early, report('final')));
    expect(issued.row).toMatchObject({ status: 'completed', state: { steps: [{ status: 'requested' }] } });
    expect(keys(give(issued.row, child('accepted'), { by: 'placer', before: child('requested') }))).toEqual([
      'not-your-move',
    ]);
    expect(keys(give(issued.row, child('accepted'), { before: child('requested') }))).toEqual([]);
  });
});

describe('a date', () => {
  test('that is booked is told by the Task, and takes its slot', () => {
    const booked = decided(give(answered(), appointment('booked', SLOT)));
    expect(events(booked)).toEqual(['visit-scheduled']);
    expect(booked.events[0]).toMatchObject({
      focus: 'Appointment/a1',
      detail: { kind: 'video-consultation', status: 'booked', start: '2026-03-10T09:00:00Z' },
    });
    expect(booked.row).toMatchObject({ status: 'completed', businessStatus: 'report-issued' });
    expect(booked.row.state.steps).toMatchObject([{ status: 'accepted', notes: BOOKED }]);
    expect(booked.changes!.get('Slot/s1')!(slot('free')).status).toBe('busy');
    expect(booked.changes!.get('Task/v1')!(child('requested'))).toMatchObject({
      status: 'accepted',
      businessStatus: { coding: [{ system: VISIT, code: 'visit-scheduled' }] },
      lastModified: NOW,
    });
  });

  test.each(['proposed', 'waitlist'] as const)('that is %s binds nobody', (status) => {
    for (const by of ['placer', 'programme'] as const) {
      const proposed = decided(give(answered(), appointment(status, SLOT), { by }));
      expect(events(proposed)).toEqual(['record-added']);
      expect(proposed.row).toEqual(answered());
      expect(proposed.changes).toBeUndefined();
    }
  });

  test.each(['pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'noshow'] as const)(
    'is not set by the home side: %s',
    (status) => {
      const before = appointment('proposed');
      expect(keys(give(answered(), appointment(status), { by: 'placer', before }))).toEqual(['not-your-move']);
    },
  );

  test.each([
    ['too short', { end: '2026-03-10T09:29:00Z' }, ['visit-time']],
    ['too long', { end: '2026-03-10T09:46:00Z' }, ['visit-time']],
    ['that ends before it starts', { end: '2026-03-10T08:30:00Z' }, ['visit-time']],
    ['in the past', { start: '2026-03-04T08:00:00Z', end: '2026-03-04T08:30:00Z' }, ['visit-time']],
    ['without a start', { start: undefined, end: undefined }, ['visit-time']],
    ['without the patient', { participant: [REVIEWER, DOCTOR] }, ['visit-participant']],
    ['without a reviewer', { participant: [PATIENT, DOCTOR] }, ['visit-participant']],
    ['without the home doctor', { participant: [PATIENT, REVIEWER] }, ['visit-participant']],
    [
      'that the reviewer declined',
      { participant: [PATIENT, { ...REVIEWER, status: 'declined' }, DOCTOR] },
      ['visit-participant'],
    ],
    [
      'with another patient beside',
      { participant: [PATIENT, REVIEWER, DOCTOR, { actor: { reference: 'Patient/p2' }, status: 'accepted' }] },
      ['visit-participant'],
    ],
    ['without a link', { extension: undefined }, ['visit-link']],
    ['with a link that is not secure', link('http://meet.example/room-1'), ['visit-link']],
    ['with a link that is none', link('room-1'), ['visit-link']],
    ['in a slot that nobody sees', { slot: [{ reference: 'Slot/none' }] }, ['slot-unknown']],
    ['outside its slot', { ...SLOT, start: '2026-03-10T09:45:00Z', end: '2026-03-10T10:15:00Z' }, ['slot-time']],
  ])('%s is refused', (_what, changes: Record<string, unknown>, expected: string[]) => {
    expect(keys(give(answered(), appointment('booked', changes)))).toEqual(expected);
  });

  test('in a slot that is taken is refused', () => {
    for (const status of ['busy', 'busy-unavailable', 'busy-tentative', 'entered-in-error']) {
      const records = [['Slot/s1', slot(status)]] as const;
      expect(keys(give(answered(), appointment('booked', SLOT), { records }))).toEqual(['slot-taken']);
      expect(keys(give(answered(), appointment('proposed', SLOT), { by: 'placer', records }))).toEqual(['slot-taken']);
    }
  });

  test('needs an interpreter where patient and reviewer share no language', () => {
    const both = { participant: [PATIENT, REVIEWER, DOCTOR] };
    const records = [speaks('p1', 'vi-VN')];
    const mute = give(answered(), appointment('booked', both), { records });
    expect(keys(mute)).toEqual(['visit-participant']);
    expect(JSON.stringify(mute)).toContain('http://terminology.hl7.org/CodeSystem/participant-type|translator');
    const interpreter = {
      type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/participant-type', code: 'translator' }] }],
      actor: { reference: 'RelatedPerson/i1' },
      status: 'accepted',
    };
    // Of the family, but no interpreter unless so typed.
    const helped = { participant: [...both.participant, { ...interpreter, actor: { reference: 'Practitioner/i1' } }] };
    expect(keys(give(answered(), appointment('booked', helped), { records }))).toEqual([]);
    const family = {
      participant: [...both.participant, { ...interpreter, actor: { reference: 'RelatedPerson/i1' }, type: [] }],
    };
    expect(keys(give(answered(), appointment('booked', family), { records }))).toEqual(['visit-participant']);
    expect(keys(give(answered(), appointment('booked', both), { records: [speaks('p1', 'en-GB')] }))).toEqual([]);
    const role = {
      resourceType: 'PractitionerRole',
      id: 'rev',
      organization: { reference: 'Organization/prog' },
      practitioner: { reference: 'Practitioner/rev' },
    };
    const person = { resourceType: 'Practitioner', id: 'rev', communication: [{ coding: [{ code: 'vi' }] }] };
    const same = [...records, ['PractitionerRole/rev', role], ['Practitioner/rev', person]] as const;
    expect(keys(give(answered(), appointment('booked', both), { records: same }))).toEqual([]);
  });

  test.each([
    ['a typed Practitioner reviews', { type: 'PPRF', actor: 'Practitioner/x' }, true],
    ['an untyped one does not', { actor: 'Practitioner/x' }, false],
    ['the home doctor called a reviewer does not', { type: 'PPRF', actor: 'PractitionerRole/home' }, false],
    ['the owner of a review does', { actor: 'PractitionerRole/owner' }, true],
  ])('%s', (_what, { type, actor }: { readonly type?: string; readonly actor: string }, isReviewer) => {
    const types = type === undefined ? {} : { type: [{ coding: [{ system: TYPES, code: type }] }] };
    const participant = [PATIENT, DOCTOR, { ...types, actor: { reference: actor }, status: 'accepted' }];
    const review: Step = {
      ...step(),
      task: 'Task/rev',
      kind: 'review',
      status: 'completed',
      owner: 'PractitionerRole/owner',
    };
    const here = row('completed', 'report-issued', { steps: [review, step()] });
    expect(keys(give(here, appointment('booked', { participant })))).toEqual(isReviewer ? [] : ['visit-participant']);
  });

  test('in a programme without rules needs only a time that can be', () => {
    const bare = appointment('booked', { participant: [PATIENT], extension: undefined });
    expect(keys(give(answered(), bare, { rules: NO_RULES }))).toEqual([]);
    const short = { ...bare, end: '2026-03-10T09:01:00Z' };
    expect(keys(give(answered(), short, { rules: NO_RULES }))).toEqual(['visit-time']);
  });

  test('is moved: the old slot is free again, and it is told anew', () => {
    const here = answered({ status: 'accepted', notes: BOOKED });
    const before = appointment('booked', SLOT);
    const records = [
      ['Slot/s1', slot('busy')],
      ['Slot/s2', slot('free', { id: 's2', start: '2026-03-11T09:00:00Z', end: '2026-03-11T09:30:00Z' })],
    ] as const;
    const later = {
      slot: [{ reference: 'Slot/s2' }],
      start: '2026-03-11T09:00:00Z',
      end: '2026-03-11T09:30:00Z',
    };
    const moved = decided(give(here, appointment('booked', later), { before, records }));
    expect(events(moved)).toEqual(['visit-scheduled']);
    expect(moved.changes!.get('Slot/s1')!(slot('busy')).status).toBe('free');
    expect(moved.changes!.get('Slot/s2')!(slot('free')).status).toBe('busy');
    expect(moved.row.state.steps[0]!.notes).toEqual({ ...BOOKED, slots: 'Slot/s2' });
    // Changed where it is: nobody is told of a new date, also once it has begun.
    const same = decided(give(here, appointment('arrived', SLOT), { before, records, now: '2026-03-10T09:05:00Z' }));
    expect(events(same)).toEqual(['record-corrected']);
    expect([...same.changes!.keys()]).toEqual(['Task/v1']);
  });

  test('is one at a time', () => {
    const here = answered({ status: 'accepted', notes: BOOKED });
    expect(keys(give(here, appointment('booked', { id: 'a2' })))).toEqual(['visit-booked']);
    expect(keys(give(here, appointment('proposed', { id: 'a2' }), { by: 'placer' }))).toEqual([]);
  });
});

describe('the end', () => {
  const here = answered({ status: 'accepted', notes: BOOKED });
  const before = appointment('booked', SLOT);
  const now = '2026-03-10T09:40:00Z';

  test('held: the Task is completed with the appointment, and a summary may follow', () => {
    const held = decided(give(here, appointment('fulfilled', SLOT), { before, now }));
    expect(events(held)).toEqual(['visit-held']);
    expect(held.row.state.steps).toMatchObject([{ status: 'completed', notes: { visit: 'visit-complete' } }]);
    const task = held.changes!.get('Task/v1')!(child('accepted', 'visit-scheduled'));
    expect(task).toMatchObject({ status: 'completed', businessStatus: { coding: [{ code: 'visit-complete' }] } });
    expect(task.output).toEqual([
      {
        type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'appointment', display: 'Appointment' }] },
        valueReference: { reference: 'Appointment/a1' },
      },
    ]);
    const summary = decided(give(held.row, report('final', { id: 'd2' })));
    expect(summary.events[0]).toMatchObject({ type: 'report-issued', focus: 'DiagnosticReport/d2' });
    expect(keys(give(summary.row, report('final', { id: 'd3' })))).toEqual(['illegal-move']);
  });

  test('missed: the Task stays open for another date, and the slot is spent', () => {
    const missed = decided(give(here, appointment('noshow', SLOT), { before, now }));
    expect(events(missed)).toEqual(['visit-missed']);
    expect(missed.row.state.steps).toMatchObject([{ status: 'accepted', notes: { visit: 'no-show' } }]);
    expect([...missed.changes!.keys()]).toEqual(['Task/v1']);
    const again = { id: 'a2', start: '2026-03-12T09:00:00Z', end: '2026-03-12T09:30:00Z' };
    expect(events(decided(give(missed.row, appointment('booked', again), { now })))).toEqual(['visit-scheduled']);
  });

  test.each(['cancelled', 'entered-in-error'] as const)(
    '%s: the slot is free, and another date may follow',
    (status) => {
      const off = decided(give(here, appointment(status, SLOT), { before }));
      expect(events(off)).toEqual(['visit-cancelled']);
      expect(off.changes!.get('Slot/s1')!(slot('busy')).status).toBe('free');
      expect(off.row.state.steps).toMatchObject([{ status: 'accepted', notes: { visit: 'visit-cancelled' } }]);
      // Nothing is called off twice.
      const after = appointment('entered-in-error', SLOT);
      const twice = decided(give(off.row, after, { before: appointment(status, SLOT) }));
      expect(events(twice)).toEqual(['record-corrected']);
    },
  );

  test.each(['fulfilled', 'noshow'] as const)('%s is not said before it has begun', (status) => {
    expect(keys(give(here, appointment(status), { before }))).toEqual(['visit-not-begun']);
  });

  test('what was held or called off does not come back', () => {
    for (const status of ['fulfilled', 'cancelled', 'noshow']) {
      const over = answered({ status: 'accepted', notes: BOOKED });
      const issues = give(over, appointment('booked', SLOT), { before: appointment(status, SLOT) });
      expect(keys(issues)).toEqual(['illegal-move']);
      expect((issues as Issue[])[0]!.text).toContain('Legal: entered-in-error.');
    }
  });

  test('a closed step takes no date', () => {
    const closed = answered({ status: 'completed', notes: { ...BOOKED, visit: 'visit-complete' } });
    expect(keys(give(closed, appointment('booked', SLOT), { before }))).toContain('illegal-move');
  });
});

describe('the Task', () => {
  const here = answered({ status: 'accepted', notes: BOOKED });
  const before = child('accepted', 'visit-scheduled');

  test.each([
    ['completed', 'visit-scheduled', ['visit-open']],
    ['accepted', 'no-show', ['visit-open']],
    ['accepted', undefined, ['visit-open']],
    ['in-progress', 'visit-scheduled', []],
  ] as const)('follows the appointment: %s with %s', (status, visit, expected) => {
    const output = [{ type: { text: 'Held' }, valueString: 'By telephone.' }];
    expect(keys(give(here, child(status, visit, { output }), { before }))).toEqual(expected);
  });

  test('cancelled calls the appointment off', () => {
    for (const by of ['placer', 'programme'] as const) {
      const ended = decided(give(here, child('cancelled', 'visit-scheduled'), { by, before }));
      expect(events(ended)).toEqual(['step-cancelled', 'visit-cancelled']);
      expect(ended.changes!.get('Appointment/a1')!(appointment('booked')).status).toBe('cancelled');
      expect(ended.changes!.get('Slot/s1')!(slot('busy')).status).toBe('free');
      expect(ended.row.state.steps).toMatchObject([{ status: 'cancelled', notes: { visit: 'visit-cancelled' } }]);
    }
  });

  test.each([
    ['completed', 'visit-complete', 'visit-held'],
    ['completed', undefined, 'visit-held'],
    ['accepted', 'visit-scheduled', 'visit-scheduled'],
    ['accepted', 'no-show', 'visit-missed'],
    ['accepted', 'visit-cancelled', 'visit-cancelled'],
    ['accepted', undefined, 'step-moved'],
  ] as const)('says it all where there is no appointment: %s with %s', (status, visit, event) => {
    const said = decided(give(answered(), child(status, visit), { before: child('requested') }));
    expect(events(said)).toEqual([event]);
  });

  test('of a case that ends without a report takes its visit with it', () => {
    const alone = row('in-progress', 'assigned', { service: 'video-consultation', steps: [step({ notes: BOOKED })] });
    const reasoned = { statusReason: { coding: [{ code: 'withdrawn' }] } };
    const system = 'https://consilium.example/fhir/CodeSystem/case-business-status';
    const t0 = { resourceType: 'Task', id: 't0', status: 'in-progress', intent: 'order' };
    const failed = {
      ...t0,
      ...reasoned,
      status: 'failed',
      businessStatus: { coding: [{ system, code: 'cancelled' }] },
    };
    const ended = decided(give(alone, failed, { before: t0 }));
    expect(events(ended)).toEqual(['case-failed', 'visit-cancelled', 'step-cancelled']);
    expect(ended.changes!.get('Appointment/a1')!(appointment('booked')).status).toBe('cancelled');
    expect(ended.changes!.get('Task/v1')!(before).status).toBe('cancelled');
  });

  test('of an answered case that is retracted ends, too', () => {
    const retracted = give(here, request({ status: 'entered-in-error' }), { by: 'placer', before: request() });
    const ended = decided(retracted);
    expect(events(ended)).toEqual(['case-entered-in-error', 'visit-cancelled', 'step-cancelled']);
    expect(ended.row.state.steps).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('an answer', () => {
  const here = answered({ status: 'accepted', notes: BOOKED });
  const records = [['Appointment/a1', appointment('pending')]] as const;
  const response = (actor: string, participantStatus: string): Resource => ({
    resourceType: 'AppointmentResponse',
    id: 'x1',
    appointment: { reference: 'Appointment/a1' },
    actor: { reference: actor },
    participantStatus,
  });

  test('of the home side is shown by the Appointment', () => {
    const told = decided(give(here, response('Patient/p1', 'declined'), { by: 'placer', records }));
    expect(events(told)).toEqual(['record-added']);
    const shown = told.changes!.get('Appointment/a1')!(appointment('pending'));
    expect(shown.participant).toEqual([{ ...PATIENT, status: 'declined' }, REVIEWER, DOCTOR]);
  });

  test('for the reviewer is the programme’s', () => {
    const refused = give(here, response('PractitionerRole/rev', 'declined'), { by: 'placer', records });
    expect(keys(refused)).toEqual(['not-your-move']);
    expect(keys(give(here, response('PractitionerRole/rev', 'accepted'), { records }))).toEqual([]);
  });

  test('of somebody who is not asked, or in words that an Appointment has not, changes nothing', () => {
    for (const [actor, status] of [
      ['Patient/p9', 'accepted'],
      ['Patient/p1', 'in-process'],
    ] as const) {
      expect(decided(give(here, response(actor, status), { by: 'placer', records })).changes).toBeUndefined();
    }
  });
});
