import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#date, https://hl7.org/fhir/R4/search.html#prefix */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const dates: Record<string, object> = {
    year: { effectiveDateTime: '2020' },
    month: { effectiveDateTime: '2020-06' },
    day: { effectiveDateTime: '2020-06-15' },
    moment: { effectiveInstant: '2020-06-15T12:00:00.000Z' },
    // The same moment, told elsewhere.
    east: { effectiveDateTime: '2020-06-15T19:00:00+07:00' },
    // The 15th there, the 14th in UTC.
    early: { effectiveDateTime: '2020-06-15T02:00:00+07:00' },
    period: { effectivePeriod: { start: '2020-06-10', end: '2020-06-20' } },
    since: { effectivePeriod: { start: '2020-06-16' } },
    until: { effectivePeriod: { end: '2020-06-14' } },
    timing: { effectiveTiming: { event: ['2020-06-01', '2020-06-30'] } },
  };
  for (const [id, effective] of Object.entries(dates)) {
    const observation = { resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, ...effective };
    const { status, text } = await home.fetch('PUT', `/Observation/${id}`, observation);
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  }
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('an interval', () => {
  const within = ['day', 'east', 'moment'];
  const all = ['day', 'early', 'east', 'moment', 'month', 'period', 'since', 'timing', 'until', 'year'];
  const without = (...ids: string[]): string[] => all.filter((id) => !ids.includes(id));

  test.each([
    // Equal: wholly within what is asked for.
    ['2020-06-15', within],
    ['eq2020-06-15', within],
    ['2020-06', [...within, 'early', 'month', 'period', 'timing'].sort()],
    ['2020', without('since', 'until')],
    ['2020-06-15T12:00Z', ['east', 'moment']],
    ['2020-06-15T14:00:00%2B02:00', ['east', 'moment']],
    ['ne2020-06-15', without(...within)],
    ['ne2020-06', ['since', 'until', 'year']],
    // Some of it is later, or earlier.
    ['gt2020-06-15', ['month', 'period', 'since', 'timing', 'year']],
    ['lt2020-06-15', ['early', 'month', 'period', 'timing', 'until', 'year']],
    ['ge2020-06-15', without('early', 'until')],
    ['le2020-06-15', without('since')],
    // All of it is.
    ['sa2020-06-15', ['since']],
    ['eb2020-06-15', ['early', 'until']],
    ['sa2020-06-09', without('month', 'timing', 'until', 'year')],
    ['eb2020-07', without('since', 'year')],
    ['2020-06-15,2020', without('since', 'until')],
  ])('%s', async (value, ids) => {
    expect(await find(`/Observation?date=${value}`)).toEqual(ids);
  });

  test('by two bounds, of which each may hold for another part of a period', async () => {
    expect(await find('/Observation?date=ge2020-06-15&date=lt2020-06-16')).toEqual(without('early', 'since', 'until'));
    expect(await find('/Observation?date=sa2020-06-14&date=eb2020-06-16')).toEqual(within);
  });

  test('ap widens by a tenth of the time that has passed', async () => {
    const found = await find('/Observation?date=ap2020-06-15');
    expect(found).toEqual(expect.arrayContaining([...within, 'early', 'period']));
    expect(await find('/Observation?date=ap1990')).toEqual(['until']);
  });
});

test.each([
  ['date=2020-13', 'bad-date'],
  ['date=xx2020', 'bad-prefix'],
  ['date=2020-06-31', 'bad-date'],
  ['date=15.6.2020', 'bad-date'],
  ['date=2020-06-15T25:00', 'bad-date'],
])('%s is refused', async (query, key) => {
  expectOutcome(await home.fetch('GET', `/Observation?${query}`), 400, key);
});
