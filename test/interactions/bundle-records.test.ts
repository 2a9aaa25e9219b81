import { describe, expect, test } from '@jest/globals';
import type { Resource } from '../../src/fhir/index.ts';
import { BundleRecords } from '../../src/interactions/bundle-records.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { extract } from '../search/extract.ts';
import { query } from '../search/parse.ts';

/** What criteria meet of the records that a transaction makes, as PUT under their ids. */
function recordsOf(resources: readonly Resource[], check = (): void => undefined): BundleRecords {
  const drafts = resources.map((after) => {
    const ref = `${after.resourceType}/${after.id!}`;
    return { method: 'PUT' as const, ref, after, path: after.resourceType };
  });
  return new BundleRecords({ extract }, drafts, check);
}

async function meeting(records: BundleRecords, type: string, criteria: string): Promise<string[] | undefined> {
  const drafts = await records.meeting(type, query(type, criteria).conditions);
  return drafts?.map(({ ref }) => ref.slice(type.length + 1)).sort();
}

const PATIENTS: readonly Resource[] = [
  {
    resourceType: 'Patient',
    id: 'ann',
    identifier: [
      { system: 'urn:mrn', value: '1' },
      { system: 'urn:card', value: '2' },
    ],
    name: [{ family: 'Muster', given: ['Ann', 'Maria'] }],
    gender: 'female',
    birthDate: '1980-02-03',
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    identifier: [{ system: 'urn:mrn', value: '2' }],
    name: [{ family: 'Mustermann', given: ['Bo'] }],
    gender: 'male',
    birthDate: '1980-02',
  },
  { resourceType: 'Patient', id: 'cat', active: true },
];

describe('criteria meet of what a transaction makes', () => {
  test.each<[string, string[] | undefined]>([
    ['_id=ann,cat', ['ann', 'cat']],
    ['identifier=2', ['ann', 'bob']],
    ['identifier=urn:mrn|2', ['bob']],
    ['identifier=urn:mrn|1,urn:mrn|2', ['ann', 'bob']],
    ['identifier=urn:card|', ['ann']],
    ['identifier:not=urn:mrn|2', ['ann', 'cat']],
    ['identifier=urn:mrn|1&identifier=urn:card|2', ['ann']],
    ['identifier=urn:mrn|1&identifier=urn:mrn|2', []],
    ['name=muster', ['ann', 'bob']],
    ['name=musterm', ['bob']],
    // Too short for those whose beginnings are known.
    ['name=bo', ['bob']],
    ['name=bo,maria', ['ann', 'bob']],
    ['name=uster', []],
    ['name:contains=usterm', ['bob']],
    ['name:contains=uster,zzz', ['ann', 'bob']],
    ['name:exact=Muster', ['ann']],
    ['name:exact=muster', []],
    ['gender=female', ['ann']],
    ['gender:missing=true', ['cat']],
    ['gender:missing=false', ['ann', 'bob']],
    ['birthdate=1980-02', ['ann', 'bob']],
    ['birthdate=1980-02-03', ['ann']],
    ['birthdate=ge1980-02-03', ['ann', 'bob']],
    ['birthdate=lt1980', []],
    ['birthdate=1980&name=must&gender=male', ['bob']],
    ['gender:in=http://hl7.org/fhir/ValueSet/administrative-gender&name=ann', ['ann']],
    ['_id=nobody', []],
    // Only the store could tell, unless what is known says no already.
    ['general-practitioner.name=x', undefined],
    ['name=ann&_lastUpdated=ge2020', undefined],
    ['name=zoe&_lastUpdated=ge2020', []],
    ['gender=other&general-practitioner.name=x', []],
  ])('%s: %j', async (criteria, met) => {
    const records = recordsOf(PATIENTS);
    expect(await meeting(records, 'Patient', criteria)).toEqual(met);
    // What was learnt for the first asking serves the next.
    expect(await meeting(records, 'Patient', criteria)).toEqual(met);
    expect(await meeting(records, 'Practitioner', 'name=ann')).toEqual([]);
  });

  test('a quantity by two bounds of one parameter, each of its own row or none', async () => {
    const value = (id: string, amount: number): Resource => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '718-7' }] },
      valueQuantity: { value: amount, system: 'http://unitsofmeasure.org', code: 'g/dL' },
    });
    const records = recordsOf([value('low', 9), value('middle', 13), value('high', 20)]);
    const criteria = 'code=718-7&value-quantity=ge12&value-quantity=le15';
    expect(await meeting(records, 'Observation', criteria)).toEqual(['middle']);
    expect(await meeting(records, 'Observation', 'value-quantity=130|http://unitsofmeasure.org|g/L')).toEqual([
      'middle',
    ]);
  });
});

/** Patients of whom each has as many names. */
function patients(count: number, names: number): Resource[] {
  return Array.from({ length: count }, (_, n) => ({
    resourceType: 'Patient',
    id: `p${n}`,
    birthDate: '1980-02-03',
    name: [{ family: `Family${n}`, given: Array.from({ length: names }, (_each, m) => `given${n}x${m}`) }],
  }));
}

const MANY = `name:contains=${Array.from({ length: 500 }, (_, n) => `v${n}`).join(',')}`;

/** The longest that was computed in one go while this ran, as a part of all that was computed. */
async function longestShare(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  const began = cpuTime();
  let last = began;
  let isOver = false;
  const look = (): void => {
    const now = cpuTime();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  look();
  await work();
  isOver = true;
  return longest / (cpuTime() - began);
}

describe('many records by many values', () => {
  test('are compared in small turns, one record with very many values, too', async () => {
    const shares: number[] = [];
    // Some stretches are made longer by the collection of garbage, which comes when it will.
    for (let n = 0; n < 3; n++) {
      const records = recordsOf([...patients(100, 250), ...patients(1, 4000)]);
      await records.meeting('Patient', query('Patient', 'birthdate=1980-02-03').conditions);
      const asked = query('Patient', MANY).conditions;
      shares.push(await longestShare(() => records.meeting('Patient', asked)));
    }
    expect(Math.min(...shares)).toBeLessThan(1 / 9);
  }, 120_000);

  test('end when there is no time left for them, or nobody waits', async () => {
    const end = cpuTime() + 50;
    const records = recordsOf(patients(300, 250), () => {
      if (cpuTime() > end) throw new Error('no time left');
    });
    await expect(meeting(records, 'Patient', MANY)).rejects.toThrow('no time left');
    expect(cpuTime() - end).toBeLessThan(1000);
  });

  test('are refused where they are too many, after a few seconds at most', async () => {
    const records = recordsOf(patients(600, 250));
    await meeting(records, 'Patient', '_id=nobody');
    const began = cpuTime();
    await expect(meeting(records, 'Patient', MANY)).rejects.toMatchObject({
      status: 413,
      issues: [{ code: 'too-costly', key: 'criteria-too-costly' }],
    });
    expect(cpuTime() - began).toBeLessThan(15_000);
  }, 60_000);

  test('are not compared at all where whole values or beginnings are asked for', async () => {
    const records = recordsOf(patients(2000, 2));
    await meeting(records, 'Patient', 'name=none');
    const began = cpuTime();
    for (let n = 0; n < 2000; n++) {
      expect(await meeting(records, 'Patient', `birthdate=1980-02-03&name:exact=Family${n}`)).toEqual([`p${n}`]);
    }
    // Looking at all of them each time is 4 million.
    expect(cpuTime() - began).toBeLessThan(3000);
  }, 60_000);
});
