import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sendCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/resource-operation-meta.html, -meta-add and -meta-delete */

let house: TestHouse;
let home: Partner;
let programme: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
});
afterAll(() => house.stop());

const SYSTEM = 'https://home.example/tags';
const RESTRICTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const tag = (code: string): object => ({ system: SYSTEM, code });
const PROFILE = 'http://hl7.org/fhir/StructureDefinition/Patient';

async function create(meta?: object): Promise<string> {
  const { body } = await home.fetch('POST', '/Patient', { resourceType: 'Patient', active: true, meta });
  return `Patient/${body.id}`;
}

function metaOf({ status, body }: Answer): Json {
  expect(status).toBe(200);
  expect(body).toMatchObject({ resourceType: 'Parameters', parameter: [{ name: 'return' }] });
  return body.parameter[0].valueMeta;
}

function change(partner: Partner, ref: string, how: string, meta: unknown): Promise<Answer> {
  const parameter = [{ name: 'meta', valueMeta: meta }];
  return partner.fetch('POST', `/${ref}/$${how}`, { resourceType: 'Parameters', parameter });
}

test('$meta is the meta of the current version', async () => {
  const ref = await create({ tag: [tag('a')], security: [RESTRICTED] });
  const expected = { versionId: '1', lastUpdated: expect.any(String), tag: [tag('a')], security: [RESTRICTED] };
  expect(metaOf(await home.fetch('GET', `/${ref}/$meta`))).toEqual(expected);
  expect(metaOf(await home.fetch('POST', `/${ref}/$meta`))).toEqual(expected);
  expectOutcome(await programme.fetch('GET', `/${ref}/$meta`), 404, 'not-found');
  expectOutcome(await home.fetch('GET', `/${ref}/$meta?_x=1`), 400, 'unknown-parameter');
  await home.fetch('DELETE', `/${ref}`);
  expectOutcome(await home.fetch('GET', `/${ref}/$meta`), 410, 'deleted');
});

test('$meta-add adds what is not there yet, as a new version that is found by it', async () => {
  const ref = await create({ tag: [{ ...tag('a'), display: 'A' }] });
  const added = metaOf(
    await change(home, ref, 'meta-add', {
      tag: [tag('a'), tag('b'), tag('b')],
      security: [RESTRICTED],
      profile: [PROFILE],
    }),
  );
  expect(added).toMatchObject({ versionId: '2', security: [RESTRICTED], profile: [PROFILE] });
  expect(added.tag).toEqual([{ ...tag('a'), display: 'A' }, tag('b')]);
  const { body } = await home.fetch('GET', `/${ref}`);
  expect(body).toMatchObject({ active: true, meta: added });
  const hits = await home.fetch('GET', `/Patient?_tag=${SYSTEM}|b&_security=R&_profile=${PROFILE}`);
  expect(hits.body.entry.map(({ resource }: Json) => resource.id)).toEqual([ref.slice('Patient/'.length)]);
  // What is there already makes no version.
  expect(metaOf(await change(home, ref, 'meta-add', { tag: [tag('b')] }))).toEqual(added);
  expect((await home.fetch('GET', `/${ref}/_history`)).body.total).toBe(2);
});

test('$meta-delete takes away what is named, and nothing else', async () => {
  const ref = await create({ tag: [tag('a'), tag('b')], security: [RESTRICTED], profile: [PROFILE] });
  const left = metaOf(
    await change(home, ref, 'meta-delete', { tag: [{ ...tag('a'), display: 'Whatever' }, tag('c')] }),
  );
  expect(left).toMatchObject({ versionId: '2', tag: [tag('b')], security: [RESTRICTED], profile: [PROFILE] });
  const none = metaOf(
    await change(home, ref, 'meta-delete', { tag: [tag('b')], security: [RESTRICTED], profile: [PROFILE] }),
  );
  expect(none).toEqual({ versionId: '3', lastUpdated: expect.any(String) });
  expect((await home.fetch('GET', `/Patient?_tag=${SYSTEM}|b&_id=${ref.slice(8)}`)).body.total).toBe(0);
  expect(metaOf(await change(home, ref, 'meta-delete', { tag: [tag('b')] })).versionId).toBe('3');
});

test('32 additions at once: none is lost', async () => {
  const ref = await create();
  const codes = Array.from({ length: 32 }, (_, n) => `t${n}`);
  const answers = await Promise.all(codes.map((code) => change(home, ref, 'meta-add', { tag: [tag(code)] })));
  expect(answers.map(({ status }) => status)).toEqual(codes.map(() => 200));
  const { tag: tags } = metaOf(await home.fetch('GET', `/${ref}/$meta`));
  expect(tags.map(({ code }: Json) => code).sort()).toEqual([...codes].sort());
});

test('the record has to conform to a profile that is added', async () => {
  const ref = await create();
  const profile = ['http://hl7.org/fhir/StructureDefinition/Observation'];
  const refused = await change(home, ref, 'meta-add', { profile });
  expect(refused.status).toBe(422);
  expect((await home.fetch('GET', `/${ref}`)).body.meta.versionId).toBe('1');
});

test('it takes who may change the record, and a meta', async () => {
  const ref = await create();
  expectOutcome(await change(programme, ref, 'meta-add', { tag: [tag('a')] }), 404, 'not-found');
  const reads = await house.register('reads', 'placer', 'system/Patient.rs');
  expectOutcome(await change(reads, ref, 'meta-add', { tag: [tag('a')] }), 403, 'scope-missing');
  expectOutcome(await home.fetch('POST', `/${ref}/$meta-add`), 400, 'parameter-missing');
  expectOutcome(await home.fetch('GET', `/${ref}/$meta-add`), 404, 'unknown-operation');
  expect((await change(home, ref, 'meta-add', { tag: 'a' })).status).toBe(422);
  expect((await change(home, ref, 'meta-add', { tag: [null] })).status).toBe(422);
  expectOutcome(await change(home, ref, 'meta-add', 'a'), 400, 'parameter-type');
  expectOutcome(await change(home, 'Patient/never', 'meta-add', { tag: [tag('a')] }), 404, 'not-found');
});

test('what another party of a case wrote is not tagged; bytes stay what they are', async () => {
  const sent = await sendCase(home, { number: 'M-1', programme: 'programme' });
  expectOutcome(await change(programme, sent.patient, 'meta-add', { tag: [tag('a')] }), 403, 'not-the-owner');
  const binary = sent.refs.find((ref) => ref.startsWith('Binary/'))!;
  expect((await change(home, binary, 'meta-add', { tag: [tag('a')] })).status).toBe(200);
  const bytes = await programme.fetch('GET', `/${binary}`, undefined, { accept: 'application/pdf' });
  expect(bytes.text).toBe('%PDF-1.4 invented letter');
});
