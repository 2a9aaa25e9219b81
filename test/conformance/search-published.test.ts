import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

/** What https://hl7.org/fhir/R4/search.html says by the way, in the notes and tables beside its chapters. */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const put = async (type: string, id: string, more: object): Promise<void> => {
    const { status, text } = await home.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  for (const [id, family] of [
    ['spanish', 'Carreno Quinones'],
    ['double', 'Smith-Jones'],
    ['irish', 'O’Brien'],
    ['other', 'Jonesy'],
  ]) {
    await put('Patient', id!, { name: [{ family, given: ['Quin'] }] });
  }
  for (const [id, contentType] of [
    ['plain', 'text/xml'],
    ['charset', 'text/xml; charset=UTF-8'],
    ['longer', 'text/xml-external-parsed-entity'],
    ['picture', 'image/png'],
  ]) {
    const content = [{ attachment: { contentType, url: 'https://files.example/1' } }];
    await put('DocumentReference', id!, { status: 'current', content });
  }
  const url = 'http://acme.org/fhir/ValueSet/123';
  await put('ValueSet', 'first', { url, version: '1', status: 'active' });
  await put('ValueSet', 'beta', { url, version: '2-Beta', status: 'active' });
  await put('ValueSet', 'beside', { url: `${url}4`, version: '2-Beta', status: 'active' });
  const coded = (coding: object): object => ({ code: { coding: [coding] } });
  await put('Basic', 'coded', coded({ system: 'urn:codes', code: 'a' }));
  await put('Basic', 'uncoded', coded({ system: 'urn:codes', display: 'Something else' }));
  await put('Basic', 'elsewhere', coded({ system: 'urn:others', display: 'Something else' }));
  const quantity = (value: number): object => ({ value, system: 'http://unitsofmeasure.org', code: 'mg/dL' });
  for (const [id, value] of [
    ['long', 138.9782908632879],
    ['short', 5.4],
  ] as const) {
    await put('Observation', id, { status: 'final', code: { text: 'x' }, valueQuantity: quantity(value) });
  }
  await put('Location', 'room', { name: 'Room', partOf: { display: 'A house that is not known' } });
  await put('Encounter', 'in-room', {
    status: 'finished',
    class: { code: 'AMB' },
    location: [{ location: { reference: 'Location/room' } }],
  });
  await put('Encounter', 'nowhere', {
    status: 'finished',
    class: { code: 'AMB' },
    location: [{ location: { display: 'Somewhere' } }],
  });
});
afterAll(() => house.stop());

test.each([
  // String: "servers should search the parts of a family name independently".
  ['Patient?family=carreno', ['spanish']],
  ['Patient?family=Quinones', ['spanish']],
  ['Patient?name=quinon', ['spanish']],
  ['Patient?family=jones', ['double', 'other']],
  ['Patient?family:exact=Quinones', []],
  ['Patient?name=qui', ['double', 'irish', 'other', 'spanish']],
  ["Patient?family=O'Brien", ['irish']],
  // Token: searching MIME types.
  ['DocumentReference?contenttype=text/xml', ['plain']],
  ['DocumentReference?contenttype:below=text/xml', ['charset', 'plain']],
  ['DocumentReference?contenttype:below=image', ['picture']],
  // URI: "automatically detecting a |[version] portion".
  ['ValueSet?url=http://acme.org/fhir/ValueSet/123', ['beta', 'first']],
  ['ValueSet?url=http://acme.org/fhir/ValueSet/123|1', ['first']],
  ['ValueSet?url=http://acme.org/fhir/ValueSet/123|1,http://acme.org/fhir/ValueSet/1234', ['beside', 'first']],
  ['ValueSet?url=http://acme.org/fhir/ValueSet/123|3', []],
  // Token: "If the underlying data type is string then the search is not case sensitive".
  ['ValueSet?version=2-beta', ['beside', 'beta']],
  ['ValueSet?version:not=2-BETA&url:below=http://acme.org', ['first']],
  // Token: "any element where the value of [system] matches".
  ['Basic?code=urn:codes|', ['coded', 'uncoded']],
  ['Basic?code:missing=true', []],
  // Quantity: a record is found by its own value.
  ['Observation?value-quantity=138.9782908632879', ['long']],
  ['Observation?value-quantity=138.9782908632879|http://unitsofmeasure.org|mg/dL', ['long']],
  ['Observation?value-quantity=ne138.9782908632879|http://unitsofmeasure.org|mg/dL', ['short']],
  // Hierarchies end where a reference leads nowhere.
  ['Encounter?location:above=room', ['in-room']],
  ['Encounter?location:below=room', ['in-room']],
])('%s', async (query, wanted) => {
  const { status, body, text } = await home.fetch('GET', `/${query}`, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  const ids = (body.entry ?? []).map(({ resource }: Json) => resource.id);
  expect(ids.sort()).toEqual(wanted);
});
