import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#number, https://hl7.org/fhir/R4/search.html#quantity */

const UCUM = 'http://unitsofmeasure.org';

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const quantities: Record<string, object> = {
    milli: { value: 5.4, unit: 'mg', system: UCUM, code: 'mg' },
    micro: { value: 5400, unit: 'µg', system: UCUM, code: 'ug' },
    gram: { value: 0.0054, system: UCUM, code: 'g' },
    more: { value: 5.46, system: UCUM, code: 'mg' },
    below: { value: 5, comparator: '<', system: UCUM, code: 'mg' },
    volume: { value: 5.4, system: UCUM, code: 'mL' },
    said: { value: 5.4, unit: 'mg' },
    own: { value: 5.4, system: 'urn:units', code: 'mg' },
    warm: { value: 37, system: UCUM, code: 'Cel' },
  };
  for (const [id, valueQuantity] of Object.entries(quantities)) {
    const observation = { resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, valueQuantity };
    expect((await home.fetch('PUT', `/Observation/${id}`, observation)).status).toBe(201);
  }
  for (const [id, decimal] of [
    ['tenth', '0.1'],
    ['hundred', '100'],
    ['exact', '100.00'],
  ]) {
    const text = `{"resourceType":"RiskAssessment","id":"${id}","status":"final","subject":{"display":"x"},"prediction":[{"probabilityDecimal":${decimal}}]}`;
    expect((await home.fetch('PUT', `/RiskAssessment/${id}`, text)).status).toBe(201);
  }
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('a quantity', () => {
  const worth = ['gram', 'micro', 'milli'];

  test.each([
    // Whatever unit it is written in: what it is worth.
    [`5.4|${UCUM}|mg`, worth],
    [`5400|${UCUM}|ug`, worth],
    [`0.0054|${UCUM}|g`, worth],
    [`5.5|${UCUM}|mg`, ['more']],
    [`gt5.4|${UCUM}|mg`, ['more']],
    [`ge5.4|${UCUM}|mg`, [...worth, 'more'].sort()],
    [`lt5.4|${UCUM}|mg`, ['below']],
    [`le5.4|${UCUM}|mg`, ['below', ...worth]],
    [`ne5.4|${UCUM}|mg`, ['below', 'more']],
    [`sa5.4|${UCUM}|mg`, ['more']],
    [`eb5.4|${UCUM}|mg`, ['below']],
    [`ap5|${UCUM}|mg`, ['below', 'gram', 'micro', 'milli', 'more']],
    [`5.0|${UCUM}|mg,5.46|${UCUM}|mg`, ['more']],
    // By code or unit alone, as it is written.
    ['5.4||mg', ['milli', 'own', 'said']],
    ['5400||ug', ['micro']],
    ['5400||µg', ['micro']],
    ['5.4|urn:units|mg', ['own']],
    // Without a unit: the number.
    ['5.4', ['milli', 'own', 'said', 'volume']],
    [`37|${UCUM}|Cel`, ['warm']],
    [`310.15|${UCUM}|K`, []],
  ])('%s', async (value, ids) => {
    expect(await find(`/Observation?value-quantity=${encodeURIComponent(value)}`)).toEqual(ids);
  });

  test('may be missing', async () => {
    expect(await find('/Observation?value-quantity:missing=true')).toEqual([]);
  });

  test.each([
    ['5.4|mg', 'bad-quantity'],
    ['5.4|a|b|c', 'bad-quantity'],
    ['five', 'bad-number'],
  ])('is refused as %s', async (value, key) => {
    expectOutcome(await home.fetch('GET', `/Observation?value-quantity=${value}`), 400, key);
  });
});

describe('a number', () => {
  test.each([
    ['100', ['exact', 'hundred']],
    ['100.00', ['exact', 'hundred']],
    ['1e2', ['exact', 'hundred']],
    ['lt100', ['tenth']],
    ['le100', ['exact', 'hundred', 'tenth']],
    ['gt0.1', ['exact', 'hundred']],
    ['ge100', ['exact', 'hundred']],
    ['ne100', ['tenth']],
    ['0.1', ['tenth']],
  ])('%s', async (value, ids) => {
    expect(await find(`/RiskAssessment?probability=${value}`)).toEqual(ids);
  });
});

describe('an age', () => {
  test('is a quantity in years, months and days', async () => {
    for (const [id, value, code] of [
      ['adult', 40, 'a'],
      ['child', 30, 'mo'],
    ] as const) {
      const condition = {
        resourceType: 'Condition',
        id,
        subject: { display: 'x' },
        onsetAge: { value, system: UCUM, code },
      };
      expect((await home.fetch('PUT', `/Condition/${id}`, condition)).status).toBe(201);
    }
    expect(await find(`/Condition?onset-age=lt10|${UCUM}|a`)).toEqual(['child']);
    expect(await find(`/Condition?onset-age=gt12|${UCUM}|mo`)).toEqual(['adult', 'child']);
  });
});
