import { expect, test } from '@jest/globals';
import { findCancer } from '../../src/demo/find-cancer.ts';
import type { Condition } from '../../src/demo/fhir.ts';

function condition(display: string, onsetDateTime?: string, code?: string): Condition {
  return {
    resourceType: 'Condition',
    code: { coding: [{ display, ...(code === undefined ? {} : { code }) }] },
    ...(onsetDateTime === undefined ? {} : { onsetDateTime }),
  };
}

function found(...conditions: Condition[]): string | undefined {
  return findCancer(conditions)?.code?.coding?.[0]?.display;
}

test('the gravest name of the disease is the one that the case is about', () => {
  const spread = ['Neoplasm of prostate', 'Carcinoma in situ of prostate', 'Primary malignant neoplasm of colon'];
  const metastasis = 'Metastasis from malignant tumor of prostate (disorder)';
  expect(found(...spread.slice(0, 1).map((name) => condition(name)))).toBe(spread[0]);
  expect(found(...spread.slice(0, 2).map((name) => condition(name)))).toBe(spread[1]);
  expect(found(...spread.map((name) => condition(name)))).toBe(spread[2]);
  expect(found(condition(metastasis), ...spread.map((name) => condition(name)))).toBe(metastasis);
});

test('an ICD-10 code counts when the name says nothing', () => {
  expect(found(condition('Khối u', undefined, 'C18.7'), condition('Neoplasm of colon'))).toBe('Khối u');
  expect(found(condition('Gan', undefined, 'C78.7'), condition('Carcinoma of colon'))).toBe('Gan');
});

test('of two of a kind the later one is taken', () => {
  expect(found(condition('Lung cancer', '2011-01-01'), condition('Breast cancer', '2019-05-01'))).toBe('Breast cancer');
});

test('what is no cancer, or only spoken of, is left alone', () => {
  const others = [
    'Polyp of colon',
    'History of malignant melanoma',
    'Suspected lung cancer',
    'Benign neoplasm of skin',
  ];
  expect(found(...others.map((name) => condition(name)), { resourceType: 'Condition' })).toBeUndefined();
});
