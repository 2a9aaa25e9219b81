import { describe, expect, test } from '@jest/globals';
import type { Resource } from '../../../src/fhir/index.ts';
import { override } from '../steps/reviewers.ts';
import {
  codeOf,
  decided,
  ORIGINAL,
  recordsWith,
  refused,
  REPORT,
  reviewed,
  to,
  TRANSLATED,
  withSections,
  write,
} from './world.ts';

/** A letter tells the steps of a plan by their translations, which no section holds. */

const DRAFT: Resource = { ...REPORT, status: 'preliminary' };

/** A companion of a primitive with its translation. */
function inVietnamese(content: string): object {
  const parts = [
    { url: 'lang', valueCode: 'vi' },
    { url: 'content', valueString: content },
  ];
  return { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: parts }] };
}

function planOf(words: string, translated: string): Resource {
  const code = { text: words, _text: inVietnamese(translated) };
  return {
    resourceType: 'CarePlan',
    id: 'c1',
    status: 'active',
    intent: 'proposal',
    subject: to('Patient/p1'),
    activity: [{ detail: { code } }],
  };
}

const issue = (plan: Resource, report = REPORT, ...others: Resource[]) =>
  write(reviewed(), report, DRAFT, { records: recordsWith(plan, report, ...others) });

const SAME = planOf('Osimertinib 80 mg once a day', 'Osimertinib 80 mg mỗi ngày một lần');
const OTHER = planOf('Osimertinib 80 mg once a day', 'Osimertinib 8 mg mỗi ngày một lần');

describe('what a record of the report says in two languages', () => {
  test('is the same in both', () => {
    expect(decided(issue(SAME)).remarks).toEqual([]);
  });

  test.each<readonly [string, Resource, string]>([
    ['dose', OTHER, 'doses'],
    ['side', planOf('Lobectomy on the right side', 'Cắt thùy phổi bên trái'), 'laterality'],
  ])('is refused where it has another %s, named without its words', (_what, plan, kind) => {
    const [told, ...more] = refused(issue(plan));
    expect(more).toEqual([]);
    expect(told).toMatchObject({ key: 'translation-drift', expression: 'DiagnosticReport.extension' });
    expect(told!.text).toContain(`CarePlan.activity[0].detail.code.text: ${kind}`);
    expect(told!.text).not.toMatch(/80|8 mg|phổi/);
  });

  test('goes out once a person has accepted it with a reason', () => {
    const extension = [...(REPORT.extension as object[]), override('translation-drift', 'Compared by Dr Lan.')];
    const { remarks } = decided(issue(OTHER, { ...REPORT, extension }));
    expect(remarks?.map(({ severity, key }) => `${severity} ${key}`)).toEqual(['warning translation-drift']);
  });

  test('is the home side’s own where it is one of the records that were sent', () => {
    const moved = [ORIGINAL, TRANSLATED].map((one) =>
      withSections(one, (sections) =>
        sections.map((section) => (codeOf(section) === 'plan' ? asRecords(section) : section)),
      ),
    );
    const told = issue(OTHER, REPORT, ...moved);
    const keys = Array.isArray(told) ? told.map(({ key }) => key) : [];
    expect(keys).not.toContain('translation-drift');
  });
});

function asRecords(section: Resource): Resource {
  return JSON.parse(JSON.stringify(section).replace('"code":"plan"', '"code":"records"')) as Resource;
}
