import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { sendCase } from '../journeys/packet.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#reference, https://hl7.org/fhir/R4/search.html#recursive */

let house: TestHouse;
let home: Partner;
let other: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  await house.register('programme', 'programme');
  const put = async (type: string, id: string, more: object, partner = home): Promise<void> => {
    const { status, text } = await partner.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  const location = (id: string, above: string | undefined, more: object = {}): Promise<void> =>
    put('Location', id, { name: id, ...(above ? { partOf: { reference: `Location/${above}` } } : {}), ...more });
  await location('campus', undefined);
  await location('building', 'campus');
  await location('ward', 'building');
  await location('room', 'ward');
  await location('annex', 'campus');
  await location('elsewhere', undefined);
  // A circle, which must not go on for ever.
  await location('ring-a', 'ring-b');
  await location('ring-b', 'ring-a');
  const encounter = (id: string, at: string): Promise<void> =>
    put('Encounter', id, {
      status: 'finished',
      class: { code: 'IMP' },
      location: [{ location: { reference: `Location/${at}` } }],
      subject: { reference: 'Patient/p', identifier: { system: 'urn:h', value: '7' } },
    });
  await put('Patient', 'p', { name: [{ family: 'Nguyễn' }] });
  for (const at of ['campus', 'ward', 'room', 'elsewhere', 'ring-a']) await encounter(`in-${at}`, at);
  for (const [id, latitude, longitude] of [
    ['munich', 48.137, 11.575],
    ['augsburg', 48.371, 10.898],
    ['fiji', -17.8, 179.9],
    ['samoa', -17.8, -179.9],
  ] as const) {
    await location(id, undefined, { position: { latitude, longitude } });
  }
  // What another organisation says of the hierarchy is its own.
  await put('Location', 'theirs', { name: 'theirs', partOf: { reference: 'Location/ward' } }, other);
});
afterAll(() => house.stop());

async function find(query: string, partner = home): Promise<string[]> {
  const { status, body, text } = await partner.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('a reference', () => {
  const everywhere = ['in-campus', 'in-elsewhere', 'in-ring-a', 'in-room', 'in-ward'];

  test.each([
    ['subject=Patient/p', everywhere],
    ['subject=p', everywhere],
    ['subject:Patient=p', everywhere],
    ['subject:Group=p', []],
    ['subject:identifier=urn:h|7', everywhere],
    ['subject:identifier=urn:h|8', []],
    ['subject:missing=true', []],
    ['subject:Patient.name=nguyen', everywhere],
    ['location=Location/ward', ['in-ward']],
    ['location:below=Location/ward', ['in-room', 'in-ward']],
    ['location:below=campus', ['in-campus', 'in-room', 'in-ward']],
    ['location:below=elsewhere', ['in-elsewhere']],
    ['location:below=ring-b', ['in-ring-a']],
    ['location:above=room', ['in-campus', 'in-room', 'in-ward']],
    ['location:above=campus', ['in-campus']],
    ['location:below=annex,elsewhere', ['in-elsewhere']],
    ['location:below=nowhere', []],
    ['location:below=campus&location:above=ward', ['in-campus', 'in-ward']],
  ])('%s', async (query, ids) => {
    expect(await find(`/Encounter?${query}`)).toEqual(ids);
  });

  test('orders its own type, too', async () => {
    expect(await find('/Location?partof:below=campus')).toEqual(['annex', 'building', 'room', 'ward']);
    expect(await find('/Location?partof:above=ward')).toEqual(['annex', 'building', 'room', 'ward']);
    expect(await find('/Location?partof:below=ward')).toEqual(['room']);
    expect(await find('/Location?partof:below=campus', other)).toEqual([]);
    expect(await find('/Location?partof:below=ward', other)).toEqual(['theirs']);
  });

  test('within a chain', async () => {
    expect(await find('/Encounter?location.partof:below=building')).toEqual(['in-room', 'in-ward']);
  });

  test('without a hierarchy knows neither above nor below', async () => {
    const strict = await home.fetch('GET', '/Encounter?patient:below=p', undefined, { prefer: 'handling=strict' });
    expectOutcome(strict, 400, 'unsupported-modifier');
  });
});

describe('a place', () => {
  test.each([
    ['48.137|11.575|1|km', ['munich']],
    ['48.137|11.575|60|km', ['augsburg', 'munich']],
    ['48.137|11.575|50000|m', ['munich']],
    ['48.137|11.575', ['munich']],
    ['48.371|10.898|36|[mi_i]', ['augsburg', 'munich']],
    // Across the line where the date changes, 21 km.
    ['-17.8|180|15|km', ['fiji', 'samoa']],
    ['-17.8|179.9|22|km', ['fiji', 'samoa']],
    ['90|0|1000|km', []],
    ['0|0|30000|km', ['augsburg', 'fiji', 'munich', 'samoa']],
    ['48.137|11.575|1|km,-17.8|179.9|1|km', ['fiji', 'munich']],
  ])('near %s', async (value, ids) => {
    expect(await find(`/Location?near=${value}`)).toEqual(ids);
  });

  test('that is none is refused', async () => {
    for (const value of ['48', '91|0', '1|2|3|kg']) {
      expectOutcome(await home.fetch('GET', `/Location?near=${value}`), 400, 'bad-near');
    }
  });
});

test("the project's own parameters find a case by its number and what hangs on it", async () => {
  const sent = await sendCase(home, { number: 'quoted', programme: 'programme' });
  const number = (await home.fetch('GET', `/${sent.task}`)).body.groupIdentifier;
  const [request, task] = [sent.request, sent.task].map((ref) => ref.slice(ref.indexOf('/') + 1));
  for (const value of [number.value, `${number.system}|${number.value}`]) {
    expect(await find(`/ServiceRequest?case-number=${value}`)).toEqual([request]);
    expect(await find(`/Task?case-number=${value}`)).toEqual([task]);
    expect(await find(`/?_type=ServiceRequest,Task&case-number=${value}`)).toEqual([request, task].sort());
  }
  const records = [
    {
      resourceType: 'ServiceRequest',
      id: 'r',
      status: 'draft',
      intent: 'order',
      subject: { reference: 'Patient/p' },
      identifier: [{ system: 'urn:h', value: number.value }],
      reasonReference: [{ reference: 'Condition/c' }],
      supportingInfo: [{ reference: 'DocumentReference/d' }],
      insurance: [{ reference: 'Coverage/v' }],
    },
    {
      resourceType: 'Coverage',
      id: 'v',
      status: 'active',
      beneficiary: { reference: 'Patient/p' },
      payor: [{ identifier: { system: 'urn:payer', value: 'acme' } }],
    },
    {
      resourceType: 'Task',
      id: 't',
      status: 'draft',
      intent: 'order',
      output: [{ type: { text: 'report' }, valueReference: { reference: 'DiagnosticReport/x' } }],
    },
  ];
  for (const resource of records) {
    const { status, text } = await home.fetch('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  }
  // A number of another system is none.
  expect(await find(`/ServiceRequest?case-number=${number.value}`)).toEqual([request]);
  expect(await find('/Task?output=DiagnosticReport/x')).toEqual(['t']);
  for (const query of [
    'supporting-info=DocumentReference/d',
    'reason-reference=Condition/c',
    'insurance=Coverage/v',
    'insurance:Coverage.payor:identifier=urn:payer|acme',
  ]) {
    expect([query, await find(`/ServiceRequest?${query}`)]).toEqual([query, ['r']]);
  }
  expect(await find('/ServiceRequest?_id=r&_include=ServiceRequest:insurance')).toEqual(['r', 'v']);
});
