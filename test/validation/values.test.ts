import { describe, expect, it } from '@jest/globals';
import { findings, request, validate } from './check.ts';

/** An extension may have a value of any type, so it tries all of them. */
function withValue(type: string, value: unknown): unknown {
  return {
    resourceType: 'Basic',
    code: { text: 'A' },
    extension: [{ url: 'https://example.org/v', [`value${type}`]: value }],
  };
}

const raw = (text: string): unknown => JSON.rawJSON(text);

describe('valid values', () => {
  it.each<[string, unknown[]]>([
    ['Boolean', [true, false]],
    ['Integer', [0, -2147483648, 2147483647]],
    ['PositiveInt', [1, 2147483647]],
    ['UnsignedInt', [0, 2147483647]],
    ['Decimal', [0, -1.5, 100, raw('1.10'), raw('1e-22'), raw('123456789012345678'), raw('-0.0')]],
    [
      'String',
      [
        'a',
        ' a ',
        'line\r\n\tbreak',
        'ü',
        '😀',
        '\u0085\u00a0\ufffd\u{10ffff}',
        '\u00a0',
        '漢字',
        'a'.repeat(1024 * 1024),
      ],
    ],
    ['Markdown', ['# a\n* b']],
    ['Code', ['a', 'a b', 'A-1.2']],
    ['Id', ['a', 'A-1.b', 'a'.repeat(64)]],
    ['Uri', ['https://example.org/a?b=c', 'urn:oid:1.2.3', 'a']],
    ['Url', ['https://example.org']],
    ['Canonical', ['https://example.org/a|1.0']],
    ['Oid', ['urn:oid:1.2.3', 'urn:oid:2.16.840.1']],
    ['Uuid', ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520']],
    ['Base64Binary', ['QQ==', 'QUI=', 'QUJD', 'QUJD\nQUJD']],
    ['Date', ['2026', '2026-02', '2026-02-28', '2024-02-29', '2000-02-29', '1900-12-31']],
    ['DateTime', ['2026', '2026-02', '2026-02-28', '2026-02-28T10:00:00Z', '2026-02-28T23:59:60.123+14:00']],
    ['Instant', ['2026-02-28T10:00:00Z', '2026-02-28T10:00:00.123456-05:30']],
    ['Time', ['00:00:00', '23:59:59.9']],
  ])('of %s', (type, values) => {
    for (const value of values) expect(validate(withValue(type, value))).toEqual([]);
  });
});

describe('values of the wrong JSON type', () => {
  it.each<[string, unknown[]]>([
    ['Boolean', ['true', 1, {}]],
    ['Integer', ['1', true, {}]],
    ['Decimal', ['1.0', true]],
    ['String', [1, true, {}, raw('1.0')]],
    ['Date', [2026]],
  ])('of %s', (type, values) => {
    for (const value of values) {
      expect(findings(withValue(type, value))).toEqual(['wrong-json-type Basic.extension[0].value']);
    }
  });
});

describe('invalid values', () => {
  it.each<[string, unknown[]]>([
    ['Integer', [1.5, 2147483648, -2147483649, raw('1.0'), raw('1e2')]],
    ['PositiveInt', [0, -1]],
    ['UnsignedInt', [-1]],
    ['String', ['', ' ', '\t\r\n', 'a\u0000', 'a\u001f', 'a\ufffe', '\uffff', 'a\ud800', 'a'.repeat(1024 * 1024 + 1)]],
    ['Markdown', ['', ' \n', '\u000b', 'a\ufffe']],
    ['Code', ['', ' a', 'a ', 'a  b', '\t', 'a\u0001', '\uffff']],
    ['Id', ['', 'a_b', 'a/b', 'ä', 'a'.repeat(65)]],
    ['Uri', ['', 'a b', ' ', 'a\u0001', 'a\ufffe']],
    ['Url', ['a\u0000', 'a\uffff']],
    ['Canonical', ['', 'a b', 'a\u001f', '\ufffe']],
    ['Oid', ['1.2.3', 'urn:oid:3.1', 'urn:oid:1.02']],
    ['Uuid', ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520', 'urn:uuid:1']],
    ['Base64Binary', ['', 'Q', 'QQ=', 'QQ==QQ==', 'Q?==', ' ', 'QU\u000bJD', 'QU\u00a0JD', `${' '.repeat(50_000)}!`]],
    [
      'Date',
      [
        '',
        '26',
        '2026-13',
        '2026-00',
        '2026-02-30',
        '2026-04-31',
        '2025-02-29',
        '1900-02-29',
        '2026-2-1',
        '2026-02-28T10:00:00Z',
      ],
    ],
    [
      'DateTime',
      [
        '2026-02-28T10:00:00',
        '2026-02-28T10:00Z',
        '2026-02-30T10:00:00Z',
        '2026-02-28T24:00:00Z',
        '2026-02-28 10:00:00Z',
      ],
    ],
    ['Instant', ['2026', '2026-02-28', '2026-02-28T10:00:00', '2025-02-29T10:00:00Z', '2026-02-28T10:00:00+15:00']],
    ['Time', ['10:00', '24:00:00', '10:00:00Z', '']],
  ])('of %s', (type, values) => {
    for (const value of values) {
      expect([value, ...findings(withValue(type, value))]).toEqual([value, 'invalid-value Basic.extension[0].value']);
    }
  });
});

it.each(['Code', 'Oid', 'Uri', 'DateTime', 'Date', 'String'])(
  '%s of many megabytes is refused, not run aground on',
  (type) => {
    const text = `urn:oid:1${'.1'.repeat(8 * 1024 * 1024)}`;
    expect(findings(withValue(type, text))).toEqual(['invalid-value Basic.extension[0].value']);
  },
);

it('base64Binary may have many megabytes', () => {
  expect(findings(withValue('Base64Binary', 'QUJD'.repeat(4 * 1024 * 1024)))).toEqual([]);
});

describe('codes with a required binding', () => {
  it('are of the value set', () => {
    expect(validate(request({ status: 'activ' }))).toEqual([
      {
        severity: 'error',
        code: 'code-invalid',
        firm: true,
        key: 'code-not-allowed',
        text: 'status has to be one of: draft, active, on-hold, revoked, completed, entered-in-error, unknown.',
        expression: 'ServiceRequest.status',
      },
    ]);
  });

  it('are not listed where there are many', () => {
    const [issue] = validate({ resourceType: 'GraphDefinition', name: 'A', status: 'draft', start: 'Nonsense' });
    expect(issue).toMatchObject({ key: 'code-not-allowed', expression: 'GraphDefinition.start' });
    expect(issue?.text).toBe('start has to be a code of http://hl7.org/fhir/ValueSet/resource-types.');
  });

  it('are free where the value set cannot be listed or the binding is weaker', () => {
    const resource = { resourceType: 'Binary', contentType: 'application/x-invented', language: 'xx' };
    expect(validate(resource)).toEqual([]);
  });
});

it('no text or place of an issue holds a value of the resource', () => {
  const secret = 'Zaphod';
  const issues = validate({
    resourceType: 'Patient',
    id: `${secret} ${secret}`,
    gender: secret,
    birthDate: secret,
    active: secret,
    name: secret,
    [`${secret} Beeble`]: secret,
    maritalStatus: { coding: [{ code: ` ${secret}` }], [secret + '-x']: 1 },
    managingOrganization: { reference: `Patient/${secret}` },
    generalPractitioner: [{ reference: `#${secret}` }, { reference: `${secret}/1` }, { reference: secret }],
    text: { status: 'generated', div: `<p>${secret}</p>` },
    contained: [{ resourceType: secret }],
  });
  expect(issues.length).toBeGreaterThan(10);
  expect(JSON.stringify(issues)).not.toContain(secret);
});
