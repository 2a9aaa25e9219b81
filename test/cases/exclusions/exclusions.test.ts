import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/cases/exclusions/finding.ts';
import { exclusionsOf } from '../../../src/cases/exclusions/exclusions.ts';
import type { ExclusionRule, ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { concept, form, record, requestFor, rulesWith, SNOMED } from '../packet/records.ts';

const NOW = '2026-03-29T09:00:00.000Z';
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const ROLE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';

const EVERY: readonly ExclusionRule[] = [
  { code: 'inpatient', action: 'refuse', override: 'placer' },
  { code: 'intensive-care', action: 'refuse', override: 'nobody' },
  { code: 'recent-treatment', action: 'refuse', override: 'placer', within: { amount: 28, unit: 'days' } },
  { code: 'low-yield-specialty', action: 'caution', override: 'nobody', specialties: ['394579002'] },
  { code: 'surgery-candidate', action: 'advise', override: 'nobody' },
];

function find(records: readonly Resource[], more: object = {}, rules: Partial<ProgrammeRules> = {}): Finding[] {
  return exclusionsOf(rulesWith({ exclusions: EVERY, ...rules }), requestFor([], more), records, NOW);
}

function codes(records: readonly Resource[], more: object = {}): string[] {
  return find(records, more).map(({ code }) => code);
}

describe('emergency', () => {
  const emergency = [concept('http://terminology.hl7.org/CodeSystem/v3-ActPriority', 'EM')];

  test.each([
    [{ priority: 'stat' }, ['emergency']],
    [{ priority: 'asap', category: emergency }, ['emergency']],
    [{ priority: 'urgent', orderDetail: emergency }, ['emergency']],
    [{ priority: 'asap', reasonCode: [concept(SNOMED, '183452005')] }, ['emergency']],
    [{ priority: 'asap' }, []],
    [{ priority: 'urgent' }, []],
    [{ priority: 'routine', reasonCode: [concept(SNOMED, '183452005')] }, []],
    [{ reasonCode: [concept('https://other.example', 'EM')], priority: 'asap' }, []],
  ])('%j', (more, expected) => {
    expect(codes([], more)).toEqual(expected);
  });

  test('is refused by programmes that have no rule for it, and says where help is', () => {
    const [finding] = find([], { priority: 'stat' }, { exclusions: [] });
    expect(finding).toMatchObject({
      code: 'emergency',
      action: 'refuse',
      override: 'nobody',
      told: 'ServiceRequest/r1',
    });
    expect(finding!.issue).toMatchObject({
      severity: 'error',
      key: 'emergency',
      expression: 'ServiceRequest.priority',
    });
    expect(finding!.issue.text).toMatch(/not an emergency service.*local emergency care now/);
  });

  test('nobody overrides it, whatever the rules say', () => {
    const exclusions = [{ code: 'emergency', action: 'advise', override: 'placer' }] as const;
    const found = find([], { priority: 'stat' }, { exclusions });
    expect(found).toMatchObject([{ action: 'refuse', override: 'nobody', issue: { severity: 'error' } }]);
  });
});

describe('in hospital', () => {
  const stay = (code: string, status = 'in-progress', more: object = {}): Resource =>
    record('Encounter', 'e', { status, class: { system: ACT, code }, period: { start: '2026-03-20' }, ...more });

  test.each(['IMP', 'ACUTE', 'NONAC', 'EMER', 'OBSENC', 'SS'])('a stay of class %s goes on', (code) => {
    expect(codes([stay(code)])).toEqual(['inpatient']);
  });

  test.each([
    ['a visit', stay('AMB')],
    ['a video visit', stay('VR')],
    ['finished', stay('IMP', 'finished')],
    ['planned', stay('IMP', 'planned')],
    ['cancelled', stay('IMP', 'cancelled')],
    ['in error', stay('IMP', 'entered-in-error')],
    ['over since this morning', stay('IMP', 'in-progress', { period: { end: '2026-03-29T08:59:59Z' } })],
    ['over since yesterday', stay('IMP', 'in-progress', { period: { end: '2026-03-28' } })],
    ['of another patient', stay('IMP', 'in-progress', { subject: { reference: 'Patient/other' } })],
    [
      'a class of another system',
      stay('x', 'in-progress', { class: { system: 'https://other.example', code: 'IMP' } }),
    ],
  ])('%s does not count', (_name, encounter) => {
    expect(codes([encounter])).toEqual([]);
  });

  test.each([
    ['on leave', stay('IMP', 'onleave')],
    ['arrived', stay('IMP', 'arrived')],
    ['until this evening', stay('IMP', 'in-progress', { period: { end: '2026-03-29T18:00:00Z' } })],
    ['until today', stay('IMP', 'in-progress', { period: { end: '2026-03-29' } })],
  ])('%s counts', (_name, encounter) => {
    expect(codes([encounter])).toEqual(['inpatient']);
  });

  test('the refusal names the record, and how to mend it', () => {
    const [{ issue }] = find([stay('IMP')]) as [Finding];
    expect(issue).toMatchObject({ severity: 'error', code: 'business-rule', key: 'inpatient' });
    expect(issue.text).toMatch(/told by Encounter\/e/);
    expect(issue.text).toMatch(/status finished/);
    expect(issue.text).toMatch(/StructureDefinition\/override with rule inpatient/);
  });

  test.each([
    [{ 'in-hospital': [{ valueBoolean: true }] }, ['inpatient']],
    [{ 'in-hospital': [{ valueBoolean: false }] }, []],
    [{ 'intensive-care': [{ valueBoolean: true }] }, ['inpatient', 'intensive-care']],
    [{ 'in-hospital': [{ valueString: 'true' }] }, []],
    [{ 'in-hospital': [] }, []],
  ])('the form says %j', (answers, expected) => {
    expect(codes([form(answers)])).toEqual(expected);
    expect(codes([form(answers, { status: 'entered-in-error' })])).toEqual([]);
  });
});

describe('in intensive care', () => {
  const unit = (more: object = {}): Resource => ({ resourceType: 'Location', id: 'l', ...more });
  const icu = unit({ type: [concept(ROLE, 'ICU')] });
  const inUnit = (location: object = {}, more: object = {}): Resource =>
    record('Encounter', 'e', {
      status: 'in-progress',
      class: { system: ACT, code: 'IMP' },
      location: [{ location: { reference: 'Location/l' }, ...location }],
      ...more,
    });

  test.each([
    ['by its type', [icu, inUnit()]],
    ['by SNOMED CT', [unit({ type: [concept(SNOMED, '309904001')] }), inUnit()]],
    ['for children', [unit({ type: [concept(ROLE, 'PEDICU')] }), inUnit({ status: 'active' })]],
    ['by its physical type', [unit({ physicalType: concept(SNOMED, '309904001') }), inUnit()]],
    ['by the encounter’s own word', [inUnit({ physicalType: concept(ROLE, 'ICU') })]],
  ])('%s', (_name, records) => {
    expect(codes(records)).toEqual(['inpatient', 'intensive-care']);
  });

  test.each([
    ['has left the unit', [icu, inUnit({ status: 'completed' })]],
    ['left it by its period', [icu, inUnit({ period: { end: '2026-03-28' } })]],
    ['is to go there', [icu, inUnit({ status: 'planned' })]],
    ['lies on a ward', [unit({ type: [concept(ROLE, 'HU')] }), inUnit()]],
    ['lies elsewhere', [{ ...icu, id: 'other' }, inUnit()]],
  ])('who %s is in hospital only', (_name, records) => {
    expect(codes(records)).toEqual(['inpatient']);
  });

  test('a stay that is over was one', () => {
    expect(codes([icu, inUnit({}, { status: 'finished' })])).toEqual([]);
  });
});

describe('recent treatment', () => {
  const CATEGORY = { surgical: '387713003', therapeutic: '277132007', diagnostic: '103693007' };
  const procedure = (more: object): Resource =>
    record('Procedure', 'p', { status: 'completed', code: concept(SNOMED, '90470006'), ...more });

  test.each([
    ['27 days ago', '2026-03-02', ['recent-treatment']],
    ['28 days ago', '2026-03-01', []],
    ['29 days ago', '2026-02-28', []],
    ['27 days ago, with its time', '2026-03-02T23:30:00+07:00', ['recent-treatment']],
    ['28 days ago, with its time', '2026-03-01T23:30:00+07:00', []],
    ['today', '2026-03-29', ['recent-treatment']],
    ['this month', '2026-03', ['recent-treatment']],
    ['last month', '2026-02', []],
    ['this year', '2026', ['recent-treatment']],
    ['undated', undefined, []],
    ['on a day that never was', '2026-03-32', []],
    ['in the far future', '9999-12-31', ['recent-treatment']],
  ])('surgery %s', (_name, performedDateTime, expected) => {
    expect(codes([procedure({ performedDateTime })])).toEqual(expected);
  });

  test('a period counts to its end', () => {
    expect(codes([procedure({ performedPeriod: { start: '2026-01-01', end: '2026-03-02' } })])).toEqual([
      'recent-treatment',
    ]);
    expect(codes([procedure({ performedPeriod: { start: '2026-01-01', end: '2026-03-01' } })])).toEqual([]);
  });

  test.each([
    ['prostatectomy', { code: concept(SNOMED, '90470006') }, true],
    ['chemotherapy', { code: concept(SNOMED, '367336001') }, true],
    ['radiotherapy', { code: concept(SNOMED, '108290001') }, true],
    ['ICD-10-PCS resection', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', '0DTN0ZZ') }, true],
    ['ICD-10-PCS chemotherapy', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', '3E03305') }, true],
    ['ICD-10-PCS radiotherapy', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', 'DB021ZZ') }, true],
    ['surgical by category', { code: { text: 'x' }, category: concept(SNOMED, CATEGORY.surgical) }, true],
    ['therapeutic by category', { code: { text: 'x' }, category: concept(SNOMED, CATEGORY.therapeutic) }, true],
    ['diagnostic by category', { code: { text: 'x' }, category: concept(SNOMED, CATEGORY.diagnostic) }, false],
    ['biopsy', { code: concept(SNOMED, '65575008') }, false],
    [
      'biopsy that is filed as surgical',
      { code: concept(SNOMED, '65575008'), category: concept(SNOMED, CATEGORY.surgical) },
      false,
    ],
    ['colonoscopy', { code: concept(SNOMED, '73761001') }, false],
    ['ICD-10-PCS biopsy', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', '0VB03ZX') }, false],
    ['ICD-10-PCS inspection', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', '0DJD8ZZ') }, false],
    ['ICD-10-PCS infusion of fluid', { code: concept('http://www.cms.gov/Medicare/Coding/ICD10', '3E0337Z') }, false],
    ['unlisted and uncategorised', { code: concept(SNOMED, '430193006') }, false],
    ['a code of another system', { code: concept('https://other.example', '90470006') }, false],
  ])('%s', (_name, more, counts) => {
    expect(codes([procedure({ performedDateTime: '2026-03-20', ...more })])).toEqual(
      counts ? ['recent-treatment'] : [],
    );
  });

  test.each([
    ['completed', ['recent-treatment']],
    ['stopped', ['recent-treatment']],
    ['in-progress', ['recent-treatment']],
    ['on-hold', ['recent-treatment']],
    ['not-done', []],
    ['entered-in-error', []],
    ['unknown', []],
  ])('with status %s', (status, expected) => {
    expect(codes([procedure({ status, performedDateTime: '2026-03-20' })])).toEqual(expected);
  });

  test('what goes on is recent, however long ago it began', () => {
    expect(codes([procedure({ status: 'in-progress', performedPeriod: { start: '2025-01-01' } })])).toEqual([
      'recent-treatment',
    ]);
  });

  const given = (medication: object, more: object = {}): Resource =>
    record('MedicationAdministration', 'm', {
      status: 'completed',
      effectiveDateTime: '2026-03-20',
      ...medication,
      ...more,
    });
  const drug = (system: string, code: string): object => ({ medicationCodeableConcept: concept(system, code) });

  test.each([
    ['ATC L01', given(drug('http://www.whocc.no/atc', 'L01XA01')), true],
    ['a listed substance', given(drug('http://www.nlm.nih.gov/research/umls/rxnorm', '2555')), true],
    ['another ATC group', given(drug('http://www.whocc.no/atc', 'N02BE01')), false],
    ['too long ago', given(drug('http://www.whocc.no/atc', 'L01XA01'), { effectiveDateTime: '2026-03-01' }), false],
    ['not given', given(drug('http://www.whocc.no/atc', 'L01XA01'), { status: 'not-done' }), false],
  ])('a drug against cancer: %s', (_name, one, counts) => {
    expect(codes([one])).toEqual(counts ? ['recent-treatment'] : []);
  });

  test('the drug may stand in a record of its own', () => {
    const one = given({ medicationReference: { reference: 'Medication/d' } });
    const medication = { resourceType: 'Medication', id: 'd', code: concept('http://www.whocc.no/atc', 'L01XA01') };
    expect(codes([one, medication])).toEqual(['recent-treatment']);
    expect(codes([one])).toEqual([]);
  });

  test('the form gives the day', () => {
    expect(codes([form({ 'recent-treatment': [{ valueDate: '2026-03-02' }] })])).toEqual(['recent-treatment']);
    expect(codes([form({ 'recent-treatment': [{ valueDate: '2026-03-01' }] })])).toEqual([]);
  });

  test('the span is the rule’s own', () => {
    const exclusions = [
      { code: 'recent-treatment', action: 'refuse', override: 'nobody', within: { amount: 6, unit: 'weeks' } },
    ] as const;
    const old = procedure({ performedDateTime: '2026-03-01' });
    expect(find([old], {}, { exclusions }).map(({ code }) => code)).toEqual(['recent-treatment']);
  });
});

describe('caution and advice', () => {
  test('a specialty in which first diagnoses are usually right', () => {
    const [finding] = find([], { performerType: concept(SNOMED, '394579002') });
    expect(finding).toMatchObject({ action: 'caution', issue: { severity: 'warning', key: 'low-yield-specialty' } });
    expect(codes([], { performerType: concept(SNOMED, '394593009') })).toEqual([]);
    // Where the case is routed to counts before what was asked for.
    const request = requestFor([], { performerType: concept(SNOMED, '394593009') });
    expect(exclusionsOf(rulesWith({ exclusions: EVERY }), request, [], NOW, '394579002')).toHaveLength(1);
  });

  const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
  test.each([
    [
      'a Procedure in preparation',
      [record('Procedure', 'p', { status: 'preparation', code: concept(SNOMED, '90470006') })],
      {},
    ],
    ['an order', [record('ServiceRequest', 's', { status: 'active', category: [concept(SNOMED, '387713003')] })], {}],
    ['a reason', [], { reasonCode: [concept(SNOMED, '387713003')] }],
    ['a detail of the order', [], { orderDetail: [concept(SNOMED, '90470006')] }],
    ['an examination before surgery', [record('Condition', 'c', { code: concept(ICD, 'Z01.818') })], {}],
  ])('surgery is planned: %s', (_name, records, more) => {
    const found = find(records, more);
    expect(found).toMatchObject([
      { code: 'surgery-candidate', issue: { severity: 'information', code: 'informational' } },
    ]);
    expect(found[0]!.issue.text).toContain('appointment in person');
  });

  test.each([
    ['a biopsy in preparation', record('Procedure', 'p', { status: 'preparation', code: concept(SNOMED, '65575008') })],
    [
      'an order that was revoked',
      record('ServiceRequest', 's', { status: 'revoked', code: concept(SNOMED, '90470006') }),
    ],
    ['another examination', record('Condition', 'c', { code: concept(ICD, 'Z01.00') })],
  ])('and is not: %s', (_name, one) => {
    expect(codes([one])).toEqual([]);
  });
});

test('rules decide: those that a programme does not have are not looked for', () => {
  const stay = record('Encounter', 'e', { status: 'in-progress', class: { system: ACT, code: 'IMP' } });
  expect(find([stay], {}, { exclusions: [] })).toEqual([]);
  const exclusions = [{ code: 'inpatient', action: 'caution', override: 'nobody' }] as const;
  expect(find([stay], {}, { exclusions })).toMatchObject([{ issue: { severity: 'warning' } }]);
});

test('no text holds a value of the patient', () => {
  const secret = 'Verborgen';
  const stay = record('Encounter', 'e', {
    status: 'in-progress',
    class: { system: ACT, code: 'IMP', display: secret },
    reasonCode: [{ text: secret }],
  });
  expect(JSON.stringify(find([stay]))).not.toContain(secret);
});
