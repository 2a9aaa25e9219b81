import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaseEvent, CaseEventType, ProgrammeRules } from '../../src/cases/index.ts';
import { CASE_EVENTS } from '../../src/cases/index.ts';
import { SCHEMA } from '../../src/cases/programme/schema.ts';
import { focusOf, isAbout, topicOf, TOPICS } from '../../src/subscriptions/index.ts';
import { take, turn, OTHERS } from '../cases/case-acts.ts';
import { openModel } from '../cases/case-model.ts';
import { definitions } from '../definitions/r4.ts';
import { event, FACTS } from './samples.ts';

/** What no topic tells: inner steps of the programme's work, and what is read on the case's own record. */
const UNTOLD: readonly CaseEventType[] = [
  'request-amended',
  'request-completed',
  'task-updated',
  'rule-overridden',
  'specialty-routed',
  'step-requested',
  'step-moved',
  'step-completed',
  'step-cancelled',
  'information-received',
  'information-expired',
  'payment-requested',
  'payment-received',
  'payment-refused',
  'payment-expired',
  'translation-requested',
  'translation-completed',
  'materials-expected',
  'materials-received',
  'materials-lost',
  'review-assigned',
  'review-reassigned',
  'review-completed',
  'alternative-offered',
  'alternative-accepted',
  'alternative-rejected',
  'message-sent',
  'follow-up-asked',
  'follow-up-answered',
  'report-progressed',
  'report-acknowledged',
];

function tells(name: string, happened: CaseEvent): boolean {
  const asks = { kind: 'topic', topic: name, filters: [] } as const;
  return isAbout({ asks, echo: true }, 'hosp', { event: happened, by: 'prog', facts: FACTS });
}

it('every event is of some topic, or of none on purpose', () => {
  const told = new Set(TOPICS.flatMap(({ events }) => events));
  expect(CASE_EVENTS.filter((type) => !told.has(type))).toEqual(UNTOLD);
  expect(UNTOLD.filter((type) => told.has(type))).toEqual([]);
});

it('topics are told apart by name and canonical, and know their own types', () => {
  expect(TOPICS.map(({ name }) => name)).toEqual([
    'case-progress',
    'information-requested',
    'report-issued',
    'report-amended',
    'appointment',
    'clock-warning',
  ]);
  for (const topic of TOPICS) {
    expect(topicOf(topic.name)).toBe(topic);
    expect(topic.url).toBe(`https://consilium.example/fhir/SubscriptionTopic/${topic.name}`);
    expect(topic.focus.filter((type) => !definitions.isResourceType(type))).toEqual([]);
    expect(topic.filters).toEqual(['case', 'organization', 'specialty', 'patient']);
  }
  expect(topicOf('case-regress')).toBeUndefined();
});

it.each([
  ['case-progress', 'case-accepted', 'Task/t0', 'Task/t0'],
  ['case-progress', 'cancellation-requested', 'ServiceRequest/r1', 'Task/t0'],
  ['case-progress', 'report-issued', 'DiagnosticReport/d1', 'Task/t0'],
  ['case-progress', 'meeting-held', 'Encounter/e1', 'Task/t0'],
  ['information-requested', 'information-reminded', 'Task/i1', 'Task/i1'],
  ['report-issued', 'report-issued', 'DiagnosticReport/d1', 'DiagnosticReport/d1'],
  ['report-amended', 'report-translated', 'DiagnosticReport/d1', 'DiagnosticReport/d1'],
  ['report-amended', 'report-withdrawn', 'DiagnosticReport/d1', 'DiagnosticReport/d1'],
  ['appointment', 'visit-scheduled', 'Appointment/a1', 'Appointment/a1'],
  ['appointment', 'visit-missed', 'Task/v1', 'Task/v1'],
  ['appointment', 'record-added', 'Appointment/a1', 'Appointment/a1'],
  ['clock-warning', 'due-soon', 'Task/t0', 'Task/t0'],
] as const)('%s tells of %s on %s with the focus %s', (name, type, focus, shown) => {
  const topic = topicOf(name)!;
  expect(tells(name, event(type, focus))).toBe(true);
  expect(focusOf(topic, event(type, focus), FACTS)).toBe(shown);
  expect(topic.focus).toContain(shown.slice(0, shown.indexOf('/')));
});

it.each([
  ['appointment', 'record-added', 'DocumentReference/x'],
  ['appointment', 'record-corrected', 'Observation/x'],
  ['report-issued', 'report-amended', 'DiagnosticReport/d1'],
  ['case-progress', 'overdue', 'Task/t0'],
] as const)('%s does not tell of %s on %s', (name, type, focus) => {
  expect(tells(name, event(type, focus))).toBe(false);
});

describe('whatever is done to a case', () => {
  const FOLDER = new URL('../../profiles/programmes/', import.meta.url);
  const RULES = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => SCHEMA.validate(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))).value as ProgrammeRules);

  it('case-progress tells whenever its Task moves, and every focus is of a type that its topic names', () => {
    let moves = 0;
    const told = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...RULES), fc.array(turn, { maxLength: 40, size: 'max' }), (rules, turns) => {
        const service = rules.services.find(({ alone }) => alone)!.code;
        const model = openModel(rules, service, '2026-03-04T09:00:00.000Z', OTHERS);
        for (const one of turns) {
          const { row, events } = model;
          const before = events.length;
          take(model, one);
          const fresh = events.slice(before);
          const { status, businessStatus, task } = model.row;
          if (status !== row.status || businessStatus !== row.businessStatus) {
            moves += 1;
            expect([fresh.map(({ type }) => type), fresh.some((each) => tells('case-progress', each))]).toEqual([
              expect.anything(),
              true,
            ]);
          }
          for (const topic of TOPICS) {
            for (const each of fresh.filter((happened) => tells(topic.name, happened))) {
              const [type] = focusOf(topic, each, { task }).split('/');
              expect([topic.name, topic.focus]).toEqual([topic.name, expect.arrayContaining([type])]);
              told.add(topic.name);
            }
          }
        }
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
    // They are no use if nothing moves.
    expect(moves).toBeGreaterThan(300);
    expect(told.size).toBeGreaterThan(3);
  });
});
