import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#string */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const names: Record<string, object> = {
    composed: { family: 'Nguyễn'.normalize('NFC'), given: ['Thị', 'Ánh'] },
    decomposed: { family: 'Nguyễn'.normalize('NFD') },
    chinese: { text: '王小明', family: '王', given: ['小明'] },
    sharp: { family: 'Strauß' },
    comma: { family: 'Smith, Jr' },
    stroke: { family: 'Đặng' },
    empty: { use: 'usual' },
  };
  for (const [id, name] of Object.entries(names)) {
    const patient = {
      resourceType: 'Patient',
      id,
      name: [name],
      address: [{ line: ['1 High St'], city: id === 'sharp' ? 'Köln' : 'York', country: 'DE' }],
    };
    expect((await home.fetch('PUT', `/Patient/${id}`, patient)).status).toBe(201);
  }
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('a string', () => {
  const both = ['composed', 'decomposed'];

  test.each([
    ['family', 'nguyen', both],
    ['family', 'NGUYỄN', both],
    ['family', 'Nguyễn'.normalize('NFD'), both],
    ['name', 'anh', ['composed']],
    ['given', 'ánh', ['composed']],
    ['family:exact', 'Nguyễn'.normalize('NFC'), ['composed']],
    ['family:exact', 'Nguyễn'.normalize('NFD'), ['decomposed']],
    ['family:exact', 'nguyễn', []],
    ['family:contains', 'guy', both],
    ['name', '王', ['chinese']],
    ['name', '王小', ['chinese']],
    ['name:contains', '小', ['chinese']],
    ['family', 'strauss', ['sharp']],
    ['family', 'dang', ['stroke']],
    ['family', 'Smith\\, Jr', ['comma']],
    ['family', 'Smith\\, Jr,Strau', ['comma', 'sharp']],
    ['address', 'koln', ['sharp']],
    ['address-city:exact', 'Köln', ['sharp']],
    ['family:missing', 'true', ['empty']],
    ['family', '%', []],
    ['family', '_', []],
    ['family:contains', '%', []],
  ])('%s=%s', async (name, value, ids) => {
    expect(await find(`/Patient?${name}=${encodeURIComponent(value)}`)).toEqual(ids);
  });

  test('of 80 KB takes no time, and is refused clearly', async () => {
    const long = 'x'.repeat(80_000);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expectOutcome(await home.fetch('POST', '/Patient/_search', `family=${long}`, form), 400, 'too-long');
    const exact = await home.fetch('POST', '/Patient/_search', `family:exact=${long}`, form);
    expect([exact.status, exact.body.entry ?? []]).toEqual([200, []]);
  });
});
