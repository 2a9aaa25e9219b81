import { describe, expect, it } from '@jest/globals';
import type { CaseEvent, CaseEventType, TimelineLanguage } from '../../../src/cases/index.ts';
import {
  BUSINESS_STATUS_NAMES,
  BUSINESS_STATUS_SYSTEM,
  CASE_EVENT_SYSTEM,
  CASE_EVENTS,
  PHASES,
  readTimelineLanguage,
  SERVICES,
  STATUS_REASONS,
  TASK_KINDS,
  tellTimeline,
  TIMELINE_LANGUAGES,
} from '../../../src/cases/index.ts';
import { describeEvent, describeMoment, describeSpan, displayOf } from '../../../src/cases/timeline/describe.ts';
import { wordsIn } from '../../../src/cases/timeline/languages.ts';
import { codeSystems } from '../../profiles/guide.ts';
import { row } from '../samples.ts';

const AT = '2026-03-04T09:00:00Z';
const SHANGHAI = 'Asia/Shanghai';

/** All that events may tell beside, as the engine writes it. */
const DETAIL = {
  kind: 'translation',
  service: 'pathology-review',
  reason: 'no-capacity',
  part: 'summary',
  by: 'placer',
  because: 'table',
  specialty: '394593009',
  original: 'DocumentReference/d1',
  record: 'Observation/o2',
  start: '2026-03-09T01:30:00Z',
};

function event(type: CaseEventType, detail?: CaseEvent['detail']): CaseEvent {
  return {
    type,
    case: '0198c1f0-0000-7000-8000-000000000001',
    number: 'SO-26-7K3M-9QTX',
    at: AT,
    focus: 'Task/t0',
    businessStatus: 'awaiting-payment',
    ...(detail === undefined ? {} : { detail }),
  };
}

const ENDS: Readonly<Record<TimelineLanguage, RegExp>> = {
  en: /^[A-Z].*\.$/,
  vi: /^\p{Lu}.*\.$/u,
  zh: /^\p{Script=Han}.*。$/u,
};

describe.each(TIMELINE_LANGUAGES)('in the language %s', (language) => {
  const words = wordsIn(language);

  it.each(CASE_EVENTS)('%s is one sentence, whatever the event tells', (type) => {
    for (const detail of [
      undefined,
      {},
      DETAIL,
      { kind: 'x', to: 'y', reason: '', start: 'no time', part: 'z', by: 'x', because: 'x', original: 'x' },
    ]) {
      const text = describeEvent(event(type, detail), words, SHANGHAI);
      expect(text).toMatch(ENDS[language]);
      expect(text).not.toMatch(/[{}]|undefined|null/);
    }
  });

  it('all codes have their words, each its own', () => {
    const phases = new Set(PHASES.map(({ businessStatus }) => businessStatus));
    expect(Object.keys(words.statuses).sort()).toEqual([...phases].sort());
    expect(Object.keys(words.kinds).sort()).toEqual([...TASK_KINDS].sort());
    expect(Object.keys(words.services).sort()).toEqual(SERVICES.map(({ code }) => code).sort());
    expect(Object.keys(words.reasons).sort()).toEqual([...STATUS_REASONS.keys()].sort());
    // The types of records share some.
    expect(Object.keys(words.records)).toEqual(Object.keys(wordsIn('en').records));
    for (const group of [words.events, words.statuses, words.kinds, words.services, words.reasons])
      expect(new Set(Object.values(group)).size).toBe(Object.keys(group).length);
  });
});

describe('a sentence', () => {
  const english = wordsIn('en');

  it.each([
    [
      'case-declined',
      { reason: 'no-capacity' },
      'The programme did not take the case on: no reviewer is free in time.',
    ],
    ['case-declined', {}, 'The programme did not take the case on.'],
    ['case-declined', { reason: 'constructor' }, 'The programme did not take the case on.'],
    ['case-cancelled', { by: 'placer', reason: 'withdrawn' }, 'The case was cancelled: the hospital withdrew it.'],
    [
      'case-cancelled',
      { by: 'programme' },
      'The case was cancelled: the programme ended the work, as the hospital had asked.',
    ],
    ['case-cancelled', { reason: 'duplicate' }, 'The case was cancelled: the same request is already being worked on.'],
    [
      'specialty-routed',
      { specialty: '394593009', because: 'request' },
      'The case was directed to a specialty (as the hospital asked).',
    ],
    ['translation-requested', { original: 'DocumentReference/d1' }, 'A translation was asked for: document.'],
    ['clock-stopped', { from: 'completeness-check' }, 'The case began to wait: payment is awaited.'],
    ['step-requested', { kind: 'abort' }, 'A step was asked for: withdrawal.'],
    [
      'service-changed',
      { from: 'pathology-review', to: 'radiology-review' },
      'The service was changed: review of imaging.',
    ],
    ['report-issued', { part: 'summary' }, 'The report was issued: summary after the video consultation.'],
    [
      'visit-scheduled',
      { start: '2026-03-09T01:30:00Z' },
      'A video consultation was arranged: 9 March 2026, 09:30 GMT+8.',
    ],
  ] as const)('%s with %j', (type, detail, text) => {
    expect(describeEvent(event(type, detail), english, SHANGHAI)).toBe(text);
  });

  it.each([
    ['record-added', 'PaymentNotice/n1', {}, 'A record was added to the case: notice of a payment.'],
    ['record-corrected', 'Basic/b1', {}, 'A record of the case was corrected.'],
    ['record-added', '', {}, 'A record was added to the case.'],
    ['follow-up-asked', 'Task/f1', { number: '1' }, 'The hospital was asked how things went after the report.'],
    [
      'follow-up-asked',
      'Task/f1',
      { reminder: '1' },
      'The hospital was asked how things went after the report: a reminder.',
    ],
  ] as const)('%s of %j with %j', (type, focus, detail, text) => {
    expect(describeEvent({ ...event(type, detail), focus }, english, SHANGHAI)).toBe(text);
  });

  it('tells moments in the time zone of the programme, also over a day’s end', () => {
    expect(describeMoment('2026-03-04T17:30:00Z', english, SHANGHAI)).toBe('5 March 2026, 01:30 GMT+8');
    expect(describeMoment('2026-07-01T12:00:00Z', english, 'America/New_York')).toBe('1 July 2026, 08:00 GMT-4');
    expect(describeMoment('soon', english, SHANGHAI)).toBeUndefined();
    expect(describeMoment('2026-11-22T14:21:00Z', wordsIn('zh'), SHANGHAI)).toBe('2026年11月22日 22:21 GMT+8');
    expect(describeMoment('2026-11-22T16:05:00Z', wordsIn('vi'), SHANGHAI)).toMatch(/^23 tháng 11.*, 00:05 GMT\+8$/);
  });

  it('names the specialty where its name is known, and by what the case goes there', () => {
    const routed = event('specialty-routed', { because: 'table' });
    expect(describeEvent(routed, english, SHANGHAI, 'Medical oncology')).toBe(
      'The case was directed to a specialty: Medical oncology (by the diagnosis).',
    );
    expect(describeEvent(routed, wordsIn('zh'), SHANGHAI)).toBe('病例已转至相应专科（按诊断）。');
  });

  it.each([
    [38 * 60, '1.6 days', '1.6天'],
    [24 * 60, '1 day', '1天'],
    [3 * 60, '3 hours', '3小时'],
    [61, '1 hour', '1小时'],
    [12, '12 minutes', '12分钟'],
    [0, '0 minutes', '0分钟'],
  ])('tells %d minutes in the largest unit that fits', (minutes, text, chinese) => {
    expect(describeSpan(minutes * 60_000, english)).toBe(text);
    expect(describeSpan(minutes * 60_000, wordsIn('zh'))).toBe(chinese);
  });
});

describe('the code system of events', () => {
  it('has each type with the display that a timeline shows', () => {
    const { concept } = codeSystems.find(({ url }) => url === CASE_EVENT_SYSTEM)!;
    expect(concept.map(({ code, display }) => [code, display])).toEqual(
      CASE_EVENTS.map((one) => [one, displayOf(one)]),
    );
  });
});

describe('the code system of business statuses', () => {
  it('has each with the display that is written with it', () => {
    const { concept } = codeSystems.find(({ url }) => url === BUSINESS_STATUS_SYSTEM)!;
    expect(Object.fromEntries(concept.map(({ code, display }) => [code, display]))).toEqual(BUSINESS_STATUS_NAMES);
  });
});

describe('a timeline', () => {
  const ledger = [
    { holder: 'programme', from: '2026-03-01T00:00:00Z', to: '2026-03-02T12:00:00Z' },
    { holder: 'payer', from: '2026-03-02T12:00:00Z', to: '2026-03-03T00:00:00Z' },
    { holder: 'programme', from: '2026-03-03T00:00:00Z' },
  ] as const;
  const told = tellTimeline({
    row: row('received', 'completeness-check', { ledger, dueAt: '2026-03-11T00:00:00Z' }),
    events: [
      { event: event('case-submitted'), organization: 'hosp', person: 'Practitioner/d1' },
      { event: { ...event('record-added', DETAIL), focus: 'Observation/o1' }, organization: 'prog' },
    ],
    timeZone: SHANGHAI,
    language: 'en',
    now: '2026-03-03T02:24:00Z',
    specialties: new Map([['394593009', 'Medical oncology']]),
    mayName: (type) => type !== 'Observation',
    next: 'https://x.example/next',
  });
  const parameters = told.parameter as { name: string; part?: Record<string, unknown>[] }[];
  const named = (name: string) => parameters.filter((one) => one.name === name);

  it('says where the case stands, when it is due, and what follows', () => {
    expect(named('case')).toMatchObject([{ valueIdentifier: { value: 'SO-26-7K3M-9QTX' } }]);
    expect(named('status')).toEqual([{ name: 'status', valueCode: 'received' }]);
    expect(named('businessStatus')).toMatchObject([
      { valueCodeableConcept: { text: 'the records are being checked' } },
    ]);
    expect(named('due')).toEqual([{ name: 'due', valueDateTime: '2026-03-11T00:00:00Z' }]);
    expect(named('next')).toEqual([{ name: 'next', valueUrl: 'https://x.example/next' }]);
  });

  it('says who has had it, in days with one decimal, and leaves out who never had it', () => {
    expect(named('held').map(({ part }) => part)).toMatchObject([
      [
        { valueCoding: { code: 'programme' } },
        { valueDuration: { value: 1.6, code: 'd' } },
        { valueString: 'The programme had the case for 1.6 days.' },
      ],
      [
        { valueCoding: { code: 'payer' } },
        { valueDuration: { value: 0.5 } },
        { valueString: 'Payers had the case for 12 hours.' },
      ],
    ]);
  });

  it('tells each event in order, and names no record of a type that the caller may not read', () => {
    const [first, second] = named('event').map(({ part }) => part!);
    expect(first).toEqual([
      { name: 'at', valueInstant: AT },
      { name: 'when', valueString: '4 March 2026, 17:00 GMT+8' },
      {
        name: 'type',
        valueCoding: {
          system: 'https://consilium.example/fhir/CodeSystem/case-event',
          code: 'case-submitted',
          display: 'Case submitted',
        },
      },
      { name: 'text', valueString: 'The hospital sent its request to the programme.' },
      { name: 'who', valueReference: { reference: 'Organization/hosp' } },
      { name: 'person', valueReference: { reference: 'Practitioner/d1' } },
      { name: 'focus', valueReference: { reference: 'Task/t0' } },
      { name: 'businessStatus', valueCodeableConcept: expect.objectContaining({ text: 'payment is awaited' }) },
    ]);
    expect(second!.map(({ name }) => name)).not.toContain('focus');
    expect(second!.filter(({ name }) => name === 'detail')).toHaveLength(Object.keys(DETAIL).length - 1);
    const specialty = second!.find(
      ({ part }) => (part as { valueCode?: string }[] | undefined)?.[0]?.valueCode === 'specialty',
    );
    expect(specialty!['part']).toContainEqual({ name: 'display', valueString: 'Medical oncology' });
    expect(JSON.stringify(second)).not.toContain('Observation/');
  });

  it('has no due date once the case is closed', () => {
    const closed = tellTimeline({
      row: row('completed', 'report-issued', { ledger, dueAt: '2026-03-11T00:00:00Z' }),
      events: [],
      timeZone: SHANGHAI,
      language: 'en',
      now: AT,
      specialties: new Map(),
      mayName: () => true,
    });
    expect(JSON.stringify(closed)).not.toContain('"due"');
  });

  it.each([
    ['vi-VN', 'vi'],
    ['ZH-Hant', 'zh'],
    ['en', 'en'],
    ['de', undefined],
    ['', undefined],
  ] as const)('asked for in %s it is told in %s', (tag, language) => {
    expect(readTimelineLanguage(tag)).toBe(language);
  });
});
