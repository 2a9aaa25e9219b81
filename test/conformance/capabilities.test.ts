import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#capabilities */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

test('the CapabilityStatement is there for everyone, from any origin', async () => {
  const answer = await fetch(`${house.url}/fhir/metadata`, { headers: { origin: 'https://app.example' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(await answer.json()).toMatchObject({
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: expect.arrayContaining(['application/fhir+json']),
    implementation: { url: `${house.url}/fhir` },
    rest: [{ mode: 'server', security: { service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] } }],
  });
});

test('it is a valid resource: the server would take it itself', async () => {
  const statement = (await home.fetch('GET', '/metadata')).body;
  const answer = await home.fetch('POST', '/CapabilityStatement', statement);
  expect([answer.status, answer.body.issue ?? []]).toEqual([201, []]);
});

test('what it says of an interaction holds', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  expect(rest.resource).toHaveLength(146);
  expect(rest.interaction.map(({ code }: Json) => code).sort()).toEqual(['batch', 'transaction']);
  const basic = rest.resource.find(({ type }: Json) => type === 'Basic');
  expect(basic.interaction.map(({ code }: Json) => code).sort()).toEqual([
    'create',
    'delete',
    'history-instance',
    'read',
    'search-type',
    'update',
    'vread',
  ]);
  expect(basic).toMatchObject({
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: false,
    conditionalDelete: 'not-supported',
  });
  // Neither is offered, and both are refused rather than misread.
  expectOutcome(await home.fetch('PUT', '/Basic?identifier=x', { resourceType: 'Basic' }), 405, 'method-not-allowed');
  expectOutcome(await home.fetch('DELETE', '/Basic?identifier=x'), 405, 'method-not-allowed');
});

test('each search parameter that it names can be searched by', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  const value: Record<string, string> = {
    date: '2020',
    number: '1',
    quantity: '1',
    reference: 'Patient/1',
    token: 'a',
    string: 'a',
    uri: 'http://a',
    composite: 'a$a',
  };
  for (const type of ['Patient', 'Observation', 'ServiceRequest', 'Task', 'DocumentReference']) {
    const { searchParam } = rest.resource.find((resource: Json) => resource.type === type);
    expect(searchParam.length).toBeGreaterThan(10);
    const refused: unknown[] = [];
    for (const { name, type: kind } of searchParam.filter((parameter: Json) => parameter.type !== 'composite')) {
      const answer = await home.fetch('GET', `/${type}?${name}=${encodeURIComponent(value[kind] ?? 'a')}`, undefined, {
        prefer: 'handling=strict',
      });
      if (answer.status !== 200) refused.push([type, name, kind, answer.body.issue[0].details.text]);
    }
    expect(refused).toEqual([]);
  }
});

test("SMART configuration is JSON for everyone, with this server's addresses", async () => {
  const answer = await fetch(`${house.url}/fhir/.well-known/smart-configuration`, {
    headers: { accept: 'text/html', origin: 'https://app.example' },
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({
    token_endpoint: `${house.url}/auth/token`,
    capabilities: expect.arrayContaining(['client-confidential-asymmetric']),
  });
});

test('health says that it lives and is ready', async () => {
  for (const [path, status] of [
    ['live', 'live'],
    ['ready', 'ready'],
  ]) {
    const answer = await fetch(`${house.url}/health/${path}`);
    expect([answer.status, await answer.json()]).toEqual([200, { status }]);
  }
});
