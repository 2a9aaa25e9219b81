import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#composite */

const UCUM = 'http://unitsofmeasure.org';
const LOINC = 'http://loinc.org';

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const coded = (code: string): object => ({ coding: [{ system: LOINC, code }] });
  const pressure = (code: string, value: number): object => ({
    code: coded(code),
    valueQuantity: { value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' },
  });
  const put = async (id: string, more: object): Promise<void> => {
    const observation = { resourceType: 'Observation', id, status: 'final', ...more };
    const { status, text } = await home.fetch('PUT', `/Observation/${id}`, observation);
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  await put('low', { code: coded('85354-9'), component: [pressure('8480-6', 107), pressure('8462-4', 60)] });
  await put('high', { code: coded('85354-9'), component: [pressure('8480-6', 160), pressure('8462-4', 105)] });
  await put('single', pressure('8480-6', 120));
  await put('dated', { code: coded('11884-4'), valueDateTime: '2026-03-04' });
  await put('span', { code: coded('11884-4'), valuePeriod: { start: '2026-03-01', end: '2026-03-31' } });
  await put('told', { code: coded('29463-7'), valueString: 'Größer als 100 kg' });
  await put('group', { code: coded('883-9'), valueCodeableConcept: coded('LA19710-5') });
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('both parts are of one element', () => {
  test.each([
    ['component-code-value-quantity=8480-6$107', ['low']],
    ['component-code-value-quantity=8480-6$lt107', []],
    ['component-code-value-quantity=8462-4$lt107', ['high', 'low']],
    ['component-code-value-quantity=8480-6$ge160', ['high']],
    [`component-code-value-quantity=${LOINC}|8480-6$gt110||mm[Hg]`, ['high']],
    [`component-code-value-quantity=8480-6$gt16|${UCUM}|kPa`, ['high']],
    ['code-value-quantity=8480-6$gt100', ['single']],
    [`code-value-quantity=${LOINC}|8480-6$120|${UCUM}|mm[Hg]`, ['single']],
    ['combo-code-value-quantity=8480-6$gt110', ['high', 'single']],
    ['combo-code-value-quantity=8480-6$lt110,8462-4$gt100', ['high', 'low']],
    ['component-code-value-quantity=8480-6$gt150&component-code-value-quantity=8462-4$gt100', ['high']],
    ['component-code-value-quantity=8480-6$gt150&component-code-value-quantity=8462-4$lt100', []],
    ['code-value-date=11884-4$2026-03-04', ['dated']],
    ['code-value-date=11884-4$2026-03', ['dated', 'span']],
    ['code-value-date=11884-4$gt2026-03-10', ['span']],
    ['code-value-date=1$2026-03', []],
    ['code-value-string=29463-7$grosser', ['told']],
    ['code-value-string=29463-7$kg', []],
    [`code-value-concept=883-9$${LOINC}|LA19710-5`, ['group']],
    ['combo-code-value-concept=883-9$LA19710-5', ['group']],
    ['component-code-value-quantity:missing=false', ['high', 'low']],
    ['combo-code-value-quantity:missing=false', ['high', 'low', 'single']],
  ])('%s', async (query, ids) => {
    expect(await find(`/Observation?${query}`)).toEqual(ids);
  });
});

test.each([
  ['code-value-quantity=8480-6', 'bad-composite'],
  ['code-value-quantity=8480-6$1$2', 'bad-composite'],
  ['code-value-quantity=8480-6$high', 'bad-number'],
  ['code-value-date=8480-6$then', 'bad-date'],
  ['code-value-quantity=$1', 'bad-composite'],
])('%s is refused', async (query, key) => {
  expectOutcome(await home.fetch('GET', `/Observation?${query}`), 400, key);
});
