import { describe, expect, test } from '@jest/globals';
import { serviceRecordIds, serviceRecords, specialtyNames } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { rulesOf, terminology } from './files.ts';

const NAMES = specialtyNames(terminology);
const NONE: ReadonlyMap<string, Resource> = new Map();
const byId = (records: readonly Resource[]) => new Map(records.map((record) => [record.id!, record]));

describe('serviceRecords', () => {
  const rules = rulesOf('seven-days');
  const records = serviceRecords(rules, NAMES, NONE);

  test('one for each service, with what a partner wants to know of it', () => {
    expect(records.map(({ id }) => id)).toEqual([
      'seven-days-single-specialist-opinion',
      'seven-days-multidisciplinary-opinion',
      'seven-days-video-consultation',
    ]);
    expect(records[0]).toMatchObject({
      resourceType: 'HealthcareService',
      active: true,
      providedBy: { reference: 'Organization/seven-days' },
      type: [{ coding: [{ code: 'single-specialist-opinion' }] }],
      name: 'Written opinion of a single specialist',
      comment: 'Takes: 7 days from submission. Price: USD 400 to 800.',
      extraDetails: rules.description,
      communication: [{ coding: [{ code: 'zh' }] }, { coding: [{ code: 'en' }] }],
      availableTime: [{ daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'], allDay: true }],
      availabilityExceptions: 'Days are those of the time zone Asia/Shanghai.',
      eligibility: [
        { code: { text: 'emergency' }, comment: 'Refused: an emergency.' },
        {
          code: { text: 'intensive-care' },
          comment: 'Refused: a patient in intensive care, unless the placer overrides it with a reason.',
        },
      ],
    });
  });

  test('holidays that follow each other are one absence, over the end of a month as well', () => {
    const calendar = { ...rules.calendar, holidays: ['2027-03-01', '2027-02-28', '2027-05-01'] };
    const [first] = serviceRecords({ ...rules, calendar }, NAMES, NONE);
    expect(first!['notAvailable']).toEqual([
      { description: 'Holiday', during: { start: '2027-02-28', end: '2027-03-01' } },
      { description: 'Holiday', during: { start: '2027-05-01', end: '2027-05-01' } },
    ]);
  });

  test("specialties are the service's own, or all of the programme", () => {
    const centre = rulesOf('cancer-centre');
    const published = byId(serviceRecords(centre, NAMES, NONE));
    const codesOf = (code: string): unknown =>
      (published.get(`cancer-centre-${code}`)!['specialty'] as { coding: { code: string; display: string }[] }[]).map(
        ({ coding }) => coding[0],
      );
    expect(codesOf('radiology-review')).toEqual([
      { system: 'http://snomed.info/sct', code: '394914008', display: 'Radiology' },
    ]);
    expect(codesOf('integrative-medicine-consultation')).toHaveLength(centre.specialties.length);
    expect(records[0]).not.toHaveProperty('specialty');
  });

  test('what the programme has added itself stays, and what it no longer says goes', () => {
    const id = 'seven-days-video-consultation';
    const stored = {
      resourceType: 'HealthcareService',
      id,
      meta: { versionId: '4' },
      telecom: [{ system: 'email', value: 'desk@hospital.example' }],
      comment: 'Takes: for ever.',
      specialty: [{ text: 'Video' }],
    };
    const record = byId(serviceRecords(rules, NAMES, new Map([[id, stored]]))).get(id)!;
    expect(record).toMatchObject({ telecom: stored.telecom, active: true });
    expect(record['comment']).toBe('Takes: by agreement. Price: USD 200 to 400.');
    expect(record).not.toHaveProperty('specialty');
  });

  test('a service that is not offered any more becomes inactive; one that never was is not published', () => {
    const fewer = { ...rules, services: rules.services.slice(1) };
    const after = serviceRecords(fewer, NAMES, byId(records));
    expect(after.map(({ id, active }) => [id, active])).toEqual([
      ['seven-days-single-specialist-opinion', false],
      ['seven-days-multidisciplinary-opinion', true],
      ['seven-days-video-consultation', true],
    ]);
    expect(after[0]).toEqual({ ...records[0], active: false });
  });
});

describe('serviceRecordIds', () => {
  test('fit into an id, whatever the programme is called, and differ', () => {
    const long = ['a'.repeat(64), `${'a'.repeat(63)}b`];
    const ids = ['south', ...long].flatMap((programme) => [...serviceRecordIds(programme).values()]);
    expect(new Set(ids).size).toBe(3 * 7);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
    expect(serviceRecordIds('south').get('video-consultation')).toBe('south-video-consultation');
  });
});
