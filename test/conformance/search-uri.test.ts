import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#uri, https://hl7.org/fhir/R4/search.html#versions */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const put = async (type: string, id: string, more: object): Promise<void> => {
    const { status, text } = await home.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  for (const [id, url] of [
    ['root', 'http://acme.org/fhir/'],
    ['one', 'http://acme.org/fhir/ValueSet/123'],
    ['deep', 'http://acme.org/fhir/ValueSet/123/_history/5'],
    ['beside', 'http://acme.org/fhirst/ValueSet/123'],
    ['case', 'http://acme.org/fhir/valueset/123'],
    ['oid', 'urn:oid:1.2.3.4.5'],
  ]) {
    await put('ValueSet', id!, { url, status: 'active' });
  }
  for (const [id, questionnaire] of [
    ['v1', 'http://acme.org/Questionnaire/q|1.4'],
    ['v14', 'http://acme.org/Questionnaire/q|1.4.2'],
    ['v15', 'http://acme.org/Questionnaire/q|1.5'],
    ['v140', 'http://acme.org/Questionnaire/q|1.40'],
    ['any', 'http://acme.org/Questionnaire/q'],
  ]) {
    await put('QuestionnaireResponse', id!, { questionnaire, status: 'completed' });
  }
});
afterAll(() => house.stop());

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();
}

describe('a URL', () => {
  test.each([
    ['url=http://acme.org/fhir/ValueSet/123', ['one']],
    ['url=http://acme.org/fhir/ValueSet', []],
    ['url=urn:oid:1.2.3.4.5', ['oid']],
    ['url:below=http://acme.org/fhir/', ['case', 'deep', 'one', 'root']],
    ['url:below=http://acme.org/fhir', ['case', 'deep', 'one', 'root']],
    ['url:below=http://acme.org/fhir/ValueSet/123', ['deep', 'one']],
    ['url:below=http://acme.org/fhir/ValueSet/12', []],
    ['url:above=http://acme.org/fhir/ValueSet/123/_history/5', ['deep', 'one', 'root']],
    ['url:above=http://acme.org/fhir/ValueSet/123', ['one', 'root']],
  ])('%s', async (query, ids) => {
    expect(await find(`/ValueSet?${query}`)).toEqual(ids);
  });

  test('that is a URN has nothing above and below it', async () => {
    for (const modifier of ['above', 'below']) {
      expectOutcome(await home.fetch('GET', `/ValueSet?url:${modifier}=urn:oid:1.2.3`), 400, 'not-a-url');
    }
  });
});

describe('a canonical', () => {
  const q = 'http://acme.org/Questionnaire/q';
  const all = ['any', 'v1', 'v14', 'v140', 'v15'];

  test.each([
    [`questionnaire=${q}`, all],
    [`questionnaire=${q}|1.4`, ['v1']],
    [`questionnaire:below=${q}|1.4`, ['v1', 'v14']],
    [`questionnaire:below=${q}|1`, ['v1', 'v14', 'v140', 'v15']],
    [`questionnaire:above=${q}|1.4.2`, ['v1', 'v14']],
    ['questionnaire:below=http://acme.org/Questionnaire', all],
    [`questionnaire=${q}|2`, []],
  ])('%s', async (query, ids) => {
    expect(await find(`/QuestionnaireResponse?${query}`)).toEqual(ids);
  });
});
