import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

/** The project's implementation guide as records: https://hl7.org/fhir/R4/conformance-module.html */
const FOLDER = new URL('../../profiles/compiled/', import.meta.url);
const ARTEFACTS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));

let house: TestHouse;
let hospital: Partner;
let programme: Partner;

beforeAll(async () => {
  house = await startHouse();
  hospital = await house.register('hospital', 'placer');
  programme = await house.register('programme', 'programme');
});
afterAll(() => house.stop());

describe('reading', () => {
  it.each(ARTEFACTS.map((artefact) => [`${artefact.resourceType}/${artefact.id}`, artefact]))(
    'gives %s as compiled',
    async (ref, artefact) => {
      const { status, body } = await hospital.fetch('GET', `/${ref}`);
      expect(status).toBe(200);
      const { versionId, lastUpdated, ...meta } = body.meta;
      expect(versionId).toBe('1');
      expect(Date.parse(lastUpdated)).not.toBeNaN();
      expect({ ...body, meta }).toEqual({ ...artefact, meta: artefact.meta ?? {} });
    },
  );

  it('needs a token, and a scope for the type', async () => {
    const bare = await fetch(`${house.url}/fhir/ValueSet/specialty`);
    expect(bare.status).toBe(401);
    const narrow = await house.register('narrow', 'placer', 'system/Patient.rs');
    expect((await narrow.fetch('GET', '/ValueSet/specialty')).status).toBe(403);
  });
});

describe('searching', () => {
  const types = [...new Set(ARTEFACTS.map(({ resourceType }) => String(resourceType)))];
  it.each(types)('finds all of type %s, and each by its url alone', async (type) => {
    const expected = ARTEFACTS.filter(({ resourceType }) => resourceType === type);
    const { body } = await hospital.fetch('GET', `/${type}?_count=100&_total=accurate`);
    expect(body.total).toBe(expected.length);
    for (const { id, url } of expected.filter((artefact) => artefact.url !== undefined)) {
      const found = await hospital.fetch('GET', `/${type}?url=${encodeURIComponent(url)}`);
      expect(found.body.entry.map(({ resource }: Json) => resource.id)).toEqual([id]);
    }
  });

  it('finds the profiles of a type', async () => {
    const { body } = await hospital.fetch('GET', '/StructureDefinition?type=ServiceRequest&derivation=constraint');
    expect(body.entry.map(({ resource }: Json) => resource.id)).toEqual(['case-request']);
  });
});

describe('keeping', () => {
  it.each([
    ['a placer', () => hospital],
    ['a programme', () => programme],
  ])('lets %s neither change nor delete an artefact', async (_who, partner) => {
    const { body } = await partner().fetch('GET', '/ValueSet/specialty');
    const changed = await partner().fetch('PUT', '/ValueSet/specialty', { ...body, title: 'Taken over' });
    expect(changed.status).toBe(403);
    expect(changed.body.issue[0].details.coding[0].code).toBe('not-the-owner');
    expect(changed.body.issue[0].details.text).toContain('The server publishes this record with its guide');
    expect((await partner().fetch('DELETE', '/ValueSet/specialty')).status).toBe(403);
    expect((await partner().fetch('GET', '/ValueSet/specialty')).body).toEqual(body);
  });

  it("keeps a partner's own artefacts its own", async () => {
    const own = { resourceType: 'ValueSet', url: 'https://programme.example/ValueSet/rooms', status: 'active' };
    const { status, body } = await programme.fetch('POST', '/ValueSet', own);
    expect(status).toBe(201);
    expect((await hospital.fetch('GET', `/ValueSet/${body.id}`)).status).toBe(404);
    const found = await hospital.fetch('GET', `/ValueSet?url=${encodeURIComponent(own.url)}&_total=accurate`);
    expect(found.body.total).toBe(0);
  });

  it('writes nothing when a second process starts', async () => {
    const second = await house.startSecond();
    const { body } = await hospital.fetch('GET', '/ValueSet/specialty/_history');
    expect(body.entry).toHaveLength(1);
    await second.stop();
  });
});
