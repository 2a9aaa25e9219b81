import { expect, test } from '@jest/globals';
import { bundleToText, issuesToOutcome, parseJson, resourceToBody } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';

function written(text: string): string {
  const { head, tail } = resourceToBody(parseJson(Buffer.from(text)) as Resource, 'id-1', 7);
  return `${head}2026-01-02T03:04:05.678Z${tail}`;
}
const META = '"versionId":"7","lastUpdated":"2026-01-02T03:04:05.678Z"';

test.each([
  ['nothing else', '{"resourceType":"Patient"}', `{"resourceType":"Patient","id":"id-1","meta":{${META}}}`],
  [
    'an id and a version of the sender',
    '{"id":"x","meta":{"versionId":"99","lastUpdated":"1970"},"resourceType":"Patient","active":true}',
    `{"resourceType":"Patient","id":"id-1","meta":{${META}},"active":true}`,
  ],
  [
    'more meta',
    '{"resourceType":"Patient","meta":{"profile":["http://p"],"versionId":"1","tag":[{"code":"t"}]}}',
    `{"resourceType":"Patient","id":"id-1","meta":{${META},"profile":["http://p"],"tag":[{"code":"t"}]}}`,
  ],
  ['empty meta', '{"resourceType":"Patient","meta":{}}', `{"resourceType":"Patient","id":"id-1","meta":{${META}}}`],
  [
    'numbers',
    '{"resourceType":"Observation","meta":{"extension":[{"url":"http://x","valueDecimal":2.50}]},"valueQuantity":{"value":1.10}}',
    `{"resourceType":"Observation","id":"id-1","meta":{${META},"extension":[{"url":"http://x","valueDecimal":2.50}]},"valueQuantity":{"value":1.10}}`,
  ],
])('a record with %s', (_what, text, expected) => {
  expect(written(text)).toBe(expected);
  expect(() => JSON.parse(expected)).not.toThrow();
});

test('a searchset holds texts as they are', () => {
  const text = bundleToText({
    type: 'searchset',
    lastUpdated: '2026-01-01T00:00:00.000Z',
    total: 2,
    links: [{ relation: 'self', url: 'http://h/fhir/Patient?name=a"b' }],
    entries: [
      {
        fullUrl: 'http://h/fhir/Observation/1',
        body: '{"resourceType":"Observation","valueQuantity":{"value":1.10}}',
        search: 'match',
      },
      { fullUrl: 'http://h/fhir/Patient/2', search: 'include', body: '{}' },
    ],
  });
  expect(text).toContain('"value":1.10');
  expect(JSON.parse(text)).toMatchObject({
    resourceType: 'Bundle',
    type: 'searchset',
    total: 2,
    link: [{ relation: 'self', url: 'http://h/fhir/Patient?name=a"b' }],
    entry: [{ search: { mode: 'match' } }, { search: { mode: 'include' } }],
  });
});

test('an empty page has no entry, which FHIR wants left out', () => {
  const text = bundleToText({ type: 'history', lastUpdated: '2026', links: [], entries: [] });
  expect(JSON.parse(text)).not.toHaveProperty('entry');
});

test('an issue becomes an OperationOutcome', () => {
  expect(
    issuesToOutcome([{ severity: 'error', code: 'value', key: 'bad-id', text: 'Mend it.', expression: 'Patient.id' }]),
  ).toEqual({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'value',
        details: {
          coding: [{ system: 'https://consilium.example/fhir/CodeSystem/issue-key', code: 'bad-id' }],
          text: 'Mend it.',
        },
        diagnostics: 'Mend it.',
        expression: ['Patient.id'],
      },
    ],
  });
});
