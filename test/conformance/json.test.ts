import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** http://hl7.org/fhir/R4/json.html over HTTP: what is refused, and that numbers keep their text */

const XML = 'application/fhir+xml';

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

describe('a body that JSON leaves open is refused with its place', () => {
  const patient = (members: string): string => `{"resourceType":"Patient",\n${members}}`;
  test.each<[string, string, string | undefined, string | Buffer]>([
    ['duplicate-name', 'line 2, column 17', 'Patient.birthDate', patient('"birthDate":"1","birthDate":"2"')],
    ['forbidden-name', 'line 2, column 11', 'Patient.name[0]', patient('"name":[{ "__proto__":{}}]')],
    ['forbidden-name', 'line 2, column 1', 'Patient.constructor', patient('"constructor":{}')],
    [
      'number-too-large',
      'line 2, column 24',
      'Patient.multipleBirthInteger',
      patient('"multipleBirthInteger":1e100000'),
    ],
    ['nul-character', 'line 2, column 11', 'Patient.gender', patient('"gender":"\\u0000"')],
    ['lone-surrogate', 'line 2, column 18', 'Patient.name[0].text', patient('"name":[{"text":"\\ud800"}]')],
    ['malformed-json', 'line 2, column 10', 'Patient.active', patient('"active":NaN')],
    ['malformed-json', 'line 2, column 15', 'Patient', patient('"active":true,')],
    ['malformed-json', 'line 2, column 1', 'Patient', patient('// a comment')],
    ['malformed-json', 'line 2, column 15', undefined, patient('"active":true}')],
    [
      'too-deep',
      'line 2, column 448',
      `Patient${'.extension[0]'.repeat(32)}`,
      patient(`"extension":${'[{"extension":'.repeat(40)}`),
    ],
    ['byte-order-mark', 'line 1, column 1', undefined, `\ufeff${patient('"active":true')}`],
    ['invalid-utf8', 'line 2, column 11', 'Patient.gender', Buffer.from(patient('"gender":"ä"'), 'latin1')],
    ['invalid-utf8', 'line 1, column 1', undefined, Buffer.from(`\ufeff${patient('"active":true')}`, 'utf16le')],
  ])('%s: %s', async (key, where, expression, body) => {
    for (const path of ['/Patient', '/Patient/$validate', '']) {
      const answer = await home.fetch('POST', path, body);
      expectOutcome(answer, 400, key, expression);
      expect(answer.body.issue[0].details.text).toContain(`(${where})`);
    }
  });

  test('in its answer in XML, too', async () => {
    const answer = await home.fetch('PUT', '/Patient/a', patient('"a":1,"a":2'), { accept: XML });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, `${XML}; charset=utf-8`]);
    expect(answer.text).toContain('duplicate-name');
    expect(answer.text).toContain('<expression value="Patient.a"/>');
  });
});

describe('numbers keep their text', () => {
  const DIGITS = [
    '1.10',
    '1.00',
    '1E-22',
    '0.000',
    '-0.0',
    '123456789012345678',
    '0.123456789012345678',
    '5.0e+2',
    '-7',
  ];
  const observation = (id: string, subject = ''): string =>
    `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"digits"},${subject}"component":[${DIGITS.map(
      (digits) => `{"code":{"text":"a"},"valueQuantity":{"value":${digits}}}`,
    ).join()}]}`;

  /** The texts of all numbers in the components of the one Observation in an answer. */
  function digitsIn({ text }: Pick<Answer, 'text'>): string[] {
    const pattern = text.startsWith('<')
      ? /<valueQuantity><value value="([^"]*)"\/>/g
      : /"valueQuantity":\{"value":([^,}]*)\}/g;
    return [...text.matchAll(pattern)].map(([, digits]) => digits!);
  }

  async function expectEverywhere(id: string): Promise<void> {
    const path = `/Observation/${id}`;
    for (const headers of [{}, { accept: XML }]) {
      for (const way of [path, `${path}/_history/1`, `${path}/_history`, `/Observation?_id=${id}`]) {
        const answer = await home.fetch('GET', way, undefined, headers);
        expect([way, answer.status, digitsIn(answer)]).toEqual([way, 200, DIGITS]);
      }
      const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
      expect(digitsIn(await home.fetch('POST', '/Observation/_search', `_id=${id}`, form))).toEqual(DIGITS);
    }
  }

  test('from a create on', async () => {
    const made = await home.fetch('POST', '/Observation', observation('x'));
    expect([made.status, digitsIn(made)]).toEqual([201, DIGITS]);
    await expectEverywhere(made.body.id);
  });

  test('from an update on', async () => {
    const made = await home.fetch('PUT', '/Observation/updated', observation('updated'));
    expect([made.status, digitsIn(made)]).toEqual([201, DIGITS]);
    await expectEverywhere('updated');
    const again = await home.fetch('PUT', '/Observation/updated', made.text.replace('"final"', '"amended"'));
    expect([again.status, digitsIn(again)]).toEqual([200, DIGITS]);
  });

  test('from a create in XML on', async () => {
    const components = DIGITS.map(
      (digits) =>
        `<component><code><text value="a"/></code><valueQuantity><value value="${digits}"/></valueQuantity></component>`,
    );
    const xml = `<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code><text value="digits"/></code>${components.join('')}</Observation>`;
    const made = await home.fetch('POST', '/Observation', xml, {
      'content-type': XML,
      accept: 'application/fhir+json',
    });
    expect([made.status, digitsIn(made)]).toEqual([201, DIGITS]);
    await expectEverywhere(made.body.id);
  });

  test.each(['transaction', 'batch'])('from a %s on', async (type) => {
    // The reference is rewritten in a transaction, so that the record is taken apart and written again.
    const subject = type === 'batch' ? '' : '"subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},';
    const bundle = `{"resourceType":"Bundle","type":"${type}","entry":[
      {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Patient"},
        "request":{"method":"POST","url":"Patient"}},
      {"resource":${observation(type, subject)},"request":{"method":"PUT","url":"Observation/${type}"}}]}`;
    const answer = await home.fetch('POST', '', bundle, { prefer: 'return=representation' });
    expect([answer.status, digitsIn(answer)]).toEqual([200, DIGITS]);
    await expectEverywhere(type);
    const reading = { method: 'GET', url: `Observation/${type}` };
    const read = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [{ request: reading }] });
    expect(digitsIn(read)).toEqual(DIGITS);
  });
});
