import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

/** What a write has to meet beyond its structure: codes, rules, profiles. https://hl7.org/fhir/R4/validation.html */

const GUIDE = 'https://consilium.example/fhir';

let house: TestHouse;
let strict: Partner;
let lenient: Partner;
beforeAll(async () => {
  house = await startHouse();
  strict = await house.register('strict', 'placer');
  lenient = await house.register('lenient', 'placer', undefined, 'lenient');
});
afterAll(() => house.stop());

const issuesOf = (body: Json): unknown[] =>
  (body.issue ?? []).map(({ details, expression }: Json) => [details.coding[0].code, expression?.[0]]);

const condition = (code: string): object => ({
  resourceType: 'Condition',
  subject: { display: 'An invented patient' },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] },
});
const travelAdvice = (more: object): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: `${GUIDE}/CodeSystem/opinion-observation`, code: 'travel-advice' }] },
  ...more,
});
const NARRATIVE = '<div xmlns="http://www.w3.org/1999/xhtml">A</div>';
const request = {
  resourceType: 'ServiceRequest',
  status: 'draft',
  intent: 'order',
  subject: { display: 'An invented patient' },
};
const parameter = {
  resourceType: 'SearchParameter',
  url: 'https://example.org/p',
  name: 'P',
  status: 'draft',
  description: 'A',
  code: 'p',
  base: ['Patient'],
};
const advice = { coding: [{ system: `${GUIDE}/CodeSystem/travel-advice`, code: 'nonsense' }] };

describe('a strict partner', () => {
  test.each([
    ['a concept outside a required value set', condition('nonsense'), 'Condition.clinicalStatus'],
    ['a broken rule', { resourceType: 'Patient', contact: [{ gender: 'female' }] }, 'Patient.contact[0]'],
    [
      'a quantity that has a code without its system',
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'x' },
        valueQuantity: { value: 1, code: 'mg' },
      },
      'Observation.value',
    ],
    [
      'an extension where it does not belong',
      {
        resourceType: 'Patient',
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate', valueDateTime: '2026' }],
      },
      'Patient.extension[0]',
    ],
    [
      'what breaks a profile that it claims',
      {
        resourceType: 'Observation',
        meta: { profile: ['http://hl7.org/fhir/StructureDefinition/bodyweight'] },
        status: 'final',
        code: { text: 'Weight' },
      },
      'Observation',
    ],
    ['what breaks the profile of what it says it is, without a claim', travelAdvice({}), 'Observation'],
  ])('is refused %s', async (_what, resource, place) => {
    const { resourceType } = resource as { resourceType: string };
    const { status, body } = await strict.fetch('POST', `/${resourceType}`, resource);
    expect([status, body.resourceType]).toEqual([422, 'OperationOutcome']);
    const places = body.issue.map(({ expression }: Json) => String(expression?.[0]));
    expect(places.some((found: string) => found.startsWith(place))).toBe(true);
    expect(body.issue.every(({ severity }: Json) => severity === 'error')).toBe(true);
  });

  test.each([
    ['an extension that nobody knows', { resourceType: 'Patient', extension: [{ url: 'urn:x', valueString: 'kept' }] }],
    ['a profile that is not known here', { resourceType: 'Patient', meta: { profile: ['https://other.example/p'] } }],
    [
      'a code of SNOMED CT',
      { ...condition('active'), code: { coding: [{ system: 'http://snomed.info/sct', code: '254637007' }] } },
    ],
  ])('may send %s', async (_what, resource) => {
    const { resourceType } = resource as { resourceType: string };
    const { status, body } = await strict.fetch('POST', `/${resourceType}`, resource);
    expect([status, issuesOf(body)]).toEqual([201, []]);
    expect((await strict.fetch('GET', `/${resourceType}/${body.id}`)).body).toMatchObject(resource);
  });

  test('is told everything at once, with the entry of a transaction that it stands in', async () => {
    const { status, body } = await strict.fetch('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
        {
          resource: { ...condition('nonsense'), onsetDateTime: 'yesterday' },
          request: { method: 'POST', url: 'Condition' },
        },
      ],
    });
    expect(status).toBe(422);
    expect(issuesOf(body).map((issue) => (issue as string[])[1])).toEqual([
      'Bundle.entry[1].resource.clinicalStatus.coding',
      'Bundle.entry[1].resource.onset',
    ]);
  });
});

describe('a lenient partner', () => {
  test.each([
    ['a concept outside a required value set', condition('nonsense')],
    [
      'one that a profile asks for',
      travelAdvice({
        valueCodeableConcept: advice,
        basedOn: [{ reference: 'ServiceRequest/r' }],
        subject: { reference: 'Patient/p' },
      }),
    ],
  ])('may send %s', async (_what, resource) => {
    const { resourceType } = resource as { resourceType: string };
    const refused = await strict.fetch('POST', `/${resourceType}`, resource);
    expect(refused.status).toBe(422);
    const codes = refused.body.issue.filter(({ code }: Json) => code === 'code-invalid');
    expect(codes.length).toBeGreaterThan(0);
    const { status, body } = await lenient.fetch('POST', `/${resourceType}`, resource);
    expect([status, issuesOf(body)]).toEqual([201, []]);
  });

  test.each<[string, object]>([
    ['a status', { ...request, status: 'zombie' }],
    ['a priority', { ...request, priority: 'STAT' }],
    ['the type of a Bundle', { resourceType: 'Bundle', type: 'foo' }],
    ['the status of a narrative', { resourceType: 'Patient', text: { status: 'foo', div: NARRATIVE } }],
    ['a media type', { resourceType: 'Patient', photo: [{ contentType: 'no type', title: 'A' }] }],
    ['a modifier', { resourceType: 'Patient', identifier: [{ use: 'foo', value: 'a' }] }],
    ['the status of a report', { resourceType: 'DiagnosticReport', status: 'final2', code: { text: 'A' } }],
    ['a type of search parameter', { ...parameter, type: 'foo' }],
  ])('is not forgiven a code that is acted on: %s', async (_what, resource) => {
    const { resourceType } = resource as { resourceType: string };
    const asked = await lenient.fetch('POST', `/${resourceType}/$validate`, resource);
    expect(asked.body.issue).toContainEqual(expect.objectContaining({ severity: 'error', code: 'code-invalid' }));
    expect((await lenient.fetch('POST', `/${resourceType}`, resource)).status).toBe(422);
  });

  test('is forgiven codes of other elements', async () => {
    const { status } = await lenient.fetch('POST', '/Patient', { resourceType: 'Patient', gender: 'foo' });
    expect(status).toBe(201);
  });

  test('is not forgiven structure, rules or an unknown word for it in a header', async () => {
    for (const resource of [
      { resourceType: 'Patient', nonsense: 1 },
      { resourceType: 'Patient', contact: [{ gender: 'female' }] },
    ]) {
      expect((await lenient.fetch('POST', '/Patient', resource)).status).toBe(422);
    }
    const asked = await strict.fetch('POST', '/Condition', condition('nonsense'), { prefer: 'handling=lenient' });
    expect(asked.status).toBe(422);
  });
});
