import { describe, expect, test } from '@jest/globals';
import { definitions } from '../definitions/r4.ts';
import { describeScope, describeScopes } from '../../src/pages/index.ts';
import type { Language } from '../../src/pages/index.ts';
import { textsIn } from '../../src/pages/texts/texts-in.ts';
import { LANGUAGES } from './samples.ts';

const OBSERVATION = 'http://terminology.hl7.org/CodeSystem/observation-category';

function say(text: string, language: Language = 'en') {
  return describeScope(text, { language, patient: 'Mrs Tran' });
}

describe('a scope in plain words', () => {
  test.each([
    ['patient/DocumentReference.rs', 'Read the documents of Mrs Tran', 'read'],
    ['patient/DocumentReference.r', 'Read the documents of Mrs Tran', 'read'],
    ['patient/DocumentReference.s', 'Read the documents of Mrs Tran', 'read'],
    ['patient/DocumentReference.read', 'Read the documents of Mrs Tran', 'read'],
    ['patient/Appointment.c', 'Add the appointments of Mrs Tran', 'write'],
    ['patient/Appointment.crus', 'Read, add and change the appointments of Mrs Tran', 'write'],
    ['patient/Appointment.write', 'Add, change and delete the appointments of Mrs Tran', 'delete'],
    ['patient/Appointment.*', 'Read, add, change and delete the appointments of Mrs Tran', 'delete'],
    ['user/DiagnosticReport.rs', 'Read the diagnostic reports that you may see', 'read'],
    ['user/Communication.c', 'Add messages in your name', 'write'],
    ['user/Task.ru', 'Read and change tasks and case progress in your name', 'write'],
    ['user/*.rs', 'Read all records that you may see', 'read'],
    ['patient/*.cruds', 'Read, add, change and delete all records of Mrs Tran', 'delete'],
    ['user/*.cu', 'Add and change all records in your name', 'write'],
    ['system/Coverage.rs', 'Read the insurance cover that its organisation may see', 'read'],
    ['patient/Basic.rs', 'Read the records of the kind “Basic” of Mrs Tran', 'read'],
    ['patient/constructor.rs', 'Use the permission “patient/constructor.rs”', 'write'],
    ['patient/HasOwnProperty.rs', 'Read the records of the kind “HasOwnProperty” of Mrs Tran', 'read'],
  ])('%s', (text, sentence, weight) => {
    expect(say(text)).toMatchObject({ text, sentence, weight, locked: false });
  });

  test.each([
    ['vi', 'patient/DocumentReference.rs', 'Xem tài liệu của Mrs Tran'],
    ['vi', 'patient/DocumentReference.cruds', 'Xem, thêm, sửa và xóa tài liệu của Mrs Tran'],
    ['vi', 'user/Communication.c', 'Thêm tin nhắn trao đổi dưới danh nghĩa của quý vị'],
    ['zh', 'patient/DocumentReference.rs', '查看Mrs Tran的医疗文档'],
    ['zh', 'patient/DocumentReference.cruds', '查看、添加、修改和删除Mrs Tran的医疗文档'],
    ['zh', 'user/*.rs', '查看您有权查看的全部记录'],
  ] as const)('%s: %s', (language, text, sentence) => {
    expect(say(text, language).sentence).toBe(sentence);
  });

  test('before a patient is chosen nobody is named', () => {
    expect(describeScope('patient/Condition.rs', { language: 'en' }).sentence).toBe(
      'Read the diagnoses and health problems of the patient you choose',
    );
  });

  test('an organisation that is known is named', () => {
    const { sentence } = describeScope('system/Claim.rs', { language: 'en', organization: 'Riverside' });
    expect(sentence).toBe('Read the claims and cost estimates that Riverside may see');
  });

  test.each(['laboratory', 'vital-signs', 'imaging', 'social-history', 'survey', 'exam', 'procedure'])(
    'Observation, only of category %s',
    (code) => {
      for (const language of LANGUAGES) {
        const { categories, records } = textsIn(language);
        const word = categories[code as keyof typeof categories];
        for (const value of [`${OBSERVATION}|${code}`, code]) {
          const item = say(`patient/Observation.rs?category=${value}`, language);
          expect(item.sentence).toContain(word);
          expect(item.sentence).not.toContain(records.Observation);
          expect(item.detail).toBeUndefined();
        }
      }
    },
  );

  test.each([
    ['patient/DocumentReference.rs?category=clinical-note', 'Read the clinical notes of Mrs Tran', undefined],
    [
      'patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis',
      'Read the diagnoses made at visits of Mrs Tran',
      undefined,
    ],
    [
      `patient/Observation.rs?category=${OBSERVATION}|laboratory,${OBSERVATION}|vital-signs`,
      'Read the laboratory results and vital signs of Mrs Tran',
      undefined,
    ],
    [
      'patient/Observation.rs?category=laboratory&code=http://loinc.org|4548-4',
      'Read the laboratory results of Mrs Tran',
      'Only those with code = http://loinc.org|4548-4',
    ],
    [
      'patient/Observation.rs?category=laboratory&category=exam',
      'Read the examination findings of Mrs Tran',
      'Only those with category = laboratory',
    ],
    // What only looks like a known category is shown as it stands.
    [
      'patient/Observation.rs?category=https://elsewhere.example|laboratory',
      'Read the findings and measurements of Mrs Tran',
      'Only those with category = https://elsewhere.example|laboratory',
    ],
    [
      'patient/Observation.rs?category:not=laboratory',
      'Read the findings and measurements of Mrs Tran',
      'Only those with category:not = laboratory',
    ],
    [
      'patient/Observation.rs?category=laboratory,unheard-of',
      'Read the findings and measurements of Mrs Tran',
      'Only those with category = laboratory,unheard-of',
    ],
    [
      'patient/Procedure.rs?category=exam',
      'Read the procedures and operations of Mrs Tran',
      'Only those with category = exam',
    ],
    [
      'patient/Observation.rs?status=final&date=ge2026-01-01',
      'Read the findings and measurements of Mrs Tran',
      'Only those with date = ge2026-01-01 and status = final',
    ],
  ])('%s', (text, sentence, detail) => {
    const item = say(text);
    expect({ sentence: item.sentence, detail: item.detail }).toEqual({ sentence, detail });
  });

  test.each([
    ['openid', 'identity', true],
    ['fhirUser', 'identity', false],
    ['profile', 'identity', false],
    ['launch', 'context', true],
    ['launch/patient', 'context', true],
    ['launch/encounter', 'context', true],
    ['offline_access', 'offline', false],
    ['online_access', 'offline', false],
  ] as const)('%s has words of its own', (text, weight, locked) => {
    for (const language of LANGUAGES) {
      const { words } = textsIn(language).scopes;
      expect(say(text, language)).toMatchObject({ text, sentence: words[text], weight, locked });
    }
  });

  test('everything and deleting come with a caution, the rest without', () => {
    const { everythingCaution, deleteCaution } = textsIn('en').scopes;
    expect(say('patient/*.rs').caution).toBe(everythingCaution);
    expect(say('patient/Task.d').caution).toBe(deleteCaution);
    expect(say('patient/*.cruds').caution).toBe(`${everythingCaution} ${deleteCaution}`);
    expect(say('patient/Task.crus').caution).toBeUndefined();
  });

  test.each([
    '',
    'patient/Task',
    'patient/Task.',
    'patient/Task.sr',
    'toString',
    '__proto__',
    'patient/*.rs?code=1',
    'x'.repeat(900),
  ])('what is not understood is shown and counts as a write: %j', (text) => {
    const item = say(text);
    expect(item).toMatchObject({ text, weight: 'write', locked: false });
    expect(item.sentence).toBe(`Use the permission “${text}”`);
  });

  test('a name from right to left does not turn the sentence, and no name turns itself', () => {
    const inArabic = describeScope('patient/Task.rs', { language: 'en', patient: 'ليلى حداد' });
    expect(inArabic.sentence).toBe('Read the tasks and case progress of \u2068ليلى حداد\u2069');
    const turned = describeScope('patient/Task.rs', { language: 'en', patient: 'Tran\u202E\u0000\n\u2066 Mai' });
    expect(turned.sentence).toBe('Read the tasks and case progress of Tran Mai');
  });

  test('a name is not looked at again for places', () => {
    const { sentence } = describeScope('patient/Task.rs', { language: 'en', patient: '{verbs} {things} $& {x}' });
    expect(sentence).toBe('Read the tasks and case progress of {verbs} {things} $& {x}');
  });

  test('each type that has a word is a type of R4', () => {
    for (const type of Object.keys(textsIn('en').records))
      expect({ type, known: definitions.isResourceType(type) }).toEqual({ type, known: true });
  });
});

describe('scopes that are asked for together', () => {
  const parts = (...scopes: string[]) =>
    describeScopes(scopes, { language: 'en', patient: 'Mrs Tran' }).map(({ partOf }) => partOf);
  const ALL = 'Part of “Read all records of Mrs Tran”';

  test.each([
    [
      ['patient/*.rs', 'patient/Observation.rs'],
      [undefined, ALL],
    ],
    [
      ['patient/Observation.r', 'patient/*.read'],
      [ALL, undefined],
    ],
    // The second of two that say the same.
    [
      ['patient/*.rs', 'patient/*.read'],
      [undefined, ALL],
    ],
    [
      ['patient/Observation.rs', 'patient/Observation.rs?category=laboratory'],
      [undefined, 'Part of “Read the findings and measurements of Mrs Tran”'],
    ],
  ])('%j: %j', (scopes, expected) => {
    expect(parts(...scopes)).toEqual(expected);
  });

  test.each([
    [['patient/*.rs', 'patient/Observation.crs']],
    [['patient/*.rs', 'user/Observation.rs']],
    [['patient/Observation.rs?category=laboratory', 'patient/Observation.r']],
    [['patient/Observation.rs?category=laboratory', 'patient/Observation.rs?category=survey']],
    // `*` does not mean these.
    [['user/*.rs', 'user/AuditEvent.rs']],
    [['openid', 'launch', 'no scope', 'no scope', 'patient/*.rs']],
  ])('none of %j is part of another', (scopes) => {
    expect(parts(...scopes)).toEqual(scopes.map(() => undefined));
  });
});
