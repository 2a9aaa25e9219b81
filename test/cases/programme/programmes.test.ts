import { describe, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import type { PacketRule, ProgrammeRules } from '../../../src/cases/index.ts';
import { PROGRAMMES, rulesOf } from './files.ts';

/** The programme files that come along, held against what such programmes do. */
const SINGLE = 'single-specialist-opinion';
const TEAM = 'multidisciplinary-opinion';
const COMPREHENSIVE = 'comprehensive-opinion';
const VIDEO = 'video-consultation';

const serviceOf = (rules: ProgrammeRules, code: string) => rules.services.find((service) => service.code === code);

/** Items of the packet that a service needs. */
function requiredFor(rules: ProgrammeRules, code: string): string[] {
  const isFor = ({ level, services }: PacketRule): boolean =>
    level === 'required' && (services?.includes(code) ?? true);
  return rules.packet.filter(isFor).map(({ item }) => item);
}

test('there are five', () => {
  expect(PROGRAMMES.toSorted()).toEqual([
    'cancer-centre',
    'clinic-network',
    'imaging-records',
    'seven-days',
    'specialist-or-panel',
  ]);
});

describe.each(PROGRAMMES)('%s', (name) => {
  const rules = rulesOf(name);

  test('is the programme of its file', () => {
    expect(rules.programme).toBe(name);
  });

  test('refuses emergencies, and nobody overrides that', () => {
    expect(rules.exclusions).toContainEqual({ code: 'emergency', action: 'refuse', override: 'nobody' });
  });

  test('wants the questions and the consent, and a report with the images', () => {
    for (const { code } of rules.services) {
      expect(requiredFor(rules, code)).toEqual(expect.arrayContaining(['questions', 'consent']));
      if (requiredFor(rules, code).includes('imaging')) expect(requiredFor(rules, code)).toContain('imaging-report');
    }
  });

  test('asks at 30, 90 and 180 days how the patient has fared', () => {
    expect(rules.followUp).toEqual([30, 90, 180].map((amount) => ({ amount, unit: 'days' })));
  });

  test('knows the holidays of 2026 and 2027, or has none and counts no business days', () => {
    const { holidays } = rules.calendar;
    if (holidays.length === 0) return expect(JSON.stringify(rules)).not.toContain('business-days');
    expect([...new Set(holidays.map((day) => day.slice(0, 4)))]).toEqual(['2026', '2027']);
    expect(holidays).toEqual(holidays.toSorted());
  });
});

describe('seven-days', () => {
  const rules = rulesOf('seven-days');

  test.each([
    [SINGLE, 400, 800],
    [TEAM, 800, 1800],
  ])('%s takes seven days from submission', (code, low, high) => {
    expect(serviceOf(rules, code)).toMatchObject({
      alone: true,
      turnaround: { amount: 7, unit: 'days', from: 'submission' },
      price: { currency: 'USD', low, high },
      team: code === TEAM,
    });
  });

  test('a video consultation is added after the report', () => {
    expect(serviceOf(rules, VIDEO)).toMatchObject({
      alone: false,
      addOnTo: [SINGLE, TEAM],
      afterReport: true,
      price: { currency: 'USD', low: 200, high: 400 },
    });
    expect(rules.video.minutes).toEqual([30, 45]);
  });

  test('the programme translates, and the report comes in two languages', () => {
    expect(rules.languages).toMatchObject({ translatedBy: 'programme', report: 'zh', bilingual: true });
  });
});

describe('specialist-or-panel', () => {
  const rules = rulesOf('specialist-or-panel');

  test('gives written opinions alone, of a specialist or of a panel', () => {
    expect(rules.services.map(({ code, team }) => [code, team])).toEqual([
      [SINGLE, false],
      [TEAM, true],
    ]);
    expect(rules.steps).not.toContain(VIDEO);
  });

  test('its coordinator talks with the patient first', () => {
    expect(rules.confirmation.required).toBe(true);
  });
});

describe('cancer-centre', () => {
  const rules = rulesOf('cancer-centre');

  test('takes two to four weeks from complete materials', () => {
    expect(serviceOf(rules, COMPREHENSIVE)!.turnaround).toEqual({
      least: 2,
      amount: 4,
      unit: 'weeks',
      from: 'complete',
    });
    expect(rules.clock.pausedBy).toContain('courier');
  });

  test('reads English alone, and the home side translates', () => {
    expect(rules.languages).toEqual({ read: ['en'], translatedBy: 'home', report: 'en', bilingual: false });
  });

  test('is paid or covered first; an advisor confirms the service and gets in touch by the next business day', () => {
    expect(rules.payment.when).toBe('before-acceptance');
    expect(rules.confirmation).toEqual({ required: true, firstContact: { amount: 1, unit: 'business-days' } });
  });

  test('video alone or after a report, integrative medicine with an oncology opinion alone, a summary after video', () => {
    expect(serviceOf(rules, VIDEO)).toMatchObject({ alone: true, afterReport: true });
    expect(serviceOf(rules, VIDEO)!.addOnTo).toContain(COMPREHENSIVE);
    const integrative = serviceOf(rules, 'integrative-medicine-consultation');
    expect(integrative).toMatchObject({ alone: false, addOnTo: [COMPREHENSIVE] });
    expect(rules.video.summary).toBe(true);
  });

  test('wants the slides, and advises an appointment in person where surgery may be needed', () => {
    expect(requiredFor(rules, COMPREHENSIVE)).toEqual(expect.arrayContaining(['pathology-slides', 'pathology-report']));
    expect(rules.exclusions).toContainEqual(expect.objectContaining({ code: 'surgery-candidate', action: 'advise' }));
  });

  test.each([
    ['2026-07-03', 'Independence Day, observed'],
    ['2026-11-26', 'Thanksgiving'],
    ['2027-01-18', 'Martin Luther King'],
    ['2027-07-05', 'Independence Day, observed'],
    ['2027-12-24', 'Christmas Day, observed'],
  ])('does not work on %s (%s)', (day) => {
    expect(rules.calendar.holidays).toContain(day);
  });
});

describe('clinic-network', () => {
  const rules = rulesOf('clinic-network');

  test('has 40 specialties', () => {
    expect(new Set(rules.specialties).size).toBe(40);
  });

  test('the local doctor fronts the consultation', () => {
    expect(rules.video.localDoctor).toBe('required');
  });

  test.each([
    ['emergency', 'refuse'],
    ['inpatient', 'refuse'],
    ['intensive-care', 'refuse'],
    ['recent-treatment', 'refuse'],
    ['low-yield-specialty', 'caution'],
  ])('%s: %s', (code, action) => {
    expect(rules.exclusions).toContainEqual(expect.objectContaining({ code, action }));
  });

  test('treatment is recent for four weeks; low yield are stroke, cardiology, cardiac surgery, pulmonary medicine', () => {
    const recent = rules.exclusions.find(({ code }) => code === 'recent-treatment');
    expect(recent?.within).toEqual({ amount: 28, unit: 'days' });
    const lowYield = rules.exclusions.find(({ code }) => code === 'low-yield-specialty');
    expect(lowYield).toMatchObject({
      specialties: ['394579002', '408466002', '418112009'],
      conditions: [{ system: 'icd-10', codes: 'I60-I64' }],
    });
  });

  test('employer plans cover it', () => {
    expect(rules.payment.coveredBy).toContain('employer-benefit');
  });
});

describe('imaging-records', () => {
  const rules = rulesOf('imaging-records');

  test('reads slides and images again', () => {
    expect(rules.services.map(({ code }) => code).toSorted()).toEqual(['pathology-review', 'radiology-review']);
    expect(requiredFor(rules, 'radiology-review')).toContain('imaging');
    expect(requiredFor(rules, 'pathology-review')).toContain('pathology-slides');
  });

  test('payers cover it, not the patient', () => {
    expect(rules.payment.when).toBe('before-acceptance');
    expect(rules.payment.coveredBy).not.toContain('patient');
  });

  test('a third opinion only where the second differs', () => {
    expect(rules.thirdOpinion).toBe('only-where-differs');
  });
});

describe('the lunar new year is free', () => {
  test.each([
    ['seven-days', '2026-02-17'],
    ['seven-days', '2027-02-06'],
    ['clinic-network', '2026-02-17'],
    ['clinic-network', '2027-02-06'],
  ])('%s: from the day before %s to the day after the next', (name, day) => {
    const first = DateTime.fromISO(day, { zone: 'UTC' });
    const days = [-1, 0, 1, 2].map((offset) => first.plus({ days: offset }).toISODate());
    expect(rulesOf(name).calendar.holidays).toEqual(expect.arrayContaining(days));
  });
});
