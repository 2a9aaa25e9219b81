import { describe, expect, test } from '@jest/globals';
import type { Issue } from '../../../src/base/index.ts';
import { checkPacket } from '../../../src/cases/packet/check.ts';
import { isRead } from '../../../src/cases/packet/languages.ts';
import { readPacket } from '../../../src/cases/packet/read.ts';
import { NO_RULES } from '../../../src/cases/programme/no-rules.ts';
import type { ProgrammeRules, ServiceRules } from '../../../src/cases/programme/rules.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { concept, consent, document, record, requestFor, rulesWith, SENT, wants } from './records.ts';

function check(
  rules: ProgrammeRules,
  records: readonly Resource[],
  request = requestFor(records),
  service = 'comprehensive-opinion',
): Issue[] {
  return checkPacket(rules, readPacket(request, records, SENT), { service, now: SENT });
}

function about(issues: readonly Issue[], key: string): Issue[] {
  return issues.filter((issue) => issue.key === key);
}

test('a programme that gave no rules requires nothing, and says nothing', () => {
  expect(check(NO_RULES, [document('narrative')])).toEqual([]);
});

describe('languages', () => {
  const reads = (translatedBy: 'programme' | 'home'): ProgrammeRules =>
    rulesWith({ languages: { ...NO_RULES.languages, read: ['en', 'zh-Hans'], translatedBy } });
  const inLanguage = (language: string | undefined, more: object = {}): Resource =>
    document('pathology-report', { content: [{ attachment: { contentType: 'application/pdf', language } }], ...more });
  const ask = (rules: ProgrammeRules, ...records: readonly Resource[]): Issue[] =>
    about(check(rules, records), 'document-language');

  test.each([
    ['en', true],
    ['EN-us', true],
    ['zh-Hans', true],
    ['zh-Hans-CN', true],
    ['zh', true],
    ['zh-Hant', false],
    ['eng', false],
    ['vi', false],
    ['', false],
  ])('%s is read: %s', (tag, expected) => {
    expect(isRead(tag, ['en', 'zh-Hans'])).toBe(expected);
  });

  test('another language: the home side translates, or the programme does', () => {
    const [home, ...others] = ask(reads('home'), inLanguage('vi'));
    expect(others).toEqual([]);
    expect(home).toMatchObject({ severity: 'error', code: 'required', expression: 'ServiceRequest.supportingInfo[0]' });
    expect(home!.text).toMatch(/reads en, zh-Hans.*relatesTo\.code transforms/);
    expect(ask(reads('programme'), inLanguage('vi'))).toMatchObject([{ severity: 'information' }]);
    expect(ask(reads('home'), inLanguage('en'))).toEqual([]);
    expect(ask(rulesWith({}), inLanguage('vi'))).toEqual([]);
  });

  test('an unknown language: who has to translate has to know', () => {
    expect(ask(reads('home'), inLanguage(undefined))).toMatchObject([{ severity: 'warning', code: 'incomplete' }]);
    expect(ask(reads('programme'), inLanguage(undefined))).toMatchObject([{ severity: 'information' }]);
    expect(ask(reads('home'), inLanguage(undefined, { language: 'en' }))).toEqual([]);
    const words = record('DiagnosticReport', 'r', { status: 'final', conclusion: 'Invented' });
    for (const by of ['home', 'programme'] as const) {
      const place = (one: Resource): string => ask(reads(by), one)[0]!.text;
      expect(place(words)).toContain('Give it in DiagnosticReport.language');
      expect(place(inLanguage(undefined))).toContain('Give it in DocumentReference.content.attachment.language');
    }
  });

  test('what has its translation in the packet is read in that', () => {
    const target = { reference: 'DocumentReference/doc-pathology-report' };
    const translation = (language: string, code = 'transforms'): Resource =>
      inLanguage(language, { id: 'translation', relatesTo: [{ code, target }] });
    expect(ask(reads('home'), inLanguage('vi'), translation('en'))).toEqual([]);
    expect(ask(reads('home'), inLanguage('vi'), translation('en', 'appends'))).toHaveLength(1);
    expect(ask(reads('home'), inLanguage('vi'), translation('fr'))).toHaveLength(2);
  });

  test('of a record that is no document the translation says that it is about that alone', () => {
    const form = record('QuestionnaireResponse', 'form', { status: 'completed', language: 'vi' });
    const about = (language: string, ...refs: readonly string[]): Resource =>
      inLanguage(language, { id: 'translation', context: { related: refs.map((reference) => ({ reference })) } });
    const asked = ask(reads('home'), form);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.text).toContain('context.related QuestionnaireResponse/form, and no other');
    expect(ask(reads('home'), form, about('en', 'QuestionnaireResponse/form'))).toEqual([]);
    expect(ask(reads('home'), form, about('vi', 'QuestionnaireResponse/form'))).toHaveLength(2);
    expect(ask(reads('home'), form, about('en', 'QuestionnaireResponse/form', 'ImagingStudy/ct'))).toHaveLength(1);
  });

  test('images have no language, reports in words do', () => {
    const dicom = document('imaging', { content: [{ attachment: { contentType: 'application/dicom' } }] });
    const words = record('DiagnosticReport', 'r', { status: 'final', language: 'vi', conclusion: 'Invented' });
    const values = record('DiagnosticReport', 'v', { status: 'final' });
    expect(ask(reads('home'), dicom, values)).toEqual([]);
    expect(ask(reads('home'), words)).toHaveLength(1);
  });
});

describe('on what it rests that records go abroad', () => {
  const rules = wants('consent', 'required');
  const keys = (...records: readonly Resource[]): string[] =>
    check(rules, records)
      .filter(({ severity }) => severity === 'error')
      .map(({ key }) => key);
  const contract: Resource = { resourceType: 'Contract', id: 'c', status: 'executed' };

  test('the patient’s consent is enough', () => {
    expect(keys(consent())).toEqual([]);
    expect(
      keys(consent({ provision: { type: 'permit', period: { start: '2026-03-04', end: '2026-03-04' } } })),
    ).toEqual([]);
  });

  test('without it that is told once; a contract is a basis, and no consent', () => {
    expect(keys()).toEqual(['packet-consent']);
    expect(keys(contract)).toEqual(['packet-consent']);
    expect(keys({ ...contract, status: 'offered' })).toEqual(['packet-consent']);
  });

  test.each([
    ['denied', { provision: { type: 'deny' } }, /does not consent/],
    ['rejected', { status: 'rejected' }, /does not consent/],
    ['not yet given', { status: 'proposed' }, /not active/],
    ['ended', { provision: { period: { end: '2026-03-03' } } }, /provision\.period/],
  ])('a consent that is %s does not count, and says why', (_name, more, text) => {
    const issues = check(rules, [consent(more)]);
    expect(about(issues, 'consent-standing')).toMatchObject([{ severity: 'error', text: expect.stringMatching(text) }]);
    expect(keys(consent(more))).toEqual(['consent-standing']);
  });

  test('where the rules do not require it, it is a warning', () => {
    expect(about(check(rulesWith({}), []), 'transfer-basis')).toMatchObject([{ severity: 'warning' }]);
    expect(about(check(rulesWith({}), [contract]), 'transfer-basis')).toEqual([]);
    const ended = check(rulesWith({}), [consent({ provision: { period: { end: '2026-03-03' } } })]);
    expect(about(ended, 'consent-standing')).toMatchObject([{ severity: 'warning' }]);
    expect(about(ended, 'transfer-basis')).toEqual([]);
  });
});

describe('what it costs, and when it comes', () => {
  const service = (changes: Partial<ServiceRules>): ProgrammeRules =>
    rulesWith({
      services: NO_RULES.services.map((one) => ({ ...one, ...changes })),
      payment: { when: 'before-acceptance', coveredBy: ['insurer', 'employer-benefit'] },
    });
  const text = (rules: ProgrammeRules, key: string, records: readonly Resource[] = [], more: object = {}): string =>
    about(check(rules, records, requestFor(records, more)), key)
      .map((issue) => issue.text)
      .join();

  test('price bands, fixed prices, and prices on request', () => {
    expect(text(service({ price: { currency: 'USD', low: 800, high: 1800 } }), 'price-band')).toContain(
      '800 to 1800 USD',
    );
    expect(text(service({ price: { currency: 'USD', low: 500, high: 500 } }), 'price-band')).toContain('is 500 USD');
    expect(text(service({}), 'price-band')).toContain('on request');
  });

  test('the expected date, from the sending or from when all is there', () => {
    const from = (unit: 'days' | 'weeks' | 'business-days', start: 'submission' | 'complete', more = {}): string =>
      text(service({ turnaround: { amount: unit === 'weeks' ? 4 : 7, unit, from: start, ...more } }), 'expected-date');
    expect(from('days', 'submission')).toContain('2026-03-11');
    expect(from('business-days', 'submission')).toContain('2026-03-13');
    expect(from('weeks', 'complete', { least: 2 })).toMatch(/2 to 4 weeks after all records .* 2026-04-01/);
    expect(text(service({}), 'expected-date')).toContain('no date is promised');
    const free: ProgrammeRules = { ...service({ turnaround: { amount: 2, unit: 'weeks', from: 'complete' } }) };
    expect(text({ ...free, payment: { ...free.payment, when: 'none' } }, 'expected-date')).toContain(
      'after all records are there',
    );
  });

  const cover = (kind: string | undefined, more: object = {}): Resource => ({
    resourceType: 'Coverage',
    id: 'v',
    status: 'active',
    beneficiary: { reference: 'Patient/p1' },
    payor: [{ display: 'Payer' }],
    ...(kind && { type: concept('https://consilium.example/fhir/CodeSystem/payer-kind', kind) }),
    ...more,
  });
  const insured = { insurance: [{ reference: 'Coverage/v' }] };

  test.each([
    ['insurer', {}, undefined],
    ['foundation', {}, /does not take.*insurer, employer-benefit/],
    [undefined, {}, /Coverage\.type/],
    ['insurer', { status: 'cancelled' }, /does not stand/],
    ['insurer', { period: { end: '2026-03-03' } }, /does not stand/],
    ['insurer', { period: { end: '2026-03-04' } }, undefined],
  ])('cover of %s %j', (kind, more, wrong) => {
    const rules = service({});
    const records = [cover(kind, more)];
    const issues = about(check(rules, records, requestFor([], insured)), 'cover');
    if (wrong === undefined) expect(issues).toEqual([]);
    else
      expect(issues).toMatchObject([
        { severity: 'warning', text: expect.stringMatching(wrong), expression: 'ServiceRequest.insurance[0]' },
      ]);
    const price = text(rules, 'price-band', records, insured);
    expect(price).toMatch(wrong === undefined ? /covered by Coverage\/v/ : /paid before the case is accepted/);
  });

  test('a Coverage that the request does not name pays nothing', () => {
    expect(text(service({}), 'price-band', [cover('insurer')])).toContain('name a Coverage of insurer');
  });

  test('a specialty that the programme does not have; of a service that it does not offer there is nothing to say', () => {
    const rules = rulesWith({ services: NO_RULES.services.slice(0, 1), specialties: ['394593009'] });
    expect(check(rules, [consent()])).toEqual([]);
    const packet = readPacket(requestFor([]), [], SENT);
    const asked = { service: 'single-specialist-opinion', specialty: '394579002', now: SENT };
    expect(about(checkPacket(rules, packet, asked), 'specialty-not-offered')).toMatchObject([{ severity: 'warning' }]);
  });
});

test('no text holds a value of the patient', () => {
  const secret = 'Verborgen';
  const records = [
    document('narrative', { description: secret, content: [{ attachment: { title: secret, language: 'vi' } }] }),
    record('Condition', 'c', { code: { text: secret } }),
    record('Procedure', 'p', { status: 'completed', code: { text: secret } }),
  ];
  const rules = wants('laboratory', 'required');
  const told = check({ ...rules, languages: { ...rules.languages, read: ['en'] } }, records);
  expect(told.length).toBeGreaterThan(2);
  expect(JSON.stringify(told)).not.toContain(secret);
});
