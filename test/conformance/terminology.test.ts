import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/terminology-service.html: the operations over HTTP; what they answer is tested in terminology */

const GENDER = 'http://hl7.org/fhir/administrative-gender';
const GENDERS = 'http://hl7.org/fhir/ValueSet/administrative-gender';
const STATUS = 'https://consilium.example/fhir/CodeSystem/case-business-status';
const TO_BSER = 'https://consilium.example/fhir/ConceptMap/case-business-status-to-bser';

const FEW = {
  resourceType: 'ValueSet',
  id: 'few',
  url: 'http://hospital.example/ValueSet/few',
  status: 'active',
  compose: { include: [{ system: GENDER, concept: [{ code: 'male' }, { code: 'female' }] }] },
};

/** Of the partner, and of nobody else. */
const WARDS = {
  resourceType: 'CodeSystem',
  id: 'wards',
  url: 'http://hospital.example/CodeSystem/wards',
  status: 'active',
  content: 'complete',
  concept: [{ code: 'n2', display: 'North 2' }],
};
const TO_WARDS = {
  resourceType: 'ConceptMap',
  id: 'to-wards',
  url: 'http://hospital.example/ConceptMap/to-wards',
  status: 'active',
  group: [
    {
      source: GENDER,
      target: WARDS.url,
      element: [{ code: 'female', target: [{ code: 'n2', equivalence: 'relatedto' }] }],
    },
  ],
};

let house: TestHouse;
let home: Partner;
let other: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  // These operations tell of nobody: a token for something else will do.
  other = await house.register('other', 'insurer', 'system/Coverage.rs');
  for (const record of [FEW, WARDS, TO_WARDS]) {
    expect((await home.fetch('PUT', `/${record.resourceType}/${record.id}`, record)).status).toBe(201);
  }
});
afterAll(() => house.stop());

const wrap = (...parameter: Json[]): Json => ({ resourceType: 'Parameters', parameter });
const codesIn = ({ body }: Answer): string[] => (body.expansion?.contains ?? []).map(({ code }: Json) => code);
const values = ({ body }: Answer): Json =>
  Object.fromEntries(
    (body.parameter ?? []).map((parameter: Json) => [parameter.name, parameter.valueBoolean ?? parameter.valueString]),
  );
const gets = (path: string, query: Readonly<Record<string, string>>, partner = home): Promise<Answer> =>
  partner.fetch('GET', `${path}?${new URLSearchParams(query).toString()}`);

describe('ValueSet/$expand', () => {
  test('lists the codes of a value set of R4, to everyone signed in', async () => {
    const answer = await gets('/ValueSet/$expand', { url: GENDERS }, other);
    expect([answer.status, codesIn(answer)]).toEqual([200, ['male', 'female', 'other', 'unknown']]);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    const { timestamp } = answer.body.expansion;
    expect(Math.abs(Date.now() - Date.parse(timestamp))).toBeLessThan(60_000);
  });
  test('lists those of the project', async () => {
    const answer = await gets('/ValueSet/$expand', { url: 'https://consilium.example/fhir/ValueSet/travel-advice' });
    expect([answer.status, answer.body.expansion.total]).toEqual([200, 3]);
  });
  test('gives what the server would take as a ValueSet itself', async () => {
    const { body } = await gets('/ValueSet/$expand', { url: GENDERS });
    const answer = await home.fetch('POST', '/ValueSet/$validate', body);
    expect(answer.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
  });
  test('filters and pages, by GET and by POST alike', async () => {
    const asked = { url: GENDERS, filter: 'ale', offset: '1', count: '5', activeOnly: 'true' };
    const answer = await gets('/ValueSet/$expand', asked);
    expect([answer.status, codesIn(answer), answer.body.expansion.total]).toEqual([200, ['female'], 2]);
    const posted = await home.fetch(
      'POST',
      '/ValueSet/$expand',
      wrap(
        { name: 'url', valueUri: GENDERS },
        { name: 'filter', valueString: 'ale' },
        { name: 'offset', valueInteger: 1 },
        { name: 'count', valueInteger: 5 },
        { name: 'activeOnly', valueBoolean: true },
      ),
    );
    expect({ ...posted.body.expansion, timestamp: '' }).toEqual({ ...answer.body.expansion, timestamp: '' });
    const split = await home.fetch(
      'POST',
      '/ValueSet/$expand?filter=ale&count=1',
      wrap({ name: 'url', valueUri: GENDERS }),
    );
    expect(codesIn(split)).toEqual(['male']);
    expect(codesIn(await home.fetch('POST', `/ValueSet/$expand?url=${GENDERS}&count=1`))).toEqual(['male']);
  });
  test('takes a value set that is sent, bare or in Parameters', async () => {
    expect(codesIn(await home.fetch('POST', '/ValueSet/$expand', FEW))).toEqual(['male', 'female']);
    const wrapped = wrap({ name: 'valueSet', resource: FEW }, { name: 'count', valueInteger: 1 });
    expect(codesIn(await home.fetch('POST', '/ValueSet/$expand', wrapped))).toEqual(['male']);
  });
  test.each(['GET', 'POST'])('takes a stored one, by %s', async (method) => {
    const answer = await home.fetch(method, '/ValueSet/few/$expand?filter=female');
    expect([answer.status, codesIn(answer), answer.body.url]).toEqual([200, ['female'], FEW.url]);
  });
  test('shows a stored one to nobody who may not read it', async () => {
    const stranger = await house.register('stranger', 'placer');
    expectOutcome(await stranger.fetch('GET', '/ValueSet/few/$expand'), 404, 'not-found');
    expectOutcome(await stranger.fetch('GET', '/ValueSet/few/$validate-code?code=male'), 404, 'not-found');
    expectOutcome(await other.fetch('GET', '/ValueSet/few/$expand'), 403, 'scope-missing');
    expectOutcome(await home.fetch('GET', '/ValueSet/absent/$expand'), 404, 'not-found');
  });
  test.each([
    ['without a value set', {}, 400, 'value-set-needed'],
    ['one that is not known', { url: 'http://hospital.example/none' }, 404, 'value-set-unknown'],
    ['one without end', { url: 'http://hl7.org/fhir/ValueSet/mimetypes' }, 422, 'expansion-without-end'],
    ['one of codes held elsewhere', { url: 'http://snomed.info/sct?fhir_vs' }, 422, 'code-system-not-held'],
    ['a negative offset', { url: GENDERS, offset: '-1' }, 400, 'paging-unusable'],
    ['no number', { url: GENDERS, count: 'ten' }, 400, 'parameter-type'],
    ['half a number', { url: GENDERS, count: '1.5' }, 400, 'parameter-type'],
    ['neither true nor false', { url: GENDERS, activeOnly: '1' }, 400, 'parameter-type'],
    ['an empty parameter', { url: GENDERS, filter: '' }, 400, 'parameter-type'],
    ['an unknown parameter', { url: GENDERS, filtre: 'a' }, 400, 'unknown-parameter'],
    ['a name that objects have', { url: GENDERS, constructor: 'a' }, 400, 'unknown-parameter'],
    ['a parameter not served', { url: GENDERS, date: '2020' }, 422, 'parameter-not-served'],
    ['another language', { url: GENDERS, displayLanguage: 'de' }, 422, 'language-not-held'],
    ['the definition, too', { url: GENDERS, includeDefinition: 'true' }, 422, 'definition-not-included'],
  ])('refuses %s', async (_what, query, status, key) => {
    expectOutcome(await gets('/ValueSet/$expand', query), status, key);
  });
  test('names the parameter that it does not know, and the one that was meant', async () => {
    const { body } = await gets('/ValueSet/$expand', { url: GENDERS, filtre: 'a' });
    expect(body.issue[0].details.text).toMatch(/no parameter filtre\..*Did you mean filter/);
  });
  test('tells all that is wrong at once', async () => {
    const { body } = await gets('/ValueSet/$expand', { url: GENDERS, count: 'x', offset: 'y', date: '2020' });
    expect(body.issue).toHaveLength(3);
  });
  test.each([
    ['a text for a number', [{ name: 'count', valueString: '1' }], 'parameter-type', 'Parameters.parameter[0]'],
    ['a number too large', [{ name: 'count', valueInteger: 3e9 }], 'parameter-type', 'Parameters.parameter[0]'],
    ['two values', [{ name: 'count', valueInteger: 1, valueString: 'a' }], 'parameter-type', 'Parameters.parameter[0]'],
    ['a value set as text', [{ name: 'valueSet', valueUri: GENDERS }], 'parameter-type', 'Parameters.parameter[0]'],
    [
      'a parameter twice',
      [
        { name: 'url', valueUri: GENDERS },
        { name: 'url', valueUri: GENDERS },
      ],
      'parameter-twice',
      'Parameters.parameter[1]',
    ],
  ])('refuses %s in Parameters, and says where', async (_what, parameter, key, place) => {
    expectOutcome(await home.fetch('POST', '/ValueSet/$expand', wrap(...parameter)), 400, key, place);
  });
  test('refuses two value sets', async () => {
    const both = wrap({ name: 'url', valueUri: GENDERS }, { name: 'valueSet', resource: FEW });
    expectOutcome(await home.fetch('POST', '/ValueSet/$expand', both), 400, 'value-set-twice');
    expectOutcome(await home.fetch('POST', '/ValueSet/few/$expand', FEW), 400, 'value-set-twice');
    expectOutcome(await gets('/ValueSet/few/$expand', { url: GENDERS }), 400, 'value-set-twice');
  });
  test('refuses a resource that is no value set, and what is no resource', async () => {
    const patient = { resourceType: 'Patient' };
    expectOutcome(await home.fetch('POST', '/ValueSet/$expand', patient), 400, 'value-set-unusable');
    for (const body of [{}, [], 'null']) {
      expectOutcome(await home.fetch('POST', '/ValueSet/$expand', body), 400, 'parameters-needed');
    }
  });
});

describe('ValueSet/$validate-code', () => {
  test.each([
    ['a code of it', { code: 'male', system: GENDER }, true],
    ['with its display', { code: 'male', system: GENDER, display: 'Male' }, true],
    ['with a wrong display', { code: 'male', system: GENDER, display: 'Female' }, false],
    ['another code', { code: 'm', system: GENDER }, false],
    ['another system', { code: 'male', system: 'http://hospital.example' }, false],
  ])('%s', async (_what, query, result) => {
    const answer = await gets('/ValueSet/$validate-code', { url: GENDERS, ...query }, other);
    expect([answer.status, answer.body.resourceType, values(answer).result]).toEqual([200, 'Parameters', result]);
    expect('message' in values(answer)).toBe(!result);
  });
  test('takes a Coding and a CodeableConcept in Parameters', async () => {
    const coding = { system: GENDER, code: 'other' };
    for (const asked of [
      { name: 'coding', valueCoding: coding },
      {
        name: 'codeableConcept',
        valueCodeableConcept: { coding: [{ system: 'http://h.example', code: 'x' }, coding] },
      },
    ]) {
      const body = wrap({ name: 'url', valueUri: GENDERS }, asked);
      expect(values(await home.fetch('POST', '/ValueSet/$validate-code', body))).toMatchObject({ result: true });
      const stored = await home.fetch('POST', '/ValueSet/few/$validate-code', wrap(asked));
      expect(values(stored)).toMatchObject({ result: false });
    }
  });
  test('takes a value set that is sent', async () => {
    const answer = await home.fetch('POST', `/ValueSet/$validate-code?code=female&system=${GENDER}`, FEW);
    expect(values(answer)).toMatchObject({ result: true, display: 'Female' });
  });
  test.each([
    ['no code', { url: GENDERS }, 400, 'one-code-needed'],
    ['a code without its system', { url: GENDERS, code: 'male' }, 400, 'system-needed'],
    ['a coding in the address', { url: GENDERS, coding: `${GENDER}|male` }, 400, 'parameter-type'],
    ['an unknown value set', { url: 'http://h.example', code: 'a', system: GENDER }, 404, 'value-set-unknown'],
  ])('refuses %s', async (_what, query, status, key) => {
    expectOutcome(await gets('/ValueSet/$validate-code', query), status, key);
  });
});

describe('CodeSystem/$lookup', () => {
  test('tells what a code means', async () => {
    const answer = await gets('/CodeSystem/$lookup', { system: GENDER, code: 'female' }, other);
    expect([answer.status, values(answer)]).toEqual([
      200,
      expect.objectContaining({ name: 'AdministrativeGender', version: '4.0.1', display: 'Female' }),
    ]);
    const coding = wrap({ name: 'coding', valueCoding: { system: GENDER, code: 'female' } });
    expect((await home.fetch('POST', '/CodeSystem/$lookup', coding)).body).toEqual(answer.body);
  });
  test('tells the properties that are asked for', async () => {
    const propertiesOf = ({ body }: Answer): Json[] =>
      body.parameter
        .filter(({ name }: Json) => name === 'property')
        .map(({ part }: Json) => part.find(({ name }: Json) => name === 'code').valueCode);
    const asked = { system: GENDER, code: 'female' };
    expect(propertiesOf(await gets('/CodeSystem/$lookup', asked))).toEqual(['definition', 'inactive']);
    expect(propertiesOf(await gets('/CodeSystem/$lookup', { ...asked, property: 'inactive' }))).toEqual(['inactive']);
    const query = new URLSearchParams({ ...asked, property: 'inactive' });
    query.append('property', 'definition');
    const both = await home.fetch('GET', `/CodeSystem/$lookup?${query.toString()}`);
    expect(propertiesOf(both)).toEqual(['definition', 'inactive']);
  });
  test.each([
    ['an unknown code', { system: GENDER, code: 'f' }, 404, 'code-unknown'],
    ['an unknown system', { system: 'http://h.example', code: 'f' }, 404, 'code-system-unknown'],
    ['no code', { system: GENDER }, 400, 'one-code-needed'],
    ['a code without its system', { code: 'female' }, 400, 'system-needed'],
    ['a date', { system: GENDER, code: 'female', date: '2020-01-01' }, 422, 'parameter-not-served'],
  ])('refuses %s', async (_what, query, status, key) => {
    expectOutcome(await gets('/CodeSystem/$lookup', query), status, key);
  });
});

describe('CodeSystem/$validate-code', () => {
  test.each([
    ['submitted', true],
    ['posted', false],
  ])('%s', async (code, result) => {
    const answer = await gets('/CodeSystem/$validate-code', { url: STATUS, code }, other);
    expect([answer.status, values(answer).result]).toEqual([200, result]);
    const body = wrap({ name: 'url', valueUri: STATUS }, { name: 'code', valueCode: code });
    expect((await home.fetch('POST', '/CodeSystem/$validate-code', body)).body).toEqual(answer.body);
  });
  test.each([
    ['no code system', { code: 'a' }, 400, 'code-system-needed'],
    ['an unknown one', { url: 'http://h.example', code: 'a' }, 404, 'code-system-unknown'],
    ['system for url', { system: STATUS, code: 'a' }, 400, 'unknown-parameter'],
  ])('refuses %s', async (_what, query, status, key) => {
    expectOutcome(await gets('/CodeSystem/$validate-code', query), status, key);
  });
  test('takes a code system that is sent', async () => {
    for (const body of [WARDS, wrap({ name: 'codeSystem', resource: WARDS })]) {
      const answer = await home.fetch('POST', '/CodeSystem/$validate-code?code=n2', body);
      expect([answer.status, values(answer)]).toEqual([200, { result: true, display: 'North 2' }]);
    }
    const supplement = { ...WARDS, content: 'supplement' };
    const refused = await home.fetch('POST', '/CodeSystem/$validate-code?code=n2', supplement);
    expectOutcome(refused, 422, 'code-system-supplement');
  });
  test('goes by a stored one, as far as the caller may read it', async () => {
    const path = '/CodeSystem/wards/$validate-code';
    expect(values(await gets(path, { code: 'n2' }))).toEqual({ result: true, display: 'North 2' });
    const coding = wrap({ name: 'coding', valueCoding: { system: WARDS.url, code: 'n3' } });
    expect(values(await home.fetch('POST', path, coding))).toMatchObject({ result: false });
    expectOutcome(await gets(path, { url: WARDS.url, code: 'n2' }), 400, 'code-system-twice');
    const twice = wrap({ name: 'url', valueUri: WARDS.url }, { name: 'codeSystem', resource: WARDS });
    expectOutcome(await home.fetch('POST', '/CodeSystem/$validate-code', twice), 400, 'code-system-twice');
    const stranger = await house.register('stranger-to-wards', 'placer');
    expectOutcome(await gets(path, { code: 'n2' }, stranger), 404, 'not-found');
    expectOutcome(await gets(path, { code: 'n2' }, other), 403, 'scope-missing');
    expectOutcome(await gets('/CodeSystem/absent/$validate-code', { code: 'n2' }), 404, 'not-found');
  });
  test('knows no $lookup in a stored one: R4 has it on the type alone', async () => {
    expectOutcome(await gets('/CodeSystem/wards/$lookup', { code: 'n2' }), 404, 'unknown-operation');
  });
});

describe('ConceptMap/$translate', () => {
  test("translates by the project's maps", async () => {
    const answer = await gets('/ConceptMap/$translate', { url: TO_BSER, code: 'declined', system: STATUS }, other);
    expect([answer.status, values(answer).result]).toEqual([200, true]);
    const match = answer.body.parameter.find(({ name }: Json) => name === 'match');
    expect(match.part).toContainEqual({ name: 'equivalence', valueCode: 'equivalent' });
    expect(match.part.find(({ name }: Json) => name === 'concept').valueCoding).toMatchObject({ code: '4.0' });
  });
  test('chooses by the target, and goes back', async () => {
    const { body } = await gets('/ConceptMap/$translate', { url: TO_BSER, code: 'declined', system: STATUS });
    const target = body.parameter
      .find(({ name }: Json) => name === 'match')
      .part.find(({ name }: Json) => name === 'concept').valueCoding.system;
    const asked = { code: 'declined', system: STATUS, targetsystem: target };
    expect((await gets('/ConceptMap/$translate', asked)).body).toEqual(body);
    const back = await gets('/ConceptMap/$translate', { url: TO_BSER, code: '4.0', system: target, reverse: 'true' });
    expect(JSON.stringify(back.body)).toContain('"code":"declined"');
  });
  test('goes by a stored map, or by one that is sent', async () => {
    const asked = { code: 'female', system: GENDER };
    const stored = await gets('/ConceptMap/to-wards/$translate', asked);
    expect([stored.status, values(stored).result]).toEqual([200, true]);
    expect(JSON.stringify(stored.body)).toContain('"code":"n2"');
    const query = new URLSearchParams(asked).toString();
    expect((await home.fetch('POST', `/ConceptMap/$translate?${query}`, TO_WARDS)).body).toEqual(stored.body);
    expect(values(await gets('/ConceptMap/to-wards/$translate', { ...asked, code: 'male' }))).toMatchObject({
      result: false,
    });
    // Asked of no map in particular, the partner's own is not among those held for everybody.
    expect(JSON.stringify((await gets('/ConceptMap/$translate', asked)).body)).not.toContain('n2');
    expectOutcome(await gets('/ConceptMap/to-wards/$translate', { ...asked, url: TO_BSER }), 400, 'concept-map-twice');
    expectOutcome(await gets('/ConceptMap/to-wards/$translate', asked, other), 403, 'scope-missing');
    expectOutcome(await gets('/ConceptMap/absent/$translate', asked), 404, 'not-found');
  });
  test('says so where there is no translation', async () => {
    const answer = await gets('/ConceptMap/$translate', { url: TO_BSER, code: 'posted', system: STATUS });
    expect([answer.status, values(answer)]).toEqual([200, { result: false, message: expect.any(String) }]);
  });
  test.each([
    ['an unknown map', { url: 'http://h.example', code: 'a', system: STATUS }, 404, 'concept-map-unknown'],
    ['no code', { url: TO_BSER }, 400, 'one-code-needed'],
    ['a dependency', { code: 'a', system: STATUS, dependency: 'x' }, 422, 'parameter-not-served'],
  ])('refuses %s', async (_what, query, status, key) => {
    expectOutcome(await gets('/ConceptMap/$translate', query), status, key);
  });
});

describe('the operations', () => {
  test('are named in the CapabilityStatement, and only where they are', async () => {
    const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
    const named = new Map(
      rest.resource.map(({ type, operation }: Json) => [type, operation.map(({ name }: Json) => name)]),
    );
    const everywhere = ['validate', 'meta', 'meta-add', 'meta-delete'];
    expect(named.get('ValueSet')).toEqual([...everywhere, 'expand', 'validate-code']);
    expect(named.get('CodeSystem')).toEqual([...everywhere, 'lookup', 'validate-code']);
    expect(named.get('ConceptMap')).toEqual([...everywhere, 'translate']);
    expect(named.get('Patient')).toEqual([...everywhere, 'everything', 'summary']);
    for (const [type, name] of [
      ['Patient', 'expand'],
      ['ConceptMap', 'lookup'],
      ['CodeSystem', 'subsumes'],
    ]) {
      expectOutcome(await home.fetch('GET', `/${type}/$${name}`), 404, 'unknown-operation');
    }
  });
  test('need a token', async () => {
    const answer = await fetch(`${house.url}/fhir/ValueSet/$expand?url=${GENDERS}`);
    expect([answer.status, await answer.json()]).toMatchObject([401, { resourceType: 'OperationOutcome' }]);
  });
  test('leave the records beside them readable', async () => {
    expect((await home.fetch('GET', '/ValueSet/few')).body.url).toBe(FEW.url);
    expect((await home.fetch('GET', '/ValueSet?_id=few')).body.entry).toHaveLength(1);
    expect((await home.fetch('GET', '/ValueSet/few/_history')).body.entry).toHaveLength(1);
  });
  test('are found with the dollar sign encoded, too', async () => {
    expect(codesIn(await gets('/ValueSet/%24expand', { url: GENDERS }))).toHaveLength(4);
  });
});
